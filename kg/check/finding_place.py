"""From results of shapes to findings: the place of the offending part, and words for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from urllib.parse import unquote

import pyoxigraph as ox

from kg.check import rules
from kg.model.finding import Finding, Level, Span
from kg.rdf import names, sparql_text
from kg.rdf.terms import Node, Term
from kg.shacl import paths, results
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import iri

_CUT = 80
_MARKER = re.compile(r"^(?:[-*+>]|\d+[.)])\s+")
_SLOT = re.compile(r"\{(focus|value|right|limit)(?:\|([^{}]*))?\}")
_NOTHING = ox.NamedNode(names.SHAPES + "nothing")


@dataclass(frozen=True, slots=True)
class _Result:
    """
    One result of the validator.

    `paths` are the properties of its path, `value` is None where nothing is there, `limit` is the rule's threshold.
    """

    rule: str
    level: Level
    message: str
    hint: str
    focus: Term
    paths: tuple[ox.NamedNode, ...]
    value: Term | None
    limit: str


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a finding stands, and on which part of a page; `said` where that part says the value."""

    span: Span
    part: ox.NamedNode
    said: bool


def finding(store: ox.Store, base: str, graph: Graph, result: results.Result) -> Finding:
    """Return what a result says about the pages of a store, at the level of its shape; `graph` are the shapes."""
    return _finding(store, base, _result(graph, result))


def plain_finding(graph: Graph, one_result: results.Result) -> Finding:
    """Return what a result says about data that stand on no page: the focus node is its place."""
    result = _result(graph, one_result)
    span = Span(_readable("", result.focus))
    message = result.message or _without_message(one_result)
    value = result.value.value if result.value else ""
    return Finding(span, result.rule, message, result.level, result.focus.value, value, result.hint)


def _without_message(result: results.Result) -> str:
    """Return words for a result whose shape has none: the value, the property, and what they break."""
    name = rules.name(result.component).removesuffix("ConstraintComponent")
    value = "" if result.value is None else f"'{_readable('', result.value)}' "
    at = f"at {paths.readable(result.path)} " if result.path else ""
    return f"{value}{at}breaks sh:{name[:1].lower()}{name[1:]}"


def _result(graph: Graph, result: results.Result) -> _Result:
    shape = named_shape(graph, result.shape)
    hints = graph.objects(shape, iri("rdfs:comment"))
    severity = rules.name(result.severity).lower()
    return _Result(
        rule=rules.name(shape),
        level=Level(severity) if severity in set(Level) else Level.VIOLATION,
        message=_in_english(result.messages),
        hint=hints[0].value if hints else "",
        focus=result.focus,
        paths=tuple(paths.predicates(result.path)) if result.path else (),
        value=result.value,
        limit=_limit(graph, shape),
    )


def _limit(graph: Graph, shape: Node) -> str:
    """Return the number that is the threshold of a rule, as it stands in its shape; else nothing."""
    words = (word for word in graph.objects(shape, rules.THRESHOLD) if isinstance(word, ox.NamedNode))
    return next((number.value for word in words for number in graph.objects(shape, word)), "")


def _in_english(messages: Sequence[ox.Literal]) -> str:
    """Return one of several messages: that without a language, else the English one, else the first."""
    ranked = sorted(messages, key=lambda one: (bool(one.language), not (one.language or "").startswith("en"), str(one)))
    return ranked[0].value if ranked else ""


def named_shape(graph: Graph, shape: Node) -> Node:
    """Return the shape, or the named shape around one that has no name."""
    seen: set[Node] = set()
    while isinstance(shape, ox.BlankNode) and shape not in seen:
        seen.add(shape)
        around = [node for nodes in graph.around.get(shape, {}).values() for node in nodes]
        shape = min(around, key=str, default=shape)
    return shape


def _finding(store: ox.Store, base: str, result: _Result) -> Finding:
    found, value = _place(store, result), result.value or result.focus
    named = found.part if found and found.said and isinstance(value, ox.NamedNode) else value
    limit = ox.Literal(result.limit)
    terms = {"focus": result.focus, "value": named, "right": result.focus, "limit": limit}
    return Finding(
        span=found.span if found else Span(_readable(base, result.focus)),
        rule=result.rule,
        message=_SLOT.sub(lambda slot: _words(store, base, terms[slot[1]], slot), result.message),
        level=result.level,
        focus=result.focus.value,
        value=result.value.value if result.value else "",
        hint=result.hint,
    )


