"""kg diff: what changed between two states of a wiki, in the wiki's own terms."""

import json
import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import kg
from support.pages import BASE, mapped, stored
from support.places import EXAMPLES
from support.tier import CASES

from kg.compare import diff, match_statements, read_side, sides, text_likeness
from kg.files import git_revisions
from kg.files.git_revisions import Pages
from kg.map import in_memory
from kg.model.finding import KgError
from kg.settings import dialect
from kg.settings.kg_toml import Config

WORDS = [
    "tide",
    "gauge",
    "harbour",
    "quay",
    "flood",
    "storm",
    "barrier",
    "dredge",
    "channel",
    "survey",
    "sluice",
    "basin",
    "mooring",
    "pilot",
    "lantern",
    "ledger",
    "tariff",
    "cargo",
    "crane",
    "berth",
    "anchor",
    "ballast",
    "customs",
    "manifest",
    "warehouse",
    "ferry",
    "signal",
    "chart",
]
FRONT = "---\ntitle: {}\ntype: source\n---\n"


def read(pages):
    """One state of a wiki given as {path: text}."""
    state = sides._state(HOME, origin(pages), {})
    named = sides._names(state, set(pages))
    return read_side.wiki(
        sides.Side("x", stored({path: text.encode() for path, text in pages.items()}), BASE, sides._pages(state), named)
    )


HOME = sides.Home(Path("none"), Path("none"), Config(), dialect.load("newsroom"), BASE)


def origin(pages):
    return sides._Origin("x", Pages({path: text.encode() for path, text in pages.items()}))


def opened(old, new):
    """Both states, read as `kg diff` reads them: what is the same on both is left out."""
    return [read_side.wiki(side) for side in sides._opened(HOME, origin(old), origin(new))]


def changed(old, new):
    """What changed, as (kind, what, old line, new line), without fields and sentences."""
    found = diff.diff(*opened(old, new))
    return [
        (change.kind, " ".join(change.what), change.old and change.old.text, change.new and change.new.text)
        for change in found
        if change.kind not in ("field", "sentence")
    ]


def source(*claims, title="Harbour report", rest=""):
    return FRONT.format(title) + "\n## Key Claims\n\n" + "".join(f"- {claim}\n" for claim in claims) + rest


ONE = "[fact] [[Ada]] — the quay floods twice a year when the storm comes from the west"
TWO = "[analysis] [[Ben]] — a barrier at the channel costs less than ten years of repairs"
SIX = "[forecast] Cleo, pilot — ferries will leave the old basin before the dredging ends"


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (("sources/a.md", "a"), ("sources/b.md", "a"), ["moved"]),
        (("sources/a.md", "b"), ("sources/b.md", "b"), ["moved"]),
        (("sources/a.md", ""), ("sources/b.md", ""), ["moved"]),
        (("sources/a.md", "a"), ("sources/b.md", "b"), ["moved retitled"]),
        (("sources/a.md", ""), ("sources/a.md", "a"), []),
        (("sources/a.md", ""), ("sources/a.md", "b"), ["retitled"]),
        (("sources/a.md", "b"), ("sources/a.md", ""), ["retitled"]),
    ],
)
def test_a_page_is_retitled_where_its_title_is_another(before, after, what):
    pages = [{path: source(ONE, TWO, SIX, title=title)} for path, title in (before, after)]

    assert [words for kind, words, _, _ in changed(*pages) if kind == "page"] == what


def test_the_same_wiki_has_no_difference():
    pages = {"sources/a.md": source(ONE, TWO, SIX)}

    assert changed(pages, pages) == []


