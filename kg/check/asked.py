"""What is to be checked: a store, and the shapes as the profile of the wiki has them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg.check import profiles, rules
from kg.check.profiles import Choice, Profile
from kg.model.records import dataclass
from kg.rdf.terms import Triple
from kg.shacl import shapes_graph
from kg.shacl.shapes_graph import Graph


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked: the store, and the shapes as a profile has them, as triples and to look things up in."""

    store: ox.Store
    base: str
    shapes: Sequence[Triple]
    graph: Graph
    chosen: Profile


def asking(
    store: ox.Store, base: str, profile: str | Choice = "newsroom", shapes: Sequence[Path] = ()
) -> tuple[Asked, Graph]:  # fmt: skip
    """Return what `validate` checks, and the shapes graph as its files say it, without what the profile makes of it."""
    said, graph = _read(tuple(shapes)) if shapes else _declared()
    chosen = profiles.read(profile, rules.known(graph), rules.tunable(graph))
    adjusted, checked = _under(chosen, said, graph)
    return Asked(store, base, adjusted, checked, chosen), graph


@cache
def _declared() -> tuple[Sequence[Triple], Graph]:
    """Return the declared shapes: a build asks for them four times."""
    return _read(())


def _read(shapes: Sequence[Path]) -> tuple[Sequence[Triple], Graph]:
    said = rules.shapes_with(shapes)
    return said, shapes_graph.read(said)


# The shapes that were asked for last, as the files say them and as a profile leaves them.
_last: list[tuple[Sequence[Triple], str, tuple[Sequence[Triple], Graph]]] = []


def _under(profile: Profile, triples: Sequence[Triple], graph: Graph) -> tuple[Sequence[Triple], Graph]:
    """Return the shapes as a profile leaves them."""
    spelled = repr(profile)  # a threshold of 80 and one of 80.0 are equal, and another literal
    for before, name, found in tuple(_last):
        if before is triples and name == spelled:
            return found
    adjusted = rules.adjusted(triples, graph, profile)
    found = adjusted, graph if adjusted == triples else shapes_graph.read(adjusted)
    _last[:] = [(triples, spelled, found)]
    return found
