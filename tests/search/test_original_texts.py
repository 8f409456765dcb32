"""Search in whole originals: every word of their texts at its place in the file; what changed is read again, alone."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import kg
from support.reading_pdf import pdf
from support.tier import CASES

from kg.ingest.ingest import ingest
from kg.operations.search import search
from kg.originals import markdown_text, paragraphs, read_original
from kg.originals.source_text import SourceText
from kg.search import kept_originals
from kg.search.find import Question
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading

RAW = {
    "raw/plain.txt": "A first line of a foghorn.\n\nThe harbour master wrote\r\nthat the   breakwater held.\nIt did.\n",
    "raw/notes.md": "# Notes\n\n> Some *barnacles* [were scraped](https://example.org) off.\n\n港務局說碼頭很安全。\n",
    "raw/page.html": "<html><body><h1>Lantern</h1><p>Oil &amp; <b>wick</b>\n were\n  dear.</p><td>x</td><td>ebb</td></html>",
    "raw/paper.pdf": pdf(["A jetty on the first page.", "A dredger on the second."]),
}
PLACES = [
    ("foghorn", "raw/plain.txt:1:19", 0),
    ("breakwater", "raw/plain.txt:4:12", 0),
    ('"wrote that the breakwater"', "raw/plain.txt:3:20", 0),
    ("held master", "raw/plain.txt:3:13", 0),
    ("barnacles", "raw/notes.md:3:9", 0),
    ("scraped", "raw/notes.md:3:26", 0),
    ("碼頭", "raw/notes.md:5:5", 0),
    ("lantern", "raw/page.html:1:17", 0),
    ("wick", "raw/page.html:1:45", 0),
    ("dear", "raw/page.html:3:3", 0),
    ("jetty", "raw/paper.pdf:1:3", 1),
    ("dredger", "raw/paper.pdf:1:3", 2),
]


def page(name):
    """The page of a source that was written from an original."""
    quote = "Nobody quoted anything of it here." if name.endswith(".md") else ""
    return f'---\ntitle: "P {name}"\ntype: source\nsource_file: {name}\n---\n\n## Key Quotes\n\n> "{quote}" — Ada Example\n'


def into_store(folder, raw):
    for path, data in raw.items():
        for place, content in (
            (folder / path, data),
            (folder / f"wiki/sources/{re.sub('[^a-z]', '-', path)}.md", page(path)),
        ):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
    ingest(folder / ".kg", folder / "wiki", Config(max_shrink=100), dialect.load("newsroom"))
    return reading(folder / ".kg")


def places(read, words):
    hits = search(read, Question(words, fields=("originals",))).hits
    return [(f"{hit.part.path}:{hit.part.line}:{hit.part.column}", hit.page) for hit in hits]


@pytest.fixture(scope="module")
def raw_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    into_store(folder, RAW)
    return folder


@pytest.fixture
def read_raw(raw_store):
    return reading(raw_store / ".kg")


@pytest.mark.parametrize(("words", "place", "number"), PLACES)
def test_a_word_of_an_original_is_found_at_its_own_place_in_the_file(words, place, number, read_raw):
    assert places(read_raw, words) == [(place, number)]


def test_a_search_of_everything_has_originals_last_and_says_their_iri_and_page(raw_store):
    found = json.loads(kg("--store", raw_store / ".kg", "search", "the", "--json", code=0).stdout)["hits"]
    told = kg("--store", raw_store / ".kg", "search", "dredger", code=0).stdout

    assert {hit["kind"] for hit in found} == {"original"}
    assert {hit["iri"].partition("original/")[2] for hit in found} == {"raw/plain.txt", "raw/paper.pdf"}
    assert sorted((hit["path"], hit["page"]) for hit in found)[:2] == [("raw/paper.pdf", 1), ("raw/paper.pdf", 2)]
    assert told == "raw/paper.pdf:1:3: original (page 2): A dredger on the second.\n"


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ('?o nr:originalMatches "harbour breakwater"', ["raw/plain.txt"]),
        ('?o nr:originalMatches "on the", "dredger"', ["raw/paper.pdf"]),
        ('?o nr:originalMatches "the"', ["raw/paper.pdf", "raw/plain.txt"]),
        ('?o a nr:Original FILTER NOT EXISTS { ?o nr:originalMatches "the" }', ["raw/notes.md", "raw/page.html"]),
        ('?source nr:original ?o . ?o nr:originalMatches "碼頭"', ["raw/notes.md"]),
        ('GRAPH ?g { ?source nr:original ?o . ?o nr:originalMatches "lantern" }', ["raw/page.html"]),
        ('?o nr:originalMatches "nowhere"', []),
        ('?o nr:originalMatches "nobody quoted"', []),
    ],
)
def test_a_query_joins_the_originals_that_have_words(pattern, paths, raw_store):
    text = f"SELECT DISTINCT ?path {{ {pattern} . ?o nr:path ?path }} ORDER BY ?path"

    assert kg("--store", raw_store / ".kg", "query", "-e", text, "--format", "csv", code=0).stdout.split() == [
        "path",
        *paths,
    ]


WORDS = st.lists(st.sampled_from(["gull", "tern", "Auk", "knot.", "—", "碼頭"]), max_size=5).map(" ".join)
LINES = st.tuples(
    st.sampled_from(["", "# ", "> ", "- ", "  "]), WORDS, st.sampled_from(["\n", "\r\n", "\n\n", " \n\r\n"])
)


@given(lines=st.lists(LINES, max_size=20), longest=st.sampled_from([12, 1_200]))
@settings(max_examples=CASES)
def test_paragraphs_lose_no_word_and_know_the_place_of_each(lines, longest):
    source = "".join(map("".join, lines))
    for text in (SourceText(source, source), markdown_text.read(source)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(paragraphs, "LONGEST", longest)
            patch.setattr(paragraphs, "_LEAST", longest // 3)
            found = [*paragraphs.paragraphs(text)]

        rows = re.split("\r\n|\n", source)
        told = []
        for one in found:
            assert len(one.text) <= longest
            for word in re.finditer(r"\w+", one.text):
                spot = [spot for spot in one.spots if spot.offset <= word.start()][-1]
                column = spot.column + word.start() - spot.offset
                assert rows[spot.line - 1][column - 1 :].startswith(word[0])
                told.append(word[0])
        assert "".join(told) == "".join(re.findall(r"\w+", source))


def test_originals_that_did_not_change_are_the_same_file_and_one_that_did_is_read_alone(tmp_path, monkeypatch):
    read = into_store(tmp_path, RAW)
    assert places(read, "foghorn")
    first = read.generation.folder / kept_originals.NAME
    reads = []
    plain = read_original.read
    (tmp_path / "wiki/New.md").write_text("# New\n")
    read = into_store(tmp_path, {})
    monkeypatch.setattr(read_original, "read", lambda path, data: reads.append(path) or plain(path, data))

    assert places(read, "foghorn")
    assert (read.generation.folder / kept_originals.NAME).samefile(first)
    assert reads == []

    (tmp_path / "raw/plain.txt").write_text("No such line any more.\n")
    (tmp_path / "raw/page.html").unlink()
    read = into_store(tmp_path, {"raw/more.txt": "A foghorn elsewhere.\n"})
    reads.clear()
    words = ("foghorn", "line", "lantern", "dredger", "a", "碼頭")
    changed = {word: places(read, word) for word in words}
    assert set(reads) == {"raw/plain.txt", "raw/more.txt"}
    for file in (tmp_path / ".kg").glob(f"generations/*/{kept_originals.NAME}"):
        file.unlink()

    assert changed["foghorn"] == [("raw/more.txt:1:3", 0)]
    assert changed["lantern"] == []
    assert {word: places(read, word) for word in words} == changed


def test_an_earlier_generation_has_the_originals_of_its_own(tmp_path):
    read = into_store(tmp_path, {"raw/a.txt": "An old foghorn here.\n"})
    assert places(read, "foghorn")
    read = into_store(tmp_path, {"raw/a.txt": "A new bell in its place.\n"})
    assert places(read, "bell")

    assert places(reading(tmp_path / ".kg", 1), "foghorn")
    assert places(reading(tmp_path / ".kg", 1), "bell") == []


def test_an_original_that_changed_since_the_ingest_is_not_looked_through_and_said(tmp_path):
    into_store(tmp_path, {"raw/a.txt": "An old foghorn here.\n", "raw/b.txt": "A second foghorn.\n"})
    (tmp_path / "raw/a.txt").write_text("Another text altogether.\n")
    store = "--store", tmp_path / ".kg"

    found = kg(*store, "search", "foghorn", "--in", "originals", code=0)
    none = kg(*store, "search", "altogether", "--json", code=1)

    told = "it changed since the ingest; `kg ingest` brings it in"
    assert found.stdout == "raw/b.txt:1:10: original: A second foghorn.\n"
    assert found.stderr == f"note: not looked through: raw/a.txt: {told}\n"
    assert json.loads(none.stdout)["missing"] == [{"path": "raw/a.txt", "why": told}]

    (tmp_path / "raw/a.txt").write_text("An old foghorn here.\n")
    assert kg(*store, "search", "old foghorn", code=0).stdout == "raw/a.txt:1:4: original: An old foghorn here.\n"


def test_what_is_too_much_is_bounded_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_originals, "MOST_EACH", 60)
    monkeypatch.setattr(kept_originals, "MOST_ALL", 80)
    long = "\n\n".join(f"A paragraph of gull {at}." for at in range(9))
    read = into_store(tmp_path, {"raw/a.txt": long, "raw/b.txt": "One gull more here.\n" * 2, "raw/c.txt": "A gull.\n"})

    found = search(read, Question("gull", fields=("originals",)))

    assert [hit.part.path for hit in found.hits] == ["raw/a.txt", "raw/a.txt", "raw/b.txt"]
    assert [(one.path, one.why) for one in found.missing] == [
        ("raw/a.txt", kept_originals.TOO_LONG),
        ("raw/c.txt", kept_originals.TOO_MANY),
    ]


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_index_of_originals_is_made_anew(damage, tmp_path):
    read = into_store(tmp_path, RAW)
    before = places(read, "the")
    path = read.generation.folder / kept_originals.NAME
    data = path.read_bytes()
    path.write_bytes(damage if damage is not None else data[: len(data) // 2])

    assert places(read, "the") == before
    assert path.stat().st_size == len(data)


def test_an_original_that_came_back_is_read_by_the_next_generation(tmp_path):
    into_store(tmp_path, {"raw/a.txt": "An old foghorn here.\n", "raw/b.txt": "A bell.\n"})
    (tmp_path / "raw/a.txt").rename(tmp_path / "kept.txt")
    assert places(reading(tmp_path / ".kg"), "foghorn") == []
    (tmp_path / "kept.txt").rename(tmp_path / "raw/a.txt")
    (tmp_path / "wiki/more.md").write_text("More.\n")
    kg("--store", tmp_path / ".kg", "ingest", tmp_path / "wiki", code=0)

    read = reading(tmp_path / ".kg")

    assert read.generation.number == 2
    assert places(read, "foghorn")


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_index_of_an_earlier_generation_costs_nothing_but_reading(damage, tmp_path):
    read = into_store(tmp_path, RAW)
    assert places(read, "the")
    path = read.generation.folder / kept_originals.NAME
    data = path.read_bytes()
    path.write_bytes(damage if damage is not None else data[: len(data) // 2])

    read = into_store(tmp_path, {**RAW, "raw/new.txt": "The gull came.\n"})

    assert places(read, "gull")
    assert (read.generation.folder / kept_originals.NAME).is_file()
