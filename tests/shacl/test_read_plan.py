"""What a shape is said to read, held against random graphs and shapes: an edit followed by its triples is a full run."""

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support import shacl_strategies as random
from support.tier import CASES as TIER

from kg.shacl import data, follow_plan, plan, query_grammar, read_plan, run_shapes, shapes_graph, sparql_constraints
from kg.shacl.data import Data
from kg.shacl.follow_plan import Touched
from kg.shacl.query_grammar import NotUnderstood
from kg.shacl.terms import iri
from kg.shacl.triple_patterns import patterns


def stored(facts):
    store = ox.Store()
    store.extend(ox.Quad(*fact) for fact in facts)
    return store


def triples(store):
    return {(quad.subject, quad.predicate, quad.object) for quad in store}


def shown(verdicts):
    """Return verdicts, counted."""
    return Counter(f"{one.unit} | {one.focus} | {one.result}" for one in verdicts)


def plans(shapes):
    declared = sparql_constraints.components(shapes)
    return {
        unit.name: (
            unit,
            read_plan.of_constraint(
                read_plan.Declared(shapes, declared, known), unit.targets, known[unit.node], unit.constraint
            ),
        )
        for unit, known in run_shapes.units(shapes)
    }


def view(store):
    return follow_plan.View(store, lambda _: True, 10**6)


def followed(before, after, shapes):
    """Return the verdicts on a graph that are made of those on another and of what differs."""
    old, new = stored(before), stored(after)
    gone, come = triples(old) - triples(new), triples(new) - triples(old)
    planned = plans(shapes)
    only = {name: leads for name, (_, leads) in planned.items()}
    below, edges = follow_plan.kinds(view(new)), follow_plan.index(only)
    touched = follow_plan.touched(view(old), only, edges, gone, below)
    for name, nodes in follow_plan.touched(view(new), only, edges, come, below).items():
        touched.setdefault(name, Touched()).add(nodes)
    there, read = view(new), set(view(new).having(plan.SUBCLASS))
    for name, nodes in touched.items():
        unit, leads = planned[name]
        whole = follow_plan.all_targets(there, unit.targets, below) if nodes.whole is None else nodes.whole
        follow_plan.forward(there, leads, nodes, whole, read)
    kept, _ = run_shapes.verdicts(Data(old), shapes)
    left = [one for one in kept if not touched.get(one.unit, Touched()).holds(one.focus, one.result.value)]
    fresh, _ = run_shapes.verdicts(Data(stored(read)), shapes, {name: one.nodes() for name, one in touched.items()})
    again = [one for one in fresh if touched[one.unit].holds(one.focus, one.result.value)]
    return shown([*left, *again]), touched


def compare(before, after, shapes):
    said = shapes_graph.read(list(data.normalised(shapes)))
    whole, refused = run_shapes.verdicts(Data(stored(after)), said)
    assume(
        not refused and not any(fact[1] == plan.SUBCLASS for fact in triples(stored(before)) ^ triples(stored(after)))
    )
    made, _ = followed(before, after, said)

    assert made == shown(whole)


