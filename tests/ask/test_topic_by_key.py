"""A name in a question is looked up by its key: what it means is what an index of all pages would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.example import few_pages

from kg.ask import query
from kg.ask.query import Vocabulary
from kg.ingest.ingest import ingest
from kg.model.finding import KgError
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading
from kg.store.shown_pages import Shown

MANGLINGS = (
    str, str.upper, str.lower, str.swapcase, lambda name: name.replace("-", " "), lambda name: f"./{name}.md", lambda name: name[:-1],
    lambda name: f"{name}~1", lambda name: f" {name} ", lambda name: f"x/{name}", lambda name: name.replace("a", "á"),
)  # fmt: skip


@pytest.fixture(scope="module")
def named_pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("topics")
    wiki = few_pages(folder / "wiki")
    (wiki / "concepts/twin").mkdir(parents=True)
    for place in ("concepts/twin/agora.md", "concepts/agora.md"):
        (wiki / place).write_text(
            "---\ntitle: Ágora\naliases: [The Square]\ntype: concept\n---\n\n## Overview\n\nText.\n"
        )
    ingest(folder / "store", wiki, Config(), dialect.load("newsroom"))
    return reading(folder / "store")


def meant(value, pages, named_pages):
    try:
        return query.topic(value, Vocabulary(named_pages.base, pages), named_pages.quads)
    except KgError as error:
        return str(error)


@given(data=st.data())
def test_it_means_what_all_pages_together_say(named_pages, data):
    every = dict(named_pages.pages)
    page = data.draw(st.sampled_from(sorted(every)))
    names = (
        page,
        page.rpartition("/")[2].removesuffix(".md"),
        every[page].title,
        *every[page].aliases,
        "The Square",
        "nothing",
    )
    value = data.draw(st.sampled_from(MANGLINGS))(data.draw(st.sampled_from([name for name in names if name])))

    assert meant(value, Shown(*shown(named_pages)), named_pages) == meant(value, every, named_pages)


def shown(named_pages):
    return named_pages.pages._generation, named_pages.pages._head


def test_no_other_page_is_read_for_it(named_pages, monkeypatch):
    def refused(_):
        raise AssertionError("all pages were read")

    page = min(named_pages.pages)
    monkeypatch.setattr(Shown, "_all", refused)

    assert query.topic(
        page.rpartition("/")[2].removesuffix(".md"),
        Vocabulary(named_pages.base, Shown(*shown(named_pages))),
        named_pages.quads,
    )
