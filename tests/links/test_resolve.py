"""Links: the forms they have, and the pages they mean."""

import random
import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support.pages import BASE, blocks, mapped, stored

from kg.ask import stats
from kg.check import validate
from kg.links import near_names as near
from kg.links import resolve, wikilinks
from kg.links.resolve import LinkRules, Named
from kg.parse import markdown_links
from kg.parse.markdown import HIDDEN, cover
from kg.parse.parse_page import parse
from kg.rdf.names import page_names

FILES = [
    "index.md",
    "concepts/OpenWeights.md",
    "entities/Meta.md",
    "notes/deep/Topic One.md",
    "a/same.md",
    "b/same.md",
    "é.md",
]


def wiki(paths=(), attachments=("img/logo.png",), titles=None):
    names = page_names([*FILES, *paths])
    titles = titles or {"entities/Meta.md": ("Meta Platforms", ("FB",))}
    return names, resolve.index([Named(name, *titles.get(path, ("", ()))) for path, name in names.items()], attachments)


@pytest.mark.parametrize(
    ("slug", "via", "topic"),
    [
        ("concepts/OpenWeights", "path", "OpenWeights"),
        ("concepts/OpenWeights.md", "path", "OpenWeights"),
        ("../entities/Meta", "relpath", "Meta"),
        ("deep/Topic One", "path_suffix", "Topic One"),
        ("OpenWeights", "stem", "OpenWeights"),
        ("e\u0301", "path", "é"),
        ("openweights", "stem_icase", "OpenWeights"),
        ("meta platforms", "title_alias", "Meta"),
        ("FB", "title_alias", "Meta"),
        ("topic-one", "slug", "Topic One"),
        ("open-weights", "squash", "OpenWeights"),
        ("wrong/place/Meta", "wrong_path_stem", "Meta"),
        ("logo.png", "attachment", ""),
        ("Nobody", "broken", "Nobody"),
        ("", "empty", ""),
    ],
)
def test_a_slug_is_resolved_in_the_documented_order(slug, via, topic):
    names, index = wiki()

    answer = resolve.resolve(index, names["concepts/OpenWeights.md"], slug)

    assert (answer.via, answer.topic) == (via, topic)


def test_an_anchor_alone_means_the_page_itself():
    names, index = wiki()

    assert resolve.resolve(index, names["index.md"], "", anchored=True) == resolve.Answer(
        "index", "self", ("index.md",)
    )


def test_of_two_pages_with_one_name_the_one_in_the_same_folder_is_meant():
    names, index = wiki(["a/other.md"])

    near = resolve.resolve(index, names["a/other.md"], "same")
    far = resolve.resolve(index, names["index.md"], "same")

    assert (near.resolution, near.topic) == ("strict", "a/same")
    assert (far.resolution, far.topic, far.candidates) == ("ambiguous", "same", ("a/same.md", "b/same.md"))


def test_pages_with_one_stem_are_different_topics_and_twins_different_pages():
    names = page_names(["x.md", "a/x.md", "y.md", "y.MD", "z/e\u0301.md", "z/é.md"])

    assert names["x.md"].topic == "/x"
    assert names["a/x.md"].topic == "a/x"
    assert {names["y.md"].name, names["y.MD"].name} == {"y", "y~2"}
    assert len({name.name for name in names.values()}) == 6
    assert len({name.topic for name in names.values()}) == 6


# ---- Where links stand -----------------------------------------------------------------------------------------------


def test_links_stand_in_every_part_of_a_page_but_code_and_comments(doc):
    """
    ---
    related: ["[[A]]", "[[B|b]]"]  # [[NotThis]]
    up: [[C]]
    source: "[[D#H|d]]"
    list:
      - '[[E]] and [[F]]'
    ---
    # On [[G]]

    | [[H\\|h]] | x |
    |---|---|
    | [[I]] | y |

    > [!note] [[J]]
    > > and [[K]]

    <div class="x">[[L]]</div> <!-- [[NotThat]] -->

    - one
      - two [[M]]

    [^a]: see [[N]]

    [ref]: https://example.org "[[O]]"

    ```
    [[NorThis]]
    ```
    """
    page, _ = doc

    shown = {link.slug: f"{link.place.line}:{link.place.column}" for block in blocks(page) for link in block.links}
    assert shown == {
        "A": "2:14", "B": "2:23", "C": "3:7", "D": "4:12", "E": "6:8", "F": "6:18", "G": "8:8", "H": "10:5",
        "I": "12:5", "J": "14:13", "K": "15:11", "L": "17:18", "M": "20:11", "N": "22:13", "O": "24:31",
    }  # fmt: skip


