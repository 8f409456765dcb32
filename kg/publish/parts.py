"""The parts of a generation, each with a digest: the two graphs of a page, or a graph that belongs to no page."""

from collections.abc import Iterator

from pyoxigraph import NamedNode, RdfFormat, Store

from kg.model.records import dataclass
from kg.rdf import names
from kg.store.manifest_head import Head
from kg.store.reading import Reading

_HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Part:
    """What is published as one: its graphs, of which the first names it, and the digest of all their quads."""

    graphs: tuple[str, ...]
    digest: str


def of(reading: Reading) -> dict[str, Part]:
    """Return the parts of a generation by the name of their first graph, in order."""
    found = {part.graphs[0]: part for part in (*_pages(reading), *_common(reading.head))}
    return dict(sorted(found.items()))


def _pages(reading: Reading) -> Iterator[Part]:
    for page in reading.pages.values():
        yield Part(of_page(reading.base, page.name), page.graphs)


def of_page(base: str, name: str) -> tuple[str, str]:
    """Return the two graphs of a page."""
    return names.graph_iri(base, name), names.provenance_iri(base, name)


def _common(head: Head) -> Iterator[Part]:
    for name, digest in head.common.items():
        yield Part((f"{head.base}{name}",), digest)
    yield Part((names.common_graph_iri(head.base, _HISTORY),), head.history)


def graphs_of(base: str, part: str) -> tuple[str, ...]:
    """Return all graphs that a part may have, by its name alone: what is gone is not described any more."""
    facts = f"{base}graph/"
    return (part, f"{base}prov/{part.removeprefix(facts)}") if part.startswith(facts) else (part,)


def stamp(head: Head) -> str:
    """Return the digest of all quads of a generation."""
    return f"{head.digest}{head.history}"


def lines(quads: Store, graph: str) -> bytes:
    """Return what a graph holds as lines of N-Triples."""
    return quads.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph)) or b""
