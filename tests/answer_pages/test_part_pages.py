"""After an edit only the rows of the graphs that changed are asked: the pages are those that are made from scratch."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tier import CASES

from kg.answer_pages import page_kinds
from kg.ask import query_parts
from kg.ingest import ingest
from kg.operations import generate_pages, page_answers
from kg.operations.render_pages import Home
from kg.rdf import sparql_text
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import reading

GRAPH = "https://example.org/graph"
KINDS = [kind for kind in page_kinds.find(None, None).values() if not kind.auto]
WHO = ("[[Council]]", "[[Guild]]", "Ada Example", "Council")
ABOUT = ("[[Harbour]]", "[[Quay|the quay]]", "[[Guild]]", "boats", "[[Nowhere]]")
claims = st.tuples(st.sampled_from(("fact", "analysis", "forecast")), st.sampled_from(WHO), st.sampled_from(ABOUT))
connections = st.tuples(st.sampled_from(("cites", "contradicts", "references")), st.sampled_from(ABOUT[:3]))
sources = st.fixed_dictionaries({
    "published": st.sampled_from(("2024-01-02", "2024-03-01", "2025-02-03")),
    "claims": st.lists(claims, max_size=3),
    "connections": st.lists(connections, max_size=2),
    "summary": st.sampled_from(("It is by [[Council]].", "Nothing. At all.", "On [[Quay]] and [[Harbour]].")),
})  # fmt: skip
# An edit: which source is written anew, or which topic gets another title or day.
edits = st.one_of(
    st.tuples(st.integers(0, 3), sources),
    st.tuples(st.sampled_from(("Harbour", "Quay")), st.sampled_from(("The Harbour", "Quay", "港"))),
)


def _source(number: int, parts: dict[str, object]) -> str:
    head = f"---\ntitle: Survey {number}\ntype: source\npublished: {parts['published']}\nsources: []\n---\n\n"
    said = "".join(f"- [{grade}] {who} — speaks of {about} until 2027-01-01\n" for grade, who, about in parts["claims"])  # type: ignore[attr-defined]
    ties = "".join(f"- {how}: {to} — as it says\n" for how, to in parts["connections"])  # type: ignore[attr-defined]
    return f"{head}## Key Claims\n\n{said}\n## Connections\n\n{ties}\n## Summary\n\n{parts['summary']}\n"


def _topic(title: str) -> str:
    return f"---\ntitle: {title}\ntype: concept\nsources: [[[survey-0]], [[survey-1]]]\nupdated: 2024-02-01\n---\n\nOf [[Council]].\n"


def _wiki(root: Path, some: list[dict[str, object]]) -> None:
    for folder in ("sources", "concepts", "entities"):
        (root / folder).mkdir(parents=True)
    for number, parts in enumerate(some):
        (root / f"sources/survey-{number}.md").write_text(_source(number, parts), encoding="utf-8")
    for name in ("Harbour", "Quay"):
        (root / f"concepts/{name}.md").write_text(_topic(name), encoding="utf-8")
    for name in ("Council", "Guild"):
        (root / f"entities/{name}.md").write_text(
            f"---\ntitle: {name}\ntype: entity\n---\n\nA body.\n", encoding="utf-8"
        )


def _pages(store: Path, root: Path) -> tuple[page_answers.Answers, list[generate_pages.Page]]:
    answers = page_answers.of(reading.reading(store), Config())
    return answers, generate_pages.pages(answers, KINDS, root)


@settings(max_examples=max(2, CASES // 100))
@given(st.lists(sources, min_size=4, max_size=4), st.lists(edits, min_size=1, max_size=4))
def test_after_any_edits_the_pages_are_those_made_from_scratch(tmp_path_factory, some, changes):
    """Byte for byte, whatever was asked in part: sources written anew, topics called otherwise."""
    folder = tmp_path_factory.mktemp("parts")
    root, store, spoken = folder / "wiki", folder / "store", dialect.load("newsroom")
    _wiki(root, some)
    home = Home(root, Config(), spoken)
    ingest.ingest(store, root, Config(), spoken)
    for which, what in (("Harbour", "Harbour"), *changes):
        if isinstance(which, int):
            (root / f"sources/survey-{which}.md").write_text(_source(which, what), encoding="utf-8")
        else:
            (root / f"concepts/{which}.md").write_text(_topic(what), encoding="utf-8")
        ingest.ingest(store, root, Config(), spoken)
        answers, in_part = _pages(store, root)
        generate_pages.write(home, answers.reading, in_part, root, answers.news)

    record, rows = store / "generated.json", store / "generated-rows.db"
    (folder / "elsewhere").mkdir()
    record.unlink()
    rows.unlink()
    _, whole = _pages(store, folder / "elsewhere")
    written = {page.path: (root / page.path).read_bytes() for page in whole}
    assert {page.path: page.new for page in whole} == written
    assert {path.relative_to(root).as_posix() for path in root.glob("generated/**/*.*")} == {*written}


def test_an_edited_claim_is_asked_of_its_own_graph_alone(tmp_path, monkeypatch):
    """Nothing is asked as a whole but the kinds without parts, and only pages with a row that changed are written."""
    one = {
        "published": "2024-01-02",
        "claims": [("fact", "[[Council]]", "[[Harbour]]")],
        "connections": [],
        "summary": "Short.",
    }
    root, store, spoken = tmp_path / "wiki", tmp_path / "store", dialect.load("newsroom")
    _wiki(root, [one, {**one, "claims": [("fact", "[[Guild]]", "[[Quay]]")]}])
    ingest.ingest(store, root, Config(), spoken)
    answers, first = _pages(store, root)
    generate_pages.write(Home(root, Config(), spoken), answers.reading, first, root, answers.news)
    file = root / "sources/survey-0.md"
    file.write_text(file.read_text(encoding="utf-8").replace("[fact]", "[analysis]"), encoding="utf-8")
    ingest.ingest(store, root, Config(), spoken)
    asked: list[str] = []
    of_kind = page_answers.Answers.of_kind
    monkeypatch.setattr(
        page_answers.Answers, "of_kind", lambda self, kind: asked.append(kind.name) or of_kind(self, kind)
    )
    _, pages = _pages(store, root)

    assert {kind.name for kind in KINDS if kind.parts} & {*asked} == set()
    assert {page.path for page in pages if page.state is not generate_pages.State.SAME} == {
        "generated/claims/kg-about-harbour.md", "generated/claims/kg-about-council.md",
        "generated/claims/kg-by-council.md", "generated/kg-catalog.md",
    }  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.parts], ids=lambda kind: kind.name)
def test_what_has_a_place_in_a_kind_is_said_in_the_graph_of_its_row(kind):
    """So what moves concerns the graphs alone that speak of it; and the graph is asked of nothing by another name."""
    elsewhere = query_parts.elsewhere(kind.question.text, kind.parts)
    outside = [word for _, word in sparql_text.tokens(elsewhere) if not word.isspace()]
    placed = {outside[at - 1] for at, word in enumerate(outside) if word == "nr:line"}
    graph = re.compile(rf"GRAPH \?{kind.parts} \{{[^{{}}]*({'|'.join(map(re.escape, placed)) or '.'})\b")

    assert placed <= {"?page", "?claim", "?block", "?connection", "?link", "?item", "?entry", "?place_of"}
    assert graph.search(kind.question.text)
    assert f"<{GRAPH}>" in query_parts.of_graph(kind.question.text, kind.parts, GRAPH)
    assert f"?{kind.parts} {{" not in query_parts.of_graph(kind.question.text, kind.parts, GRAPH)
