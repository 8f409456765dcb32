"""The files of a bundle that are kept: what did not change is not written again, and what is written is the same."""

import pytest
from support import site
from support.commands import kg

from kg.bundle import kept_bundle, page_bytes, write_bundle
from kg.settings import dialect
from kg.store import reading
from kg.write import render

PAGES = {
    "sources/report.md": "---\ntitle: A report\ntype: source\n---\n## Key Claims\n- [fact] [[Jane]] — reads [[Gauge]]\n",
    "entities/Jane.md": "---\ntype: entity\nsources: [report]\n---\nShe read it ([[report]]).\r\nThen she left.\n",
    "concepts/Gauge.md": "## Scope\nA staff.\n",
}  # fmt: skip


@pytest.fixture
def wiki_read(tmp_path):
    return site.read(tmp_path, PAGES)


def again(read, path=None, text=None):
    """The newest generation, after a page was edited."""
    return site.read(read.folder.parent, {**PAGES, path: text}) if path else reading.reading(read.folder)


def written_anew(read):
    language = dialect.load(read.head.dialect)
    pages = {page.path: render.render(read.quads, page) for page in render.pages(read.quads)}
    return dict(write_bundle.bundle(read.base, language, pages, read.pages).files())


def written_pages(read, monkeypatch):
    """The files of the bundle, and the paths of the pages that were read for them."""
    asked, give = set(), page_bytes.PageBytes.__getitem__

    def watched(pages, path):
        asked.add(path)
        return give(pages, path)

    monkeypatch.setattr(page_bytes.PageBytes, "__getitem__", watched)
    made = kept_bundle.files(read)
    monkeypatch.undo()
    return made, asked


def test_a_second_export_reads_no_page(wiki_read, monkeypatch):
    first, all_pages = written_pages(wiki_read, monkeypatch)

    second, none = written_pages(again(wiki_read), monkeypatch)

    assert first == second == written_anew(wiki_read)
    assert (all_pages, none) == ({*PAGES}, set())


def test_after_an_edit_the_edited_page_alone_is_written(wiki_read, monkeypatch):
    kept_bundle.files(wiki_read)
    edited = again(wiki_read, "concepts/Gauge.md", "## Scope\nA staff in [[Jane]]'s river.\n")

    made, asked = written_pages(edited, monkeypatch)

    assert asked == {"concepts/Gauge.md"}
    assert made == written_anew(edited)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sources/report.md", PAGES["sources/report.md"].replace("A report", "The report")),
        ("concepts/report.md", "Another of that name.\n"),
        ("index.md", "# Index\n- [[Gauge]]\n"),
        ("index.md", "# Index\n- [fact] Ada — reads\n\n## Key Claims\n- [fact] Ada — reads\n"),
    ],
)
def test_what_touches_other_pages_leaves_nothing_kept_that_is_wrong(wiki_read, path, text):
    kept_bundle.files(wiki_read)
    edited = again(wiki_read, path, text)

    assert kept_bundle.files(edited) == written_anew(edited)


def test_a_page_that_was_edited_since_is_taken_from_the_graph(wiki_read):
    before = written_anew(wiki_read)
    (wiki_read.root / "entities/Jane.md").write_text("Something else.\n")
    (wiki_read.root / "concepts/Gauge.md").unlink()

    assert kept_bundle.files(wiki_read) == before


def test_many_pages_that_two_processes_write_are_the_same(tmp_path, monkeypatch):
    pages = {f"n/page-{n}.md": f"---\ntype: note\n---\nIt says [[page-{n + 1}]].\n" for n in range(12)}
    read = site.read(tmp_path, pages)
    alone = written_anew(read)

    monkeypatch.setattr(write_bundle, "_MANY", 2)
    out = tmp_path / "out"
    kg("--store", read.folder, "export", "--format", "okf", "-o", out, code=0)

    assert {path: (out / path).read_bytes() for path in alone} == alone


def test_a_bundle_that_was_damaged_is_written_anew(wiki_read):
    made = kept_bundle.files(wiki_read)
    kept = wiki_read.generation.folder / "bundle"
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")

    assert kept_bundle.files(again(wiki_read)) == made