def test_links_of_the_front_matter_belong_to_their_values_and_are_counted_apart():
    page = b'---\nrelated: ["[[A]]", "[[Nobdy]]"]\nup: [[A]]\n---\n# H [[A]]\n'
    store = stored({"a.md": page, "A.md": b"", "Nobody.md": b"[x](A.md) [y](nobody.md)"})

    counted = stats.count(store)["links"]

    assert (counted["total"], counted["strict"], counted["front_matter"], counted["markdown"]) == (1, 1, 3, 2)
    facts = mapped({"a.md": page, "A.md": b"", "Nobody.md": b""})
    owners = [line.split()[2] for line in facts if "_front.1.l1>" in line and "isPartOf" in line]
    assert owners == [f"<{BASE}page/a#_front.1.v1>"]
    assert [
        (str(finding.span), finding.rule, finding.message) for finding in validate.validate(store, BASE).findings
    ] == [
        ("Nobody.md:1:15", "link-dangling-path", "there is no page at 'nobody.md'; did you mean (Nobody.md)?"),
        ("a.md:2:23", "link-dangling", "'[[Nobdy]]' leads to no page; did you mean [[Nobody]]?"),
    ]


# ---- Rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "via", "topic"),
    [
        ("podcast:Topic One", "path", "Topic One"),
        ("podcast: Topic One", "path", "Topic One"),
        ("person:Meta", "stem", "Meta"),
        ("person:meta", "stem_icase", "Meta"),
        ("entity:", "empty", ""),
        ("entity: /", "empty", ""),
        ("film:Meta", "broken", "film:Meta"),
        ("person:Mta", "broken", "person:Mta"),
    ],
)
def test_a_declared_prefix_is_a_folder_and_any_other_is_part_of_the_name(slug, via, topic):
    names, index = wiki()
    rules = LinkRules(namespaces={"podcast": "notes/deep/", "person": "", "entity": "entities/"})

    answer = resolve.resolve(index, names["index.md"], slug, rules=rules)

    assert (answer.via, answer.topic) == (via, topic)


def test_a_prefix_with_nothing_behind_is_empty_even_with_an_anchor():
    names, index = wiki()
    rules = LinkRules(namespaces={"entity": "entities/"})

    assert resolve.resolve(index, names["index.md"], "entity:", anchored=True, rules=rules).via == "empty"


def test_the_order_decides_and_what_is_not_in_it_is_not_tried():
    names, index = wiki(["x/FB.md"])
    me = names["index.md"]

    assert resolve.resolve(index, me, "FB").topic == "FB"
    assert resolve.resolve(index, me, "FB", rules=LinkRules(order=("title_alias", "stem"))).topic == "Meta"
    assert resolve.resolve(index, me, "openweights", rules=LinkRules(order=("path", "stem"))).via == "broken"
    assert resolve.resolve(index, me, "", anchored=True, rules=LinkRules(order=("path",))).via == "empty"


@pytest.mark.parametrize(
    ("slug", "via"),
    [
        ("/concepts/OpenWeights", "path"),
        ("concepts/OpenWeights/", "path"),
        ("./OpenWeights", "relpath"),
        ("OpenWeights.MD", "stem"),
        ("OpenWeights^b1", "stem"),
        ("notes/../entities/Meta", "wrong_path_stem"),  # only a path that starts here or in the root is walked
        ("Open%20Weights", "broken"),
        ("Open\u00a0Weights", "squash"),
    ],
)
def test_slugs_with_dots_slashes_suffixes_and_escapes(slug, via):
    names, index = wiki()
    assert resolve.resolve(index, names["concepts/OpenWeights.md"], slug).via == via


