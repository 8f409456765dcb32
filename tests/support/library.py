"""The library's queries as they are asked in tests: the values of their examples, and their answers as plain rows."""

import shlex

import pyoxigraph as ox

from kg.ask import query
from kg.network import terms
from kg.rdf import names, sparql_text

LIBRARY = sparql_text.library()
# The network of links has a wiki of its own in tests/network/test_communities.py.
OF_PAGES = [
    name
    for name in LIBRARY
    if not terms.asks(sparql_text.tokens(query.find(name).text), "https://wiki.example/")
]  # fmt: skip
# What a query takes in place of its example's topic, in a wiki that has not the same.
SORTS = {
    "claims-by": "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x nr:claimant ?t } }",
    "has-contradictions": "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x rdf:predicate nr:contradicts ; rdf:subject ?t } }",
    "quotes": "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x nr:speaker ?t } }",
    "positions": (
        "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x nr:heldBy ?t } FILTER NOT EXISTS { GRAPH ?h { ?t a ?class } "
        "FILTER(?class IN (nr:Concept, nr:Source, nr:Product)) } }"
    ),
    "position-evidence": "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x nr:sideOf ?t } }",
    "contradictions-by-theme": "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x a nr:RegisterEntry ; nr:theme ?t } }",
    **dict.fromkeys(
        ["evidence", "impact", "rests-on", "web-annotations"],
        "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x nr:target ?t } GRAPH ?h { ?t a nr:Source } }",
    ),
}
MENTIONED = "SELECT ?t (COUNT(*) AS ?n) { GRAPH ?g { ?x schema:mentions ?t ; a nr:Claim } }"
MOST = " GROUP BY ?t ORDER BY DESC(?n) ?t LIMIT 1"


def example(found):
    """Return the values of a query's example by the names of its parameters."""
    words = shlex.split(found.example or "")
    assert all(word.startswith("--") for word in words[::2]), found.example
    return {name.removeprefix("--"): value for name, value in zip(words[::2], words[1::2], strict=True)}


def bound(found, store, vocabulary):
    """Return a query's text with the values of its example, its topics those of this wiki that are spoken of most."""
    try:
        chosen = query.values(found, example(found), vocabulary, store)
    except query.KgError:
        given = {name: value for name, value in example(found).items() if name not in topics(found)}
        most = list(store.query(SORTS.get(found.name, MENTIONED) + MOST, prefixes=names.PREFIXES))
        fixed = {name: most[0]["t"] if most else ox.NamedNode("urn:nobody") for name in topics(found)}
        others = tuple(one for one in found.parameters if one.kind != "topic")
        chosen = fixed | query.values(
            sparql_text.Query(found.name, "", "", others, found.text), given, vocabulary, store
        )
    return sparql_text.bind(found.text, chosen)


def topics(found):
    return {one.name for one in found.parameters if one.kind == "topic" and one.name in example(found)}


def rows(answer):
    """Return an answer of the engine as plain values that can be compared, in an order of their own."""
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    if isinstance(answer, ox.QueryTriples):
        return sorted(str(triple) for triple in answer)
    return sorted(tuple(str(term) for term in row) for row in answer)


def asked(store, text):
    """Return the rows of a query, without any of our prefixes: what it needs, it says itself."""
    return rows(store.query(text, use_default_graph_as_union=True))
