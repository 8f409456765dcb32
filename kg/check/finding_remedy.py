"""Beside a finding: the other places that it is about, and the edits that mend it for certain."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kg.check import beside, finding_place, part_place
from kg.check.beside import Question
from kg.check.finding_place import Pages
from kg.model.finding import Edit, Finding, Related, Span
from kg.rdf import names, sparql_text
from kg.rdf.terms import Node, Term
from kg.shacl import results as shacl
from kg.shacl import sparql_constraints
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import iri

_RELATED = ox.NamedNode(names.SHAPES + "related")
_FIX = ox.NamedNode(names.SHAPES + "fix")
_RETURNS = re.compile(r"\bSELECT\b[^{]*[?$]related\b[^{]*\{", re.IGNORECASE)
_MOST = 5
Other = tuple[Term, str | None]


def with_remedies(pages: Pages, results: Sequence[shacl.Result], findings: Sequence[Finding]) -> list[Finding]:
    """
    Return findings, made of results one by one, with what their shapes declare beside them.

    `shapes:related` holds a query for `?other`, a part, page or topic, and maybe `?words`, what stands there;
    `shapes:fix` one for `?part`, what is to be replaced, `?text`, what by, and maybe `?before`, how many characters
    before the part it begins, or `?line`, true where all lines of the part go. Both may use $this and $value.
    A constraint whose own query returns `?related` needs no other.
    """
    of_rule: dict[Node, list[int]] = defaultdict(list)
    for at, result in enumerate(results):
        of_rule[finding_place.ruling_of(pages, result.shape).node].append(at)
    told = list(findings)
    for shape, places in of_rule.items():
        own = [results[at] for at in places]
        others, edits = _others(pages, shape, own), _edits(pages, shape, own)
        for at, beside_it, mended in zip(places, others, edits, strict=True):
            related = tuple(sorted({*_related(pages, beside_it, findings[at])})[:_MOST]) if beside_it else ()
            if related or mended:
                told[at] = replace(findings[at], related=related, edits=tuple(sorted({*mended})))
    return told


def queries_of(graph: Graph, shape: Node) -> Iterator[Term]:
    """Yield the nodes of a shape that hold what is asked beside a finding, or that return it themselves."""
    for word in (_RELATED, _FIX):
        yield from graph.objects(shape, word)
    for node in graph.objects(shape, iri("sh:sparql")):
        if any(_RETURNS.search(text.value) for text in graph.objects(node, iri("sh:select"))):
            yield node


def _rows(
    pages: Pages, shape: Node, word: ox.NamedNode, results: Sequence[shacl.Result]
) -> list[list[ox.QuerySolution]]:  # fmt: skip
    """Return the rows of a shape's queries for each of its results."""
    keys = [(one.focus, one.value or one.focus) for one in results]
    rows: list[list[ox.QuerySolution]] = [[] for _ in keys]
    for node in pages.graph.objects(shape, word):
        for text in pages.graph.objects(node, iri("sh:select")):
            question = Question(sparql_constraints.prologue(pages.graph, shape, node), text.value, ("this", "value"))
            answers = beside.rows(_asked_of(pages, text.value), question, keys)
            for at, key in enumerate(keys):
                rows[at] += answers.get(key, [])
    return rows


def _asked_of(pages: Pages, query: str) -> ox.Store:
    """Return the store that a query is asked of: that of the nodes, all facts in one graph, unless it names graphs."""
    graphs = any(word.upper() == "GRAPH" for _, word in sparql_text.tokens(query))
    return pages.whole if graphs else pages.nodes.store


# ---- other places ----------------------------------------------------------------------------------------------------


def _others(pages: Pages, shape: Node, results: Sequence[shacl.Result]) -> list[list[Other]]:
    """Return the other nodes of each result of a shape, and what stands there where a query says so."""
    declared = [
        [(row["other"], _text(row, "words")) for row in rows] for rows in _rows(pages, shape, _RELATED, results)
    ]
    returned = _returned(pages, shape, results)
    return [
        [*rows, *((node, None) for node in returned[at] or one.related or ())]
        for at, (rows, one) in enumerate(zip(declared, results, strict=True))
    ]


def _returned(pages: Pages, shape: Node, results: Sequence[shacl.Result]) -> list[list[Term]]:
    """Return what a constraint's query returns as ?related, asked again where an engine did not hand it on."""
    nodes: list[list[Term]] = [[] for _ in results]
    for node in pages.graph.objects(shape, iri("sh:sparql")):
        for text in pages.graph.objects(node, iri("sh:select")):
            asking = [at for at, one in enumerate(results) if one.related is None and one.constraint == node]
            if not asking or not _RETURNS.search(text.value):
                continue
            question = Question(sparql_constraints.prologue(pages.graph, shape, node), text.value, ("this",))
            rows = beside.rows(_asked_of(pages, text.value), question, [(results[at].focus,) for at in asking])
            for at in asking:
                own = rows.get((results[at].focus,), [])
                nodes[at] += [row["related"] for row in own if _fits(row, results[at]) and row["related"] is not None]
    return nodes


def _fits(row: ox.QuerySolution, result: shacl.Result) -> bool:
    return _term(row, "value") in {None, result.value}


def _related(pages: Pages, others: Iterable[Other], finding: Finding) -> Iterator[Related]:
    for other, words in others:
        if isinstance(other, ox.NamedNode):
            span = part_place.of_node(pages.nodes, other)
            if span and span != finding.span:
                yield Related(span, finding_place.words_of(pages, other) if words is None else words)


# ---- edits -----------------------------------------------------------------------------------------------------------


def _edits(pages: Pages, shape: Node, results: Sequence[shacl.Result]) -> list[list[Edit]]:
    rows = _rows(pages, shape, _FIX, results)
    return [[edit for row in own if (edit := _edit(pages, row)) is not None] for own in rows]


def _edit(pages: Pages, row: ox.QuerySolution) -> Edit | None:
    part, text, before = row["part"], _text(row, "text"), _text(row, "before")
    span = part_place.whole(pages.nodes, part) if isinstance(part, ox.NamedNode) else None
    if span is None:
        return None
    if _text(row, "line"):
        last = span.end_line or span.line
        return Edit(Span(span.path, span.line, 1, last + 1, 1), text or "")
    start = span.column - int(before or 0)
    return Edit(replace(span, column=start), text or "") if span.end_line else None


def _text(row: ox.QuerySolution, name: str) -> str | None:
    term = _term(row, name)
    return term.value if isinstance(term, ox.Literal) else None


def _term(row: ox.QuerySolution, name: str) -> Term | None:
    try:
        term: Term | None = row[name]
    except KeyError:
        return None
    return term
