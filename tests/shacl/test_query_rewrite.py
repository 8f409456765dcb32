"""Queries as other people write them, and what the compiler makes of them: the same rows, set at a time."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import shacl_strategies as random

from kg.shacl import prebinding
from kg.shacl.prebinding import Forbidden
from kg.shacl.query_grammar import NotUnderstood, parse, variables, write
from kg.shacl.query_rewrite import patterns, rewritten

EX = f"PREFIX ex: <{random.EX}>\n"


def rows(store, query):
    found = store.query(EX + query)
    names = [variable.value for variable in found.variables]
    return sorted(str(sorted((name, str(row[name])) for name in names if row[name] is not None)) for row in found)


def body(query):
    """Return a query as the compiler writes it when it is only rewritten."""
    read = parse(query)
    return f"{read.prologue} {read.head} {write(rewritten(read.where))} {read.tail}"


REWRITTEN = [
    "SELECT ?s WHERE { ?s ex:p ?o FILTER NOT EXISTS { ?o ex:q ?x . ?x ex:r ?y } }",
    "SELECT ?s WHERE { FILTER NOT EXISTS { ?s ex:q ?x . ?x ex:r ?o } ?s ex:p ?o }",
    "SELECT ?s WHERE { ?s ex:p ?o . FILTER NOT EXISTS { ?s ex:q ?x ; ex:r ?y . FILTER(?x != ?o) } . ?o ex:q ?z }",
    "SELECT ?s WHERE { ?s ex:p ?o . FILTER NOT EXISTS { ?o ex:q/ex:r ?s } FILTER NOT EXISTS { ?o ex:r ?x . ?x ex:q ?s } }",
    "SELECT ?s ?x WHERE { ?s ex:p ?o OPTIONAL { ?o ex:q ?x } FILTER NOT EXISTS { ?s ex:q ?x . ?x ex:r ?y } }",
    "SELECT ?s WHERE { { ?s ex:p ?o FILTER NOT EXISTS { ?o ex:q ?x . ?x a ex:A } } UNION { ?s ex:r ?o } }",
    "SELECT ?s WHERE { ?s ex:p ?o . FILTER NOT EXISTS { ?o ex:q ?x . ?x ex:r ?y FILTER NOT EXISTS { ?y ex:p ?o } } }",
    "SELECT ?s ?w WHERE { ?s ex:p ?o . { ?o ex:q ?w . ?s ex:r ?z } UNION { ?w ex:r ?o } }",
    "SELECT ?s ?w WHERE { ?s ex:p ?o . { ?o ex:q ?w . ?s ex:r ?z } UNION { ?w ex:r ?o FILTER(?w != ?o) } FILTER(?w != ?s) }",
]
JOINED = [
    "SELECT ?s WHERE { ?s ex:p ?o FILTER EXISTS { ?o ex:q ?x . ?x ex:r ?y } }",
    "SELECT ?s ?o WHERE { ?s ex:p ?o FILTER EXISTS { ?o ex:q/ex:r ?x FILTER(?x IN (ex:a, ex:b)) } }",
    "SELECT ?s ?o WHERE { ?s ex:p ?o FILTER EXISTS { ?o ex:q ?x . ?x ex:r ?s } FILTER NOT EXISTS { ?s ex:r ?x . ?x ex:q ?y } }",
    "SELECT ?s WHERE { ?s ex:p ?o OPTIONAL { ?s ex:r ?z FILTER EXISTS { ?z ex:q ?x . ?x ex:r ?y } } }",
]
KEPT = [
    "SELECT ?s WHERE { ?s ex:p ?o FILTER EXISTS { ?o ex:q ?x } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER EXISTS { ?a ex:q ?x . ?x ex:r ?y } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER EXISTS { ?o ex:q ?x . ?x ex:r ?y FILTER(?y != ?s) } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER EXISTS { ?o ex:q* ?x . ?x ex:r ?y } }",
    "SELECT ?s WHERE { ?s ex:p ?o OPTIONAL { ?s ex:r ?z } FILTER EXISTS { ?o ex:q ?x . ?x ex:r ?z } }",
    "SELECT ?s ?z WHERE { ?s ex:p ?o OPTIONAL { ?s ex:r ?z FILTER EXISTS { ?z ex:q ?x . ?x ex:r ?o } } }",
    "SELECT ?s ?z WHERE { ?s ex:p ?o OPTIONAL { ?s ex:r ?z FILTER NOT EXISTS { ?z ex:q ?x . ?x ex:r ?o } } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER NOT EXISTS { ?o ex:q ?x } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER NOT EXISTS { ?a ex:q ?x . ?x ex:r ?y } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER NOT EXISTS { ?o ex:q ?x . OPTIONAL { ?x ex:r ?y } FILTER(!BOUND(?y)) } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER NOT EXISTS { { ?o ex:q ?x . ?x ex:r ?y } UNION { ?o ex:r ?x } } }",
    "SELECT ?s WHERE { ?s ex:p ?o BIND(STR(?o) AS ?t) FILTER NOT EXISTS { ?o ex:q ?x . ?x ex:r ?y FILTER(STR(?y) = ?t) } }",
    "SELECT ?s WHERE { ?s ex:p ?o FILTER(!(NOT EXISTS { ?o ex:q ?x . ?x ex:r ?y })) }",
    "SELECT ?s ?w WHERE { ?s ex:p ?o . { ?o ex:q ?w . ?s ex:r ?z } UNION { ?w ex:r ?z FILTER(?w != ?o) } }",
]


@pytest.mark.parametrize("query", REWRITTEN)
def test_what_can_be_proved_equal_is_rewritten(query):
    assert "NOT EXISTS { ?o ex:q ?x . ?x" not in " ".join(body(query).split())
    assert " ".join(body(query).split()) != " ".join(write(parse(query).where).split())
    assert "OPTIONAL" in body(query) or "?s ex:p ?o . ?w ex:r ?o" in " ".join(body(query).split())


@pytest.mark.parametrize("query", JOINED)
def test_what_must_exist_is_joined_where_that_is_the_same(query):
    assert "SELECT DISTINCT ?" in body(query)
    assert "FILTER EXISTS" not in body(query)


@pytest.mark.parametrize("query", KEPT)
def test_what_cannot_be_proved_equal_stays_as_it_is(query):
    read = parse(query)

    assert write(rewritten(read.where)) == write(read.where)


@given(random.facts, st.sampled_from([*REWRITTEN, *JOINED, *KEPT]))
def test_a_rewritten_query_has_the_same_rows_as_often(facts, query):
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in facts)

    assert rows(store, body(query)) == rows(store, query)


def test_a_filter_in_an_optional_still_sees_the_rows_outside():
    s, p, o, q, r, x, w, z = (ox.NamedNode(random.EX + name) for name in "spoqrxwz")
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in [(s, p, o), (s, r, z), (z, q, x), (x, r, w)])
    query = "SELECT ?z WHERE { ?s ex:p ?o OPTIONAL { ?s ex:r ?z FILTER NOT EXISTS { ?z ex:q ?x . ?x ex:r ?o } } }"

    assert rows(store, body(query)) == rows(store, query) == [f"[('z', '{z}')]"]


# ---- pre-binding -----------------------------------------------------------------------------------------------------

# Beside each query the same with $NODE in the places of $this: what SHACL means, for one focus node.
TOGETHER = [
    "{ $this ex:p ?value }",
    "{ FILTER(isIRI($this)) }",
    "{ ?value ex:p $this OPTIONAL { $this ex:q ?x } FILTER(!BOUND(?x)) }",
    "{ ?x ex:p ?value OPTIONAL { $this ex:q ?y } FILTER(BOUND(?y)) }",
    "{ ?x ex:p ?value OPTIONAL { ?x ex:q ?y FILTER($this = ?y) } FILTER(BOUND(?y)) }",
    "{ { FILTER($this = ex:a) } UNION { ?value ex:p $this } }",
    "{ { { FILTER(BOUND($this)) } FILTER($this != ex:b) } FILTER(true) }",
    "{ BIND(STR($this) AS ?text) FILTER(STRLEN(?text) > 2) }",
    "{ ?x ex:p ?value { BIND(STR($this) AS ?text) } FILTER(STR(?x) = ?text) }",
    "{ ?x ex:p ?value FILTER NOT EXISTS { ?x ex:q ?y . ?y ex:r $this } }",
    "{ ?x ex:p ?value FILTER(EXISTS { $this ex:q ?x } || ?x = $this) }",
    "{ OPTIONAL { $this ex:p ?value } }",
]
FOCUS = [*random.NODES[:4], ox.NamedNode(random.EX + "nowhere"), ox.Literal("one")]


def filled(text, node):
    return text.replace("BOUND($this)", "true").replace("$this", str(node))


@given(random.facts, st.sampled_from(TOGETHER), st.lists(st.sampled_from(FOCUS[:5]), min_size=1, unique=True))
def test_one_run_for_all_focus_nodes_gives_what_a_run_for_each_gives(facts, text, nodes):
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in facts)
    focus, member = ox.NamedNode("urn:set"), ox.NamedNode("urn:member")
    store.extend(ox.Quad(focus, member, node, focus) for node in nodes)
    bound = prebinding.prepared(f"SELECT $this ?value WHERE {text}", {}, ("this",))
    query = prebinding.select(bound, f"GRAPH {focus} {{ {focus} {member} ?this }}")

    alone = [
        row
        for node in nodes
        for row in rows(
            store, f"SELECT ({node} AS ?this) ?value WHERE {filled(text, node).replace('isIRI(', 'isIRI(')}"
        )
    ]
    assert bound.together
    assert sorted(rows(store, query)) == sorted(alone)


@pytest.mark.parametrize(
    ("query", "together"),
    [
        ("SELECT $this WHERE { $this ex:p ?x } LIMIT 1", False),
        ("SELECT $this WHERE { { SELECT $this ?x WHERE { $this ex:p ?x } ORDER BY ?x LIMIT 1 } }", False),
        ("SELECT $this (COUNT(?x) AS ?n) WHERE { $this ex:p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)", True),
        ("SELECT $this WHERE { $this ex:p ?x . ?x ex:q ?y } GROUP BY ?y", False),
        ("SELECT DISTINCT $this WHERE { $this ex:p ?x } ORDER BY ?x", True),
    ],
)
def test_a_query_that_counts_or_cuts_across_focus_nodes_is_asked_of_each(query, together):
    assert prebinding.prepared(query, {}, ("this",)).together is together


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT $this WHERE { $this ex:p ?x MINUS { $this ex:q ?x } }", "MINUS is not allowed"),
        ("SELECT $this WHERE { VALUES ?x { 1 } }", "VALUES is not allowed"),
        ("SELECT $this WHERE { ?s ?p ?o } VALUES ?s { <x:y> }", "VALUES is not allowed"),
        ("SELECT $this WHERE { service <x:y> { } }", "SERVICE is not allowed"),
        ("SELECT $this WHERE { BIND(1 AS ?this) }", "BIND gives a new value"),
        ("SELECT (1 AS $this) WHERE { }", "AS .this gives a new value"),
        ("SELECT $this WHERE { { SELECT ?x WHERE { ?x ex:p ?y } } }", "must return .this"),
        ("SELECT $this WHERE { { SELECT * WHERE { $this ex:p ?y } } }", "must return .this"),
    ],
)
def test_what_shacl_does_not_allow_in_a_query_is_refused_with_the_reason(query, why):
    with pytest.raises(Forbidden, match=why):
        prebinding.prepared(query, {}, ("this",))


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT $this WHERE { $this ex:p ?x .OPTIONALFILTER }",
        "SELECT $this FROM <x:y> WHERE { $this ex:p ?x }",
        "SELECT $this WHERE { $this ex:p 'open }",
        "SELECT $this WHERE { $this ex:p ?x ",
        "SELECT $this WHERE { ?s ?p ?o } GROUP BY (EXISTS { ?s ?p ?o } AS ?x)",
    ],
)
def test_what_the_grammar_does_not_know_is_not_guessed(query):
    with pytest.raises(NotUnderstood):
        prebinding.prepared(query, {}, ("this",))


def test_words_that_only_look_like_keywords_are_none():
    query = parse(
        "SELECT $this WHERE { $this ex:FILTER 'OPTIONAL { MINUS', <http://x.example/VALUES#> . # UNION {\n ?x ex:UNION ?y.FILTER(?x>?y) }"
    )

    assert [piece.kind for piece in query.where.pieces] == ["triples", "filter"]
    assert variables(query.where) == {"this", "x", "y"}


def test_constants_stand_for_variables_but_not_in_strings():
    bound = prebinding.prepared(
        "SELECT $this WHERE { FILTER(bound(?lang) && '?lang' != $lang) }", {"lang": '"en"'}, ("this",)
    )

    assert "FILTER ((true) && '?lang' != \"en\")" in prebinding.select(bound, "?this a <x:y> .")


@pytest.mark.parametrize(
    ("text", "number"),
    [("?s ex:p ?o", 1), ("?s ex:p ?o .", 1), ("?s ex:p ?o ; ex:q ?r", 2), ("?s ex:p ?o, ?r", 2), ("?s ex:p/ex:q ?o", 2),
     ("?s ex:p ?o . ?o ex:q ?r", 2), ("?s ex:p ?o. ?o ex:q ?r", 2), ("?s ex:p ex:o. ?o ex:q ?r", 2), ("?s ex:p [ ex:q ?o ]", 2)],
)  # fmt: skip
def test_triple_patterns_are_counted(text, number):
    (piece,) = parse(f"ASK {{ {text} }}").where.pieces

    assert patterns(piece) == number
