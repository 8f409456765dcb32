"""Sets of nodes that are kept here: a query that names them finds what it finds where they are laid into the store."""

import itertools

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.foreign_store import questions
from support.tier import CASES

from kg.remote_check.questions import NotThere
from kg.remote_check.remote_quads import RemoteQuads
from kg.shacl import node_sets
from kg.shacl.data import Data
from kg.shacl.node_sets import Engine, Focus, compose

NODES = [ox.NamedNode(f"https://example.org/n{number}") for number in range(12)]
PATH, TYPE, KIND = (ox.NamedNode(f"https://example.org/{word}") for word in ("path", "type", "Kind"))
TRIPLES = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from([PATH, TYPE]), st.sampled_from([*NODES, KIND])))
SETS = st.lists(st.sampled_from(NODES), unique=True)
# What a constraint asks: of a set alone, of values, of what is not in a set, of numbers of values, of either of two.
PATTERNS = {
    "focus": lambda one, _: node_sets.pattern(Focus(one)),
    "values": lambda one, _: f"{node_sets.pattern(Focus(one))} ?this {PATH} ?value .",
    "not in another": lambda one, other: compose(
        "without",
        WHERE=f"{node_sets.pattern(Focus(one))} ?this {PATH} ?value .",
        WHAT=node_sets.member(other, "?value"),
    ),
    "in another": lambda one, other: (
        f"{node_sets.pattern(Focus(one))} ?this {PATH} ?value . {node_sets.member(other, '?value')}"
    ),
    "many values": lambda one, _: compose(
        "count", VALUES=f"{node_sets.pattern(Focus(one))} ?this {PATH} ?value .", OPERATOR=">", LIMIT="1", DISTINCT=""
    ),
    "either": lambda one, _: (
        f"{{ {node_sets.pattern(Focus(one))} ?this {PATH} ?value }} UNION "
        f"{{ {node_sets.pattern(Focus(one))} BIND(?this AS ?value) }}"
    ),
}


def engines(triples, **limits):
    """An engine whose sets are laid into a store of these triples, and one whose sets are kept beside it."""
    here, there = ox.Store(), ox.Store()
    here.extend(ox.Quad(*one) for one in triples)
    there.extend(ox.Quad(*one, ox.NamedNode("https://example.org/g")) for one in triples)
    remote = RemoteQuads(questions(there, **limits), "https://example.org/")
    return Engine(Data(here)), Engine(Data(remote, foreign=True))


def found(engine, name, one, other):
    sets = [node_sets.new_set(engine, terms) for terms in (one, other)]
    return set(node_sets.rows(engine, PATTERNS[name](*sets), ["?this", "?value"]))


@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=CASES // 2)
@given(TRIPLES, SETS, SETS)
def test_what_is_asked_with_sets_is_what_sets_in_the_store_give(name, triples, one, other):
    laid, kept = engines(triples)

    assert found(kept, name, one, other) == found(laid, name, one, other)


@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=CASES // 2)
@given(TRIPLES, SETS, SETS, st.integers(1, 5))
def test_a_large_set_is_asked_about_in_pieces_or_not_at_all(name, triples, one, other, terms):
    laid, kept = engines(triples, terms=terms)

    try:
        rows = found(kept, name, one, other)
    except NotThere:
        assert name == "in another"
        assert min(len(one), len(other)) > terms
    else:
        assert rows == found(laid, name, one, other)


@settings(max_examples=CASES // 2)
@given(TRIPLES, SETS, SETS)
def test_a_store_that_sees_no_set_inside_is_not_asked_about_one(triples, one, other):
    laid, kept = engines(triples, lacks_inside=["VALUES"])

    assert found(kept, "not in another", one, other) == found(laid, "not in another", one, other)
    assert not any("EXISTS" in text for text in kept.data.store.questions.endpoint.asked)


@settings(max_examples=CASES // 2)
@given(TRIPLES, SETS, st.integers(1, 30))
def test_sets_made_of_sets_have_the_same_nodes(triples, one, terms):
    said = []
    for engine in engines(triples, terms=terms):
        start = node_sets.new_set(engine, one)
        reached = node_sets.found_set(engine, f"{node_sets.member(start)} ?this {PATH} ?value .", "?value")
        copied = node_sets.new_set(engine)
        node_sets.insert(engine, copied, node_sets.member(reached))
        said.append(
            (
                set(node_sets.terms(engine, node_sets.member(copied))),
                node_sets.any_row(engine, node_sets.member(copied)),
            )
        )

    assert said[0] == said[1]


def test_a_set_alone_is_asked_of_nobody():
    _, kept = engines([])
    chosen = node_sets.new_set(kept, NODES)

    assert node_sets.terms(kept, node_sets.member(chosen)) == NODES
    assert node_sets.any_row(kept, node_sets.member(chosen))
    assert kept.data.store.questions.endpoint.asked == []


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("?this {path} ?value . OPTIONAL {{ {second} }}", "a set of 12 nodes cannot be asked about in pieces"),
        ("?this {path} ?value . FILTER EXISTS {{ {second} }}", "a set of 12 nodes cannot be asked about in pieces"),
        ("?this {path} ?any . FILTER NOT EXISTS {{ {second} }}", "to be left out of what is not returned"),
    ],
)
def test_what_cannot_be_cut_is_said_to_be_so(where, why):
    _, kept = engines(itertools.product(NODES, [PATH], NODES), terms=3)
    large = node_sets.new_set(kept, NODES)
    node = "?any" if "?any" in where else "?value"
    text = where.format(path=PATH, second=node_sets.member(large, node))

    with pytest.raises(NotThere, match=why):
        list(node_sets.rows(kept, text, ["?this"]))


def test_a_function_of_ours_a_node_without_a_name_and_a_graph_of_shapes_are_not_there():
    _, kept = engines([(NODES[0], PATH, NODES[1])])
    nameless = node_sets.new_set(kept, [ox.BlankNode("one")])

    with pytest.raises(NotThere, match="<urn:newsroom-kg:well-formed>, which is a function of ours"):
        node_sets.any_row(kept, "?this ?p ?o FILTER(<urn:newsroom-kg:well-formed>(?o))")
    with pytest.raises(NotThere, match="a node without a name is asked about"):
        node_sets.any_row(kept, f"{node_sets.member(nameless)} ?this {PATH} ?value .")
    with pytest.raises(NotThere, match="its query asks the shapes graph"):
        kept.data.store.extend([ox.Quad(NODES[0], PATH, NODES[1], ox.NamedNode("urn:newsroom-kg:shapes-graph"))])
