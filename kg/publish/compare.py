"""An endpoint held against a generation, quad for quad."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import NamedTuple

from pyoxigraph import RdfFormat, Triple, parse

from kg.endpoint.client import Endpoint
from kg.model import progress
from kg.model.records import dataclass
from kg.publish import held_forms, parts
from kg.publish.held_forms import Form
from kg.publish.state import State
from kg.rdf import sparql_text
from kg.rdf.terms import Fact
from kg.store.reading import Reading

_SHOWN = 3


class Difference(NamedTuple):
    """A graph that is another at the endpoint: how many triples are lacking, how many are too many, and the first."""

    graph: str
    lacking: int
    more: int
    first: str


@dataclass(slots=True)
class Comparison:
    """What differs between an endpoint and a generation, and how often which form is not held, which is no fault."""

    graphs: int = 0
    triples: int = 0
    differences: list[Difference] = field(default_factory=list)
    not_held: Counter[str] = field(default_factory=Counter)


def compared(reading: Reading, endpoint: Endpoint, forms: tuple[Form, ...] = ()) -> Comparison:
    """Return what differs in the graphs of the wiki and in those that the endpoint believes to be of it."""
    ours = {graph for part in parts.of(reading).values() for graph in part.graphs}
    listed = State(endpoint, reading.base).digests()
    theirs = {graph for part in listed for graph in parts.graphs_of(reading.base, part)}
    found = Comparison()
    graphs = sorted(ours | theirs)
    for graph in progress.each("comparing", graphs, len(graphs)):
        _compare(reading, endpoint, graph, forms, found)
    return found


def differs(reading: Reading, endpoint: Endpoint, graph: str, forms: tuple[Form, ...]) -> bool:
    """Tell whether a graph is another at the endpoint than in a generation."""
    found = Comparison()
    _compare(reading, endpoint, graph, forms, found)
    return bool(found.differences)


def read_back(endpoint: Endpoint, graph: str) -> Iterator[Triple]:
    """Yield what an endpoint has in a graph."""
    if endpoint.address.graphs is not None:
        return endpoint.get_graph(graph)
    return endpoint.construct(sparql_text.compose("publish/graph", GRAPH=f"<{graph}>"))


def _compare(
    reading: Reading, endpoint: Endpoint, graph: str, forms: tuple[Form, ...], comparison: Comparison
) -> None:  # fmt: skip
    text = parts.lines(reading.quads, graph)
    ours = {_fact(quad.triple) for quad in parse(text, format=RdfFormat.N_TRIPLES, lenient=True)}
    theirs = {_fact(triple) for triple in read_back(endpoint, graph)}
    comparison.graphs += bool(ours)
    comparison.triples += len(ours)
    lacking, more = ours - theirs, theirs - ours
    if not lacking and not more:
        return
    expected = _as_held(lacking, forms)
    for fact, named in expected.items():
        if fact in theirs and named:
            comparison.not_held.update(named)
    lost = {fact for fact in expected if fact not in theirs}
    more -= expected.keys()
    if lost or more:
        first = min(f"{s} {p} {o} ." for s, p, o in lost or more)
        comparison.differences.append(Difference(graph, len(lost), len(more), first))


def _as_held(facts: set[Fact], forms: tuple[Form, ...]) -> Mapping[Fact, tuple[str, ...]]:
    """Return the facts as a store of this kind gives them back, each with what it does not hold of it."""
    found: dict[Fact, tuple[str, ...]] = {}
    for subject, predicate, term in facts:
        held, named = held_forms.held(term, forms)
        found[subject, predicate, held] = named
    return found


def _fact(triple: Triple) -> Fact:
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]  # no triple terms are published
