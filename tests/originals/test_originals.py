"""A wiki held against its originals: every verdict, its place, and what is read again after an edit."""

import shutil
import time

import pytest
from pyoxigraph import NamedNode, RdfFormat
from support.places import EXAMPLES, SHARED
from support.reading_pdf import pdf

from kg.ask import query
from kg.check import quoted_place, validate
from kg.ingest import ingest
from kg.model.finding import Span
from kg.operations import search
from kg.originals import hold, html_text, locate, markdown_text, named_originals, read_original
from kg.originals.read_original import Unread
from kg.rdf import names, sparql_text
from kg.search.find import Question
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading
from kg.why.graph import Graph

EXAMPLE = EXAMPLES / "originals"
VERDICTS = {
    # exact, whatever the printing: markup, entities, soft hyphens, ligatures, hyphens at line ends
    "A model without its data is a book without its sources.": ("Exact", "raw/lab-release-note.md:12:3", ""),
    "any purpose that the law allows": ("Exact", "raw/lab-release-note.md:6:89", ""),
    "most researchers can reproduce the main results without that third": ("Exact", "raw/lab-release-note.md:9:65", ""),
    "31 percent came with the code that trained them": ("Exact", "raw/openness-census.txt:4:79", ""),
    "the figures rose by 4 points": ("Exact", "raw/openness-census.txt:9:1", ""),
    "‘Open’ is the most generous word in the industry's dictionary - and the least defined.": ("Exact", "raw/openness-census.txt:6:8", ""),
    "We were afraid of rivals, and the rivals copied us anyway — what we should have feared was that nobody would check our work.": ("Exact", "raw/director-interview.html:7:66", ""),
    # exact words, said of something else than the page says: they stand there, and the place shows of what
    "open in name only; by the same measure": ("Exact", "raw/lab-release-note.md:14:109", ""),
    # cut by an ellipsis
    "We were afraid of rivals … nobody would check our work.": ("Exact", "raw/director-interview.html:7:66", ""),
    "I would like to publish every page of it. […] it annoys me every single morning": ("Exact", "raw/director-interview.html:9:25", ""),
    "nobody would check our work … We were afraid of rivals": ("NotThere", "", "the pieces stand there in another order"),
    # said of something else
    "Lantern, the model of our neighbours at Bay Systems, is open in name only": ("Near", "raw/lab-release-note.md:14:53", "'Lantern' for 'Kestrel'"),
    # a hedge dropped
    "The weights can be used for any purpose that the law allows.": ("Near", "raw/lab-release-note.md:6:61", "'can' for 'may'"),
    "The training data will follow in the summer.": ("Near", "raw/lab-release-note.md:8:1", "'The' for 'Some of the'"),
    "most of that rise is owed to a single laboratory": ("Near", "raw/openness-census.txt:9:44", "'is' for 'may be'"),
    "researchers will reproduce the main results": ("Near", "raw/lab-release-note.md:9:70", "'will' for 'can'"),
    # joined from two places
    "We cannot publish all of it, although we have not tested it.": ("NotThere", "", "'We cannot publish all of it' for 'the main results without that third'"),
    # translated
    "Wir hatten Angst vor den Rivalen, und die Rivalen haben uns trotzdem kopiert, aber das ist nicht der Punkt.": ("Unknown", "", ""),
    "我们害怕竞争对手，而竞争对手还是抄袭了我们。": ("Unknown", "", ""),
    # invented
    "In ten years every hospital in the country will run on Lantern.": ("NotThere", "", ""),
}  # fmt: skip
PAGE = """---
title: A note
type: source
source_file: {file}
---
## Key Claims

- [fact] Ada Example, a reader — says "{words}" about it
"""


@pytest.fixture
def ingest_again(tmp_path):
    """Return a function that ingests a wiki below a folder again and says whether a generation was written."""

    def run(root):
        before = {one.name for one in (tmp_path / ".kg" / "generations").glob("*")}
        ingest.ingest(tmp_path / ".kg", root, Config(max_shrink=100), dialect.load("newsroom"))
        return {one.name for one in (tmp_path / ".kg" / "generations").glob("*")} != before

    return run


