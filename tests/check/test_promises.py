"""Promises: a convention is asked of a wiki that keeps it; of another one it is named once, with the counts."""

import json

import pytest
from support.cases import case, laid_out
from support.commands import kg

from kg.check import profiles, promises, rules
from kg.check.profiles import Habits, Profile
from kg.model import declared
from kg.model.finding import KgError
from kg.shacl import shapes_graph

ASKING = sorted(file.stem for file in (declared.folder("queries") / "promises").glob("*.rq"))
STRICT = Profile(habits=Habits(share=100, least=0))
# Rules whose case lies beside the query: a key that stands on one page alone is a slip of the pen, a link to no page in
# other programs than Logseq a fault.
ALONE = {"front-matter-key", "link-dangling"}
# Rules that let pass what their habit does not count: a name in plain words, a citation of a page that leads on.
MILDER = {"grounding-circular", "source-silent"}


def sources(said, unsaid):
    """Return source pages with one quote each: so many say who speaks, so many do not."""
    page = '---\ntitle: T{n}\ntype: source\n---\n\n## Key Quotes\n\n> "We publish number {n}." — {who}\n'
    jane = {"entities/Jane.md": "---\ntitle: Jane\ntype: entity\nkind: person\n---\n\nA person.\n"}
    names = ["[[Jane]]"] * said + ["in the preface"] * unsaid
    return jane | {f"sources/t{n}.md": page.format(n=n, who=who) for n, who in enumerate(names)}


def written(folder, pages, toml='dialect = "llm-wiki-agent"\n'):
    """Write a wiki with its kg.toml, ingest it and return the options that lead to it."""
    for path, text in pages.items():
        (folder / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "wiki" / path).write_text(text, encoding="utf-8")
    (folder / "kg.toml").write_text(f'wiki = "wiki"\n{toml}', encoding="utf-8")
    config = ("--config", str(folder / "kg.toml"))
    kg("-q", *config, "ingest")
    return config


def checked(config, *more):
    return json.loads(kg(*config, "validate", "--format", "json", *more).stdout)


def quotes(found):
    return [one["path"] for one in found["findings"] if one["rule"] == "quote-speaker"]


def strange(found):
    return {one["rule"]: (one["holding"], one["places"]) for one in found["not_this_wikis"]}


def test_a_wiki_that_never_names_a_speaker_is_not_asked_for_one_and_the_report_says_so_once(tmp_path):
    found = checked(written(tmp_path, sources(0, 7)))

    assert quotes(found) == []
    assert strange(found)["quote-speaker"] == (0, 7)


def test_a_wiki_that_names_its_speakers_hears_of_the_quote_without_one(tmp_path):
    found = checked(written(tmp_path, sources(7, 1)))

    assert quotes(found) == ["sources/t7.md"]
    assert "quote-speaker" not in strange(found)


@pytest.mark.parametrize(("said", "unsaid"), [(4, 1), (7, 2), (3, 3)])
def test_a_habit_needs_enough_places_and_a_share_of_them(tmp_path, said, unsaid):
    found = checked(written(tmp_path, sources(said, unsaid)))

    assert strange(found).get("quote-speaker") == (said, said + unsaid)


@pytest.mark.parametrize(
    "toml", ['[levels]\nquote-speaker = "warning"\n', "[habits]\nshare = 0\nleast = 0\n", 'profile = "newsroom"\n']
)
def test_a_promise_that_the_configuration_gives_is_asked_for_whatever_the_pages_do(tmp_path, toml):
    found = checked(written(tmp_path, sources(0, 7), f'dialect = "llm-wiki-agent"\n{toml}'))

    assert len(quotes(found)) == 7
    assert "quote-speaker" not in strange(found)


