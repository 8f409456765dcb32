"""The store of what is stated and what follows: made anew, or from that of an earlier generation by what differs."""

from collections.abc import Collection
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kg.model.records import dataclass
from kg.store import graph_change
from kg.store.generation_delta import Delta


def fill(folder: Path, quads: Store, inferred: bytes, graph: str) -> None:
    """Write a store of the quads of another one and, in `graph`, of inferred ones, whose terms are those of quads."""
    quads.backup(str(folder))
    made = Store(str(folder))
    if made.contains_named_graph(NamedNode(graph)):
        made.remove_graph(NamedNode(graph))
        made.load(input=inferred, format=RdfFormat.N_QUADS, lenient=True)  # not by way of files: decision 0059
    elif inferred:
        made.bulk_load(input=inferred, format=RdfFormat.N_QUADS, lenient=True)
    made.flush()


@dataclass(frozen=True, slots=True)
class Patch:
    """What turns the reasoned store of one generation into that of another: its graphs, and inferred lines."""

    delta: Delta
    gone: Collection[str]
    come: Collection[str]


def patch(folder: Path, reasoned: Store, quads: Store, change: Patch) -> None:
    """Write a store of what an earlier one holds, with the graphs that differ as `quads` has them now."""
    reasoned.backup(str(folder))
    made = Store(str(folder))
    for name in sorted(change.delta.names):
        graph = NamedNode(name)
        lines = quads.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) or b""
        graph_change.replace(made, name, lines, lenient=True)
    for quad in parse("".join(sorted(change.gone)), format=RdfFormat.N_QUADS, lenient=True):
        made.remove(quad)
    made.load(input="".join(sorted(change.come)), format=RdfFormat.N_QUADS, lenient=True)
    made.flush()
