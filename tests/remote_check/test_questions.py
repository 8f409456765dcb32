"""Questions to a foreign store: within its limits, in pages, and never half an answer."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.foreign_store import questions
from support.tier import CASES

from kg.model.kg_error import KgError
from kg.remote_check.questions import NotThere, Table, solutions

PATH = ox.NamedNode("https://example.org/path")
ROWS = "SELECT ?s ?o WHERE { ?s <https://example.org/path> ?o }"
TERMS = st.one_of(
    st.integers(0, 99).map(lambda number: ox.NamedNode(f"https://example.org/{number}")),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=9).map(ox.Literal),
    st.text("abc", min_size=1, max_size=3).map(lambda word: ox.Literal(word, language="en")),
    st.integers().map(ox.Literal),
)


def store_of(terms):
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode(f"https://example.org/n{at}"), PATH, one, ox.NamedNode("https://example.org/g"))
        for at, one in enumerate(terms)
    )
    return store


@settings(max_examples=CASES)
@given(st.lists(TERMS, max_size=25), st.integers(1, 30))
def test_pages_of_an_answer_are_the_whole_answer(terms, most):
    store = store_of(terms)

    whole, paged = questions(store).rows(ROWS), questions(store, rows=most).rows(ROWS)

    assert whole.columns == paged.columns
    assert sorted(map(str, whole.rows)) == sorted(map(str, paged.rows))


@settings(max_examples=CASES)
@given(st.lists(TERMS, max_size=25), st.integers(2, 30), st.integers(0, 30))
def test_a_server_that_gives_fewer_rows_than_is_declared_and_says_so_is_asked_for_less(terms, gives, declared):
    store = store_of(terms)
    limited = questions(store, rows=declared, gives=gives)

    assert sorted(map(str, limited.rows(ROWS).rows)) == sorted(map(str, questions(store).rows(ROWS).rows))


def test_a_server_that_gives_one_row_is_not_asked_without_end():
    with pytest.raises(KgError, match="gives 1 rows at most"):
        questions(store_of([ox.Literal("a"), ox.Literal("b")]), gives=1).rows(ROWS)


@settings(max_examples=CASES)
@given(st.lists(TERMS, max_size=25), st.integers(1, 30))
def test_an_order_that_is_asked_for_is_kept_over_pages(terms, most):
    text = f"{ROWS} ORDER BY DESC(STR(?s))"

    found = questions(store_of(terms), rows=most).rows(text)

    assert [row[0].value for row in found.rows] == sorted((row[0].value for row in found.rows), reverse=True)
    assert len(found.rows) == len(terms)


@settings(max_examples=CASES)
@given(st.lists(st.tuples(TERMS | st.none(), TERMS | st.none()), max_size=9))
def test_rows_are_the_engines_own_answer_again(rows):
    found = solutions(Table(("a", "b"), rows))

    assert [(row["a"], row["b"]) for row in found] == rows


def test_a_text_that_is_too_long_is_not_sent():
    asked = questions(ox.Store(), characters=40)

    with pytest.raises(NotThere, match="a query has more than 40 characters"):
        asked.rows(ROWS)
    assert asked.endpoint.asked == []


def test_what_the_dialect_lacks_is_not_sent():
    asked = questions(ox.Store(), lacks=["REGEX"])

    with pytest.raises(NotThere, match="REGEX is not done by tried as the standard says"):
        asked.rows('SELECT ?s WHERE { ?s ?p ?o FILTER(regex(?o, "a")) }')
    assert asked.endpoint.asked == []


def test_what_is_not_seen_inside_is_not_sent_there():
    asked = questions(ox.Store(), lacks_inside=["FILTER"])

    assert asked.rows("SELECT ?s WHERE { ?s ?p ?o FILTER NOT EXISTS { ?o ?p ?s } FILTER(?s != ?o) }").rows == []
    with pytest.raises(NotThere, match="FILTER within EXISTS or OPTIONAL is not done by tried as the standard says"):
        asked.rows("SELECT ?s WHERE { ?s ?p ?o FILTER NOT EXISTS { ?o ?p ?s FILTER(?s != ?o) } }")


def test_what_a_living_store_refuses_is_not_there_and_a_dead_one_is_an_error():
    asked = questions(store_of([]), refused=["path"])

    with pytest.raises(NotThere, match="the store refused a query: 400"):
        asked.rows(ROWS)
    asked.endpoint.dead = True
    with pytest.raises(KgError, match="cannot be reached"):
        asked.rows(ROWS)


def test_an_answer_of_the_other_kind_is_refused():
    asked = questions(ox.Store())

    with pytest.raises(NotThere, match="answered rows where yes or no was asked for"):
        asked.ask(ROWS)
    with pytest.raises(NotThere, match="answered yes or no where rows were asked for"):
        asked.rows("ASK { ?s ?p ?o }")
