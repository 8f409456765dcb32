"""A graph of a store made another: only the triples that differ are taken out and put in, which an edit has few of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

_BLANK = b"_:"


def replace(quads: Store, name: str, lines: bytes, *, lenient: bool = False) -> None:
    """
    Give a graph these lines of N-Triples in the place of what it holds.

    The engine keeps each quad under many keys and writes down each that is taken out as well. Where more than half of
    the graph goes, it is taken out as a whole, and where a line has a blank node, which no text names for certain.
    """
    graph = NamedNode(name)
    before, now = _set(quads.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) or b""), _set(lines)
    gone, come = before - now, now - before
    if not now or 2 * len(gone) > len(before) or any(_BLANK in line for line in (*gone, *come)):
        quads.remove_graph(graph)
        come = now
        gone = set()
    for quad in parse(b"\n".join(sorted(gone)), format=RdfFormat.N_TRIPLES, lenient=True):
        quads.remove(Quad(quad.subject, quad.predicate, quad.object, graph))
    quads.load(input=b"\n".join(sorted(come)), format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=lenient)


def replace_all(quads: Store, outdated: Iterable[str], parts: Iterable[bytes]) -> None:
    """Give graphs what these lines of N-Quads have for them in the place of what they hold, the outdated maybe none."""
    fresh = _by_graph(parts)
    for name in sorted({*outdated, *fresh}):
        replace(quads, name, fresh.get(name, b""))


def drop(quads: Store, graphs: Iterable[str]) -> None:
    """Take graphs out as a whole."""
    for name in graphs:
        quads.remove_graph(NamedNode(name))


def _by_graph(parts: Iterable[bytes]) -> Mapping[str, bytes]:
    found: dict[str, list[bytes]] = defaultdict(list)
    for part in parts:
        for line in part.split(b"\n"):
            triple, _, graph = line.removesuffix(b"> .").rpartition(b" <")
            if triple:
                found[graph.decode()].append(triple + b" .")
    return {name: b"\n".join(rows) for name, rows in found.items()}


def _set(lines: bytes) -> set[bytes]:
    return {line for line in lines.split(b"\n") if line}