def test_what_changed_is_judged_by_the_habit_of_the_whole_wiki_as_everything_is(tmp_path):
    config = written(tmp_path, sources(7, 0))
    before = checked(config)
    page = tmp_path / "wiki/sources/t3.md"
    page.write_text(page.read_text().replace("[[Jane]]", "in the preface"), encoding="utf-8")
    kg("-q", *config, "ingest")
    changed = checked(config, "--changed")
    for other in range(3):
        page = tmp_path / f"wiki/sources/t{other}.md"
        page.write_text(page.read_text().replace("[[Jane]]", "in the preface"), encoding="utf-8")
    kg("-q", *config, "ingest")
    later, whole = checked(config, "--changed"), checked(config)

    assert quotes(before) == []
    assert quotes(changed) == ["sources/t3.md"]
    assert quotes(later) == quotes(whole) == []
    assert strange(later) == strange(whole) == {**strange(whole), "quote-speaker": (3, 7)}


@pytest.mark.parametrize("form", ["text", "sarif", "junit", "github", "turtle"])
def test_every_format_names_a_rule_that_is_not_this_wikis(tmp_path, form):
    said = kg(*written(tmp_path, sources(0, 7)), "validate", "--format", form).stdout

    assert said.count("not this wiki's rule: [quote-speaker]: 0 of 7 hold it") == 1


def test_a_comment_about_a_rule_that_is_not_asked_is_not_called_idle(tmp_path):
    pages = sources(0, 7)
    pages["sources/t0.md"] = pages["sources/t0.md"].replace(
        "> ", "<!-- kg: ignore quote-speaker -- a caption -->\n> ", 1
    )
    found = checked(written(tmp_path, pages))

    assert [one for one in found["findings"] if one["rule"].startswith("suppression")] == []


def test_a_key_that_many_pages_have_is_the_wikis_own_and_one_on_a_page_is_a_slip(tmp_path):
    pages = {f"n{n}.md": f"---\ntitle: N{n}\ncreate: x\n---\n" for n in range(4)}
    pages["odd.md"] = "---\ntitel: Odd\n---\n"
    found = checked(written(tmp_path, pages, ""))

    assert [one["path"] for one in found["findings"] if one["rule"] == "front-matter-key"] == ["odd.md"]
    assert strange(found) == {"front-matter-key": (0, 4)}


def test_every_promise_is_that_of_a_rule():
    assert set(ASKING) <= rules.known(shapes_graph.read(rules.shapes_with()))


@pytest.mark.parametrize("rule", [rule for rule in ASKING if rule not in ALONE])
def test_a_promise_counts_the_place_that_breaks_it_as_one_that_does_not_hold_it(rule):
    counts = {
        name: [one for one in promises.unpromised(laid_out(case(rule, name)[1]), STRICT) if one.rule == rule]
        for name in ("fail", "pass")
    }

    assert rule in MILDER or counts["pass"] == []
    assert [one.places - one.holding >= 1 for one in counts["fail"]] == [True]


def test_the_lenient_profile_asks_for_habits_and_the_newsrooms_asks_for_everything():
    graph = shapes_graph.read(rules.shapes_with())
    known, tunable = rules.known(graph), rules.tunable(graph)

    assert profiles.read("newsroom", known, tunable).habits is None
    assert profiles.read("lenient", known, tunable).habits == Habits(80, 5)


@pytest.mark.parametrize("table", ["share = 80", 'share = "many"\nleast = 5', "share = 80\nleast = -1\n"])
def test_habits_that_are_no_two_numbers_are_refused(tmp_path, table):
    file = tmp_path / "own.toml"
    file.write_text(f"[habits]\n{table}\n")

    with pytest.raises(KgError, match=r"own\.toml: habits: expected share = "):
        profiles.read(str(file), (), ())


@pytest.mark.parametrize(
    ("family", "said", "asked"),
    [("logseq", 8, []), ("foam", 8, ["link-dangling"] * 8), ("logseq", 1, ["link-dangling"])],
)
def test_a_name_that_nobody_wrote_is_a_page_of_logseq_unless_nearly_all_are_written(tmp_path, family, said, asked):
    pages = {f"n{number}.md": "See [[n0]].\n" for number in range(9)}
    pages |= {f"m{number}.md": f"See [[Name{number} nobody]].\n" for number in range(said)}
    found = checked(written(tmp_path, pages, f'dialect = "generic"\nlinks = "{family}"\n'))

    assert [one["rule"] for one in found["findings"] if one["rule"] == "link-dangling"] == asked
    assert strange(found).get("link-dangling") == (None if asked else (9, 9 + said))