# ---- Homonyms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "slug"),
    [
        ({"a/same.md": b"", "b/same.md": b""}, "same"),
        ({"a/one.md": b"---\ntitle: same\n---\n", "b/two.md": b"---\ntitle: Same\n---\n"}, "same"),
        ({"a/one.md": b"---\ntitle: same\n---\n", "b/two.md": b"---\naliases: [same]\n---\n"}, "same"),
        ({"a/Same.md": b"", "b/SAME.md": b""}, "same"),
        ({"a/x-y.md": b"", "b/X Y.md": b""}, "x_y"),
        ({"a/x.md": b"", "a/x.MD": b""}, "x"),
    ],
)
def test_an_ambiguous_speaker_is_none_of_the_candidates_and_all_are_named(pages, slug):
    source = f"---\ntype: source\n---\n## Key Claims\n- [fact] [[{slug}]] — said so\n".encode()
    lines = mapped({**pages, "sources/s.md": source})
    nt = "".join(lines)

    candidates = {line.split()[2] for line in lines if "ns#candidate>" in line}
    [who] = {line.split()[2] for line in lines if "ns#claimant>" in line.split()[1]}
    topics = {line.split()[0] for line in lines if "describedOn" in line and "/id/s>" not in line}
    assert who == (f"<{BASE}id/x~>" if slug == "x" else f"<{BASE}id/{slug}>")
    assert len(topics) == 2
    assert who not in topics
    assert candidates == topics
    assert {line.split()[0] for line in lines if "ns#candidate>" in line} == {who}
    assert nt.count("candidatePath") == 2
    assert 'resolution> "ambiguous"' in nt


# ---- Did you mean ----------------------------------------------------------------------------------------------------

PAGES = {
    "concepts/open-weights.md": ("", ()),
    "concepts/OpenSourceDefinition.md": ("", ()),
    "concepts/taxonomy.md": ("", ()),
    "concepts/mixture-of-experts-routing.md": ("", ()),
    "entities/Müller.md": ("", ()),
    "entities/Meta.md": ("Meta Platforms", ("FB Group",)),
    "notes/box.md": ("", ()),
    "a/index.md": ("", ()),
    "b/index.md": ("", ()),
    "notes/gpt-4-turbo.md": ("", ()),
    "notes/gpt-5-turbos.md": ("", ()),
    "notes/C#.md": ("", ()),
    "notes/신한은행.md": ("", ()),
}


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("open-weight", "open-weights"),
        ("Open Weight", "open-weights"),
        ("OPEN-WEIGHTZ", "open-weights"),
        ("open-wights", "open-weights"),
        ("open-wieghts", "open-weights"),
        ("open-weigghts", "open-weights"),
        ("openwaights", "open-weights"),
        ("opne-wieghts", "open-weights"),
        ("weights-open", "open-weights"),
        ("sources/Open-Weights", "open-weights"),
        ("concepts/open_weight.md", "open-weights"),
        ("open%20weights%20", "open-weights"),
        ("open-source-definitions", "OpenSourceDefinition"),
        ("OpenSourceDefinitoin", "OpenSourceDefinition"),
        ("definition of", None),
        ("taxonomies", "taxonomy"),
        ("boxes", "box"),
        ("routing-mixture-of-experts", "mixture-of-experts-routing"),
        ("mixture-off-expert-routing", "mixture-of-experts-routing"),
        ("Muller", "Müller"),
        ("Meta Platfrms", "Meta"),
        ("FB-Groups", "Meta"),
        ("Mteta", "Meta"),
        ("c/indx", "a/index"),
        ("b/indx", "b/index"),
        ("gpt-4-turbos", "gpt-4-turbo"),
        ("신힌은행", "신한은행"),
        ("C++", None),
        ("AI", None),
        ("Beta", None),
        ("something else entirely", None),
        ("", None),
    ],
)
def test_a_misspelt_link_suggests_the_right_page_first(written, first):
    names = page_names(PAGES)
    index = resolve.index([Named(names[path], *PAGES[path]) for path in PAGES])

    suggested = resolve.suggest(index, written)

    assert suggested[:1] == ((first,) if first else ())
    assert len(suggested) <= 3


def test_a_suggestion_is_a_property_of_the_answer_and_leads_there_exactly():
    names, index = wiki()
    me = names["index.md"]

    assert resolve.resolve(index, me, "OpenWeight").suggestions == ("OpenWeights",)
    assert resolve.resolve(index, me, "openweights").suggestions == ("OpenWeights",)
    assert resolve.resolve(index, me, "same").suggestions == ("a/same", "b/same")
    assert resolve.resolve(index, me, "OpenWeights").suggestions == ()
    assert resolve.resolve(index, me, "OpenWeight", suggesting=False).suggestions == ()


NAME = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=12)
LETTERS = st.text("aAbé-_ .1", min_size=1, max_size=12)
PATHS = st.lists(
    st.lists(NAME | LETTERS, min_size=1, max_size=3).map(lambda parts: "/".join(parts) + ".md"), max_size=8
)


