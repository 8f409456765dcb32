"""A build renders what changed since a build that held every page, and every page where there was none."""

import pytest

from kg.ingest.ingest import ingest
from kg.model import program
from kg.operations import build
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.write import render

PAGE = "---\ntitle: {0}\ntype: concept\n---\n\n## Connections\n- [[{1}]] — text\n"
PAGES = {"concepts/A.md": "B", "concepts/B.md": "C", "concepts/C.md": "A"}


@pytest.fixture
def held_wiki(tmp_path, monkeypatch):
    """A wiki, how to build it, and which pages the last build rendered."""
    rendered = []
    together, alone = render.rendered_pages, render.render

    def noted(store, every, only):
        for page, data in together(store, every, only):
            rendered.append(page.path)
            yield page, data

    def noted_alone(store, page):
        rendered.append(page.path)
        return alone(store, page)

    monkeypatch.setattr(render, "rendered_pages", noted)
    monkeypatch.setattr(render, "render", noted_alone)
    for path, link in PAGES.items():
        write(tmp_path, path, PAGE.format(path[9], link))

    def built():
        rendered.clear()
        done = build.build(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"))
        return done, sorted(rendered)

    yield tmp_path, built
    generations.release()


def write(folder, path, text):
    (folder / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / "wiki" / path).write_text(text)


def test_the_first_build_holds_every_page_and_the_next_none(held_wiki):
    _, built = held_wiki

    assert built()[1] == sorted(PAGES)
    assert built()[1] == []


def test_after_an_edit_the_edited_page_and_those_that_link_otherwise_are_held(held_wiki):
    folder, built = held_wiki
    built()
    write(folder, "concepts/A.md", PAGE.format("A", "C"))
    assert built()[1] == ["concepts/A.md"]

    (folder / "wiki/concepts/C.md").rename(folder / "wiki/concepts/D.md")
    assert built()[1] == ["concepts/A.md", "concepts/B.md", "concepts/D.md"]


def test_what_was_ingested_without_a_build_is_held_by_the_next(held_wiki):
    folder, built = held_wiki
    built()
    write(folder, "concepts/A.md", PAGE.format("A", "C"))
    ingest(folder / "store", folder / "wiki", Config(), dialect.load("newsroom"))

    assert built()[1] == sorted(PAGES)
    assert built()[1] == []


def test_another_program_holds_every_page(held_wiki, monkeypatch):
    _, built = held_wiki
    built()
    monkeypatch.setattr(program, "digest", lambda *_: "another")

    assert built()[1] == sorted(PAGES)


def test_a_page_that_does_not_come_back_is_said_again_by_every_build(held_wiki, monkeypatch):
    _, built = held_wiki
    right = render.rendered_pages

    def spoilt(store, every, only):
        return ((page, data + b"x" * page.path.endswith("A.md")) for page, data in right(store, every, only))

    monkeypatch.setattr(render, "rendered_pages", spoilt)

    for _ in range(2):
        done, rendered = built()
        assert ([one.path for one in done.drift], rendered) == (["concepts/A.md"], sorted(PAGES))
