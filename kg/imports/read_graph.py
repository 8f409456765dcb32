"""A file of RDF that somebody else wrote, read within limits and without the network, as canonical lines of N-Quads."""

import codecs
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse, serialize

from kg.exports import canonical
from kg.imports import json_ld_contexts
from kg.imports.foreign_terms import Screen
from kg.model import progress
from kg.model.kg_error import KgError
from kg.settings.import_limits import ImportLimits

FORMS = {
    ".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS, ".nt": RdfFormat.N_TRIPLES,
    ".jsonld": RdfFormat.JSON_LD,
}  # fmt: skip
BY_NAME = {
    "turtle": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
}  # fmt: skip
_XML = (".rdf", ".xml", ".owl", ".rdfxml")
_AT_ONCE = 10_000
# What brackets are counted in: texts, IRIs and comments are passed over.
_BRACKETS = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*+"""'
    rb"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    rb'|"(?:[^"\\\n]|\\.)*+"'
    rb"|'(?:[^'\\\n]|\\.)*+'|<[^<>\s]*+>|#[^\n]*+|[\[({]|[\])}]",
    re.DOTALL,
)
_JSON_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


def read(path: Path, form: str, limits: ImportLimits) -> list[bytes]:
    """
    Return the quads of a file as sorted lines of N-Quads with the names of RDFC-1.0 for blank nodes.

    `form` is a format by name, empty for what the file's ending says. KgError, with the place, for what is no RDF of
    this form, larger than the limits, or has names that are not taken.
    """
    chosen = _form(path, form)
    with progress.stage("reading the graph"):
        return parsed(str(path), _bytes(path, limits), chosen, limits)


def parsed(place: str, text: bytes, form: RdfFormat, limits: ImportLimits, base: str | None = None) -> list[bytes]:
    """
    Return the quads of a text as `read` does those of a file; relative IRIs are below `base`.

    `place` is what an error calls the text.
    """
    _check_nesting(place, text, form, limits)
    if form == RdfFormat.JSON_LD:
        text = json_ld_contexts.filled(text, place)
    lines = sorted(set(_lines(place, text, form, limits, base)))
    return canonical.canonical(lines) if any(b"_:" in line for line in lines) else lines


def _form(path: Path, form: str) -> RdfFormat:
    if form:
        return BY_NAME[form]
    ending = path.suffix.lower()
    if ending in _XML:
        raise KgError(
            f"{path}: RDF/XML is not taken, as it can lead to other files; "
            "have it as one of the others (`kg export --format trig`)"
        )
    if ending not in FORMS:
        raise KgError(f"{path}: '{ending}' is no ending of a graph; name it with --format {', '.join(BY_NAME)}")
    return FORMS[ending]


def _bytes(path: Path, limits: ImportLimits) -> bytes:
    if not path.is_file():
        raise KgError(f"{path}: no such file; name a file with a graph")
    with path.open("rb") as handle:
        text = handle.read(limits.max_bytes + 1)
    if len(text) > limits.max_bytes:
        raise KgError(f"{path}: larger than {limits.max_bytes} bytes; [imports] max_bytes in kg.toml sets the limit")
    text = text.removeprefix(codecs.BOM_UTF8)
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise KgError(f"{path}:{_line(text, error.start)}: not UTF-8: {error.reason}") from None
    return text


def _check_nesting(path: str, text: bytes, form: RdfFormat, limits: ImportLimits) -> None:
    """Raise KgError where brackets stand deeper within each other than the limit; lines of quads have none."""
    if form in (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES):
        return
    depth = 0
    for match in (_JSON_BRACKETS if form == RdfFormat.JSON_LD else _BRACKETS).finditer(text):
        mark = match[0]
        if mark in (b"[", b"(", b"{"):
            depth += 1
        elif mark in (b"]", b")", b"}"):
            depth -= 1
        if depth > limits.max_nesting:
            raise KgError(
                f"{path}:{_line(text, match.start())}: more than {limits.max_nesting} brackets within each other; "
                "[imports] max_nesting in kg.toml sets the limit"
            )


def _lines(path: str, text: bytes, form: RdfFormat, limits: ImportLimits, base: str | None) -> Iterator[bytes]:
    """Yield a line for each quad, as soon as it is known to be taken."""
    screen, count = Screen(limits.max_text), 0
    found = _quads(path, text, form, base)
    while some := list(islice(found, _AT_ONCE)):
        count += len(some)
        if count > limits.max_quads:
            raise KgError(f"{path}: more than {limits.max_quads} quads; [imports] max_quads in kg.toml sets the limit")
        for line in (serialize(some, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True):
            if fault := screen.fault(line):
                words, why = fault
                raise KgError(f"{path}{_place(text, words)}: '{words[:100]}': {why}")
            yield line


def _quads(path: str, text: bytes, form: RdfFormat, base: str | None) -> Iterator[Quad]:
    try:
        yield from parse(input=text, format=form, base_iri=base)
    except SyntaxError as error:
        place = f":{error.lineno}:{error.offset}" if error.lineno else ""
        said = " ".join(str(error.msg or error).split())[:200]
        raise KgError(f"{path}{place}: not readable as {form.name}: {said}") from None
    except ValueError as error:
        raise KgError(f"{path}: not readable as {form.name}: {' '.join(str(error).split())[:200]}") from None


def _place(text: bytes, words: str) -> str:
    """Return the line and column where a term first stands, as far as it stands there in the same letters."""
    for sought in (words, re.split("[/#]", words)[-1]):
        at = text.find(sought.encode()) if sought else -1
        if at >= 0:
            begin = text.rfind(b"\n", 0, at) + 1
            return f":{_line(text, at)}:{len(text[begin:at].decode()) + 1}"
    return ""


def _line(text: bytes, at: int) -> int:
    return text.count(b"\n", 0, at) + 1