def matches(folder):
    """Return what the current generation says of quoted words: verdict, place, difference."""
    quads = reading(folder).quads

    def value(node, name):
        found = [quad.object.value for quad in quads.quads_for_pattern(node, NamedNode(names.expand(name)), None)]
        return found[0] if found else ""

    told = {}
    for quad in quads.quads_for_pattern(None, NamedNode(names.expand("nr:inOriginal")), None):
        path, line, column = (value(quad.object, f"nr:{word}") for word in ("path", "line", "column"))
        place = f"{path}:{line}:{column}" if path else ""
        verdict = value(quad.object, "nr:verdict").rpartition("#")[2]
        told[value(quad.object, "nr:quotedWords")] = verdict, place, value(quad.object, "nr:difference")
    return told


@pytest.fixture(scope="module")
def held_example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    ingest.ingest(folder / ".kg", EXAMPLE / "wiki", Config(max_shrink=100), dialect.load("newsroom"))
    return folder / ".kg"


def test_every_quote_of_the_example_has_its_verdict_its_place_and_its_difference(held_example):
    assert matches(held_example) == VERDICTS


def test_the_selectors_of_an_exact_match_find_its_words_in_the_file(held_example):
    quads = reading(held_example).quads
    found = []
    for quad in quads.quads_for_pattern(
        None, NamedNode(names.expand("rdf:type")), NamedNode(names.expand("oa:TextPositionSelector"))
    ):
        of = {
            one.predicate.value.rpartition("#")[2]: one.object.value
            for one in quads.quads_for_pattern(quad.subject, None, None)
        }
        match = quad.subject.value.removesuffix("/position")
        path = next(quads.quads_for_pattern(NamedNode(match), NamedNode(names.expand("nr:path")), None)).object.value
        found.append((EXAMPLE / path).read_text(encoding="utf-8")[int(of["start"]) : int(of["end"])])

    assert "A model without its data is a book without its sources" in found
    assert "31 per-\ncent came with the code that trained them" in found
    assert (
        "We were afraid of rivals, and the rivals copied us\nany&shy;way&nbsp;&mdash; what we should have feared was that nobody would check our work"
        in found
    )


def test_findings_say_what_is_wrong_and_where_the_original_has_it(held_example):
    found = [
        one
        for one in validate.validate(reading(held_example).quads, Config().base).findings
        if one.rule.startswith("original-")
    ]
    told = {(str(one.span).partition("/")[2], one.rule): one for one in found}
    hedge = told["lab-release-note.md:29:4", "original-differs"]

    assert (
        hedge.message
        == "'The weights can be used for any purpose that the law allows.' is not quite what the original says: 'can' for 'may'"
    )
    assert [str(one.span) for one in hedge.related] == ["raw/lab-release-note.md:6:61"]
    assert sorted({rule for _, rule in told}) == ["original-absent", "original-differs", "original-translated"]
    assert [str(one.level) for one in found if one.rule == "original-translated"] == ["info", "info"]


def test_a_finding_on_quoted_words_stands_at_these_words(held_example):
    found = validate.validate(reading(held_example).quads, Config().base).findings
    told = [one for one in found if one.rule in ("original-absent", "original-differs", "original-translated")]
    pages = {path: (EXAMPLE / "wiki" / path).read_text().split("\n") for path in {one.span.path for one in told}}

    assert {one.span.column for one in told} > {4}
    for one in told:
        text = pages[one.span.path][one.span.line - 1]
        assert text[one.span.column - 1 :].startswith(one.value[:20].split(" [")[0])
        assert text[one.span.column - 2] in "'\"“”"


@pytest.mark.parametrize(
    ("lines", "words", "place"),
    [
        ('- [fact] [[Lab]] — says "any *purpose* at all" now', "any *purpose* at all", "p.md:3:26-3:46"),
        ('- says any purpose and "any purpose" again', "any purpose", "p.md:3:25-3:36"),
        ('- says "what [[law|the law]] allows" now', "what the law allows", "p.md:3:9-3:36"),
        ('- says "what [the law](x.md) allows" now', "what the law allows", "p.md:3:9-3:36"),
        ('> "A model without\n> its data." — [[Lab]]', "A model without its data.", "p.md:3:4-4:11"),
        ('> A few words.\n>\n> "and some more of them"', "and some more of them", "p.md:5:4-5:25"),
        ('- says "a ﬁne day for us all" now', "a fine day for us all", ""),
        ('- says "so it is, a ﬁne day for all" now', "so it is, a fine day for all", "p.md:3:9-3:20"),
        ("- says nothing", "of it all", ""),
        ("- ", "", ""),
    ],
)
def test_words_are_found_in_their_lines_by_what_a_reader_sees(lines, words, place):
    found = quoted_place.within(Span("p.md", 3, 1, 3, 99), lines, words)

    assert (f"{found}-{found.end_line}:{found.end_column}" if found else "") == place


