"""Answers as text: tables for people, the W3C result formats for programs, RDF for graphs."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from kg.ask.query import Answer
from kg.model.kg_error import KgError
from kg.rdf import names

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
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})
# A cell is one line, and no text of a wiki may speak to the terminal.
_BREAK = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CUT = 16
_PLACE = frozenset({"path", "line", "column"})


def write(answer: Answer, form: str | None, base: str, *, iris: bool, width: int | None) -> tuple[bytes, bool]:
    """Return an answer in a format (None: a table for rows, Turtle for a graph), and whether it is more than a no."""
    if isinstance(answer, QuerySolutions):
        return _rows(answer, form or "table", base, iris=iris, width=width), True
    if isinstance(answer, QueryBoolean):
        return _boolean(answer, form or "table"), bool(answer)
    if form is not None and form not in GRAPHS:
        raise KgError(f"a CONSTRUCT or DESCRIBE gives a graph: use --format {', '.join(GRAPHS)}, not {form}")
    from kg.ask import export  # an answer is rows, mostly

    return export.write(_quads(answer), form or "turtle"), True


def _rows(rows: QuerySolutions, form: str, base: str, *, iris: bool, width: int | None) -> bytes:
    if form in _RESULTS:
        written: bytes = rows.serialize(format=_RESULTS[form]) or b""
        if form == "xml":
            written = _checked_xml(written)
        return written if written.endswith(b"\n") else written + b"\n"
    if form != "table":
        raise KgError(f"a SELECT gives rows: use --format {', '.join(ROWS)}, not {form}")
    heads = [variable.value for variable in rows.variables]
    cells = [[_cell(row[index], base, iris=iris) for index in range(len(heads))] for row in rows]
    return _table(heads, cells, width).encode()


def _checked_xml(data: bytes) -> bytes:
    """Return XML whose carriage returns survive reading; raise KgError for a character that XML cannot hold."""
    if found := _NOT_IN_XML.search(data.decode()):
        raise KgError(f"XML cannot hold the character U+{ord(found[0]):04X}; use --format json or tsv")
    return data.replace(b"\r", b"&#13;")


def _boolean(answer: QueryBoolean, form: str) -> bytes:
    if form not in _BOOLEAN:
        raise KgError(f"an ASK gives yes or no: use --format {', '.join(_BOOLEAN)}, not {form}")
    if form == "table":
        return b"true\n" if bool(answer) else b"false\n"
    return (answer.serialize(format=_RESULTS[form]) or b"") + b"\n"


def _quads(answer: QueryTriples) -> list[Quad]:
    made = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in answer)
    if any(isinstance(term, BlankNode) for quad in made for term in (quad.subject, quad.object)):
        # Blank nodes of an answer have a random label each time; RDFC-1.0 gives them one that depends on the graph.
        made.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(made, key=str)


def _cell(term: NamedNode | BlankNode | Literal | Triple | None, base: str, *, iris: bool) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        text = term.value if iris else readable(term.value, base)
    else:
        text = term.value if isinstance(term, Literal | BlankNode) else str(term)
    return _CONTROL.sub("\ufffd", " ".join(text.split()) if _BREAK.search(text) else text)


def readable(iri: str, base: str) -> str:
    """Return an IRI as a person reads it: a topic by its name, others without the base, a term with its prefix."""
    if iri.startswith(base):
        rest = unquote(iri[len(base) :])
        return rest.removeprefix("id/")
    return names.shorten(iri)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    widths = [max([_width(head), *(_width(row[i]) for row in rows)]) for i, head in enumerate(heads)]
    if width is not None:
        widths = _fitted(heads, widths, width)
    lines = [heads, ["-" * size for size in widths], *rows]
    return "".join(
        "  ".join(_padded(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in lines
    )


def _fitted(heads: Sequence[str], widths: list[int], width: int) -> list[int]:
    """Take from the widest columns until the table fits: none below 16, and none of a place, to be clicked on whole."""
    widths = list(widths)
    free = [index for index, head in enumerate(heads) if head not in _PLACE and widths[index] > _CUT]
    while free and (excess := sum(widths) + 2 * (len(widths) - 1) - width) > 0:
        free.sort(key=lambda index: widths[index])
        widest, second = free[-1], widths[free[-2]] if len(free) > 1 else _CUT
        widths[widest] = max(_CUT, widths[widest] - excess, min(second, widths[widest] - 1))
        free = [index for index in free if widths[index] > _CUT]
    return widths


def _padded(cell: str, size: int) -> str:
    """Return a cell as wide as its column; a longer one ends in an ellipsis."""
    missing = size - _width(cell)
    if missing >= 0:
        return cell + " " * missing
    kept, left = "", size - 1
    for char in cell:
        left -= _width(char)
        if left < 0:
            left += _width(char)
            break
        kept += char
    return f"{kept}…{' ' * left}"


def _width(text: str) -> int:
    """Return how many terminal columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(char) in _INVISIBLE else 2 if unicodedata.east_asian_width(char) in _WIDE else 1
        for char in text
    )