@settings(max_examples=TIER // 2)
@given(random.facts, random.facts, random.shapes())
def test_an_edit_of_a_random_graph_followed_by_its_triples_gives_what_a_full_run_gives(before, after, shapes):
    compare(before, after, shapes)


@settings(max_examples=TIER // 2)
@given(random.facts_for_queries, st.data(), random.shapes(queries=True))
def test_a_small_edit_followed_through_random_queries_gives_what_a_full_run_gives(facts, edits, shapes):
    after = [one for one in facts if one[1] == plan.SUBCLASS or edits.draw(st.integers(0, 4))]
    after += edits.draw(random.facts_for_queries)[:2]
    compare(facts, after, shapes)


QUERIES = [
    "$this x:a+ ?value . ?value x:b ?end",
    "$this (x:a/x:b)* ?value . ?value x:c ?end",
    "$this ^x:a/(x:b|^x:c) ?value",
    "$this x:a ?value OPTIONAL { ?value x:b ?b . ?b x:c ?c } FILTER(!BOUND(?c))",
    "$this x:a ?value FILTER NOT EXISTS { ?value x:b ?b . ?b x:c $this }",
    "{ $this x:a ?value } UNION { ?value x:b $this } ?value x:c ?c",
    "$this x:a ?value { SELECT $this (COUNT(?b) AS ?n) { $this x:b ?b } GROUP BY $this } FILTER(?n > 1)",
    "{ SELECT $this (MIN(STR(?b)) AS ?first) { ?b x:a $this } GROUP BY $this } BIND(IRI(?first) AS ?value) ?value x:b ?c",
    "$this x:a ?value FILTER EXISTS { ?any x:c ?some }",
    "?value x:a $this ; ?relation ?end . ?end x:c ?c",
    "$this x:a ?value ; x:b ?other . ?other x:c ?end . ?value x:b ?end",
    "$this x:a ?value . ?value x:b ?end . ?end x:c ?last . ?other x:b ?last",
    "$this x:a ?value . ?c x:b ?value FILTER NOT EXISTS { ?value x:b/x:c ?d }",
    "$this x:b ?any OPTIONAL { $this x:a ?value . ?value x:c ?c }",
    "$this x:a ?value ; x:a ?twin . ?twin x:b ?c FILTER(?twin != ?value)",
    "$this x:a ?value { SELECT $this ?value (COUNT(?b) AS ?n) { $this x:a ?value . ?value x:b ?b } GROUP BY $this ?value }",
    "$this x:a ?b BIND(STR(?b) AS ?value) BIND(IRI(?value) AS ?e) FILTER NOT EXISTS { ?e x:c ?d }",
    "$this x:a ?b OPTIONAL { $this x:c ?o } BIND(?o AS ?value) FILTER NOT EXISTS { ?value x:b ?e }",
    "$this x:a ?value BIND(STR(?value) AS ?text) FILTER NOT EXISTS { ?text x:b ?e }",
    "$this x:a+ ?value FILTER NOT EXISTS { ?value x:b ?b FILTER NOT EXISTS { ?b x:c ?c } }",
]
SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <https://x.example/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:p> sh:declare [ sh:prefix "x" ; sh:namespace "https://x.example/"^^xsd:anyURI ] .
x:s a sh:NodeShape ; sh:targetSubjectsOf x:a ; sh:targetObjectsOf x:b ; sh:property x:p .
x:p sh:path x:a ; sh:sparql [ sh:prefixes <urn:p> ; sh:message "no" ; sh:select "SELECT DISTINCT $this ?value WHERE { BODY }" ] .
"""
node = st.sampled_from([ox.NamedNode(f"https://x.example/{name}") for name in "nopqr"])
prop = st.sampled_from([ox.NamedNode(f"https://x.example/{name}") for name in "abc"])
edges = st.lists(st.tuples(node, prop, node), min_size=2, max_size=10, unique=True)


@pytest.mark.parametrize("query", QUERIES)
@settings(max_examples=TIER // 5)
@given(
    kept=edges,
    gone=st.lists(st.tuples(node, prop, node), max_size=2),
    come=st.lists(st.tuples(node, prop, node), max_size=1),
)
def test_a_query_followed_from_the_triples_of_an_edit_gives_what_a_full_run_gives(query, kept, gone, come):
    parsed = ox.parse(SHAPE.replace("BODY", query), format=ox.RdfFormat.TURTLE)
    compare([*kept, *gone], [*kept, *come], [(quad.subject, quad.predicate, quad.object) for quad in parsed])


# ---- results about one value -----------------------------------------------------------------------------------------


def value_place(query):
    """Return whether a shape's plan tells results about one value from those about another."""
    parsed = ox.parse(SHAPE.replace("SELECT DISTINCT $this ?value WHERE { BODY }", query), format=ox.RdfFormat.TURTLE)
    shapes = shapes_graph.read(list(data.normalised((quad.subject, quad.predicate, quad.object) for quad in parsed)))
    ((_, leads),) = plans(shapes).values()
    return leads.value is not None


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT $this ?value { $this x:a ?value . ?value x:b ?c }", True),
        ("SELECT DISTINCT $this ?value ?c { $this x:a ?value OPTIONAL { ?value x:b ?c } }", True),
        ("SELECT $this { $this x:a ?value }", False),
        ("SELECT $this (SAMPLE(?b) AS ?value) { $this x:a ?b } GROUP BY $this", False),
        ("SELECT $this ?value { $this x:a ?value } LIMIT 1", False),
        ("SELECT $this ?value { $this x:a ?b OPTIONAL { $this x:c ?value } }", False),
        ("SELECT $this ?value { { $this x:a ?value } UNION { $this x:b ?value } }", False),
        ("SELECT $this ?value { $this x:a ?b BIND(?b AS ?value) }", False),
    ],
)
def test_results_are_told_apart_by_their_value_where_nothing_is_counted_and_each_has_one(query, told):
    assert value_place(query) is told