@given(PATHS, NAME | LETTERS | st.text(max_size=20), st.booleans())
def test_every_slug_has_an_answer_that_does_not_depend_on_the_order_of_the_pages(paths, slug, anchored):
    names = page_names([*paths, "me.md"])
    pages = [Named(name, "", ()) for name in names.values()]
    answers = {
        resolve.resolve(resolve.index(order), names["me.md"], asked, anchored=anchored)
        for order in (pages, pages[::-1])
        for asked in [slug]
    }
    by_path = {
        resolve.resolve(resolve.index(order), names["me.md"], wikilinks.by_path(slug)) for order in (pages, pages[::-1])
    }

    assert len(answers) == len(by_path) == 1
    assert answers.pop().resolution in {"strict", "lenient", "ambiguous", "broken", "attachment", "empty"}
    assert by_path.pop().resolution in {"strict", "ambiguous", "missing", "outside"}


@given(PATHS, LETTERS)
def test_what_is_suggested_resolves_strictly_to_one_page(paths, slug):
    names = page_names([*paths, "me.md"])
    index = resolve.index([Named(name, "", ()) for name in names.values()])

    for name in resolve.suggest(index, slug):
        [link] = wikilinks.find(f"[[{name}]]")
        answer = resolve.resolve(index, names["me.md"], link.slug)
        assert (answer.resolution, link.anchor) in {("strict", ""), ("ambiguous", "")}  # ambiguous: x.md and x.MD


@given(LETTERS, LETTERS, st.integers(0, 3))
def test_the_distance_is_symmetric_and_exact_up_to_its_limit(one, other, most):
    apart = near.distance(one, other, most)

    assert apart == near.distance(other, one, most) == min(near.distance(one, other, 30), most + 1)
    assert (apart == 0) == (one == other)


def misspelt(word, rnd):
    at, letter = rnd.randrange(len(word) - 1), rnd.choice("abcdefgh")
    return rnd.choice([
        word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ])  # fmt: skip


def timed(size):
    rnd = random.Random(size)  # noqa: S311  # the same misspellings each time
    syllables = ["ba", "de", "fi", "go", "ku", "la", "me", "no", "ri", "su"]
    stems = sorted({"-".join("".join(rnd.choices(syllables, k=3)) for _ in range(3)) for _ in range(size)})
    names = page_names([f"notes/{stem}.md" for stem in stems])
    index = resolve.index([Named(name, "", ()) for name in names.values()])
    me = next(iter(names.values()))
    wrong = [(stem, misspelt(stem, rnd)) for stem in stems]
    started = time.process_time()
    answers = [(stem, resolve.resolve(index, me, word)) for stem, word in wrong]
    spent = time.process_time() - started
    broken = [(stem, answer) for stem, answer in answers if answer.via == "broken"]
    assert len(broken) > 0.8 * len(stems)
    assert all(answer.suggestions[0] == stem for stem, answer in broken)
    return spent


def test_ten_thousand_broken_links_among_ten_thousand_names_take_a_time_that_grows_with_their_number():
    small, large = timed(1_000), timed(10_000)

    assert large < 30 * small
    assert large < 30


def test_many_names_that_share_most_of_their_letters_are_no_trap():
    names = page_names([f"n/note-{number:05d}.md" for number in range(5_000)])
    index = resolve.index([Named(name, "", ()) for name in names.values()])
    started = time.process_time()
    for number in range(500):
        assert len(resolve.suggest(index, f"notes-{number:05d}x")) <= 3

    assert time.process_time() - started < 10


# ---- Markdown links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[t](page.md)", ("page.md", "", "t", 4)),
        ("[t](../x/page.md#heading)", ("../x/page.md", "heading", "t", 4)),
        ("[t](<my page.md>)", ("my page.md", "", "t", 5)),
        ("[t](my%20page.MD 'title')", ("my%20page.MD", "", "t", 4)),
        ("[t](a(b).md)", ("a(b).md", "", "t", 4)),
        ("[![i](i.png)](page.md)", ("page.md", "", "![i](i.png)", 14)),
        ("[[x.pdf]](sources/x.md)", ("sources/x.md", "", "[x.pdf]", 10)),
        ("[see [[X]]](page.md)", ("page.md", "", "see [[X]]", 12)),
        ("[t][ref]", ("dir/page.md", "h", "t", 4)),
        ("[Ref][]", ("dir/page.md", "h", "Ref", 1)),
        ("[ref]", ("dir/page.md", "h", "ref", 1)),
    ],
)
def test_a_markdown_link_to_a_page_has_a_path_an_anchor_and_a_text(text, parts):
    seen = cover(text, [(link.start, link.end) for link in wikilinks.find(text)], HIDDEN)
    [link] = markdown_links.find(text, seen, {"ref": "dir/page.md#h"})

    assert (link.slug, link.anchor, link.alias, link.target_start) == parts
    assert link.form == "markdown"


