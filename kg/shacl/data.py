"""The data to validate, and files of RDF as triples in their order."""

import codecs
import contextlib
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from pathlib import Path
from threading import Lock

import pyoxigraph as ox

from kg.model import progress
from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.rdf.lexical_forms import well_formed
from kg.rdf.terms import Node, Term, Triple
from kg.shacl.literals import kept, normal, retyped, written

# A line of N-Triples whose object is a triple: RDF 1.2, which SHACL does not know.
_TRIPLE_TERM = re.compile(rb"^\S+ \S+ <<\(.*\n", re.MULTILINE)
_LABEL = re.compile(r"_:[0-9A-Za-z]+")
_CHUNK = 2**24
_NAMES = ".ttl, .nt, .nq, .trig, .rdf, .owl or .jsonld"
# Ontologies and shapes by other names: RDF/XML where it begins so, else Turtle.
_OTHER_NAMES = dict.fromkeys((".owl", ".rdfs", ".shacl"), ox.RdfFormat.TURTLE)
_XML = re.compile(rb"\s*<(?:\?xml\b|!DOCTYPE\b|!--|(?:[A-Za-z][\w.-]*:)?RDF\b)")
_ENCODING = re.compile(rb"^(\s*<\?xml[^>]*?)\s+encoding=[\"']([^\"']*)[\"']")  # what XML said of itself before
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class Data:
    """
    A graph to validate: the default graph of a store.

    `exact` where each literal is kept as it was written, `rewritten` where that took datatypes of ours, `retyped` where
    the engine itself would give one another datatype. Sets of nodes are laid down beside the graph by one thread at a
    time (`writing`), each under one of the `numbers`. A store that is not ours (`foreign`) has none of our functions,
    and one fact in two of its graphs may count twice; `kinds` has the classes below each class that have instances
    there, where they are known beforehand.
    """

    store: ox.Store
    exact: bool = False
    rewritten: bool = False
    retyped: bool = False
    foreign: bool = False
    kinds: Mapping[ox.NamedNode, tuple[ox.NamedNode, ...]] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), compare=False)
    writing: AbstractContextManager[bool] = field(default_factory=Lock, compare=False)


def triples(paths: Sequence[Path]) -> Iterator[Triple]:
    """
    Yield the triples of files in their order, graphs of a dataset laid together, blank nodes numbered as they come.

    KgError for what is no file of RDF or cannot be read, with the place where the parser stopped.
    """
    for number, path in enumerate(paths):
        labels: dict[ox.BlankNode, ox.BlankNode] = {}

        def renamed(term: Node, labels: dict[ox.BlankNode, ox.BlankNode] = labels, number: int = number) -> Node:
            if isinstance(term, ox.BlankNode):
                return labels.setdefault(term, ox.BlankNode(f"f{number}b{len(labels)}"))
            return term

        for quad in _quads(path):
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                said = _LABEL.sub("[]", f"{quad.subject} {quad.predicate} {quad.object}")  # other names in each run
                raise KgError(f"{path}: a triple about a triple, which SHACL does not validate: {said}")
            value = quad.object if isinstance(quad.object, ox.Literal) else renamed(quad.object)
            yield renamed(quad.subject), quad.predicate, value


def _quads(path: Path) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix(".").lower()) or _OTHER_NAMES.get(path.suffix.lower())
    if form is None or not path.is_file():
        what = "no such file" if form else f"not a file of RDF; use {_NAMES}"
        raise KgError(f"{path}: {what}")
    bare = decoded(path.read_bytes())
    if path.suffix.lower() in _OTHER_NAMES and _XML.match(bare):
        form = ox.RdfFormat.RDF_XML
    try:
        yield from ox.parse(input=bare, format=form, base_iri=path.absolute().as_uri())
    except SyntaxError as error:
        raise KgError(f"{path}: not readable as {form.name}: {_visible(str(error))}") from None


def _visible(words: str) -> str:
    """Return words with what nobody sees, such as a byte order mark within a line, spelled out."""
    return "".join(char if char.isprintable() else char.encode("unicode-escape").decode() for char in words)


