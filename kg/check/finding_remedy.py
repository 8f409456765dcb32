"""Beside a finding: the other places that it is about, and the edits that mend it for certain."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain

import pyoxigraph as ox

from kg.check import finding_place
from kg.model.finding import Edit, Finding, Related, Span
from kg.rdf import names, sparql_text
from kg.rdf.terms import Node, Term
from kg.shacl import prebinding, results, sparql_constraints
from kg.shacl.query_grammar import NotUnderstood
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import iri

_RELATED = ox.NamedNode(names.SHAPES + "related")
_FIX = ox.NamedNode(names.SHAPES + "fix")
_RETURNS = re.compile(r"\bSELECT\b[^{]*[?$]related\b[^{]*\{", re.IGNORECASE)
_MOST = 5


def with_remedies(store: ox.Store, base: str, graph: Graph, result: results.Result, finding: Finding) -> Finding:
    """
    Return a finding with what its shape declares beside it.

    `shapes:related` holds a query for `?other`, a part, page or topic, and maybe `?words`, what stands there;
    `shapes:fix` one for `?part`, what is to be replaced, `?text`, what by, and maybe `?before`, how many characters
    before the part it begins, or `?line`, true where all lines of the part go. Both may use $this and $value.
    A constraint whose own query returns `?related` needs no other: that is asked again of the focus node alone, since
    not every engine hands on more than the value.
    """
    shape = finding_place.named_shape(graph, result.shape)
    terms: dict[str, sparql_text.Term] = {
        name: term
        for name, term in (("this", result.focus), ("value", result.value or result.focus))
        if not isinstance(term, ox.BlankNode)
    }
    others = chain(
        ((row["other"], _value(row, "words")) for row in _rows(store, graph, shape, _RELATED, terms)),
        ((other, None) for other in _projected(store, graph, shape, result)),
    )
    related = tuple(sorted({*_related(store, base, others, finding)})[:_MOST])
    edits = tuple(sorted({*_edits(store, _rows(store, graph, shape, _FIX, terms))}))
    return replace(finding, related=related, edits=edits) if related or edits else finding


def queries_of(graph: Graph, shape: Node) -> Iterator[Term]:
    """Yield the nodes of a shape that hold what is asked beside a finding, or asked again."""
    for word in (_RELATED, _FIX):
        yield from graph.objects(shape, word)
    for node in graph.objects(shape, iri("sh:sparql")):
        if any(_RETURNS.search(text.value) for text in graph.objects(node, iri("sh:select"))):
            yield node


def _rows(
    store: ox.Store, graph: Graph, shape: Node, word: ox.NamedNode, terms: Mapping[str, sparql_text.Term]
) -> Iterator[ox.QuerySolution]:
    for node in graph.objects(shape, word):
        for text in graph.objects(node, iri("sh:select")):
            asked = sparql_constraints.prologue(graph, shape, node) + sparql_text.bind(text.value, terms)
            solutions = store.query(asked, use_default_graph_as_union=True)
            if isinstance(solutions, ox.QuerySolutions):
                yield from solutions


def _projected(store: ox.Store, graph: Graph, shape: Node, result: results.Result) -> Iterator[Term]:
    """Yield what the queries of a shape's constraints return as ?related beside the value of a result."""
    for node in graph.objects(shape, iri("sh:sparql")):
        for text in graph.objects(node, iri("sh:select")):
            if isinstance(result.focus, ox.BlankNode) or not _RETURNS.search(text.value):
                continue
            try:
                bound = _prepared(text.value)
            except (NotUnderstood, prebinding.Forbidden):
                continue
            asked = prebinding.select(bound, f"BIND({result.focus} AS ?this)")
            solutions = store.query(
                sparql_constraints.prologue(graph, shape, node) + asked, use_default_graph_as_union=True
            )
            for row in solutions if isinstance(solutions, ox.QuerySolutions) else ():
                if row["related"] is not None and _term(row, "value") in {None, result.value}:
                    yield row["related"]


@cache
def _prepared(text: str) -> prebinding.Bound:
    return prebinding.prepared(text, {}, ("this",))


def _related(
    store: ox.Store, base: str, others: Iterable[tuple[Term, ox.Literal | None]], finding: Finding
) -> Iterator[Related]:
    for other, words in others:
        if isinstance(other, ox.NamedNode):
            span = finding_place.span_of(store, other)
            if span and span != finding.span:
                yield Related(span, words.value if words else finding_place.words_of(store, base, other))


def _edits(store: ox.Store, rows: Iterator[ox.QuerySolution]) -> Iterator[Edit]:
    for row in rows:
        part, text, before = row["part"], _value(row, "text"), _value(row, "before")
        span = finding_place.whole_span(store, part) if isinstance(part, ox.NamedNode) else None
        if span is None:
            continue
        if _value(row, "line"):
            last = span.end_line or span.line
            yield Edit(Span(span.path, span.line, 1, last + 1, 1), text.value if text else "")
        elif span.end_line:
            start = span.column - (int(before.value) if before else 0)
            yield Edit(replace(span, column=start), text.value if text else "")


def _value(row: ox.QuerySolution, name: str) -> ox.Literal | None:
    found = _term(row, name)
    return found if isinstance(found, ox.Literal) else None


def _term(row: ox.QuerySolution, name: str) -> Term | None:
    try:
        found: Term | None = row[name]
    except KeyError:
        return None
    return found
