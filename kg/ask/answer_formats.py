"""Answers as text: tables for people, the W3C result formats for programs, RDF for graphs."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
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
from kg.model.records import dataclass
from kg.rdf import names

ROWS = ("table", "csv", "tsv", "json", "xml", "markdown")
GRAPHS = ("turtle", "ntriples", "jsonld", "trig", "nquads", "rdfxml")
FORMATS = tuple(dict.fromkeys((*ROWS, *GRAPHS)))
_ENDINGS = {
    "txt": "table", "csv": "csv", "tsv": "tsv", "json": "json", "srj": "json", "xml": "xml", "srx": "xml",
    "md": "markdown", "markdown": "markdown", "ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld", "trig": "trig",
    "nq": "nquads", "rdf": "rdfxml", "owl": "rdfxml",
}  # fmt: skip
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
_BREAK = "[\t-\r\x1c-\x1f\x85\u2028\u2029]"
_CONTROL = "[\x00-\x1f\x7f-\x9f]"
_NOT_IN_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_CUT = 16
_PLACE = frozenset({"path", "line", "column", "place"})
_PLACES = (["path", "line", "column"], ["path", "line"])


@dataclass(frozen=True, slots=True)
class Shown:
    """
    How terms stand in a table: whole (`iris`), else by their `label` where they have one, or below `base` or a prefix.

    `ending` is that of the file which chose the format, for the message that refuses it.
    """

    base: str
    iris: bool = False
    label: Callable[[str], str | None] | None = None
    prefixes: Mapping[str, str] = field(default_factory=lambda: names.PREFIXES)
    width: int | None = None
    ending: str = ""


def of_ending(file: Path | None) -> str | None:
    """Return the format that the ending of a file's name stands for; None where it stands for none."""
    return _ENDINGS.get(file.suffix[1:].lower()) if file else None


def write(answer: Answer | list[Quad], form: str | None, show: Shown) -> tuple[bytes, bool]:
    """Return an answer in a format (None: a table for rows, Turtle for a graph), and whether it is more than a no."""
    if isinstance(answer, QuerySolutions):
        return _rows(answer, form or "table", show), True
    if isinstance(answer, QueryBoolean):
        return _boolean(answer, form or "table", show), bool(answer)
    if form is not None and form not in GRAPHS:
        raise _refused("a CONSTRUCT or DESCRIBE gives a graph", GRAPHS, form, show)
    from kg.ask import graph_formats  # an answer is rows, mostly

    return graph_formats.write(answer if isinstance(answer, list) else quads(answer), form or "turtle"), True


def _refused(what: str, forms: Sequence[str], form: str, show: Shown) -> KgError:
    if not show.ending:
        return KgError(f"{what}: use --format {', '.join(forms)}, not {form}")
    fitting = ", ".join(f".{ending}" for ending, name in _ENDINGS.items() if name in forms)
    return KgError(f"{what}, and {show.ending} stands for {form}: name the file {fitting}, or say --format")


def _rows(rows: QuerySolutions, form: str, show: Shown) -> bytes:
    if form in _RESULTS:
        written: bytes = rows.serialize(format=_RESULTS[form]) or b""
        if form == "xml":
            written = _checked_xml(written)
        return written if written.endswith(b"\n") else written + b"\n"
    if form not in ROWS:
        raise _refused("a SELECT gives rows", ROWS, form, show)
    heads = [variable.value for variable in rows.variables]
    cells = [[cell(row[index], show) for index in range(len(heads))] for row in rows]
    heads, cells = _with_places(heads, cells)
    return (_markdown(heads, cells) if form == "markdown" else _table(heads, cells, show.width)).encode()


def _with_places(heads: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Return a table whose last columns, where they are a place, are one: `path:line:column`."""
    size = next((len(names_) for names_ in _PLACES if heads[-len(names_) :] == names_), 0)
    if not size or "place" in heads:
        return heads, rows
    places = [":".join(part for part in row[-size:] if part) for row in rows]
    return [*heads[:-size], "place"], [[*row[:-size], place] for row, place in zip(rows, places, strict=True)]


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---" for _ in heads], *([_escaped(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(cell: str) -> str:
    return re.sub(r"([\\|<\[\]*_`])", r"\\\1", cell)


def _checked_xml(data: bytes) -> bytes:
    """Return XML whose carriage returns survive reading; raise KgError for a character that XML cannot hold."""
    if found := re.search(_NOT_IN_XML, data.decode()):
        raise KgError(f"XML cannot hold the character U+{ord(found[0]):04X}; use --format json or tsv")
    return data.replace(b"\r", b"&#13;")


def _boolean(answer: QueryBoolean, form: str, show: Shown) -> bytes:
    if form not in _BOOLEAN:
        raise _refused("an ASK gives yes or no", _BOOLEAN, form, show)
    if form == "table":
        return b"true\n" if bool(answer) else b"false\n"
    return (answer.serialize(format=_RESULTS[form]) or b"") + b"\n"


def quads(answer: QueryTriples) -> list[Quad]:
    """Return the triples of an answer, sorted; nodes without a name are called by what the graph says of them."""
    made = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in answer)
    if any(isinstance(term, BlankNode) for quad in made for term in (quad.subject, quad.object)):
        # Blank nodes of an answer have a random label each time; RDFC-1.0 gives them one that depends on the graph.
        made.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(made, key=str)


def cell(term: NamedNode | BlankNode | Literal | Triple | None, show: Shown) -> str:
    """Return a term as it stands in a table, on one line."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        text = term.value if show.iris else readable(term.value, show)
    else:
        text = term.value if isinstance(term, Literal | BlankNode) else str(term)
    if text.isprintable():
        return text
    return re.sub(_CONTROL, "\ufffd", " ".join(text.split()) if re.search(_BREAK, text) else text)


def readable(iri: str, show: Shown) -> str:
    """Return an IRI as a person reads it: by its label, else below the base without that, else with its prefix."""
    label = show.label(iri) if show.label else None
    if label is not None:
        return label
    if iri.startswith(show.base):
        rest = unquote(iri[len(show.base) :])
        return rest.removeprefix("id/")
    return names.shorten(iri, show.prefixes)


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