def test_an_original_that_changed_is_read_again_and_nothing_else_is(tmp_path, ingest_again):
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    note, words = tmp_path / "raw" / "lab-release-note.md", "A model without its data is a book without its sources."

    assert ingest_again(tmp_path / "wiki")
    assert not ingest_again(tmp_path / "wiki")
    note.write_text(note.read_text(encoding="utf-8").replace("is a book", "may be a book"), encoding="utf-8")
    assert ingest_again(tmp_path / "wiki")
    assert matches(tmp_path / ".kg")[words] == ("Near", "raw/lab-release-note.md:12:3", "'is' for 'may be'")
    assert hold.load(reading(tmp_path / ".kg").generation.folder)["read"] == 1
    note.touch()
    assert not ingest_again(tmp_path / "wiki")
    note.unlink()
    assert ingest_again(tmp_path / "wiki")
    assert matches(tmp_path / ".kg")[words] == ("Unknown", "", "")


def test_a_page_that_changed_has_its_quotes_held_again_and_the_others_stay(tmp_path, ingest_again):
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    ingest_again(tmp_path / "wiki")
    page = tmp_path / "wiki" / "sources" / "lab-release-note.md"
    page.write_text(page.read_text(encoding="utf-8").replace("weights can be", "weights may be"), encoding="utf-8")

    assert ingest_again(tmp_path / "wiki")
    assert matches(tmp_path / ".kg")["The weights may be used for any purpose that the law allows."][0] == "Exact"
    assert hold.load(reading(tmp_path / ".kg").generation.folder)["read"] == 1


def test_an_edit_of_a_page_without_originals_asks_for_no_quote_and_reads_no_original(
    tmp_path, ingest_again, monkeypatch
):  # fmt: skip
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    page, note = tmp_path / "wiki" / "plain.md", tmp_path / "wiki" / "sources" / "lab-release-note.md"
    page.write_text("# Plain\n\nWords.\n", encoding="utf-8")
    monkeypatch.setattr(hold.time, "time_ns", lambda: 2**63)  # long after the files were written
    ingest_again(tmp_path / "wiki")
    before, asked = matches(tmp_path / ".kg"), []
    kept = named_originals.quotes
    monkeypatch.setattr(
        named_originals, "quotes", lambda quads, graph, topic: asked.append(graph) or kept(quads, graph, topic)
    )

    page.write_text("# Plain\n\nOther words.\n", encoding="utf-8")
    assert ingest_again(tmp_path / "wiki")
    assert (asked, hold.load(reading(tmp_path / ".kg").generation.folder)["read"]) == ([], 0)
    note.write_text(f"{note.read_text(encoding='utf-8')}\nMore.\n", encoding="utf-8")
    assert ingest_again(tmp_path / "wiki")
    assert [graph.rpartition("/")[2] for graph in asked] == ["lab-release-note"]
    assert matches(tmp_path / ".kg") == before


def test_an_original_that_changed_just_now_is_read_again_the_next_time(tmp_path, ingest_again, monkeypatch):
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)

    def stamps(now):
        monkeypatch.setattr(hold.time, "time_ns", lambda: now)
        page = tmp_path / "wiki" / "plain.md"
        page.write_text(f"# Plain\n\n{now}\n", encoding="utf-8")
        ingest_again(tmp_path / "wiki")
        rows = hold.load(reading(tmp_path / ".kg").generation.folder)["files"].values()
        return {bool(stamp) for stamp, _, _ in rows}

    assert stamps((tmp_path / "raw" / "lab-release-note.md").stat().st_ctime_ns) == {False}
    assert stamps(2**63) == {True}


