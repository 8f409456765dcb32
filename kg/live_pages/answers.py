"""Answers of queries as people look at them: a table with its links, a chart of its numbers, a graph of its triples."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolution, QuerySolutions, QueryTriples, Triple

from kg.ask import answer_formats
from kg.ask.answer_formats import Shown
from kg.live_pages.asked import Asked, Part, part
from kg.live_pages.live_wiki import LiveWiki
from kg.model.finding import Span
from kg.model.records import dataclass
from kg.operations import ask_generation
from kg.rdf import engine_errors
from kg.rdf.sparql_text import Term
from kg.static_site import graph_layout

A_PART = 100
_CHART, _DRAWN = 40, 300
_NUMBERS = frozenset(
    f"http://www.w3.org/2001/XMLSchema#{name}"
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: what is read, where it leads, and whether it is a number."""

    words: str
    address: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, and the address of what is behind its place."""

    cells: tuple[Cell, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: what it stands for, how much, and how long it is."""

    name: str
    value: str
    width: float


@dataclass(frozen=True, slots=True)
class Looked:
    """
    An answer to be looked at: `kind` is rows, boolean or graph.

    `chart` are bars of its first column of numbers, `drawing` is a graph as static/graph.js takes it.
    """

    kind: str
    heads: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    shown: Part | None = None
    yes: bool = False
    chart: tuple[Bar, ...] = ()
    measured: str = ""
    drawing: Mapping[str, Any] = field(default_factory=lambda: {"nodes": (), "links": ()})


def look(live: LiveWiki, text: str, terms: Mapping[str, Term | int], request: Asked) -> Looked:
    """Return what a query answers; raise KgError for what is none."""
    with engine_errors.told("the query"):
        answer = ask_generation.answer(live.reading, text, terms, live.scope)
        if isinstance(answer, QueryBoolean):
            return Looked("boolean", yes=bool(answer))
        if isinstance(answer, QuerySolutions):
            return _rows(live, answer, request)
        return _graph(live, answer, request)


def _show(live: LiveWiki) -> Shown:
    return Shown(live.reading.base, label=live.label, prefixes=live.scope.prefixes)


def _rows(live: LiveWiki, answer: QuerySolutions, request: Asked) -> Looked:
    heads = tuple(one.value for one in answer.variables)
    first = request.number("from", 1) or 1
    show = _show(live)
    kept = list(islice(answer, first - 1 + A_PART))
    total = len(kept) + sum(1 for _ in answer)
    shown, where = part(request, total, A_PART)
    some = kept[where]
    rows = tuple(_row(live, row, heads, show, request.here) for row in some)
    measured, bars = _chart(some, heads, show)
    return Looked("rows", heads, rows, shown, chart=bars, measured=measured)


def _row(live: LiveWiki, row: QuerySolution, heads: Sequence[str], show: Shown, here: str) -> Row:
    values = {head: row[head] for head in heads}
    cells = []
    for head, term in values.items():
        address = _leads_to(live, head, values, here)
        right = isinstance(term, Literal) and term.datatype.value in _NUMBERS
        cells.append(Cell(answer_formats.cell(term, show), address, right))
    place = _place(values)
    return Row(tuple(cells), live.why(place, here) if place and place.path in live.pages else "")


def _place(values: Mapping[str, Any]) -> Span | None:
    """Return the place that a row has."""
    path, line, column = (values.get(name) for name in ("path", "line", "column"))
    if not isinstance(path, Literal) or not isinstance(line, Literal) or not line.value.isdecimal():
        return None
    at = int(column.value) if isinstance(column, Literal) and column.value.isdecimal() else 1
    return Span(path.value, int(line.value), at)


def _leads_to(live: LiveWiki, head: str, values: Mapping[str, Any], here: str) -> str:
    term = values[head]
    if isinstance(term, NamedNode):
        page = live.by_topic.get(term.value)
        return live.address(page.path, here=here) if page else ""
    if head == "path" and isinstance(term, Literal):
        place = _place(values)
        return live.address(term.value, place.line if place else 0, here)
    return ""