@pytest.mark.parametrize(
    ("after", "what"),
    [
        (ONE.replace("fact", "forecast"), "regraded"),
        (ONE.replace("[fact] ", ""), "regraded"),
        (ONE.replace("[[Ada]]", "[[Ben]]"), "re-attributed"),
        (ONE.replace("[[Ada]] — ", ""), "re-attributed"),
        (ONE.replace("twice a year", "four times a year"), "reworded"),
        (ONE.replace("[[Ada]]", "[[Ada|Ada Example]]"), "reworded"),
        (ONE.replace("quay", "[[Quay|quay]]"), "relinked"),
        (ONE.replace("[[Ada]]", "Ada"), "relinked"),
        (ONE.replace("fact", "analysis").replace("twice", "three times"), "regraded reworded"),
        (ONE.replace("[fact]", "[FACT]"), ""),
        (ONE.replace("] [[", "]   [["), ""),
    ],
)
def test_a_changed_claim_is_called_what_was_done_to_it(after, what):
    old, new = {"sources/a.md": source(ONE, TWO)}, {"sources/a.md": source(after, TWO)}

    assert changed(old, new) == ([("claim", what, f"- {ONE}", f"- {after}")] if what else [])


def test_a_new_claim_between_others_is_the_only_difference():
    old, new = {"sources/a.md": source(ONE, TWO)}, {"sources/a.md": source(ONE, SIX, TWO)}

    assert changed(old, new) == [("claim", "added", None, f"- {SIX}")]


def test_another_order_of_claims_is_no_difference():
    assert changed({"sources/a.md": source(ONE, TWO, SIX)}, {"sources/a.md": source(SIX, ONE, TWO)}) == []


def test_a_claim_with_wholly_other_words_in_the_same_place_is_another_claim():
    old, new = {"sources/a.md": source(ONE, TWO)}, {"sources/a.md": source(SIX, TWO)}

    assert sorted(what for _, what, _, _ in changed(old, new)) == ["added", "dropped"]


def test_a_claim_on_another_page_has_moved():
    old = {"sources/a.md": source(ONE, TWO), "sources/b.md": source(SIX, title="Ledger")}
    new = {"sources/a.md": source(TWO), "sources/b.md": source(SIX, ONE, title="Ledger")}

    assert changed(old, new) == [("claim", "moved", f"- {ONE}", f"- {ONE}")]


def test_a_claim_moved_and_reworded_by_the_same_claimant_is_still_known():
    later = ONE.replace("twice", "thrice")
    old = {"sources/a.md": source(ONE, TWO), "sources/b.md": source(SIX, title="Ledger")}
    new = {"sources/a.md": source(TWO), "sources/b.md": source(SIX, later, title="Ledger")}

    assert changed(old, new) == [("claim", "moved reworded", f"- {ONE}", f"- {later}")]


def test_one_of_two_equal_claims_is_dropped_once():
    assert changed({"sources/a.md": source(ONE, ONE)}, {"sources/a.md": source(ONE)}) == [
        ("claim", "dropped", f"- {ONE}", None)
    ]


def connections(*lines):
    return "\n## Connections\n\n" + "".join(f"- {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("cites: [[Quay]] — for its plan", "contradicts: [[Quay]] — for its plan", "retyped"),
        ("cites: [[Quay]] — for its plan", "cites: [[Basin]] — for its plan", "retargeted"),
        ("cites: [[Quay]] — for its plan", "cites: [[Quay]] — wholly other words", "reworded"),
        ("cites: [[Quay]]", "references: [[Quay]] — new words", "retyped reworded"),
        ("cites: [[Quay]]", "cites: [[quay|Quay]]", "relinked"),
    ],
)
def test_a_changed_connection_is_called_what_was_done_to_it(before, after, what):
    old = {"sources/a.md": source(ONE, rest=connections(before)), "concepts/Quay.md": "# Quay\n"}
    new = {"sources/a.md": source(ONE, rest=connections(after)), "concepts/Quay.md": "# Quay\n"}

    assert changed(old, new) == [("connection", what, f"- {before}", f"- {after}")]


def test_a_connection_without_words_never_moves_to_another_page():
    old = {"sources/a.md": source(ONE, rest=connections("cites: [[Quay]]")), "sources/b.md": source(SIX)}
    new = {"sources/a.md": source(ONE), "sources/b.md": source(SIX, rest=connections("cites: [[Quay]]"))}

    assert sorted(what for _, what, _, _ in changed(old, new)) == ["added", "dropped"]