def test_an_ingest_after_edits_holds_what_a_fresh_one_does(tmp_path, ingest_again):
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    ingest_again(tmp_path / "wiki")
    (tmp_path / "raw" / "openness-census.txt").write_text("Nothing of it.", encoding="utf-8")
    (tmp_path / "wiki" / "sources" / "director-interview.md").unlink()
    ingest_again(tmp_path / "wiki")
    ingest.ingest(tmp_path / "fresh", tmp_path / "wiki", Config(max_shrink=100), dialect.load("newsroom"))
    dumps = [
        sorted(reading(tmp_path / one).quads.dump(format=RdfFormat.N_QUADS).splitlines()) for one in (".kg", "fresh")
    ]

    assert dumps[0] == dumps[1]


def test_pages_that_name_other_originals_are_known_as_a_fresh_ingest_knows_them(tmp_path, ingest_again):
    """What the pages that stay name is not asked again; what a page, or the folder of originals, says anew is."""
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    wiki, raw = tmp_path / "wiki", tmp_path / "raw"
    ingest_again(wiki)
    note, plain = wiki / "sources" / "lab-release-note.md", wiki / "plain.md"
    elsewhere = note.read_text(encoding="utf-8").replace("raw/lab-release-note.md", "raw/lab-release.md")
    edits = (
        lambda: note.write_text(elsewhere, encoding="utf-8"),
        lambda: (raw / "lab-release-note.md").rename(raw / "lab-release.md"),
        lambda: plain.write_text(elsewhere.replace("title: ", "title: Another "), encoding="utf-8"),
        lambda: (raw.rename(tmp_path / "kept"), plain.write_text("# Plain\n", encoding="utf-8")),
        lambda: ((tmp_path / "kept").rename(raw), plain.unlink()),
    )

    for edit in edits:
        edit()
        assert ingest_again(wiki)
        shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
        ingest.ingest(tmp_path / "fresh", wiki, Config(max_shrink=100), dialect.load("newsroom"))
        kept, fresh = (set(reading(tmp_path / one).quads) for one in (".kg", "fresh"))
        assert {quad for quad in kept ^ fresh if "/graph/history" not in str(quad.graph_name)} == set()


def test_an_original_that_was_touched_and_cannot_be_read_still_says_why(tmp_path, ingest_again):
    (tmp_path / "wiki").mkdir()
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "x.docx").write_bytes(b"no text")
    for name in ("a", "b"):
        (tmp_path / "wiki" / f"{name}.md").write_text(PAGE.format(file="raw/x.docx", words="words of a paper"), "utf-8")
    ingest_again(tmp_path / "wiki")
    (tmp_path / "raw" / "x.docx").touch()
    (tmp_path / "wiki" / "b.md").write_text(PAGE.format(file="raw/x.docx", words="other words of it"), "utf-8")
    ingest_again(tmp_path / "wiki")
    (tmp_path / "raw" / "x.docx").touch()
    (tmp_path / "wiki" / "c.md").write_text("# A page without an original\n", "utf-8")
    ingest_again(tmp_path / "wiki")
    said = reading(tmp_path / ".kg").quads.quads_for_pattern(None, NamedNode(names.expand("nr:unreadable")), None)

    assert [quad.object.value for quad in said] == ["kg reads no .docx files; keep its text beside it as .md or .txt"]


def test_an_original_of_many_pages_has_its_text_taken_out_once(tmp_path, ingest_again, monkeypatch):
    read, taken = read_original.read, []
    monkeypatch.setattr(read_original, "read", lambda path, data: taken.append(path) or read(path, data))
    (tmp_path / "wiki").mkdir()
    (tmp_path / "book.txt").write_text("The words of the book stand here.", encoding="utf-8")
    for name in "abcd":
        (tmp_path / "wiki" / f"{name}.md").write_text(PAGE.format(file="book.txt", words="words of the book"), "utf-8")
    ingest_again(tmp_path / "wiki")

    assert taken == ["book.txt"]
    assert matches(tmp_path / ".kg") == {"words of the book": ("Exact", "book.txt:1:5", "")}


def test_a_wiki_whose_originals_are_not_there_is_told_nothing(tmp_path, ingest_again):
    shutil.copytree(EXAMPLE / "wiki", tmp_path / "wiki")
    ingest_again(tmp_path / "wiki")
    quads = reading(tmp_path / ".kg").quads

    assert not [graph for graph in quads.named_graphs() if "originals" in graph.value]
    assert not [one for one in validate.validate(quads, Config().base).findings if one.rule.startswith("original-")]
    shutil.copytree(EXAMPLE / "raw", tmp_path / "raw")
    assert ingest_again(tmp_path / "wiki")


