"""What an endpoint is asked for a query: kept to the graphs of a wiki, and each fact once."""

import pyoxigraph as ox
import pytest
from support.library import LIBRARY, OF_PAGES

from kg.ask import query
from kg.ask.scope import Scope
from kg.model.finding import KgError
from kg.publish import question
from kg.rdf import names

BASE = "https://wiki.example/"
SCOPE = Scope(BASE)
OURS, FOREIGN = ox.NamedNode(f"{BASE}graph/a"), ox.NamedNode("https://other.example/graph/a")
BELOW = ox.NamedNode(f"{BASE}below/graph/a")


@pytest.fixture(scope="module")
def two_wikis():
    """A store of a wiki, of another one, and one whose base begins with that of the first."""
    store = ox.Store()
    for graph in (OURS, ox.NamedNode(f"{BASE}graph/b"), FOREIGN):
        store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o"), graph))
    for graph in (FOREIGN, BELOW):
        store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("foreign"), graph))
    return store


def rows(store, text):
    found = store.query(question.question(text, {}, SCOPE).text, use_default_graph_as_union=True)
    return sorted(tuple(term.value for term in row) for row in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", [("o",), ("o",)]),
        ("SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g", [(f"{BASE}graph/a",), (f"{BASE}graph/b",)]),
        ("SELECT (COUNT(*) AS ?n) { GRAPH $g { ?s ?p ?o } }", [("2",)]),
        ("SELECT ?o { ?s ?p ?o }", [("foreign",), ("o",)]),
        ("SELECT ?o { GRAPH <https://other.example/graph/a> { ?s ?p ?o } }", [("foreign",), ("o",)]),
        ("SELECT DISTINCT ?o { { GRAPH ?g { ?s ?p ?o } } UNION { OPTIONAL { GRAPH ?h { ?s ?p ?o } } } }", [("o",)]),
        ('SELECT ?o { GRAPH ?g { ?s ?p ?o FILTER(?o != "}") { ?s ?p ?o } # }\n } }', [("o",), ("o",)]),
        ("SELECT DISTINCT ?o { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { GRAPH ?h { ?s ?p 'foreign' } } }", [("o",)]),
    ],
)
def test_a_query_keeps_to_the_graphs_of_its_wiki_in_graph_and_has_each_fact_once(text, expected, two_wikis):
    assert rows(two_wikis, text) == expected


def test_prefixes_that_a_query_uses_are_declared_and_no_others():
    asked = question.question(
        "PREFIX schema: <urn:x:>\nSELECT ?s { ?s a nr:Page ; schema:a my:b }",
        {},
        Scope(BASE, {**names.PREFIXES, "my": "urn:my:"}),
    )

    assert asked.text.startswith(
        "PREFIX my: <urn:my:>\nPREFIX nr: <https://w3id.org/newsroom-kg/ns#>\nPREFIX schema: <urn:x:>"
    )
    assert asked.text.count("schema:") == 2 or asked.text.count("PREFIX") == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?s { ?s nr:matches 'x' }", "nr:matches finds words by the index of the store here"),
        ("SELECT ?s { ?s nr:inCommunity ?x }", "the network of links is not published"),
        ("SELECT ?s { SERVICE <http://x/> { ?s ?p ?o } }", "SERVICE would reach the network"),
        ("SELECT ?s { ?s ?p", "not a SPARQL query: line 1"),
    ],
)
def test_what_an_endpoint_is_not_asked_is_told(text, said):
    with pytest.raises(KgError) as caught:
        question.question(text, {}, SCOPE)

    assert said in str(caught.value)


def test_rows_and_graphs_are_told_apart():
    assert [question.question(text, {}, SCOPE).rows for text in ("ASK {}", "SELECT * {}", "CONSTRUCT {} {}", "DESCRIBE <urn:x>")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("name", LIBRARY)
def test_every_query_of_the_library_is_taken_or_is_one_of_the_network(name):
    found = query.find(name)
    free = {one.name: ox.NamedNode("urn:x") if one.kind != "integer" else 1 for one in found.parameters}
    if name not in OF_PAGES:
        with pytest.raises(KgError, match="the network of links"):
            question.question(found.text, free, SCOPE)
        return
    asked = question.question(found.text, free, SCOPE).text

    assert "FILTER(STRSTARTS(STR(" in asked
    ox.Store().query(asked)
