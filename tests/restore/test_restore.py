"""Rendered copies back to Markdown: the seed byte for byte, every wiki as text and as HTML, and what cannot be known."""

import json
import os
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import flattening
from support.commands import kg
from support.places import EXAMPLES
from support.tier import but

from kg.links import wikilinks
from kg.model.finding import Level
from kg.parse.markdown import hide
from kg.restore import blocks, html_page, import_copies, lexicon, relink, restore_html, restore_text
from kg.restore.lexicon import Heading, Lexicon, Sort, sort_of
from kg.settings import dialect
from kg.store.manifest import Entry
from kg.store.reading import reading

NEWSROOM = dialect.load("newsroom")
SEED = "open-source-ai-models-how-open"
PAGE = f"sources/{SEED}.md"
TITLES = {
    "concepts/FineTuning.md": "Fine-Tuning", "concepts/OpenWeights.md": "Open Weights", "entities/Meta.md": "Meta",
    "entities/MarkZuckerberg.md": "Mark Zuckerberg", "sources/llama-3-1-license.md": "The Llama Licence",
    "overviews/open-weights.md": "Open Weights", "concepts/OpenSourceAI.md": "Open Source AI",
}  # fmt: skip


def heading(title, level, gap, *, group="ConceptPage", first=False):
    """Return a heading as a stored page has it."""
    return Heading(group, first, level, title, gap)


def words(titles=TITLES, used=(), headings=()):
    """Return the words of a wiki of pages with titles."""
    sizes = Counter(lexicon.group(path, NEWSROOM) for path in titles)
    pages = [Entry(path, path, path, "", title, ()) for path, title in titles.items()]
    return lexicon.made(pages, used, headings, sizes)


def restored(text, path="sources/a-page.md", known=None, texts=()):
    """Return the page of a copy, held against a small wiki."""
    wiki = restore_text.Wiki(NEWSROOM, words() if known is None else known, texts)
    return restore_text.restore(text.encode(), "copy.txt", path, wiki)


def from_html(text, path="sources/a-page.md", known=None):
    """Return the page of a copy in HTML, held against a small wiki."""
    return restore_html.restore(
        text, "copy.html", path, restore_text.Wiki(NEWSROOM, words() if known is None else known)
    )


def said(page, *rules):
    """Return (rule, line, column, message) of the findings by these rules."""
    return [(f.rule, f.span.line, f.span.column, f.message) for f in page.findings if f.rule in rules]


# The wikis of ../shared and the example. Pages come back from a text without front matter, marks, brackets and comments;
# `showable` are those whose body holds nothing that such a copy does not show (no alias, anchor, emphasis, comment).


@dataclass(frozen=True)
class Floor:
    """What must come back of a wiki, a ratchet: raise these when more does."""

    pages: int
    bodies: int
    showable: tuple[int, int]
    links: tuple[int, int]
    plain: tuple[int, int]
    wrong: int
    html_bodies: int