def _place(store: ox.Store, result: _Result) -> _Found | None:
    """
    Return the best place of a result, or None for data that stands on no page.

    Where the focus node is a key, a text that several parts share, the value is the part that the result is about.
    """
    focus = result.focus if isinstance(result.focus, ox.NamedNode) else result.value
    if not isinstance(focus, ox.NamedNode):
        return None
    value = _NOTHING if isinstance(result.value, ox.BlankNode) else result.value or _NOTHING
    node = result.value if isinstance(result.value, ox.NamedNode) else focus
    terms = {"focus": focus, "value": value, "node": node}
    ranked = {
        (int(row["rank"].value), row["part"].value)
        for path in result.paths or (_NOTHING,)
        for row in select(store, "parts", {**terms, "path": path})
    }
    places = (
        (rank, _shown_span(row), ox.NamedNode(part))
        for rank, part in sorted(ranked)
        for row in select(store, "place", {"part": ox.NamedNode(part)})
    )
    best = next(places, None)
    if best is None:
        return None
    equals = takewhile(lambda place: place[0] == best[0], places)
    rank, at, part = min([best, *equals], key=lambda place: place[1])
    return _Found(at, part, said=rank == 1)


def span(row: ox.QuerySolution) -> Span:
    """Return the place that a row of checks/place.rq, or of another query with its columns, says."""
    path, line, column = row["file"].value, int(row["line"].value), int(row["column"].value)
    if row["endLine"]:
        return Span(path, line, column, int(row["endLine"].value), int(row["endColumn"].value))
    if row["start"]:
        return Span(path, line, column, line, column + int(row["end"].value) - int(row["start"].value))
    return Span(path, line, column)


def _shown_span(row: ox.QuerySolution) -> Span:
    """Return the place of a part as a person sees it: of a link its target, without alias and brackets."""
    whole = span(row)
    if not row["named"] or not whole.end_line:
        return whole
    return replace(whole, end_column=whole.column + len(row["named"].value))


def whole_span(store: ox.Store, part: ox.NamedNode) -> Span | None:
    """Return where a part stands, of a link up to its last bracket; None for what stands nowhere."""
    return next((span(row) for row in select(store, "place", {"part": part})), None)


def span_of(store: ox.Store, node: ox.NamedNode) -> Span | None:
    """Return the place of a part, a page or the page of a topic; None for what stands nowhere."""
    terms = {"focus": node, "value": _NOTHING, "node": node, "path": _NOTHING}
    ranked = {(int(row["rank"].value), row["part"].value) for row in select(store, "parts", terms)}
    rows = (row for _, part in sorted(ranked) for row in select(store, "place", {"part": ox.NamedNode(part)}))
    return next((_shown_span(row) for row in rows), None)


def words_of(store: ox.Store, base: str, node: ox.NamedNode) -> str:
    """Return what a person calls a node: the author's words or a page's name."""
    row = next(select(store, "words", {"node": node}), None)
    return _shortened(row["words"].value) if row else _readable(base, node)


def _words(store: ox.Store, base: str, term: Term, slot: re.Match[str]) -> str:
    """Return what a person calls a term, the author's words or a page's name, or for {right|…} what would be right."""
    asked = {"node": term if isinstance(term, ox.NamedNode) else _NOTHING}
    row = next(select(store, "right" if slot[1] == "right" else "words", asked), None)
    if slot[1] == "right":
        return row["words"].value if row else slot[2] or ""
    return _shortened(row["words"].value) if row else _readable(base, term)


def _readable(base: str, term: Term) -> str:
    if isinstance(term, ox.NamedNode) and term.value.startswith(base):
        return _shortened(unquote(term.value.removeprefix(base)).removeprefix("id/"))
    return names.shorten(term.value) if isinstance(term, ox.NamedNode) else _shortened(term.value)


def _shortened(words: str) -> str:
    line = _MARKER.sub("", " ".join(words.split()), count=1)
    return line if len(line) <= _CUT else line[: _CUT - 1].rstrip() + "…"


def select(
    store: ox.Store,
    name: str,
    terms: Mapping[str, sparql_text.Term],
    graphs: tuple[ox.NamedNode, ox.NamedNode] | None = None,
) -> Iterator[ox.QuerySolution]:
    """Yield the rows of a query of queries/checks, asked of all graphs or of the two of one page."""
    text = sparql_text.bind(_query(name), terms)
    solutions = (
        store.query(text, use_default_graph_as_union=True)
        if graphs is None
        else store.query(text, default_graph=list(graphs), named_graphs=list(graphs))
    )
    return iter(solutions) if isinstance(solutions, ox.QuerySolutions) else iter(())


@cache
def _query(name: str) -> str:
    return sparql_text.declared_query(f"checks/{name}").text
