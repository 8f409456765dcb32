"""A shapes graph to look things up in, in the order in which its files say them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import wraps
from typing import Any, TypeVar

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf.terms import Node, Term
from kg.shacl.terms import NIL, TYPE, ill_formed, iri, named

Derived = TypeVar("Derived")


@dataclass(frozen=True, slots=True)
class Graph:
    """
    Triples by subject and by object; `about[s][p]` are the objects and `around[o][p]` the subjects.

    `known` has what was derived of the graph as a whole, so that a check derives it once.
    """

    about: Mapping[Term, Mapping[ox.NamedNode, tuple[Term, ...]]]
    around: Mapping[Term, Mapping[ox.NamedNode, tuple[Node, ...]]]
    known: dict[Callable[..., Any], Any] = field(default_factory=dict, compare=False, repr=False)

    def objects(self, subject: Term, predicate: ox.NamedNode) -> tuple[Term, ...]:
        """Return what the graph says of a node with a property, without repetition."""
        return self.about.get(subject, {}).get(predicate, ())

    def subjects(self, predicate: ox.NamedNode, value: Term) -> tuple[Node, ...]:
        """Return the nodes that have a value of a property."""
        return self.around.get(value, {}).get(predicate, ())


def once(derive: "Callable[[Graph], Derived]") -> "Callable[[Graph], Derived]":
    """Return a function of a graph that is called once for each graph; its values are not changed."""

    @wraps(derive)
    def derived(graph: Graph) -> Derived:
        if derive not in graph.known:
            graph.known[derive] = derive(graph)
        found: Derived = graph.known[derive]
        return found

    return derived


def read(triples: Iterable[tuple[Node, ox.NamedNode, Term]]) -> Graph:
    """Return the triples as a graph; a triple said twice counts once."""
    about: dict[Term, dict[ox.NamedNode, dict[Term, None]]] = defaultdict(lambda: defaultdict(dict))
    around: dict[Term, dict[ox.NamedNode, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
    for subject, predicate, value in triples:
        about[subject][predicate][value] = None
        around[value][predicate][subject] = None
    return Graph(
        {node: {key: tuple(values) for key, values in rows.items()} for node, rows in about.items()},
        {node: {key: tuple(values) for key, values in rows.items()} for node, rows in around.items()},
    )


def members(graph: Graph, head: Term, shape: Node, what: str) -> tuple[Term, ...]:
    """Return the members of an RDF list; KgError where it is none, with the shape and the property that asks for it."""
    found: list[Term] = []
    seen: set[Term] = set()
    while head != NIL:
        first, rest = graph.objects(head, iri("rdf:first")), graph.objects(head, iri("rdf:rest"))
        if len(first) != 1 or len(rest) != 1 or head in seen:
            raise ill_formed(shape, f"{what} needs a list, found {named(head)}")
        seen.add(head)
        found.append(first[0])
        head = rest[0]
    return tuple(found)


def is_list(graph: Graph, node: Term) -> bool:
    """Tell whether a node begins a list that is not empty."""
    return bool(graph.objects(node, iri("rdf:first")))


def classes_below(graph: Graph, top: ox.NamedNode) -> set[Term]:
    """Return a class and all its subclasses, as the graph has them."""
    found: set[Term] = {top}
    waiting: list[Term] = [top]
    while waiting:
        for below in graph.subjects(iri("rdfs:subClassOf"), waiting.pop()):
            if below not in found:
                found.add(below)
                waiting.append(below)
    return found


def instances(graph: Graph, top: ox.NamedNode) -> list[Node]:
    """Return the instances of a class and of its subclasses, in the order of the graph."""
    kinds = classes_below(graph, top)
    return [
        node
        for node, rows in graph.about.items()
        if not isinstance(node, ox.Literal) and not kinds.isdisjoint(rows.get(TYPE, ()))
    ]