def test_of_many_values_only_the_one_that_an_edit_touches_is_read_again():
    many = [ox.NamedNode(f"https://x.example/v{number}") for number in range(50)]
    a, b = (ox.NamedNode(f"https://x.example/{name}") for name in "ab")
    focus, end = ox.NamedNode("https://x.example/s"), ox.NamedNode("https://x.example/end")
    before = [*((focus, a, value) for value in many), *((value, b, end) for value in many)]
    parsed = ox.parse(SHAPE.replace("BODY", "$this x:a ?value . ?value x:b ?c"), format=ox.RdfFormat.TURTLE)
    said = shapes_graph.read(list(data.normalised((quad.subject, quad.predicate, quad.object) for quad in parsed)))
    _, touched = followed(before, before[:-1], said)
    ((_, leads),) = plans(said).values()
    read = set()
    for nodes in touched.values():
        follow_plan.forward(view(stored(before)), leads, nodes, set(), read)

    assert [(one.whole, one.partly, one.values) for one in touched.values()] == [({end}, {focus}, {many[-1]})]
    assert {subject for subject, key, _ in read if key == b} == {many[-1]}


# ---- what a query hangs on -------------------------------------------------------------------------------------------

PREFIXES = {"x": "https://x.example/"}


def everywhere(where):
    leads = read_plan.of_query(query_grammar.parse(f"SELECT * WHERE {{ {where} }}").where, PREFIXES, "this")
    return sorted(one.value.removeprefix("https://x.example/") for one in leads.everywhere())


@pytest.mark.parametrize(
    ("where", "read"),
    [
        ("$this x:a ?b . ?c x:key ?b ; x:d ?e", []),
        ("$this x:a ?b . ?c x:key ?d FILTER(?b = ?d)", ["key"]),
        ("?any x:today ?day . $this x:due ?due FILTER(?due < ?day)", ["today"]),
        ("{ $this x:a ?b } UNION { ?b x:c $this } ?b x:d ?e", []),
        ("{ $this x:a ?b } UNION { $this x:c ?d } ?b x:e ?f", ["e"]),
        ("OPTIONAL { $this x:a ?b } OPTIONAL { ?b x:c ?d }", ["c"]),
        ("OPTIONAL { $this x:a ?b } ?c x:d ?b", ["d"]),
        ("$this x:a ?b FILTER NOT EXISTS { ?b x:c ?d . ?d x:e ?f }", []),
        ("FILTER NOT EXISTS { ?b x:c ?d } $this x:a ?b", []),
        ("$this x:a ?b . ?b x:g ?c { ?c x:d ?e FILTER NOT EXISTS { ?b x:f ?h } }", ["f"]),
        ("BIND($this AS ?b) ?b x:a ?c", []),
        ("$this x:a ?b BIND(IRI(CONCAT(STR(?b), '/x')) AS ?c) ?c x:d ?e", ["d"]),
        ("{ SELECT $this (MIN(STR(?b)) AS ?c) { ?b x:a $this } GROUP BY $this } BIND(IRI(?c) AS ?d) ?d x:e ?f", []),
        ("$this x:a ?b { SELECT ?b (COUNT(?c) AS ?n) { ?c x:d ?b } GROUP BY ?b }", []),
        ("$this x:a ?b { SELECT ?b (COUNT(?c) AS ?n) { ?c x:d ?b } }", ["d"]),
        ("$this x:a ?b { SELECT ?b { ?c x:d ?b } LIMIT 1 }", ["d"]),
        ("$this (x:a|^x:b)+/x:c? ?d . ?d x:e [ x:f ?g ]", []),
    ],
)
def test_a_pattern_hangs_on_the_focus_node_or_is_read_everywhere(where, read):
    assert everywhere(where) == read


@pytest.mark.parametrize(
    "where", ["$this !x:a ?b", "?a ?b ?c", "?a x:b* ?c", "?a (x:a|x:b?) ?c", "$this x:a ?b VALUES ?b { 1 }"]
)
def test_what_cannot_be_followed_is_not_guessed(where):
    with pytest.raises(NotUnderstood):
        everywhere(where)


def test_the_patterns_of_a_text_are_found_however_it_is_written():
    text = "?a a x:C; x:p 1.5 , 'x y'@en-GB, \"2\"^^<u:t> ; ^x:q/(x:r|x:s)* [ x:t ?b ] . [] x:u _:n .?a ?p x:end."
    found = patterns(text, PREFIXES, iter(range(9)))

    assert [(one.subject, str(one.object)[:12]) for one in found] == [
        ("?a", "<https://x.e"), ("?a", '"1.5"'), ("?a", "\"'x y'\""), ("?a", '"\\"2\\""'), ("?_0", "?b"), ("?a", "?_0"),
        ("?_1", "?_:n"), ("?a", "<https://x.e"),
    ]  # fmt: skip
    assert found[0].path.predicate == iri("rdf:type")
