"""The order of rows, taken out of a query: the rows come as the engine puts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.answer_pages import page_kinds, rows
from kg.ask import row_order

_EX = "http://example.org/"
_TERMS = st.one_of(
    st.integers(-20, 20).map(Literal),
    st.text("aAzé 𝒳\U00010348\uffee", max_size=3).map(Literal),
    st.sampled_from("abcZ").map(lambda name: NamedNode(_EX + name)),
)


def _store(terms: list[Literal | NamedNode]) -> Store:
    store = Store()
    for number, term in enumerate(terms):
        store.add(Quad(NamedNode(f"{_EX}s{number:02}"), NamedNode(f"{_EX}p{number % 3}"), term))
    return store


def _both(store: Store, text: str) -> tuple[list[str], list[str] | None]:
    """Return the rows as the engine orders them, and as they are ordered here."""
    ordered = row_order.taken_out(text)
    assert ordered is not None
    here = rows.ordered(rows.loose(store.query(ordered.text), ordered))  # type: ignore[arg-type]  # a SELECT
    engine = rows.of(store.query(text), in_order=True)  # type: ignore[arg-type]  # a SELECT
    return [str(sorted(row.items())) for row in engine.rows], here and [str(sorted(row.items())) for row in here.rows]


@given(st.lists(_TERMS, max_size=20))
def test_rows_come_in_the_order_of_the_engine_where_one_is_known_here(terms: list[Literal | NamedNode]) -> None:
    """Texts, whole numbers, IRIs and nothing at all, upwards and downwards; texts beside numbers are left to the engine."""
    text = f"SELECT ?s ?o ?none {{ ?s ?p ?o OPTIONAL {{ ?s <{_EX}p1> ?none }} }} ORDER BY DESC(?o) ?none STR(?s)"

    engine, here = _both(_store(terms), text)

    literals = {term.datatype for term in terms if isinstance(term, Literal)}
    assert here == engine if len(literals) < 2 else here in (None, engine)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s ?p ?o } ORDER BY ?o LIMIT 3",
        "SELECT * { ?s ?p ?o } ORDER BY ?o",
        "SELECT DISTINCT ?s { ?s ?p ?o } ORDER BY ?o",
        "SELECT ?p (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY MAX(?o)",
        "SELECT ?s { { SELECT ?s { ?s ?p ?o } ORDER BY ?o } }",
        "ASK { ?s ?p ?o }",
    ],
)
def test_an_order_stays_where_taking_it_out_could_change_the_rows(text: str) -> None:
    """Of so many rows, of columns that are not named, of a DISTINCT or GROUP BY by something else, of a sub-select."""
    assert row_order.taken_out(text) is None


def test_rows_that_the_query_leaves_open_come_in_the_order_of_their_texts() -> None:
    """Whatever order the store has them in."""
    store = _store([Literal("b"), Literal("a"), Literal("c")])
    ordered = row_order.taken_out("SELECT ?o { ?s ?p ?o } ORDER BY (1 = 1 && false) ?none")
    other = row_order.taken_out("SELECT ?o { ?s ?p ?o } ORDER BY ?none")

    assert other
    assert [row["o"].value for row in rows.ordered(rows.loose(store.query(other.text), other)).rows] == ["a", "b", "c"]  # type: ignore[union-attr, arg-type, attr-defined]
    assert ordered
    assert rows.ordered(rows.loose(store.query(ordered.text), ordered)) is None  # type: ignore[arg-type]  # a truth value


def test_a_kind_of_ours_has_an_order_that_can_be_taken_out() -> None:
    """Else the engine looks up the texts of each comparison."""
    assert [
        kind.name for kind in page_kinds.find(None, None).values() if not row_order.taken_out(kind.question.text)
    ] == []


def test_a_key_that_is_a_column_is_asked_once_and_one_within_an_expression_is_none():
    ordered = row_order.taken_out("SELECT ?s (STR(?o) AS ?p) { ?s ?q ?o } ORDER BY ?p DESC(?s) ?o STR(?s)")

    assert ordered is not None
    assert ordered.keys == (("p", False), ("s", True), ("orderedBy3", False), ("orderedBy4", False))
    assert ordered.text.count("AS ?orderedBy") == 2
