"""A graph of a store made another by what differs holds what it would hold if it were loaded anew."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg.store import graph_change

GRAPH, OTHER, GONE = (NamedNode(f"https://example.org/{name}") for name in ("graph", "other", "gone"))
NODES = st.sampled_from([NamedNode("https://example.org/a"), NamedNode("https://example.org/b")])
LITERALS = st.one_of(
    st.text('ab "\\\n<>_:.é', max_size=5).map(Literal),
    st.sampled_from(["1", "01", "1.0", "x"]).map(
        lambda text: Literal(text, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    ),
)
TRIPLES = st.lists(st.tuples(NODES, NODES, st.one_of(NODES, LITERALS)), max_size=12)


def lines(triples, graph):
    return "".join(f"{Quad(*triple, graph)} .\n" for triple in triples).encode()


def held(store):
    return sorted((store.dump(format=RdfFormat.N_QUADS) or b"").split(b"\n"))


@given(TRIPLES, TRIPLES, TRIPLES)
def test_graphs_hold_what_they_are_given_and_others_stay(before, now, beside):
    changed, anew = Store(), Store()
    changed.load(lines(before, GRAPH) + lines(beside, OTHER) + lines(before, GONE), format=RdfFormat.N_QUADS)
    anew.load(lines(now, GRAPH) + lines(beside, OTHER), format=RdfFormat.N_QUADS)
    graph_change.replace_all(changed, [GRAPH.value, GONE.value], [lines(now, GRAPH)])

    assert held(changed) == held(anew)


def test_a_graph_with_blank_nodes_is_taken_out_as_a_whole():
    store = Store()
    store.load(b'_:x <https://example.org/a> "1", "2", "3" .', format=RdfFormat.TURTLE, to_graph=GRAPH)
    graph_change.replace(store, GRAPH.value, b'_:y <https://example.org/a> "1" .\n_:y <https://example.org/a> "2" .')

    assert len({quad.subject for quad in store}) == 1
    assert len(store) == 2
