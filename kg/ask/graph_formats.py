"""Quads as text: each format of RDF, in the order given, and never with less in it than it was given."""

import gc
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg.ask import json_ld
from kg.model import declared
from kg.model.finding import KgError
from kg.rdf import names, sparql_text

DATASETS = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "jsonld": RdfFormat.JSON_LD}
TRIPLES = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML}
FORMATS = ("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Those of the datatypes that N-Quads leave out: of a plain text, and of a text with its language.
_UNWRITTEN = names.PREFIXES["xsd"], names.PREFIXES["rdf"]
_XML_NAME = re.compile(r"[^\W\d][\w.-]*\Z")


def write(quads: Sequence[Quad], form: str, store: Store | None = None, *, context: str = "") -> bytes:
    """
    Return quads in a format, in the order given.

    Formats of triples take the triples of the default graph alone. Raises KgError, with the place, for what a format
    cannot hold: named graphs in Turtle, N-Triples and RDF/XML, control characters in RDF/XML. JSON-LD leads to its
    `context` where one is named; else the terms that it uses stand in it.
    """
    if form in TRIPLES:
        named = next((q.graph_name for q in quads if not isinstance(q.graph_name, DefaultGraph)), None)
        if named is not None:
            raise KgError(
                f"{form} holds one graph, and {named} is another; use trig, nquads or jsonld, or merge them first"
            )
    if form == "rdfxml":
        _check_xml(quads, store)
    if form == "jsonld":
        return _json_ld(quads, context)
    format_ = TRIPLES.get(form) or DATASETS[form]
    if form in ("ntriples", "nquads"):
        return serialize(quads, format=format_) or b""
    used = prefixes(quads)
    made = serialize(quads, format=format_, prefixes=used) or b""
    # A reader of XML takes a bare one for a line feed.
    return made.replace(b"\r", b"&#13;") if form == "rdfxml" else made


def prefixes(quads: Sequence[Quad]) -> dict[str, str]:
    """Return our prefixes that the quads use, so that no other stands in the file."""
    text = serialize(quads, format=RdfFormat.N_QUADS) or b""
    by_name = sorted((names.expand(f"{prefix}:"), prefix) for prefix in names.PREFIXES)
    return {prefix: namespace for namespace, prefix in by_name if _is_used(namespace, text, quads)}


def _is_used(namespace: str, text: bytes, quads: Sequence[Quad]) -> bool:
    """Tell whether a quad has a name in a namespace; `text` has each on a line, so that few need be looked at."""
    sought, row, line = f"<{namespace}".encode(), 0, 0
    while (at := text.find(sought, line)) >= 0:
        row += text.count(b"\n", line, at)
        if _has_name(quads[row], namespace):
            return True
        row, line = row + 1, text.index(b"\n", at) + 1
    return namespace in _UNWRITTEN and any(_has_name(quad, namespace) for quad in quads)


def _has_name(quad: Quad, namespace: str) -> bool:
    terms = (quad.subject, quad.predicate, quad.object, getattr(quad.object, "datatype", None))
    return any(
        isinstance(term, NamedNode) and term.value[: max(term.value.rfind("#"), term.value.rfind("/")) + 1] == namespace
        for term in terms
    )


def _check_xml(quads: Sequence[Quad], store: Store | None) -> None:
    for quad in quads:
        if isinstance(quad.object, Literal) and (match := _NOT_IN_XML.search(quad.object.value)):
            where = place(store, quad.subject) if store is not None else str(quad.subject)
            what = f"the character U+{ord(match[0]):04X} of {names.shorten(quad.predicate.value)}"
            raise KgError(f"{where}: RDF/XML cannot hold {what}; use turtle, trig or jsonld")
        local = re.split(r"[#/]", quad.predicate.value)[-1]
        if not _XML_NAME.match(local):
            raise KgError(f"RDF/XML cannot name the property {quad.predicate.value}; use turtle, trig or jsonld")


def place(store: Store, part: Any) -> str:  # noqa: ANN401  # a term that may stand as subject
    """Return `path:line:column` of a part of a page, or its IRI where it has no place."""
    if not isinstance(part, NamedNode):
        return str(part)
    text = sparql_text.bind(sparql_text.declared_query("pages/place").text, {"part": part})
    for row in sparql_text.select(store, text):
        return f"{row['path'].value}:{row['line'].value}:{row['column'].value}"
    return part.value


def _json_ld(quads: Sequence[Quad], context: str) -> bytes:
    """Return JSON-LD compacted with ontology/context.jsonld: nothing is fetched."""
    terms = json.loads(declared.read("ontology/context.jsonld"))["@context"]
    with _no_look_for_garbage():
        expanded = json.loads(serialize(quads, format=RdfFormat.JSON_LD) or b"[]")
        return json_ld.compact(expanded, terms, context).encode()


@contextmanager
def _no_look_for_garbage() -> Iterator[None]:
    """Keep Python from looking for cycles among a million small parts of JSON, which have none, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
