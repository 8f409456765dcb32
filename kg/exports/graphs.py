"""Whole graphs of a generation: sorted lines, and the triples of several as one."""

import io
from collections.abc import Iterable, Sequence

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg.model import did_you_mean
from kg.model.kg_error import KgError
from kg.rdf import names


def lines(store: Store, base: str, graphs: Sequence[str]) -> list[bytes]:
    """Return the quads of the graphs named (all where none is) as sorted lines of N-Quads."""
    wanted = [*dict.fromkeys(named(store, base, name) for name in graphs)]
    buffer = io.BytesIO()
    if wanted:
        for graph in wanted:
            serialize(store.quads_for_pattern(None, None, None, graph), buffer, format=RdfFormat.N_QUADS)
    else:
        store.dump(buffer, format=RdfFormat.N_QUADS)
    return sorted(buffer.getvalue().splitlines(keepends=True))


def named(store: Store, base: str, name: str) -> NamedNode:
    """Return a graph by its IRI, by a page's name or path (`sources/x.md`), or as `prov/sources/x` or `ontology`."""
    plain = names.without_suffix(name)
    tries = (name, f"{base}{name}", names.graph_iri(base, plain), names.common_graph_iri(base, plain))
    for iri in tries:
        try:
            node = NamedNode(iri)
        except ValueError:
            continue
        if store.contains_named_graph(node):
            return node
    known = [
        one.value.removeprefix(base).removeprefix("graph/")
        for one in store.named_graphs()
        if isinstance(one, NamedNode)
    ]
    hint = did_you_mean.hint(plain, known, "name a page such as sources/x, or ontology, corpus, register, clusters")
    raise KgError(f"no graph '{name}'; {hint}")


def triples(lines: Iterable[bytes]) -> list[bytes]:
    """Return lines of N-Quads as sorted lines of N-Triples, each once."""
    return sorted({*map(_without_graph, lines)})


def parts(line: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return subject, predicate, object and graph of a line of N-Quads, the graph empty where it has none."""
    subject, predicate, rest = line.split(b" ", 2)
    # Where the object ends: behind the last quotation mark, or a triple in its place; a term alone has no blank in it.
    end = rest.rfind(b'"') + 1 if rest[:1] == b'"' else rest.rfind(b")>>") + 3 if rest[:2] == b"<<" else 0
    behind = rest.find(b" ", end)
    return subject, predicate, rest[:behind], rest[behind + 1 :].rpartition(b".")[0].rstrip()


def _without_graph(line: bytes) -> bytes:
    return b"%b %b %b .\n" % parts(line)[:3]


def named_graphs(lines: Iterable[bytes]) -> int:
    """Return of how many graphs some sorted lines of N-Quads are."""
    return len({line[len(_without_graph(line)) - 2 :] for line in lines})


def by_graph(lines: Iterable[bytes]) -> list[Quad]:
    """Return lines of N-Quads as quads, sorted by graph."""
    found = parse(input=b"".join(lines), format=RdfFormat.N_QUADS)
    return sorted(found, key=lambda quad: "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value)
