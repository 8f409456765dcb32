"""A plan: what a verdict reads, as edges between places; `read_plan` makes them, `follow_plan` follows them."""

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf.terms import Term
from kg.shacl.paths import Path, Step
from kg.shacl.terms import iri

THIS, EVERYWHERE, NOWHERE = 0, -1, -2
SUBCLASS = iri("rdfs:subClassOf")


@dataclass(frozen=True, slots=True)
class Edge:
    """
    A path from one place of a plan to another.

    `start` is EVERYWHERE where the pattern hangs on nothing, `end` NOWHERE where nothing hangs on it. Without a path
    both places are the same. `only` is the one object that counts, with its subclasses where `below`.
    """

    start: int
    path: Path | None
    end: int = NOWHERE
    only: ox.NamedNode | None = None
    below: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """
    The edges of a plan, each after those that it hangs on; `constants` are the places that the shape names.

    `value` is the place of what a result is about beside its focus node, where each result reads of that place only
    its own value: what is said of one value bears on no result about another.
    """

    edges: tuple[Edge, ...]
    constants: Mapping[int, Term]
    value: int | None = None

    def everywhere(self) -> frozenset[ox.NamedNode]:
        """Return the properties that are read wherever they stand, not from the focus node on."""
        starts = {EVERYWHERE, *self.constants}
        return frozenset(
            one for edge in self.edges if edge.start in starts and edge.path for one in leaves(edge.path) if one
        )


# ---- paths -----------------------------------------------------------------------------------------------------------


def normal(path: Path) -> Path:
    """Return a path in which only single properties are followed backwards."""
    if path.step is Step.INVERSE:
        return inverse(path.parts[0])
    return path if path.step is Step.PREDICATE else Path(path.step, parts=tuple(map(normal, path.parts)))


def inverse(path: Path) -> Path:
    """Return the path from the end of a path to its start, in the same form."""
    if path.step is Step.INVERSE:
        return normal(path.parts[0])
    if path.step is Step.PREDICATE:
        return Path(Step.INVERSE, parts=(path,))
    parts = reversed(path.parts) if path.step is Step.SEQUENCE else path.parts
    return Path(path.step, parts=tuple(map(inverse, parts)))


def leaves(path: Path) -> Iterator[ox.NamedNode | None]:
    """Yield the properties of a path, None for one that may be any."""
    if path.step is Step.PREDICATE:
        yield path.predicate
    for part in path.parts:
        yield from leaves(part)