# ---- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("raw/paper.docx", "kg reads no .docx files; keep its text beside it as .md or .txt"),
        ("raw/blob", "it is no text"),
        ("raw/scan.pdf", "it is a scan without text"),
        ("raw/broken.pdf", "its text cannot be taken out (PdfStreamError)"),
        ("raw/empty.txt", "it is empty"),
    ],
)
def test_what_cannot_be_read_is_unknown_and_says_why(name, why):
    data = {"raw/scan.pdf": pdf([""]), "raw/blob": b"a\0b", "raw/empty.txt": b" \n", "raw/broken.pdf": b"%PDF-1.4\nno"}

    assert read_original.read(name, data.get(name, b"words")) == Unread(why)


def test_words_of_a_pdf_have_the_page_that_they_stand_on():
    text = read_original.read("raw/paper.pdf", pdf(["The first page says little.", "The weights may be released."]))
    spot = text.spot(text.text.index("weights"))

    assert (spot.page, spot.line, spot.column) == (2, 1, 5)


def test_without_its_library_a_pdf_is_unknown_and_the_words_say_what_to_install(monkeypatch):
    monkeypatch.setattr(read_original.installed, "version", lambda _: "")

    assert "pip install 'newsroom-kg[pdf]'" in read_original.read("x.pdf", pdf(["Words."])).why


def test_what_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(read_original, "SECONDS", 0.01)

    assert read_original.read("x.pdf", pdf(["Words that nobody waits for."])) == Unread(
        "taking its text out took longer than 0.01 s"
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>AT&T builds R&D models</p>", "AT&T builds R&D models"),
        ("<p>caf&eacute &copy 2024, it&#8217s &amp;lt; here</p>", "café © 2024, it’s &lt; here"),
        ("<p>in C&# as they say", "in C&# as they say"),
        ("<p>one</p><!-- never closed <p>two &amp; three" + " more" * 500, "two & three more"),
    ],
)
def test_signs_and_comments_of_html_that_are_never_closed_hide_no_words(source, words):
    text = html_text.read(source)

    assert words in text.text
    assert source[text.in_source(text.text.index(words)) :].startswith(words[:2])


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<a b='", "</a ", "<![CDATA[", "&#", "<?", "<script>"])
def test_no_page_of_html_takes_longer_than_its_length(piece):
    source = piece * (2_500 // len(piece))
    started = time.process_time()
    html_text.read(source)
    markdown_text.read(source)

    assert time.process_time() - started < 1


# ---- paths are data --------------------------------------------------------------------------------------------------


@pytest.fixture
def project_with_raw(tmp_path):
    """A project with a wiki, a file outside it, and links that lead there."""
    (tmp_path / "secret.md").write_text("secret words of somebody", encoding="utf-8")
    folder = tmp_path / "project"
    for name in ("wiki/sources", "raw/deep", ".private"):
        (folder / name).mkdir(parents=True)
    for name in ("raw/The lab’s note.md", "raw/a b.txt", "raw/deep/x.md", ".private/key.md", "wiki/sources/s.md"):
        (folder / name).write_text("words", encoding="utf-8")
    (folder / "raw" / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "raw" / "out").symlink_to(tmp_path)
    return locate.Project(folder / "wiki")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("raw/deep/x.md", "raw/deep/x.md"),
        ("raw/deep/x", "raw/deep/x.md"),
        ("/raw/deep/x.md", "raw/deep/x.md"),
        ("../../raw/deep/x.md", "raw/deep/x.md"),
        ("[[raw/deep/x|the note]]", "raw/deep/x.md"),
        ("[the note](../../raw/deep/x.md#top)", "raw/deep/x.md"),
        ("raw/a%20b.txt", "raw/a b.txt"),
        ("raw/The lab's note.md", "raw/The lab’s note.md"),
    ],
)
def test_a_name_means_a_file_of_the_project(project_with_raw, name, path):
    assert project_with_raw.find(name, "sources/s.md").path == path


@pytest.mark.parametrize(
    "name",
    [
        "../../../secret.md", "raw/link.md", "raw/out/secret.md", "/etc/passwd", "https://example.org/raw/deep/x.md",
        "file:///etc/passwd", "raw", ".", "", "a\0b", "x" * 5000, ".private/key.md", "sources/s.md", "raw/\udcff.md",
    ],
)  # fmt: skip
def test_no_name_leads_out_of_the_project_or_to_what_is_hidden(project_with_raw, name):
    assert project_with_raw.find(name, "sources/s.md") is None