def decoded(content: bytes) -> bytes:
    """
    Return the bytes of a file as UTF-8 without the mark that says so; as they are where no mark stands.

    XML says its encoding itself.
    """
    if content.startswith(codecs.BOM_UTF8):
        return content.removeprefix(codecs.BOM_UTF8)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = content.removeprefix(mark).decode(encoding, "replace").encode("utf-8", "replace")
            return _ENCODING.sub(rb"\1", text)
    said = _ENCODING.match(content)
    if said:
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return _ENCODING.sub(rb"\1", content.decode(said[2].decode("ascii", "replace")).encode())
    return content


def normalised(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield triples with their literals as a store rewrites them: shapes for data that come out of one."""
    for subject, predicate, value in triples:
        rewrites = isinstance(value, ox.Literal) and kept(value) != value
        yield subject, predicate, normal(value) if rewrites and isinstance(value, ox.Literal) else value


def fill(triples: Iterable[Triple]) -> Data:
    """Return triples as data to validate, each literal as it was written."""
    rewritten = other_types = False

    def quads() -> Iterator[ox.Quad]:
        nonlocal rewritten, other_types
        for subject, predicate, value in triples:
            term = kept(value)
            if isinstance(value, ox.Literal) and term != value:
                rewritten = True
                other_types = other_types or retyped(value)
            yield ox.Quad(subject, predicate, term)

    store = ox.Store()
    store.bulk_extend(quads())
    return Data(store, exact=True, rewritten=rewritten, retyped=other_types)


def flattened(
    store: ox.Store,
    graphs: Iterable[GraphName],
    more: Iterable[Triple] = (),
    beside: Iterable[ox.NamedNode] = (),
    folder: Path | None = None,
) -> Data:
    """
    Return some graphs of a store, with more triples, as data to validate: copied as bytes, as `loaded` has them.

    Graphs `beside` them are copied under their names, where no shape looks.
    """
    return loaded(_together(_lines(store, graphs, beside)), more, folder)


def loaded(parts: Iterable[bytes], more: Iterable[Triple] = (), folder: Path | None = None) -> Data:
    """Return lines of N-Quads, many in each part, with more triples, as data to validate: in memory or in a folder."""
    store = ox.Store(str(folder)) if folder else ox.Store()
    for lines in parts:
        _load(store, lines)
    store.extend(ox.Quad(*triple) for triple in more)
    return Data(store)


def _together(parts: Iterable[bytes]) -> Iterator[bytes]:
    copied = io.BytesIO()
    for lines in parts:
        copied.write(lines)
        if copied.tell() > _CHUNK:
            yield copied.getvalue()
            copied = io.BytesIO()
    yield copied.getvalue()


def _lines(store: ox.Store, graphs: Iterable[GraphName], beside: Iterable[ox.NamedNode]) -> Iterator[bytes]:
    named = dict.fromkeys(beside)
    for graph in progress.each("reading the store", [*graphs, *named]):
        lines = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b""
        yield lines.replace(b" .\n", f" {graph} .\n".encode()) if graph in named else lines


def _load(store: ox.Store, lines: bytes) -> None:
    kept = _TRIPLE_TERM.sub(b"", lines) if b" <<(" in lines else lines
    store.bulk_load(input=kept, format=ox.RdfFormat.N_QUADS, lenient=True)


def facts(data: Data) -> Iterator[Triple]:
    """Yield the triples of data as they were written."""
    for quad in data.store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
            yield quad.subject, quad.predicate, written(quad.object)


def plain(data: Data) -> ox.Store:
    """
    Return a store with the same triples in which every literal is one that SPARQL can reckon with.

    One that is ill-formed stays as it is kept, or the engine would take `"300"^^xsd:byte` for a number.
    """
    if not data.rewritten:
        return data.store
    store = ox.Store()
    store.bulk_extend(ox.Quad(subject, key, _reckonable(value)) for subject, key, value in facts(data))
    return store


def _reckonable(term: Term) -> Term:
    return kept(term) if isinstance(term, ox.Literal) and not well_formed(term) else term


def spellings(data: Data) -> dict[Term, Term]:
    """Return how the data write a literal that the engine rewrites, where they write it in one way only."""
    found: dict[Term, set[Term]] = {}
    for _, _, value in facts(data):
        if isinstance(value, ox.Literal) and kept(value) != value:
            found.setdefault(normal(value), set()).add(value)
    return {
        term: next(iter(ways))
        for term, ways in found.items()
        if len(ways) == 1 and next(data.store.quads_for_pattern(None, None, term), None) is None
    }