def test_a_quote_under_another_name_is_re_attributed():
    line = '> "the quay floods twice a year" — {}'
    old, new = (
        {"sources/a.md": source(ONE, rest=f"\n## Key Quotes\n\n{line.format(who)}\n")} for who in ("[[Ada]]", "[[Ben]]")
    )

    assert changed(old, new) == [("quote", "re-attributed", line.format("[[Ada]]"), line.format("[[Ben]]"))]


def test_a_page_that_moved_keeps_its_statements():
    old = {"sources/a.md": source(ONE, TWO), "sources/z.md": source(SIX, title="Ledger")}
    new = {"archive/b.md": source(ONE, TWO), "sources/z.md": source(SIX, title="Ledger")}

    assert changed(old, new) == [("page", "moved", "Harbour report", "Harbour report")]


def test_a_page_that_moved_and_was_edited_is_still_the_same_page():
    old, new = {"sources/a.md": source(ONE, TWO, SIX)}, {"old/b.md": source(ONE, TWO, title="Port report")}

    assert changed(old, new) == [
        ("page", "moved retitled", "Harbour report", "Port report"),
        ("claim", "dropped", f"- {SIX}", None),
    ]


def test_two_pages_that_exchange_their_names_stay_where_they_are():
    """What stands at a path is that page: its statements moved."""
    a, b = source(ONE), source(SIX, title="Ledger")

    assert sorted(changed({"sources/a.md": a, "sources/b.md": b}, {"sources/a.md": b, "sources/b.md": a})) == [
        ("claim", "moved", f"- {ONE}", f"- {ONE}"),
        ("claim", "moved", f"- {SIX}", f"- {SIX}"),
        ("page", "retitled", "Harbour report", "Ledger"),
        ("page", "retitled", "Ledger", "Harbour report"),
    ]


def test_a_link_that_leads_nowhere_now_is_retargeted():
    page = source(ONE, rest="\n## Summary\n\nIt is about [[Quay]].\n")
    old, new = {"sources/a.md": page, "concepts/Quay.md": "# Quay\n"}, {"sources/a.md": page}

    assert changed(old, new) == [
        ("page", "dropped", "Quay", None),
        ("link", "retargeted", "[[Quay]]", "[[Quay]]"),
    ]


def test_a_link_to_a_page_that_moved_to_another_folder_is_the_same_link():
    page = source(ONE, rest="\n## Summary\n\nIt is about [[Quay]].\n")
    old, new = ({"sources/a.md": page, f"{folder}/Quay.md": "# Quay\n"} for folder in ("concepts", "entities"))

    assert changed(old, new) == [("page", "moved", "Quay", "Quay")]


def test_a_link_in_the_text_is_added_where_it_was_not():
    old = {"sources/a.md": source(ONE, rest="\n## Summary\n\nIt is about the quay.\n")}
    new = {"sources/a.md": source(ONE, rest="\n## Summary\n\nIt is about the [[Quay|quay]].\n")}

    assert changed(old, new) == [("link", "added", None, "[[Quay]]")]


def test_fields_and_sentences_are_told_apart_from_statements():
    before = source(ONE, rest="\n## Summary\n\nThe quay is old. It floods often.\n")
    after = before.replace("often", "very often").replace("type: source", "type: source\npublished: 2026-01-02")
    old, new = {"sources/a.md": before}, {"sources/a.md": after}
    found = [(change.kind, change.what, change.item.text) for change in diff.diff(read(old), read(new))]

    assert found == [
        ("field", ("added",), "published: 2026-01-02"),
        ("sentence", ("reworded",), "It floods very often."),
    ]


# ---- properties