FLOORS = {
    "newsroom-2026-08": Floor(28, 9, (9, 13), (317, 349), (309, 316), 3, 22),
    "newsroom-2026-09-partial": Floor(14, 1, (1, 2), (230, 284), (227, 234), 10, 9),
    "waytid-newsroom": Floor(43, 11, (11, 18), (402, 465), (388, 401), 36, 31),
    "open-source-ai": Floor(55, 28, (28, 28), (887, 1123), (883, 883), 34, 54),
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Return the stored wiki at a root, made once."""
    made = {}

    def read(root):
        if root not in made:
            folder = tmp_path_factory.mktemp("store") / "store"
            kg("--store", folder, "ingest", root, code=0)
            found = reading(folder)
            made[root] = import_copies.Known(found.pages, found.quads)
        return made[root]

    return read


def root_of(name, request):
    """Return the folder of a wiki: the example, or one of ../shared."""
    if name == "open-source-ai":
        return EXAMPLES / name
    return request.getfixturevalue("shared") / "corpora" / name / "wiki"


def found_links(text):
    """Return how often each link stands in a text, code left out."""
    lines = (wikilinks.find(hide(line)) for line in text.split("\n"))
    return Counter((link.slug, link.anchor, link.alias) for found in lines for link in found)


def is_showable(page):
    """Tell whether a copy as text shows all that a page holds."""
    every = all(not link.anchor and link.alias is None for link in wikilinks.find(page.body))
    marks = flattening.flat(page) != flattening.flat(page, marks=True)
    return every and not marks and "<!--" not in page.body and "\\" not in page.body


@pytest.mark.parametrize("name", but(FLOORS, ["waytid-newsroom", "open-source-ai"]))
def test_pages_come_back_from_copies_as_text(name, request, opened):
    root, floor = root_of(name, request), FLOORS[name]
    known = opened(root)
    count = Counter()
    for file in sorted(root.rglob("*.md")):
        path = file.relative_to(root).as_posix()
        page = flattening.original(path, file.read_text(encoding="utf-8"))
        copy = flattening.flat(page).encode()
        wiki = import_copies.wiki(path, NEWSROOM, known, running=True)

        back = restore_text.restore(copy, "copy.txt", path, wiki)

        wanted, found = found_links(page.body), found_links(back.body)
        plain = Counter({link: number for link, number in wanted.items() if link[1:] == ("", None)})
        count["pages"] += 1
        count["bodies"] += back.body == page.body
        count["showable"] += is_showable(page)
        count["showable back"] += is_showable(page) and back.body == page.body
        count.update({"links": wanted.total(), "right": (wanted & found).total(), "wrong": (found - wanted).total()})
        count.update({"plain": plain.total(), "plain right": (plain & found).total()})
        assert back.links == found.total()
        assert any(f.rule == "rendered-front-matter" for f in back.findings)

    assert (count["pages"], count["showable"]) == (floor.pages, floor.showable[1])
    assert (count["links"], count["plain"]) == (floor.links[1], floor.plain[1])
    assert count["bodies"] >= floor.bodies
    assert count["showable back"] >= floor.showable[0]
    assert count["right"] >= floor.links[0]
    assert count["plain right"] >= floor.plain[0]
    assert count["wrong"] <= floor.wrong


@pytest.mark.parametrize("name", but(FLOORS, ["waytid-newsroom", "open-source-ai"]))
def test_pages_come_back_from_exports_as_html_with_every_link(name, request, opened):
    root = root_of(name, request)
    known = opened(root)
    bodies = 0
    for file in sorted(root.rglob("*.md")):
        path = file.relative_to(root).as_posix()
        page = flattening.original(path, file.read_text(encoding="utf-8"))

        back = restore_html.restore(
            flattening.page(page), "x.html", path, import_copies.wiki(path, NEWSROOM, known, running=False)
        )

        assert found_links(back.body) == found_links(page.body)
        assert back.links == found_links(page.body).total()
        bodies += back.body == page.body

    assert bodies >= FLOORS[name].html_bodies


def test_every_link_that_is_a_guess_is_named(request, opened):
    root = root_of("open-source-ai", request)
    known = opened(root)
    for file in sorted((root / "sources").glob("[a-z]*.md")):
        path = f"sources/{file.name}"
        page = flattening.original(path, file.read_text(encoding="utf-8"))
        back = restore_text.restore(
            flattening.flat(page).encode(), "x", path, import_copies.wiki(path, NEWSROOM, known, running=True)
        )

        wrong = found_links(back.body) - found_links(page.body)

        named = " ".join(message for _, _, _, message in said(back, "rendered-link"))
        assert all(f"[[{slug}" in named for slug, _, _ in wrong), (path, wrong)


# The seed


@pytest.fixture
def seed(shared):
    """Return the copy of the seed, and the body of its Markdown."""
    text = (shared / "corpora/seed" / f"{SEED}.md").read_text(encoding="utf-8")
    return shared / "corpora/seed" / f"{SEED}.rendered.txt", text.split("\n---\n\n", 1)[1].encode()


def test_the_seed_comes_back_byte_for_byte_with_its_13_links(seed, shared, tmp_path):
    copy, body = seed
    kg("--store", tmp_path / "store", "ingest", shared / "corpora/newsroom-2026-08/wiki", code=0)

    done = kg("--store", tmp_path / "store", "import-rendered", copy, "--out", tmp_path / "out", "--json", code=0)

    record = json.loads(done.stdout)
    assert (tmp_path / "out" / PAGE).read_bytes() == body
    assert [(page["path"], page["links"]) for page in record["pages"]] == [(PAGE, 13)]
    missing = [f for f in record["findings"] if f["rule"] == "rendered-front-matter"]
    assert [(f["line"], f["column"], f["level"]) for f in missing] == [(7, 1, "warning")]
    for word in ("title", "type", "published", "scraped", "source_url", "tags", "last_updated"):
        assert word in missing[0]["message"]


def test_the_seed_without_a_wiki_keeps_the_links_of_its_forms(seed):
    copy, body = seed

    back = restore_text.restore(copy.read_bytes(), "seed.txt", PAGE, restore_text.Wiki(NEWSROOM))

    assert not found_links(body.decode()) - found_links(back.body)
    assert dict(found_links(back.body) - found_links(body.decode())) == {("DeepSeek", "", None): 1}
    assert any(f.span.line == 13 and "[[DeepSeek]] names no page" in f.message for f in back.findings)


# Lines by their forms

LINES = {
    "a claim of a page": ("Key Claims", "• [fact] OpenWeights — are shared", "- [fact] [[OpenWeights]] — are shared"),
    "a plain claimant": ("Key Claims", "• [fact] Ada Lee, chair — said so", "- [fact] Ada Lee, chair — said so"),
    "a claimant and a role": ("Key Claims", "• [fact] Meta, a firm — did", "- [fact] [[Meta]], a firm — did"),
    "a claimant by title": ("Key Claims", "• [fact] Mark Zuckerberg — did", "- [fact] [[MarkZuckerberg|Mark Zuckerberg]] — did"),
    "a name in a claim": ("Key Claims", "• [fact] Ada — does FineTuning, too", "- [fact] Ada — does [[FineTuning]], too"),
    "a quote": ("Key Quotes", '"So FineTuning - it is." — Meta, firm', '> "So FineTuning - it is." — [[Meta]], firm'),
    "a relation": ("Connections", "• cites: llama-3-1-license — how", "- cites: [[llama-3-1-license]] — how"),
    "a target by title": ("Connections", "• cites: The Llama Licence — how", "- cites: [[llama-3-1-license|The Llama Licence]] — how"),
    "a target without page": ("Connections", "• cites: SomePage — how", "- cites: [[SomePage]] — how"),
    "two targets": ("Connections", "• cites: Meta, OpenWeights — how", "- cites: [[Meta]], [[OpenWeights]] — how"),
    "a link to a section": ("Summary", "See llama-3-1-license#Key Claims.", "See [[llama-3-1-license#Key Claims]]."),
    "a link to a section, shown": ("Summary", "See FineTuning > Overview here.", "See [[FineTuning#Overview]] here."),
    "a possessive": ("Summary", "It is FineTuning's own.", "It is [[FineTuning]]'s own."),
    "a longer word": ("Summary", "FineTunings and xFineTuning and FineTuning-like", "FineTunings and xFineTuning and FineTuning-like"),
    "an address": ("Summary", "See https://x.org/FineTuning and a/FineTuning.md", "See https://x.org/FineTuning and a/FineTuning.md"),
    "code": ("Summary", "Write `FineTuning` so", "Write `FineTuning` so"),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_a_line_gets_back_what_its_form_has(case):
    section, line, wanted = LINES[case]

    assert restored(f"{section}\n\n{line}\n").body == f"## {section}\n\n{wanted}\n"


HUB_LINES = {
    "a page": ("• FineTuning — how", "- [[FineTuning]] — how"),
    "a page by title": ("• Fine-Tuning — how", "- [[FineTuning|Fine-Tuning]] — how"),
    "a group": ("• Sources — Meta · OpenWeights", "- **Sources** — [[Meta]] · [[OpenWeights]]"),
    "a group with a note": ("• Issue — llama-3-1-license (why)", "- **Issue** — [[llama-3-1-license]] (why)"),
    "a bracket": ("• OpenWeights (concept) — how", "- [[OpenWeights]] (concept) — how"),
}


@pytest.mark.parametrize("case", HUB_LINES)
def test_a_connection_of_a_hub_names_its_page_first(case):
    line, wanted = HUB_LINES[case]

    assert restored(f"Connections\n\n{line}\n", "concepts/X.md").body == f"## Connections\n\n{wanted}\n"


def test_steps_and_entries_of_trails_and_timelines_lead_to_pages():
    trail = restored("Path\n\n  1. FineTuning — first\n  2. Meta — then\n", "trails/t.md")
    line = restored("Flow Summary\n\n  • ★ 2024-10-28 llama-3-1-license — a start\n", "timelines/T.md")

    assert trail.body == "## Path\n\n1. [[FineTuning]] — first\n2. [[Meta]] — then\n"
    assert line.body == "## Flow Summary\n\n- ★ **2024-10-28** [[llama-3-1-license]] — a start\n"


def test_a_name_that_people_use_anyway_follows_the_habit_of_pages_of_its_kind():
    text = "Summary\n\nMeta did it. Meta said so.\n"
    always = [["[[Meta]] is big. [[Meta]] grows."]]
    at_first = [["[[Meta]] is big. Meta grows."]]

    bodies = [restored(text, texts=texts).body[12:-1] for texts in ((), always, at_first)]

    assert bodies == [
        "Meta did it. Meta said so.", "[[Meta]] did it. [[Meta]] said so.", "[[Meta]] did it. Meta said so.",
    ]  # fmt: skip
    assert said(restored(text), "rendered-name") == [
        ("rendered-name", 3, 1, "'Meta' is left as text; it is also the name of a page, so it may have been [[Meta]]")
    ]


def test_a_page_does_not_link_itself():
    assert (
        restored("Overview\n\nOpenWeights it is.\n", "concepts/OpenWeights.md").body
        == "## Overview\n\nOpenWeights it is.\n"
    )


def test_names_that_other_pages_link_count_although_no_page_has_them():
    known = words(used=["SomeThing"])

    back = restored("Summary\n\nOf SomeThing, OtherThing.\n", known=known)

    assert back.body == "## Summary\n\nOf [[SomeThing]], OtherThing.\n"
    assert said(back, "rendered-link")[0][:3] == ("rendered-link", 3, 4)


@pytest.mark.parametrize(
    ("stem", "title", "sort"),
    [
        ("FineTuning", "Fine-Tuning", Sort.COINED), ("case-against-osaid", "The Case", Sort.COINED), ("DeepSeek", "DeepSeek", Sort.PROPER),
        ("Llama", "Llama (models)", Sort.PROPER), ("NTIA", "National Tele", Sort.PROPER), ("open-weights", "Open Weights", Sort.WORD),
        ("index", "", Sort.WORD), ("SomeThing", "", Sort.COINED),
    ],
)  # fmt: skip
def test_the_spelling_of_a_name_says_how_sure_a_link_is(stem, title, sort):
    assert sort_of(stem, title) is sort


# What cannot be known


def test_a_title_of_two_pages_is_left_as_text_and_both_are_named():
    back = restored("Connections\n\n• cites: Open Weights — how\n")

    assert back.body == "## Connections\n\n- cites: Open Weights — how\n"
    assert said(back, "rendered-ambiguous") == [
        (
            "rendered-ambiguous", 3, 10,
            "'Open Weights' is left as text; several pages have this title: [[OpenWeights|Open Weights]], [[open-weights|Open Weights]]",
        )
    ]  # fmt: skip


def test_a_title_of_two_pages_means_the_one_in_the_same_folder():
    back = restored("Adjacent\n\n• Open Weights — how\n\nEnd of it\n", "overviews/x.md")

    assert "- [[open-weights|Open Weights]] — how" in back.body


def test_a_link_whose_words_name_no_page_is_left_and_named():
    back = restored("Connections\n\n• contradicts: a letter by many — how\n")

    assert back.body == "## Connections\n\n- contradicts: a letter by many — how\n"
    assert [one[:3] for one in said(back, "rendered-target")] == [("rendered-target", 3, 16)]
    assert [f.level for f in back.findings if f.rule == "rendered-target"] == [Level.WARNING]


def test_a_title_in_running_text_is_left_and_named_once():
    back = restored("Summary\n\nThe Llama Licence is one.\n\nThe Llama Licence is two.\n")

    assert "[[" not in back.body
    assert [one[:3] for one in said(back, "rendered-name")] == [("rendered-name", 3, 1)]


def test_a_heading_that_no_page_has_is_a_guess():
    back = restored("Overview\n\nText.\n\nWhat Came Of It\n\nMore text.\n\nno heading here\n\nEnd.\n", "concepts/X.md")

    assert back.body == "## Overview\n\nText.\n\n## What Came Of It\n\nMore text.\n\nno heading here\n\nEnd.\n"
    assert [one[:3] for one in said(back, "rendered-heading")] == [("rendered-heading", 5, 1)]


def test_levels_and_empty_lines_below_headings_are_those_of_pages_of_its_kind():
    headings = [heading("Later Years", 3, 1), heading("Connections", 2, 0)]

    back = restored("Later Years\n\nText.\n\nConnections\n\n• Meta — how\n", "concepts/X.md", words(headings=headings))

    assert back.body == "### Later Years\n\nText.\n\n## Connections\n- [[Meta]] — how\n"


def test_the_title_is_the_pages_own_heading_where_pages_of_its_kind_have_one():
    headings = [heading("Open Weights", 1, 1, group="OverviewPage", first=True)]
    copy = "Skip to content\n\nx\n\nAda edited this page Jul 1, 2026\n\nThe Field\n\nOverview\n\nText.\n"

    assert restored(copy, "overviews/x.md", words(headings=headings)).body == "# The Field\n\n## Overview\n\nText.\n"
    assert restored(copy, "overviews/x.md").body == "## Overview\n\nText.\n"


def test_the_frame_of_the_host_is_left_out_and_named_line_by_line():
    copy = "Skip to content\n\na page\n\nAda edited this page Jul 1 · 3 revisions\n\nA Title\n\nSummary\n\nText.\n\nPages 12\n\nHome\n"

    back = restored(copy)

    assert back.body == "## Summary\n\nText.\n"
    assert [one[1] for one in said(back, "rendered-frame")] == [1, 3, 5, 13, 15]


def test_nothing_but_a_frame_is_a_violation():
    assert [f.level for f in restored("Skip to content\n").findings if f.rule == "rendered-empty"] == [Level.VIOLATION]


def test_lists_keep_their_depth():
    back = restored("Summary\n\n  • one\n    ◦ two\n      ▪ three\n  • four\n\n  1. five\n  2. six\n")

    assert back.body == "## Summary\n\n- one\n  - two\n    - three\n- four\n\n1. five\n2. six\n"


def test_the_type_and_so_the_folder_come_from_the_sections():
    assert restore_text.place(["Summary", "Key Claims", "Connections"], "a/b.rendered.txt", NEWSROOM) == "sources/b.md"
    assert restore_text.place(["Overview", "Connections"], "b.html", NEWSROOM) == "b.md"


# HTML

HTML_CASES = {
    "a page by its address": ('<p>a <a href="FineTuning.html">FineTuning</a></p>', "a [[FineTuning]]"),
    "other words": ('<p><a href="../concepts/FineTuning">tuned</a></p>', "[[FineTuning|tuned]]"),
    "a folder": ('<p><a href="/w/FineTuning/index.html">tuned</a></p>', "[[FineTuning|tuned]]"),
    "a code host's wiki": ('<p><a href="https://host.org/o/r/wiki/FineTuning">FineTuning</a></p>', "[[FineTuning]]"),
    "a section": ('<p><a href="FineTuning.html#key-claims">x</a></p>', "[[FineTuning#Key Claims|x]]"),
    "another site": ('<p><a href="https://x.org/a">x</a></p>', "[x](https://x.org/a)"),
    "a file": ('<p><a href="../a/b.md">x</a></p>', "[x](../a/b.md)"),
    "a permalink": ('<h2><a class="anchor" href="#s"></a>Summary</h2>', "## Summary"),
    "a heading of a code host": ('<div class="markdown-heading"><h2 class="heading-element">Summary</h2><a class="anchor" href="#summary"><svg><title>Link</title></svg></a></div>', "## Summary"),
    "emphasis and code": ("<p><strong>a</strong> <em>b</em> <code>c</code></p>", "**a** *b* `c`"),
    "a quote": ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
    "a list without end tags": ("<ul><li>a<li>b</ul>", "- a\n- b"),
    "lists": ("<ol start=3><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "3. a\n  - b\n4. c"),
    "a table": ("<table><tr><th>a</th><th>b</th></tr><tr><td>c|d</td><td>e</td></tr></table>", "| a | b |\n|---|---|\n| c\\|d | e |"),
    "code lines": ('<pre><code class="language-py">a\n b\n</code></pre>', "```py\na\n b\n```"),
    "characters": ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"),
    "a script": ("<p>a</p><script>x()</script><style>p {}</style><nav>n</nav>", "a"),
    "a comment": ("<!-- note --><p>a</p>", "<!-- note -->\n\na"),
    "generated lines": ("<!-- AUTO:X BEGIN --><h2>S</h2><p>n:</p><ul><li>a</li></ul><!-- AUTO:X END -->", "<!-- AUTO:X BEGIN -->\n## S\n\nn:\n- a\n<!-- AUTO:X END -->"),
    "only the body of the page": ('<div><p>menu</p></div><div class="markdown-body"><p>a</p></div>', "a"),
}  # fmt: skip


@pytest.mark.parametrize("case", HTML_CASES)
def test_html_becomes_the_markdown_that_it_was_made_from(case):
    text, wanted = HTML_CASES[case]

    assert from_html(text).body == f"{wanted}\n"


def test_a_link_of_html_to_no_page_is_named_at_its_tag():
    back = from_html('<h2>Summary</h2>\n<p>See <a href="NoPage.html">it</a>.</p>\n')

    assert back.body == "## Summary\n\nSee [[NoPage|it]].\n"
    assert [one[1:3] for one in said(back, "rendered-link")] == [(2, 8)]


def test_elements_without_end_are_read_as_words():
    back = from_html("<div>" * 5000 + "words" + "<b>" * 5000)

    assert back.body == "words\n"
    assert [f.level for f in back.findings if f.rule == "rendered-nesting"] == [Level.VIOLATION]


# Any input

ALPHABET = st.sampled_from([*'aZ •-—>"#.[]|*`\n\t\x00é<>&;/', "Meta", "FineTuning", "Key Claims\n\n", "<li>", "</p>", "<a href=x>", "\r\n", "1. "])  # fmt: skip


@given(st.binary(max_size=80) | st.lists(ALPHABET, max_size=60).map("".join).map(str.encode))
def test_any_bytes_have_a_page_and_the_same_one_each_time(data):
    wiki = restore_text.Wiki(NEWSROOM, words())
    first = restore_text.restore(data, "x.txt", "sources/x.md", wiki)

    assert first == restore_text.restore(data, "x.txt", "sources/x.md", wiki)
    assert all(f.span.line >= 1 and f.span.column >= 1 for f in first.findings)
    page = restore_html.restore(data.decode("utf-8", "replace"), "x.html", "concepts/x.md", wiki)
    assert all(f.span.line >= 1 and f.span.column >= 1 for f in page.findings)


@given(
    st.lists(st.sampled_from(["FineTuning", "Meta", "a", " ", ". ", "Open Weights", "é", "`x`", "-"]), max_size=30).map(
        "".join
    )
)
def test_links_are_put_in_and_nothing_else_is_changed(text):
    tool = relink.linker(words(), "", relink.Habit(first=True, later=True))

    assert wikilinks.plain(relink.free(tool, text).text) == text


def test_a_page_of_a_hundred_thousand_lines_takes_no_quadratic_time():
    import time  # this test alone measures

    def seconds(lines):
        text = "Summary\n\n" + "FineTuning and a.a.a.a Meta [ ( \n" * lines
        start = time.process_time()
        restored(text)
        return time.process_time() - start

    small = seconds(2_000)

    assert seconds(20_000) < 40 * small + 1


# The command


@pytest.fixture
def copy(tmp_path):
    """Return a copy of a page, in a folder of its own."""
    file = tmp_path / "a-page.txt"
    file.write_text(
        "Summary\n\nText of FineTuning.\n\nKey Claims\n\n• [fact] Meta — did\n\nConnections\n\n• cites: Meta — x\n"
    )
    return file


def test_a_page_goes_to_standard_output_and_what_is_not_known_to_standard_error(copy, tmp_path):
    done = kg("import-rendered", copy, cwd=tmp_path, code=0)

    assert done.stdout.startswith("## Summary\n\nText of FineTuning.\n\n## Key Claims\n\n- [fact] [[Meta]] — did\n")
    assert re.search(
        r"a-page.txt:1:1: warning: a rendered copy has no front matter; .* \[rendered-front-matter\]", done.stderr
    )


def test_a_file_that_is_there_is_kept_unless_forced(copy, tmp_path):
    kg("import-rendered", copy, "--out", "out", cwd=tmp_path, code=0)
    page = tmp_path / "out/sources/a-page.md"
    page.write_text("mine")

    refused = kg("import-rendered", copy, "--out", "out", cwd=tmp_path, code=2)
    kept = page.read_text()
    kg("import-rendered", copy, "--out", "out", "--force", cwd=tmp_path, code=0)

    assert "is there already; --force overwrites" in refused.stderr
    assert kept == "mine"
    assert page.read_text().startswith("## Summary")
    assert [one.name for one in page.parent.iterdir()] == ["a-page.md"]


def test_nothing_is_written_where_one_of_several_pages_cannot_be(copy, tmp_path):
    other = tmp_path / "b-page.txt"
    other.write_bytes(copy.read_bytes())
    (tmp_path / "out/sources").mkdir(parents=True)
    (tmp_path / "out/sources/b-page.md").write_text("mine")

    kg("import-rendered", copy, other, "--out", "out", cwd=tmp_path, code=2)

    assert os.listdir(tmp_path / "out/sources") == ["b-page.md"]  # noqa: PTH208  # names alone are compared


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--as", "../x.md", "--out", "out"], "would be written outside out; it was refused"),
        (["--as", "/x.md", "--out", "out"], "would be written outside out; it was refused"),
        (["--as", "x.txt"], "--as 'x.txt': name a page of the wiki"),
        (["a-page.txt"], "several copies need --out FOLDER"),
        (["nope.txt", "--out", "out"], "nope.txt: cannot be read: No such file"),
        (["./a-page.txt", "--out", "out"], "two copies would become this page"),
    ],
)
def test_a_mistake_is_said_in_one_line_and_writes_nothing(copy, tmp_path, options, said):
    done = kg("import-rendered", copy, *options, cwd=tmp_path, code=2)

    assert said in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["a-page.txt"]


def test_the_exit_code_follows_the_level_that_is_asked_for(copy, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("")

    kg("import-rendered", copy, "--fail-on", "warning", cwd=tmp_path, code=1)
    kg("import-rendered", empty, cwd=tmp_path, code=1)


def test_json_holds_the_page_that_no_file_does(copy, tmp_path):
    record = json.loads(kg("import-rendered", copy, "--json", "--as", "sources/x.md", cwd=tmp_path, code=0).stdout)

    assert record["ok"] is True
    assert [(p["path"], p["links"], p["written"]) for p in record["pages"]] == [("sources/x.md", 2, None)]
    assert record["pages"][0]["markdown"].startswith("## Summary\n")


def test_a_copy_that_is_not_utf_8_is_read_and_named(copy, tmp_path):
    copy.write_bytes("Summary\r\n\r\nDéjà vu\r\n".encode("latin-1"))

    done = kg("import-rendered", copy, cwd=tmp_path, code=0)

    assert done.stdout == "## Summary\n\nDéjà vu\n"
    assert "a-page.txt:1:1: warning: not UTF-8; read as Latin-1" in done.stderr


def test_a_copy_as_html_is_known_by_its_first_character(copy, tmp_path):
    copy.write_text("\n<h2>Summary</h2><h2>Key Claims</h2><h2>Connections</h2><p>a</p>")

    kg("import-rendered", copy, "--out", "out", cwd=tmp_path, code=0)

    assert (tmp_path / "out/sources/a-page.md").read_text() == "## Summary\n\n## Key Claims\n\n## Connections\n\na\n"


def test_a_named_store_has_to_be_there(copy, tmp_path):
    assert "no store here" in kg("--store", "nope", "import-rendered", copy, cwd=tmp_path, code=2).stderr


def test_pieces_of_every_shape_are_written():
    written = blocks.markdown(
        [
            blocks.Piece(blocks.Shape.HEADING, "A", level=1),
            blocks.Piece(blocks.Shape.QUOTE, "q\n\nr"),
            blocks.Piece(blocks.Shape.PROSE, "p"),
        ],
        Lexicon(),
        "",
    )

    assert written == "# A\n\n> q\n>\n> r\n\np\n"
    assert blocks.markdown([], Lexicon(), "") == ""
    assert html_page.read("", str) == ([], True)