def test_a_page_is_not_its_own_original_by_way_of_a_link_either(project_with_raw):
    (project_with_raw.folder / "raw" / "same.md").symlink_to(project_with_raw.root / "sources" / "s.md")

    assert project_with_raw.find("raw/same.md", "sources/s.md") is None
    assert project_with_raw.find("raw/same.md", "other.md").path == "raw/same.md"


def test_of_names_that_are_spelled_alike_the_first_is_meant_in_whichever_order_the_folder_has_them(project_with_raw):
    for name in ("it‘s.md", "it’s.md", "itʼs.md"):
        (project_with_raw.folder / "raw" / name).write_text("words", encoding="utf-8")

    assert project_with_raw.find("raw/it's.md", "sources/s.md").path == "raw/itʼs.md"


@pytest.mark.parametrize(
    "front",
    [
        "source_file: raw/x.md",
        "source_file: '[[raw/x]]'",
        "sources:\n  - id: a\n    resource: raw/x.md",
        "original: ../raw/x.md",
    ],
)
def test_an_original_is_named_in_any_of_these_ways(tmp_path, ingest_again, front):
    root = tmp_path / "wiki"
    root.mkdir()
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "x.md").write_text("The words of the original stand here.", encoding="utf-8")
    page = PAGE.replace("source_file: {file}", front).format(words="words of the original")
    (root / "a.md").write_text(page, encoding="utf-8")
    ingest_again(root)

    assert matches(tmp_path / ".kg") == {"words of the original": ("Exact", "raw/x.md:1:5", "")}


@pytest.mark.skipif(not (SHARED / "corpora").is_dir(), reason="needs the reference folder ../shared")
@pytest.mark.parametrize("name", ["newsroom-2026-08", "wangyanlin-llm-wiki-agent"])
def test_wikis_that_came_without_their_originals_have_no_facts_about_them(tmp_path, name):
    ingest.ingest(
        tmp_path / ".kg", SHARED / "corpora" / name / "wiki", Config(max_shrink=100), dialect.load("newsroom")
    )

    assert matches(tmp_path / ".kg") == {}


@pytest.fixture(scope="module")
def read_example(held_example):
    return reading(held_example)


def test_a_question_about_quotes_has_their_places_in_the_originals(read_example):
    store = read_example.quads
    rows = [
        (row["verdict"].value, row["original"].value, int(row["original_line"].value))
        for row in store.query(
            sparql_text.bind(query.find("quotes-by-verdict").text, {}), use_default_graph_as_union=True
        )
        if row["original"] is not None
    ]

    assert ("exact", "raw/director-interview.html", 7) in rows
    assert {verdict for verdict, _, _ in rows} == {"exact", "near"}


def test_a_question_about_quotes_has_the_originals_own_words_where_they_are_near(read_example):
    rows = [*query.run(read_example.quads, query.find("quotes-by-verdict").text, {})]
    near = [(row["text"].value, row["original_text"].value) for row in rows if row["verdict"].value == "near"]

    assert near
    assert all(text != original for text, original in near)
    assert all(row["original_text"] is None for row in rows if row["verdict"].value != "near")


def test_why_names_the_place_in_the_original_and_where_the_words_are_gone_the_nearest(read_example):
    found = Graph(read_example.quads, read_example.base)
    quotes = [
        quad.subject.value
        for quad in read_example.quads.quads_for_pattern(None, NamedNode(names.expand("nr:inOriginal")), None, None)
    ]
    verdicts = [one for some in found.verdicts(quotes).values() for one in some]

    assert {one.verdict for one in verdicts} == {"exact", "near", "not there", "unknown"}
    assert all(one.span and one.words for one in verdicts if one.verdict in ("exact", "near"))
    assert any(one.span and one.words for one in verdicts if one.verdict == "not there")
    assert all(one.why for one in verdicts if one.verdict in ("near", "unknown"))


def test_a_search_finds_the_passages_of_originals(read_example):
    found = search.search(read_example, Question("rivals", fields=("originals",)))

    assert {hit.part.path for hit in found.hits} == {"raw/director-interview.html"}
