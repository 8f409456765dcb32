"""`nr:matches` in SPARQL: the rows are those that a stored triple would give, wherever the pattern stands."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import kg
from support.pages import BASE, stored
from support.tier import CASES

from kg.ask import query
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.search import matches, texts, typed
from kg.search.index import About, Index

PAGES = {
    "sources/tide.md": """\
---
title: "Tide report"
type: source
---
## Summary

The quay floods. Nobody reads "tide tables" now.

## Key Claims

- [fact] [[Harbour]] — the quay is old
- [forecast] Ada Example — the quay will flood
- [analysis] Bo Nemo — the gauge is right

## Key Quotes

> "No tide comes." — Ada Example
""",
    "entities/Harbour.md": """\
---
title: "Old Harbour"
type: entity
---
## Overview

A quay with a gauge. See [[tide]].
""",
}
MATCHES = names.NR + "matches"
WORDS = ("quay", "tide", "gauge", "flood*", '"no tide"', "nowhere", "harbour", "quay old")


@pytest.fixture(scope="module")
def made_index():
    store = stored({path: text.encode() for path, text in PAGES.items()})
    index = Index.new(None, About("", ""))
    index.put(texts.all_of(store))
    return store, index


@pytest.fixture(scope="module")
def with_triples(made_index):
    """The same store, and the triples that the pattern stands for in the graphs of their parts."""
    _, index = made_index
    store = stored({path: text.encode() for path, text in PAGES.items()})
    for words in WORDS:
        for node, graph in hits_of(index)(words):
            store.add(ox.Quad(ox.NamedNode(node), ox.NamedNode(MATCHES), ox.Literal(words), ox.NamedNode(graph)))
    return store


def hits_of(index):
    return lambda words: index.nodes(typed.expression(typed.terms(words))) if typed.terms(words) else []


@pytest.fixture
def both(made_index, with_triples):
    """Return the rows of a query with the pattern, and those that stored triples give, sorted."""
    store, index = made_index

    def rows(text):
        ours = query.run(store, text, {}, matches=lambda asked: matches.joined(asked, {matches.PARTS: hits_of(index)}))
        theirs = query.run(with_triples, text, {})
        if isinstance(ours, ox.QueryBoolean):
            return bool(ours), bool(theirs)
        return sorted(map(str, ours)), sorted(map(str, theirs))

    return rows


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ?c { ?c nr:matches "quay" }',
        'SELECT * { ?c nr:matches "quay" . ?c a nr:Claim }',
        'SELECT * { ?c a nr:Claim ; nr:matches "quay" ; schema:text ?t }',
        'SELECT * { ?c nr:matches "quay" ; a nr:Claim }',
        'SELECT * { ?c nr:matches "quay" ; . ?c a nr:Claim.}',
        'SELECT * { ?c nr:matches "quay", "flood*" }',
        'SELECT * { ?c nr:matches "quay";nr:matches "flood*" . }',
        "SELECT * { ?c a ?k . ?c <https://w3id.org/newsroom-kg/ns#matches> '''quay''' FILTER(?k = nr:Claim) }",
        'PREFIX x: <https://w3id.org/newsroom-kg/ns#> SELECT * { FILTER(BOUND(?c)) ?c x:matches "quay" ; a x:Claim }',
        'SELECT * { ?c a nr:Claim OPTIONAL { ?c nr:matches "quay" ; schema:text ?t } }',
        'SELECT * { ?c a nr:Claim OPTIONAL { ?c schema:text ?t FILTER EXISTS { ?c nr:matches "quay" } } }',
        'SELECT * { { ?c nr:matches "quay" } UNION { ?c nr:matches "gauge" ; a nr:Claim } }',
        'SELECT * { ?c a nr:Claim FILTER NOT EXISTS { ?c nr:matches "quay" } }',
        'SELECT * { ?c a nr:Claim FILTER NOT EXISTS { ?c nr:matches "quay" ; nr:epistemicType nr:fact } }',
        'SELECT * { ?c a nr:Claim MINUS { ?c nr:matches "quay" } }',
        'SELECT * { ?c a nr:Claim BIND(EXISTS { ?c nr:matches "quay" } AS ?has) }',
        'SELECT * { ?c a nr:Claim { SELECT ?c { ?c nr:matches "quay" } ORDER BY ?c LIMIT 100 } }',
        'SELECT ?n { { SELECT (COUNT(?c) AS ?n) WHERE { ?c nr:matches "quay" } } }',
        'SELECT * { GRAPH ?g { ?c nr:matches "quay" } }',
        'SELECT * { GRAPH ?g { ?c nr:matches "quay" ; a nr:Claim } GRAPH ?p { ?c nr:line ?l } }',
        'SELECT * { GRAPH ?g { ?c a nr:Claim OPTIONAL { ?c nr:matches "quay" ; schema:text ?t } } }',
        'SELECT * { ?page nr:path ?path GRAPH ?g { ?page nr:path ?path { ?c nr:matches "quay" } } }',
        f'SELECT * {{ GRAPH <{BASE}graph/sources/tide> {{ ?c nr:matches "quay" }} }}',
        f'PREFIX g: <{BASE}graph/sources/> SELECT * {{ GRAPH g:tide {{ ?c nr:matches "quay" ; a nr:Sentence }} }}',
        f'SELECT * {{ GRAPH <{BASE}graph/nowhere> {{ ?c nr:matches "quay" }} }}',
        'SELECT * { ?page nr:matches "harbour" ; nr:path ?path }',
        'SELECT * { ?topic nr:matches "harbour" ; nr:describedOn ?page }',
        'SELECT * { ?c nr:matches "nowhere" }',
        'SELECT (COUNT(*) AS ?n) { ?c a nr:Claim OPTIONAL { ?c nr:matches "nowhere" ; nr:none ?x } }',
        'ASK { ?c nr:matches "quay" }',
        'ASK { ?c a nr:Quote ; nr:matches "quay" }',
        'CONSTRUCT { ?c nr:matches "quay" } WHERE { ?c nr:matches "gauge" ; a nr:Claim }',
        'SELECT * { ?c a nr:Claim . # nr:matches "x"\n ?c nr:matches # here\n "quay" }',
        'SELECT * { ?c schema:text ?t FILTER(CONTAINS(?t, "nr:matches")) }',
        'SELECT * { ?c nr:matches "\\u0071uay" FILTER(?c != nr:matches) }',
        'SELECT $c { $c nr:matches "quay" }',
        'SELECT * { VALUES ?k { nr:Claim } ?c a ?k ; nr:matches "quay" BIND(1/0 AS ?x) }',
    ],
)  # fmt: skip
def test_the_rows_are_those_of_a_stored_triple(text, both):
    ours, theirs = both(text)

    assert ours == theirs


TRIPLES = st.sampled_from(["?c a nr:Claim", "?c schema:text ?t", "?c nr:epistemicType ?e", "?c schema:mentions ?m"])
MATCH = st.sampled_from(WORDS[:6]).map(lambda words: '?c nr:matches "{}"'.format(words.replace('"', '\\"')))


@st.composite
def groups(draw, depth=2):
    """A group of patterns that says of ?c what it is and which words it has."""
    pieces = [draw(TRIPLES)]
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["match", "match", "triple", *(["group"] * depth)]))
        if kind == "group":
            inner = draw(groups(depth - 1))
            form = draw(st.sampled_from(["OPTIONAL {}", "MINUS {}", "FILTER NOT EXISTS {}", "FILTER EXISTS {}", "{}"]))
            pieces.append(form.format("{ " + inner + " }"))
        else:
            pieces.append(draw(MATCH if kind == "match" else TRIPLES))
    return " . ".join(pieces)


@given(group=groups(), other=groups(), graph=st.booleans())
@settings(max_examples=CASES // 2)
def test_any_group_has_the_rows_of_stored_triples(group, other, graph, made_index, with_triples):
    body = f"GRAPH ?g {{ {group} }}" if graph else f"{{ {group} }} UNION {{ {other} }}"
    text = f"SELECT DISTINCT * {{ {body} }}"
    store, index = made_index

    ours = query.run(store, text, {}, matches=lambda asked: matches.joined(asked, {matches.PARTS: hits_of(index)}))

    assert sorted(map(str, ours)) == sorted(map(str, query.run(with_triples, text, {})))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * { ?c nr:matches ?words }", "line 1, column 15: nr:matches needs a text behind it"),
        ('SELECT * { ?c nr:matches "a"@en }', "needs a text behind it"),
        ('SELECT * { ?c nr:matches "a"^^xsd:string }', "needs a text behind it"),
        ("SELECT * { ?o nr:originalMatches ?w }", r'as in \?original nr:originalMatches "open weights"'),
        ("SELECT * {\n ?c nr:matches 7 }", "line 2, column 5: nr:matches needs a text behind it"),
        ('SELECT * { [] nr:matches "a" }', "needs a variable before it"),
        ('SELECT * { ?c schema:mentions [ nr:matches "a" ] }', "needs a variable before it"),
        ('SELECT * { <x:c> nr:matches "a" }', "needs a variable before it"),
        ('SELECT * { ?c ^nr:matches "a" }', "needs a variable before it"),
        ('SELECT * { ?c nr:none|nr:matches "a" }', "needs a variable before it"),
        ('SELECT * { ?c nr:matches+ "a" }', "needs a text behind it"),
        ('SELECT * FROM <x:g> { ?c nr:matches "a" }', "does not go with FROM"),
        ('CONSTRUCT WHERE { ?c nr:matches "a" }', "does not go with CONSTRUCT WHERE"),
        ('SELECT * { GRAPH ?g { { SELECT ?c { ?c nr:matches "a" } } } }', r"sub-select within GRAPH \?g"),
        ('SELECT * { ?c nr:matches "\\U00110000" }', "not a SPARQL query"),
        ('SELECT * { ?c nr:matches "a" ; }}', "not a SPARQL query"),
        ('SELECT * { ?c nr:matches "a', "not a SPARQL query"),
        ("nr:matches", "not a SPARQL query"),
    ],
)
def test_what_it_cannot_mean_is_one_line(text, said, both):
    with pytest.raises(KgError, match=said) as told:
        both(text)

    assert "\n" not in str(told.value) or "not a SPARQL query" in str(told.value)


@given(text=st.text(alphabet=" {}[]().;,?c\"'<>#@^|/$\n", max_size=25), words=st.text(max_size=10))
def test_no_text_around_it_raises_anything_else(text, words):
    for made in (f"{text} nr:matches {text}", f'SELECT * {{ ?c nr:matches "{words}" {text} }}'):
        try:
            joined = matches.joined(made, {matches.PARTS: lambda _: [("x:a", "x:g")]})
        except KgError:
            continue

        assert isinstance(joined, str)


def test_the_command_and_the_library_join_it(tmp_path):
    for path, data in PAGES.items():
        (tmp_path / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "wiki" / path).write_text(data, encoding="utf-8")
    store = ["--store", tmp_path / "store"]
    kg(*store, "ingest", tmp_path / "wiki", code=0)

    answer = kg(
        *store, "query", "-e", 'SELECT ?t { ?c nr:matches "quay flood" ; schema:text ?t }', "--format", "csv", code=0
    )

    assert (answer.stdout, answer.stderr) == (
        "t\nthe quay will flood\n",
        "note: the base IRI is https://wiki.invalid/\n"[:0],
    )