def _chart(rows: Sequence[QuerySolution], heads: Sequence[str], show: Shown) -> tuple[str, tuple[Bar, ...]]:
    """Return bars of the first column that has numbers and no places, each by the words of its row."""
    for head in heads:
        numbers = [_number(row[head]) for row in rows]
        if head in ("line", "column") or not numbers or any(one is None for one in numbers):
            continue
        named = next((one for one in heads if one != head and any(_number(row[one]) is None for row in rows)), "")
        most = max((one for one in numbers if one), default=0)
        return head, tuple(
            Bar(answer_formats.cell(row[named], show) if named else "", row[head].value, _width(one or 0, most))
            for row, one in islice(zip(rows, numbers, strict=True), _CHART)
        )
    return "", ()


def _width(value: float, most: float) -> float:
    return round(max(value, 0) / most * 400, 2) if most > 0 else 0.0


def _number(term: object) -> float | None:
    if not isinstance(term, Literal) or term.datatype.value not in _NUMBERS:
        return None
    try:
        found = float(term.value)
    except ValueError:
        return None
    return found if abs(found) != float("inf") and found == found else None  # noqa: PLR0124  # not a number


def _graph(live: LiveWiki, answer: QueryTriples, request: Asked) -> Looked:
    quads = answer_formats.quads(answer)
    show = _show(live)
    shown, where = part(request, len(quads), A_PART)
    triples = [(quad.subject, quad.predicate, quad.object) for quad in quads]
    rows = tuple(
        Row(tuple(_term(live, term, show, request.here) for term in triple)) for triple in triples[where]
    )  # fmt: skip
    heads = ("subject", "predicate", "object")
    return Looked("graph", heads, rows, shown, drawing=_drawing(live, triples, show, request.here))


def _term(live: LiveWiki, term: Any, show: Shown, here: str) -> Cell:  # noqa: ANN401  # whatever stands in a triple
    words = answer_formats.cell(term, show)
    return Cell(words, _leads_to(live, "", {"": term}, here))


def _drawing(
    live: LiveWiki, triples: Sequence[tuple[Any, Any, Any]], show: Shown, here: str
) -> dict[str, Any]:  # fmt: skip
    """Return the nodes that triples join, the best joined first, with their places."""
    near: dict[Any, set[Any]] = defaultdict(set)
    for subject, _, value in triples:
        if not isinstance(value, Literal | Triple) and not isinstance(subject, Triple) and subject != value:
            near[subject].add(value)
            near[value].add(subject)
    ranked = sorted(near, key=lambda term: (-len(near[term]), str(term)))[:_DRAWN]
    terms = {str(term): term for term in ranked}
    joined = {str(term): sorted(str(one) for one in near[term] if str(one) > str(term)) for term in ranked}
    return drawing(
        graph_layout.drawn([*terms], joined),
        [
            (answer_formats.cell(term, show), _leads_to(live, "", {"": term}, here), _kind(live, term), len(near[term]))
            for term in ranked
        ],
    )


def _kind(live: LiveWiki, term: Any) -> str:  # noqa: ANN401  # whatever stands in a triple
    page = live.by_topic.get(term.value) if isinstance(term, NamedNode) else None
    return page.about.kind if page else "Page"


def drawing(layout: graph_layout.Drawn, nodes: Sequence[tuple[str, str, str, int]]) -> dict[str, Any]:
    """Return a part of a graph as static/graph.js takes it: each node's name, address, kind, place and degree."""
    placed = zip(nodes, layout.places, strict=True)
    return {
        "nodes": [[name, where, kind, x, y, count] for (name, where, kind, count), (x, y) in placed],
        "links": [list(pair) for pair in layout.links],
    }