claims = st.builds(
    lambda grade, who, words: f"{grade}{who}{' '.join(words)}",
    st.sampled_from(["[fact] ", "[analysis] ", "[forecast] ", "[UI] ", ""]),
    st.sampled_from(["[[Ada]] — ", "Ada — ", "[[Ben|B]], pilot — ", ""]),
    st.lists(st.sampled_from([*WORDS[:9], "[[Quay]]", "[[b]]", "水", "文。"]), min_size=0, max_size=7),
)
lines = st.builds(
    lambda relation, target, words: f"{relation}[[{target}]]{words}",
    st.sampled_from(["cites: ", "references: ", "part-of: ", ""]),
    st.sampled_from(["Quay", "a", "Basin"]),
    st.sampled_from(["", " — for its plan", " — of the old basin"]),
)
texts = st.builds(
    lambda title, summary, said, quotes, joined: source(
        *said, title=title,
        rest=f"\n## Key Quotes\n\n{''.join(quotes)}" + connections(*joined) + f"\n## Summary\n\n{' '.join(summary)}.\n",
    ),
    st.sampled_from(["Harbour", "Ledger", "Tariff"]),
    st.lists(st.sampled_from([*WORDS[:5], "[[Quay]]", "Flood.", "[[a#Key Claims]]"]), max_size=8),
    st.lists(claims, max_size=5),
    st.lists(st.sampled_from(['> "the quay floods" — [[Ada]]\n', '> "a barrier" — Ben\n', "> no\n"]), max_size=3),
    st.lists(lines, max_size=3),
)  # fmt: skip
wikis = st.dictionaries(
    st.sampled_from(["sources/a.md", "sources/b.md", "old/a.md", "concepts/Quay.md"]), texts, min_size=1, max_size=4
)


