"""Answers as text: tables for people, the W3C result formats for programs, RDF for graphs."""

import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from kg import export, names
from kg.finding import KgError
from kg.query import Answer

ROWS = ("table", "csv", "tsv", "json", "xml")
GRAPHS = ("turtle", "ntriples", "jsonld", "trig", "nquads")
_RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_BOOLEAN = ("table", "json", "xml")
_WIDE = "WF"
_CUT = 24


def write(answer: Answer, form: str | None, base: str, *, iris: bool, width: int | None) -> tuple[bytes, bool]:
    """Return an answer in a format (None: a table for rows, Turtle for a graph), and whether it is more than a no."""
    if isinstance(answer, QuerySolutions):
        return _rows(answer, form or "table", base, iris=iris, width=width), True
    if isinstance(answer, QueryBoolean):
        return _boolean(answer, form or "table"), bool(answer)
    if form is not None and form not in GRAPHS:
        raise KgError(f"a CONSTRUCT or DESCRIBE gives a graph: use --format {', '.join(GRAPHS)}, not {form}")
    return export.write(_quads(answer), form or "turtle"), True


def _rows(rows: QuerySolutions, form: str, base: str, *, iris: bool, width: int | None) -> bytes:
    if form in _RESULTS:
        written: bytes = rows.serialize(format=_RESULTS[form]) or b""
        return written if written.endswith(b"\n") else written + b"\n"
    if form != "table":
        raise KgError(f"a SELECT gives rows: use --format {', '.join(ROWS)}, not {form}")
    heads = [variable.value for variable in rows.variables]
    cells = [[_cell(row[index], base, iris=iris) for index in range(len(heads))] for row in rows]
    return _table(heads, cells, width).encode()


def _boolean(answer: QueryBoolean, form: str) -> bytes:
    if form not in _BOOLEAN:
        raise KgError(f"an ASK gives yes or no: use --format {', '.join(_BOOLEAN)}, not {form}")
    if form == "table":
        return b"true\n" if bool(answer) else b"false\n"
    return (answer.serialize(format=_RESULTS[form]) or b"") + b"\n"


def _quads(answer: QueryTriples) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object) for t in sorted(set(answer), key=str)]


def _cell(term: NamedNode | BlankNode | Literal | Triple | None, base: str, *, iris: bool) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return term.value if iris else readable(term.value, base)
    text = term.value if isinstance(term, Literal | BlankNode) else str(term)
    return " ".join(text.split()) if "\n" in text or "\t" in text else text


def readable(iri: str, base: str) -> str:
    """Return an IRI as a person reads it: a topic by its name, others without the base, a term with its prefix."""
    if iri.startswith(base):
        rest = unquote(iri[len(base) :])
        return rest.removeprefix("id/")
    return names.shorten(iri)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    widths = [max([_width(head), *(_width(row[i]) for row in rows)]) for i, head in enumerate(heads)]
    if width is not None:
        widths = _fitted(widths, width)
    lines = [heads, ["-" * size for size in widths], *rows]
    return "".join(
        "  ".join(_padded(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in lines
    )


def _fitted(widths: list[int], width: int) -> list[int]:
    """Take columns from the widest until the table fits, none below 24."""
    widths = list(widths)
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _CUT:
        widest = widths.index(max(widths))
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        widths[widest] = max(_CUT, widths[widest] - excess)
    return widths


def _padded(cell: str, size: int) -> str:
    while _width(cell) > size:
        cell = cell[: max(0, len(cell) - 1 - (_width(cell) - size) // 2)]
        if _width(cell) < size:
            return cell + "…" + " " * (size - _width(cell) - 1)
    return cell + " " * (size - _width(cell))


def _width(text: str) -> int:
    """Return how many terminal columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in _WIDE else 1 for char in text
    )
