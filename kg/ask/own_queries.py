"""Queries of a user's own: the .rq files of the folder that kg.toml names, with the header of the library's."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.ask import query
from kg.model import did_you_mean
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.rdf.sparql_text import KINDS, Parameter, Query, Term

_NAME = re.compile(r"\w[\w-]*")
_PLACE = re.compile(r"line (\d+), column (\d+): ")
_DECLARES = re.compile(r"#\s*param\b")
_MOST_BYTES = 1_000_000
_STAND_INS: Mapping[str, Term | int] = {
    "integer": 1,
    "date": Literal("2000-01-01", datatype=NamedNode(names.expand("xsd:date"))),
    "text": Literal("x"),
    "choice": Literal("x"),
}
_ANY = NamedNode("https://wiki.invalid/id/x")


@dataclass(frozen=True, slots=True)
class Faulty:
    """A file of the folder that is no query that could be asked, and why, in one line with its place."""

    name: str
    why: str


def files(folder: Path | None) -> dict[str, Path]:
    """Return the files of a folder by the names of their queries, in order; raise KgError where there is no folder."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise KgError(f"{folder}: no such folder; `queries` in kg.toml names the one with your own .rq files")
    return {path.stem: path for path in sorted(folder.glob("*.rq")) if path.is_file()}


def find(name: str, folder: Path | None, reserved: Collection[str] = ()) -> Query:
    """
    Return a query by its name: of the library, or of a folder of the user's own.

    Raises KgError with the nearest name where there is none, and with its place for a file of that name that is no
    query; `reserved` are the options that no parameter may be called like.
    """
    own = files(folder)
    if name in own:
        return read(own[name], reserved)
    return query.find(name, own)


def listing(folder: Path | None, reserved: Collection[str] = ()) -> tuple[list[Query], list[Faulty]]:
    """Return the queries of a folder, in order, and those of its files that are none."""
    found: list[Query] = []
    faulty: list[Faulty] = []
    for name, path in files(folder).items():
        try:
            found.append(read(path, reserved))
        except KgError as error:
            faulty.append(Faulty(name, str(error).partition("\n")[0]))
    return found, faulty


def read(path: Path, reserved: Collection[str] = ()) -> Query:
    """Return the query in a file; raise KgError, with the line, where it is none that can be asked."""
    name = path.stem
    if name in sparql_text.library():
        raise _fault(path, 1, f"the library has a query '{name}' already; give the file another name")
    if not _NAME.fullmatch(name):
        raise _fault(path, 1, f"'{name}' is no name for a query; use letters, digits and '-' for the file's")
    text = _text(path)
    _check_header(path, text.split("\n"), reserved)
    found = sparql_text.describe(name, text)
    _check_parameters(path, found)
    _check_text(path, found)
    return found


def _fault(path: Path, line: int, what: str) -> KgError:
    return KgError(f"{path}:{line}: {what}")


def _text(path: Path) -> str:
    data = path.read_bytes()
    if len(data) > _MOST_BYTES:
        raise _fault(path, 1, f"a query of {len(data):,} bytes; the most are {_MOST_BYTES:,}")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _fault(path, line, f"not UTF-8: the byte 0x{data[error.start]:02x}; save the file as UTF-8") from None


def _check_header(path: Path, lines: Sequence[str], reserved: Collection[str]) -> None:
    """Raise KgError for a line that means to declare a parameter and does not."""
    known: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.startswith("#"):
            return
        if not _DECLARES.match(line):
            continue
        found = sparql_text.parameter(line)
        if found is None:
            form = "# param NAME (KIND, optional): what it is"
            raise _fault(path, number, f"'{line[:60]}' declares no parameter; write '{form}'")
        if found.kind not in KINDS:
            hint = did_you_mean.hint(found.kind, KINDS, f"use one of {', '.join(KINDS)}")
            raise _fault(path, number, f"there is no kind '{found.kind}' of a parameter; {hint}")
        if bool(found.choices) != (found.kind == "choice"):
            raise _fault(path, number, f"'{found.kind}' with {len(found.choices)} words; write '(choice one other)'")
        if f"--{found.name.replace('_', '-')}" in reserved:
            raise _fault(path, number, f"its parameter '{found.name}' is an option of every query; rename it")
        if found.name in known:
            raise _fault(path, number, f"its parameter '{found.name}' is declared twice; keep one")
        known.add(found.name)


def _check_parameters(path: Path, question: Query) -> None:
    """Raise KgError for a parameter that the text does not have, and for a default that is no value of its kind."""
    within = sparql_text.placeholders(question.text)
    for parameter in question.parameters:
        line = _line_of(question.text, parameter)
        if parameter.name not in within:
            hint = did_you_mean.hint(parameter.name, within, "write it where its value shall stand, or leave it out")
            raise _fault(path, line, f"the query has no ${parameter.name}; {hint}")
        if parameter.default is not None and parameter.kind in ("integer", "date", "grade", "choice"):
            try:
                query.values(replace(question, parameters=(parameter,)), {}, query.Vocabulary("", {}), Store())
            except KgError as error:
                raise _fault(path, line, f"its default: {error}") from None


def _line_of(text: str, parameter: Parameter) -> int:
    lines = text.split("\n")
    return next(n for n, line in enumerate(lines, 1) if sparql_text.parameter(line) == parameter)


def _check_text(path: Path, question: Query) -> None:
    """Raise KgError where the engine does not take the text, or gives other columns than the header says."""
    terms = {one.name: _STAND_INS.get(one.kind, _ANY) for one in question.parameters}
    try:
        answer = query.run(Store(), question.text, terms)
    except KgError as error:
        first = str(error).partition("\n")[0]
        place = _PLACE.search(first)
        line = int(place[1]) if place else 1
        raise _fault(path, line, _PLACE.sub(rf"column {place[2]}: " if place else "", first)) from None
    columns = tuple(one.value for one in answer.variables) if isinstance(answer, QuerySolutions) else ()
    if question.columns and columns != question.columns:
        line = next(n for n, one in enumerate(question.text.split("\n"), 1) if re.match(r"#\s*columns:", one))
        raise _fault(path, line, f"its columns are '{' '.join(columns)}', not '{' '.join(question.columns)}'")
