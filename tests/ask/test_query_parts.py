"""A query asked of one graph alone."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from kg.ask import query_parts

_EX = "http://example.org/"
_NODES = st.sampled_from("abc").map(lambda name: NamedNode(_EX + name))
_GRAPHS = ("g", "h")
QUERY = (
    "PREFIX ex: <http://example.org/> SELECT ?s ?n ?far WHERE {\n"
    "  { SELECT ?home ?s (COUNT(?o) AS ?n) WHERE { GRAPH ?home { ?s ex:p ?o } } GROUP BY ?home ?s }\n"
    "  OPTIONAL { GRAPH ?other { ?s ex:q ?far } } FILTER NOT EXISTS { GRAPH $home { ?s ex:r ?gone } }\n}"
)


@given(st.lists(st.tuples(_NODES, st.sampled_from("pqr"), _NODES, st.sampled_from(_GRAPHS)), max_size=12))
def test_the_rows_of_all_graphs_are_the_rows_of_the_query(quads: list[tuple[NamedNode, str, NamedNode, str]]) -> None:
    """Whatever stands in each of them, in sub-selects, groups and negations too."""
    store = Store()
    for subject, predicate, value, graph in quads:
        store.add(Quad(subject, NamedNode(_EX + predicate), value, NamedNode(_EX + graph)))
    in_parts = [
        str([row[name] for name in ("s", "n", "far")])
        for graph in _GRAPHS
        for row in store.query(query_parts.of_graph(QUERY.replace("$home", "?home"), "home", _EX + graph))  # type: ignore[union-attr]
    ]
    whole = [str([row[name] for name in ("s", "n", "far")]) for row in store.query(QUERY)]  # type: ignore[union-attr]

    assert sorted(in_parts) == sorted(whole)


def test_what_stands_elsewhere_is_all_outside_the_groups_of_the_graph() -> None:
    """Groups of other graphs, filters and columns."""
    assert "ex:q" in query_parts.elsewhere(QUERY, "home")
    assert not {"ex:p", "ex:r"} & {*query_parts.elsewhere(QUERY, "home").split()}
