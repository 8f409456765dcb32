"""What is to be checked: a store, and the shapes as the profile of the wiki has them."""

from collections.abc import Sequence
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
    said = rules.shapes_with(shapes)
    graph = shapes_graph.read(said)
    chosen = profiles.read(profile, rules.known(graph), rules.tunable(graph))
    adjusted = rules.adjusted(said, graph, chosen)
    checked = graph if adjusted == said else shapes_graph.read(adjusted)
    return Asked(store, base, adjusted, checked, chosen), graph
