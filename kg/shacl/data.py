"""The data to validate, and files of RDF as triples in their order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.finding import KgError
from kg.shacl.literals import kept, written
from kg.shacl.terms import Node, Term

Triple = tuple[Node, ox.NamedNode, Term]


@dataclass(frozen=True, slots=True)
class Data:
    """A graph to validate: the default graph of a store; `rewritten` where literals are kept with datatypes of ours."""

    store: ox.Store
    rewritten: bool = False


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
                raise KgError(f"{path}: a triple about a triple, which SHACL does not validate: {quad}")
            value = quad.object if isinstance(quad.object, ox.Literal) else renamed(quad.object)
            yield renamed(quad.subject), quad.predicate, value


def _quads(path: Path) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None or not path.is_file():
        what = "no such file" if form else "not a file of RDF; use .ttl, .nt, .nq, .trig, .rdf or .jsonld"
        raise KgError(f"{path}: {what}")
    try:
        yield from ox.parse(path=path, format=form, base_iri=path.absolute().as_uri())
    except SyntaxError as error:
        raise KgError(f"{path}: not readable as {form.name}: {error}") from None


def fill(found: Iterable[Triple]) -> Data:
    """Return triples as data to validate, each literal as it was written."""
    rewritten = False

    def quads() -> Iterator[ox.Quad]:
        nonlocal rewritten
        for subject, predicate, value in found:
            term = kept(value)
            rewritten = rewritten or term is not value
            yield ox.Quad(subject, predicate, term)

    store = ox.Store()
    store.bulk_extend(quads())
    return Data(store, rewritten)


def plain(data: Data) -> ox.Store:
    """Return a store with the same triples in which every literal is one that SPARQL can reckon with."""
    if not data.rewritten:
        return data.store
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(quad.subject, quad.predicate, quad.object if isinstance(quad.object, ox.Triple) else written(quad.object))
        for quad in data.store
    )
    return store