@settings(max_examples=CASES // 10)
@given(wikis)
def test_nothing_differs_from_itself(pages):
    assert diff.diff(read(pages), read(pages)) == ()


@settings(max_examples=CASES // 10)
@given(wikis, wikis)
def test_leaving_out_what_is_the_same_on_both_sides_changes_no_answer(old, new):
    assert diff.diff(*opened(old, new)) == diff.diff(read(old), read(new))


def mirrored(change):
    exchanged = {"added": "dropped", "dropped": "added"}
    return (tuple(exchanged.get(word, word) for word in change.what), change.new, change.old)


@settings(max_examples=CASES // 10)
@given(wikis, wikis)
def test_exchanging_the_sides_exchanges_the_answer(old, new):
    before, after = read(old), read(new)
    there, back = diff.diff(before, after), diff.diff(after, before)

    assert Counter((c.what, c.old, c.new) for c in there) == Counter(map(mirrored, back))


@settings(max_examples=CASES // 10)
@given(wikis, wikis)
def test_every_statement_of_both_sides_is_in_one_pair(old, new):
    before, after = read(old), read(new)
    pairs = match_statements.match(before.statements, after.statements, diff.pair_pages(before, after))

    assert Counter(pair.old for pair in pairs if pair.old) == Counter(before.statements)
    assert Counter(pair.new for pair in pairs if pair.new) == Counter(after.statements)
    assert all(pair.what or (pair.old and pair.new) for pair in pairs)


@settings(max_examples=CASES // 10)
@given(wikis, wikis)
def test_pages_are_paired_once(old, new):
    pairs = diff.pair_pages(read(old), read(new))

    assert len(set(pairs.values())) == len(pairs)
    assert set(pairs) <= set(new)
    assert set(pairs.values()) <= set(old)


def mutated(chance, claims):
    """Claims as [grade, who, words] after one random edit, and what was done."""
    done = chance.choice(["regraded", "re-attributed", "reworded", "dropped", "added", ""])
    at = chance.randrange(len(claims))
    after = [list(claim) for claim in claims]
    match done:
        case "regraded":
            after[at][0] = chance.choice([g for g in ("fact", "analysis", "forecast") if g != claims[at][0]])
        case "re-attributed":
            after[at][1] = "[[Zoe]]"
        case "reworded":
            words = after[at][2] = list(after[at][2])
            words[chance.randrange(len(words))] = "changed"
        case "dropped":
            del after[at]
        case "added":
            after.insert(at, ["fact", "[[Zoe]]", ["wholly", "new", "words", "that", "nobody", "had", "said"]])
        case _:
            chance.shuffle(after)
    return after, done


@settings(max_examples=CASES // 4)
@given(st.integers(0, 2**32), st.integers(2, 9))
def test_a_random_edit_is_called_what_it_was(seed, count):
    chance = random.Random(seed)  # noqa: S311  # reproducible edits, no secret
    said = [
        [
            chance.choice(["fact", "analysis", "forecast"]),
            f"[[{chance.choice(['Ada', 'Ben'])}]]",
            chance.sample(WORDS, 8),
        ]
        for _ in range(count)
    ]
    after, done = mutated(chance, said)
    old, new = (
        {"sources/a.md": source(*(f"[{grade}] {who} — {' '.join(words)}" for grade, who, words in state))}
        for state in (said, after)
    )

    assert [(kind, what) for kind, what, _, _ in changed(old, new)] == ([("claim", done)] if done else [])


@given(st.lists(st.sampled_from(WORDS)), st.lists(st.sampled_from(WORDS)))
def test_likeness_is_the_same_in_both_directions(first, second):
    one, other = tuple(first), tuple(second)

    assert text_likeness.likeness(one, other) == text_likeness.likeness(other, one)
    assert 0 <= text_likeness.likeness(one, other) <= 1
    assert text_likeness.likeness(one, one) == 1


def test_words_of_a_script_without_blanks_are_its_characters():
    assert text_likeness.words("開放模型 is Open!") == ("開", "放", "模", "型", "is", "open", "!")


def test_the_pairs_to_compare_grow_with_the_texts_and_not_with_their_square():
    texts = [("the", "quay", f"w{number % 500}", f"u{number}") for number in range(5_000)]

    assert len(text_likeness.candidates(texts, texts)) <= 20 * 5_000


def test_mapping_a_wiki_in_memory_is_what_an_ingest_writes(newsroom):
    root = EXAMPLES / "open-source-ai"
    pages = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.md")}

    assert sorted(in_memory.mapped(pages, BASE, newsroom)) == mapped(pages)


# ---- revisions


def git(folder, *words):
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@wiki.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A repository whose folder `wiki` has two commits, the second on a branch with a claim regraded."""
    wiki = tmp_path / "repo/wiki"
    (wiki / "sources").mkdir(parents=True)
    git(wiki.parent, "init", "-q", "-b", "main")
    page = wiki / "sources/a b-é.md"
    page.write_text(source(ONE, TWO))
    (wiki / ".hidden").mkdir()
    (wiki / ".hidden/x.md").write_text(source(SIX))
    (wiki.parent / "outside.md").write_text(source(SIX))
    (wiki / "link.md").symlink_to("sources/a b-é.md")
    (wiki / "away.md").symlink_to("../outside.md")
    (wiki / "plan.pdf").write_bytes(b"%PDF")
    git(wiki.parent, "add", "-A")
    git(wiki.parent, "commit", "-qm", "one")
    git(wiki.parent, "checkout", "-qb", "edit")
    page.write_text(source(ONE.replace("fact", "analysis"), TWO))
    git(wiki.parent, "commit", "-qam", "two")
    return wiki


def test_a_revision_holds_the_pages_that_a_checkout_would(repository):
    then = git_revisions.at_revision(repository, "HEAD", (), 10**6)

    assert then.pages == git_revisions.in_folder(repository, (), 10**6).pages
    assert sorted(then.pages) == ["sources/a b-é.md"]
    assert then.others == ("plan.pdf",)


def test_what_the_configuration_leaves_out_is_left_out_of_a_revision(repository):
    with pytest.raises(KgError, match="no Markdown page"):
        git_revisions.at_revision(repository, "main", ("sources", "*.md"), 10**6)


@pytest.mark.parametrize("revision", ["--output=x", "-", "", "no-such", "HEAD:wiki", "HEAD\nHEAD", "$(touch x)", "a;b"])
def test_what_is_no_revision_is_refused_in_one_line(repository, revision):
    with pytest.raises(KgError) as refused:
        git_revisions.at_revision(repository, revision, (), 10**6)

    assert "\n" not in str(refused.value).replace(revision, "")
    assert not (repository / "x").exists()


def test_a_range_names_both_ends(repository):
    git(repository.parent, "checkout", "-q", "main")
    (repository / "new.md").write_text(source(SIX))
    git(repository.parent, "add", "-A")
    git(repository.parent, "commit", "-qm", "three")

    assert git_revisions.parted(repository, "main..edit") == ("main", "edit")
    assert git_revisions.parted(repository, "edit..") == ("edit", "HEAD")
    assert git_revisions.parted(repository, "main...edit") == (git(repository, "rev-parse", "main~1"), "edit")
    assert git_revisions.parted(repository, "main") is None


# ---- the command line


def test_the_seeds_two_revisions_differ_in_one_dropped_quote(shared):
    name = "open-source-ai-models-how-open.md"
    old, new = shared / "corpora/seed" / name, shared / "corpora/newsroom-2026-08/wiki/sources" / name

    done = kg("-v", "diff", old, new, code=0)

    assert done.stdout.endswith("\n\n1 quote dropped\n")
    assert done.stdout.count(f'{old}:25:1: > "An open weights AI release does not enable') == 1
    assert kg("diff", old, new, "--exit-code", code=1).stdout == done.stdout
    same = kg("diff", new, new, "--exit-code", code=0).stdout
    assert same == f"--- {new}\n+++ {new}\n\nno page, claim, quote, connection or link differs\n"


def test_what_changed_between_revisions_is_told_with_places(repository):
    done = kg("diff", "main..edit", "--config", cwd=repository, code=2)
    assert "No such option" in done.stderr

    found = json.loads(kg("diff", "main..edit", "--format", "json", cwd=repository, code=0).stdout)

    assert found["counts"] == {"claim": {"regraded": 1}}
    assert [one["new"]["line"] for one in found["changes"]] == [8]
    assert (
        kg("diff", "main", cwd=repository).stdout.replace("the files", "edit")
        == kg("diff", "main", "edit", cwd=repository).stdout
    )


@pytest.mark.parametrize(
    "args",
    [
        ["--", "-x"],
        ["nothing-here"],
        ["7"],
        ["main", "7"],
        ["sources/a b-é.md"],
        ["sources/a b-é.md", "main"],
        ["main..no"],
    ],
)
def test_what_is_no_side_is_refused(repository, args):
    done = kg("diff", *args, cwd=repository, code=2)

    assert done.stderr.startswith("kg: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_generations_are_compared_with_each_other_and_with_the_files(tmp_path):
    wiki = tmp_path / "wiki"
    (wiki / "sources").mkdir(parents=True)
    page = wiki / "sources/a.md"
    for claims in ([ONE, TWO], [ONE.replace("fact", "analysis"), TWO]):
        page.write_text(source(*claims))
        kg("ingest", wiki, cwd=tmp_path, code=0)
    page.write_text(source(ONE.replace("fact", "analysis")))

    assert "1 claim regraded\n" in kg("diff", "1", cwd=tmp_path, code=0).stdout
    assert kg("diff", "1", "2", cwd=tmp_path, code=0).stdout == kg("diff", "1", cwd=tmp_path, code=0).stdout
    assert kg("diff", cwd=tmp_path, code=0).stdout.endswith("\n1 claim dropped\n")
    assert "it keeps 1, 2" in kg("diff", "9", cwd=tmp_path, code=2).stderr


# ---- one edit of everything, in words

BEFORE = {
    "sources/harbour-survey.md": """\
---
title: Survey of the old harbour
type: source
published: 2026-01-10
---

## Summary

A survey of the old harbour, ordered by the town.

## Key Claims

- [fact] [[TownCouncil]] — spent two million on dredging the outer [[Basin]] last year
- [analysis] [[TownCouncil]] — the sluice of the inner basin is the weakest part of the whole defence
- [analysis] [[PilotsGuild]] — ships of more than six metres draught can no longer turn in the [[Basin]]
- [fact] Ada Example, surveyor — the eastern quay sank by eleven centimetres between two winters
- [forecast] [[PilotsGuild]] — half of the fishing fleet will have left before the new mole is finished

## Key Quotes

> "Nobody has looked at the piles below the eastern quay for forty years, and it shows in every storm." — [[PilotsGuild]]

## Connections

- cites: [[Basin]] — its depths of last year
- references: [[TownCouncil]] — who paid for it
""",
    "sources/fleet-register.md": """\
---
title: Register of the fleet
type: source
---

## Key Claims

- [fact] [[PilotsGuild]] — counts sixty-one boats, nine fewer than in the year before
""",
    "concepts/Basin.md": """\
---
title: The basin
type: concept
---

## Overview

The basin silts up, and [[harbour-survey#Key Claims|the survey]] says what that costs. As one pilot put it there,
"Nobody has looked at the piles below the eastern quay" ([[harbour-survey]]). The [[PilotsGuild]] wants it deeper
([[harbour-survey]]). It is older than the town.
""",
    "entities/TownCouncil.md": "---\ntitle: Town council\ntype: entity\nkind: org\n---\n\n## Overview\n\nIt governs.\n",
    "entities/PilotsGuild.md": "---\ntitle: Guild\ntype: entity\nkind: org\n---\n\n## Overview\n\nIts pilots.\n",
}  # fmt: skip
EDITS = [
    ("[fact] [[TownCouncil]] — spent", "[analysis] [[TownCouncil]] — spent"),
    ("[analysis] [[TownCouncil]] — the sluice", "[analysis] [[PilotsGuild]] — the sluice"),
    ("ships of more than six metres draught can no longer turn", "ships of more than five metres draught cannot turn"),
    ("- [forecast] [[PilotsGuild]] — half of the fishing fleet will have left before the new mole is finished\n", ""),
    ("between two winters\n", "between two winters\n- [forecast] Cleo, engineer — the mole will be late by a year\n"),
    ("cites: [[Basin]]", "contradicts: [[Basin]]"),
    ('> "Nobody has looked at the piles below the eastern quay for forty years, and it shows in every storm." — [[PilotsGuild]]\n', ""),
    ("published: 2026-01-10", "published: 2026-01-11"),
    ("ordered by the town.", "ordered and paid by the town. See [[fleet-register]]."),
]  # fmt: skip


def edited():
    after = dict(BEFORE)
    for old, new in EDITS:
        assert BEFORE["sources/harbour-survey.md"].count(old) == 1
        after["sources/harbour-survey.md"] = after["sources/harbour-survey.md"].replace(old, new)
    after["sources/fleet-register.md"] += EDITS[3][0]
    after["concepts/OldBasin.md"] = after.pop("concepts/Basin.md").replace("The basin\n", "The old basin\n")
    after["entities/PilotsGuild.md"] = after["entities/PilotsGuild.md"].replace("Guild", "Guild of pilots")
    return after


@pytest.fixture
def wikis_on_disk(tmp_path):
    for name, pages in (("old", BEFORE), ("new", edited())):
        for path, text in pages.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("json", "json"), ("markdown", "md")])
def test_one_edit_of_everything_is_told_in_words(wikis_on_disk, golden, form, suffix):
    told = kg("diff", "old", "new", "--format", form, cwd=wikis_on_disk, code=0).stdout

    golden(f"diff.{suffix}", told)


def test_the_golden_edit_is_called_what_was_done():
    found = Counter((kind, what) for kind, what, _, _ in changed(BEFORE, edited()))

    assert found == {
        ("claim", "regraded"): 1,
        ("claim", "re-attributed"): 1,
        ("claim", "reworded"): 1,
        ("claim", "moved"): 1,
        ("claim", "added"): 1,
        ("quote", "dropped"): 1,
        ("connection", "retyped"): 1,
        ("page", "moved retitled"): 1,
        ("page", "retitled"): 1,
        ("link", "retargeted"): 3,
        ("link", "added"): 1,
    }


def test_with_v_fields_and_sentences_are_shown(wikis_on_disk):
    told = kg("-v", "diff", "old", "new", cwd=wikis_on_disk, code=0).stdout

    assert "field changed\n  - sources/harbour-survey.md:4:1: published: 2026-01-10\n" in told
    assert "sentence reworded\n" in told
    assert "not shown" not in told


def test_what_a_terminal_would_obey_is_spelled_out(tmp_path):
    for name, claim in (("a.md", ONE), ("b.md", ONE.replace("quay", "\x1b[2Jqu\u202eay"))):
        (tmp_path / name).write_text(source(claim))

    told = kg("diff", "a.md", "b.md", cwd=tmp_path, code=0).stdout

    assert "\\x1b[2Jqu\\u202eay" in told
    assert "\x1b" not in told


def test_in_markdown_the_words_of_an_author_stay_in_their_fence(tmp_path):
    for name, claim in (("a.md", ONE), ("b.md", ONE.replace("[[Ada]]", "`````<b>@ada</b>"))):
        (tmp_path / name).write_text(source(claim))

    told = kg("diff", "a.md", "b.md", "--format", "markdown", cwd=tmp_path, code=0).stdout
    outside = told.split("``````diff")[0] + told.split("\n``````\n")[1]

    assert "@ada" not in outside
    assert "<b>" not in outside


def test_a_name_that_is_a_folder_and_a_branch_must_be_written_out(repository):
    (repository / "edit").mkdir()
    (repository / "edit/a.md").write_text(source(ONE))

    assert (
        "'edit' is a file or folder and a git revision; write ./edit"
        in kg("diff", "edit", "main", cwd=repository, code=2).stderr
    )
    assert "1 page added, 1 page dropped" in kg("diff", "refs/heads/edit", "./edit", cwd=repository, code=0).stdout


def test_a_revision_without_the_folder_has_no_pages(repository):
    (repository.parent / "later").mkdir()
    (repository.parent / "later/a.md").write_text(source(ONE))

    assert "no Markdown page (*.md)" in kg("diff", "main", cwd=repository.parent / "later", code=2).stderr


def test_git_is_never_given_what_a_user_wrote_as_an_option(repository, monkeypatch):
    given = []

    def run(command, **_options):
        given.append(command)
        return subprocess.CompletedProcess(command, 1, b"", b"")

    monkeypatch.setattr(git_revisions.subprocess, "run", run)
    for written in ("--exec=x", "-p", "HEAD;x"):
        with pytest.raises(KgError):
            git_revisions.resolve(repository, written)

    assert [command[-1] for command in given] == ["HEAD;x^{commit}"]
    assert all(command[-2] == "--end-of-options" for command in given)


def test_generations_tell_links_that_mean_something_else_on_pages_that_did_not_change(tmp_path):
    wiki = tmp_path / "wiki"
    (wiki / "sources").mkdir(parents=True)
    (wiki / "concepts").mkdir()
    (wiki / "sources/a.md").write_text(source(ONE, rest="\n## Summary\n\nIt is about [[Quay]].\n"))
    kg("ingest", wiki, cwd=tmp_path, code=0)
    (wiki / "concepts/Quay.md").write_text("# Quay\n")
    kg("ingest", wiki, cwd=tmp_path, code=0)

    told = kg("diff", "1", "2", cwd=tmp_path, code=0).stdout

    assert "link retargeted (broken → Quay)\n  - sources/a.md:12:15: [[Quay]]\n" in told
    assert told.endswith("\n1 page added\n1 link retargeted\n")