@pytest.mark.parametrize(
    "text",
    [
        "![t](page.md)", "[t](https://x.org/page.md)", "[t](//x.org/page.md)", "[t](#page.md)", "[t](mailto:a@b.md)",
        "[t](page.txt)", "[t](my page.md)", "[t] (page.md)", r"\[t](page.md)", "<page.md>", "[t](page.md", "[t][other]",
        "[^ref]", "t](page.md)", "![a [t](page.md) b](i.png)",
    ],
)  # fmt: skip
def test_addresses_images_and_what_only_looks_like_a_link_are_none(text):
    assert list(markdown_links.find(text, text, {"ref": "page.md"})) == []


def theirs(text):
    """The destinations of the links to pages that markdown-it finds in one paragraph."""
    tokens = MarkdownIt("commonmark").disable(["html_inline", "autolink", "entity"]).parse(text)
    inline = [child for token in tokens for child in token.children or []]
    found = [child.attrs["href"] for child in inline if child.type == "link_open"]
    return [href for href in found if href.endswith(".md") and ":" not in href and not href.startswith("//")]


@given(st.lists(st.sampled_from(
    ["[", "]", "](", "(", ")", "a", "b.md", "[a](b.md)", "![", "!", "x ", "<b.md>", "[r]", " 'c'", "\\"]
), max_size=10).map("".join))  # fmt: skip
def test_markdown_it_finds_the_same_links(text):
    line = f"x {text} x"
    assume("][[" not in line)  # before brackets in brackets cmark takes a label alone for a link, markdown-it does not

    ours = [link.slug for link in markdown_links.find(line, line, {"r": "r.md"})]

    assert ours == theirs(f"{line}\n\n[r]: r.md\n")


def test_definitions_are_read_outside_code_and_the_first_of_a_label_counts(newsroom):
    page = b"[a][L] and [l]\n\n[L]: x/one.md 'T'\n[l]: two.md\n[u]: https://x.org\n\n```\n[a]: no.md\n```\n"
    record, _ = parse(page, "p.md", newsroom)

    assert [(link.slug, link.place.column) for block in blocks(record) for link in block.links] == [
        ("x/one.md", 5), ("x/one.md", 13),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "via", "topic"),
    [
        ("../entities/Meta.md", "relpath", "Meta"),
        ("OpenWeights.md", "relpath", "OpenWeights"),
        ("entities/Meta.md", "path", "Meta"),
        ("/entities/Meta.md", "relpath", "Meta"),
        ("../notes/deep/Topic%20One.md", "relpath", "Topic One"),
        ("../e%CC%81.md", "relpath", "é"),
        ("Meta.md", "missing", "concepts/Meta"),
        ("openweights.md", "missing", "concepts/openweights"),
        ("../../README.md", "outside", ""),
    ],
)
def test_a_markdown_link_is_followed_by_its_path_alone(path, via, topic):
    names, index = wiki()

    answer = resolve.resolve(index, names["concepts/OpenWeights.md"], wikilinks.by_path(path))

    assert (answer.via, answer.topic) == (via, topic)


def test_a_path_at_which_no_page_lies_suggests_the_path_of_the_page_that_was_meant():
    names, index = wiki()

    answer = resolve.resolve(index, names["concepts/OpenWeights.md"], wikilinks.by_path("TopicOne.md"))

    assert answer.suggestions == ("../notes/deep/Topic%20One.md",)


def test_names_in_two_normal_forms_are_one_name():
    names, index = wiki()

    for form in ("NFC", "NFD"):
        assert resolve.resolve(index, names["index.md"], unicodedata.normalize(form, "é")).topic == "é"


@pytest.mark.parametrize(("slug", "meant"), [("12", ()), ("1 2", ()), ("x2", ("x²",)), ("ecole", ("École",))])
def test_a_fraction_is_no_suggestion_for_its_digits_and_a_raised_number_is(slug, meant):
    names = page_names(["me.md", "½.md", "x².md", "École.md"])
    index = resolve.index([Named(name, "", ()) for name in names.values()])

    assert resolve.resolve(index, names["me.md"], slug).suggestions == meant
