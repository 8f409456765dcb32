"""Graphs that clients of a server put into a store: one file beside the imports, laid over a generation there."""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, serialize

from kg.exports import canonical, graphs
from kg.imports import foreign_terms, kept
from kg.imports.foreign_terms import Screen
from kg.imports.kept import PUT, Import, Kept
from kg.model.kg_error import KgError
from kg.settings.import_limits import ImportLimits
from kg.store import generations
from kg.store.layered import layered
from kg.store.reading import Reading

# What the graphs of a wiki are called below its base, and those of imports.
_OWN = ("graph/", "prov/", "import/")
# So many stores with what was put are left beside a generation: a query may still read one that is not the last.
_LAYERS = 3
# How long another writer of the store is waited for.
_WAIT = 30.0
Lines = Sequence[bytes]


def held(store: Path) -> Lines:
    """Return the lines of all graphs that were put, sorted; none where nothing was."""
    return kept.load(store, PUT).lines if kept.place(store, PUT).is_file() else ()


def digest(store: Path) -> str:
    """Return the SHA-256 of what was put, as its file says it; empty where nothing was."""
    return kept.head(kept.place(store, PUT)).sha256 if kept.place(store, PUT).is_file() else ""


def over(reading: Reading) -> Reading:
    """Return a generation with what was put in the store that is asked; KgError where a graph would be the wiki's."""
    lines = held(reading.folder)
    if not lines:
        return reading
    for iri in sorted({_graph(line) for line in lines}):
        if why := why_not(iri, reading.base, ()):
            raise KgError(
                f"{kept.place(reading.folder, PUT)}: {why}; `kg import --remove {PUT}` takes all of them away"
            )
    return replace(reading, quads=layered(reading, PUT, [line.decode() for line in lines]))


def default_graph(base: str) -> str:
    """Return the graph that stands for what is put outside all graphs."""
    return f"{base}import/{PUT}"


def why_not(iri: str, base: str, others: Iterable[Import]) -> str:
    """Return why a graph is not one that can be put, nothing where it is: it is the wiki's own, or an import's."""
    if iri != default_graph(base) and any(iri.startswith(f"{base}{one}") for one in _OWN):
        return f"<{iri}> is below {base}, where the graphs of pages and imports are; name another"
    if one := next((one for one in others if iri.startswith(one.base)), None):
        return f"<{iri}> is a graph of the import '{one.name}', which `kg import` writes alone"
    return foreign_terms.why_not(iri)


def named(lines: Iterable[bytes], iri: str, base: str) -> list[bytes]:
    """
    Return the lines of one graph without a name in the graph of a name, with IRIs for its blank nodes.

    Those are made of all that the graph says: the same graph, sent again, has the same.
    """
    said = [*lines]
    own = foreign_terms.with_own_blanks(said, base, f"{PUT}-{kept.digest(said)[:16]}")
    return sorted(b"%b <%b> .\n" % (line[:-3], iri.encode()) for line in own)


def written(quads: Iterable[Quad], iri: str, base: str) -> list[bytes]:
    """Return what a graph has in a store as lines to be kept: blank nodes that are new in it get IRIs."""
    triples = (one.triple for one in quads)
    lines = sorted((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))
    return named(canonical.canonical(lines), iri, base)


def with_blanks(quads: Iterable[Quad], base: str) -> Iterator[Quad]:
    """Yield triples with the blank nodes that were put as blank nodes again."""
    begin = foreign_terms.own_blanks(base, PUT)

    for quad in quads:
        subject, value = _blank(quad.subject, begin), _blank(quad.object, begin)
        yield Quad(subject or quad.subject, quad.predicate, value or quad.object, quad.graph_name)


def _blank(term: object, begin: str) -> BlankNode | None:
    if isinstance(term, NamedNode) and term.value.startswith(begin):
        return BlankNode("b" + re.sub("[^0-9A-Za-z]", "", term.value.removeprefix(begin)))
    return None


def put(reading: Reading, before: str, contents: Mapping[str, Lines], limits: ImportLimits) -> None:
    """
    Keep graphs as they are now, by their IRIs, those without lines being gone; whole or not at all.

    `before` is the digest of what had been put when that was made out. KgError where it is another by now, where a
    graph is not one to put, and where all together are beyond the limits of an import.
    """
    others = [one for one in kept.listed(reading.folder) if kept.is_wiki(one)]
    for iri in contents:
        if why := why_not(iri, reading.base, others):
            raise KgError(why)
    with generations.writer(reading.folder, wait=_WAIT):
        if digest(reading.folder) != before:
            raise KgError("what clients put was changed by another meanwhile; try again", code=1)
        rest = [line for line in held(reading.folder) if _graph(line) not in contents]
        lines = sorted({*rest, *(line for some in contents.values() for line in some)})
        _check(lines, limits)
        if before and not lines:
            kept.remove(reading.folder, PUT)
        elif lines:
            about = Import(PUT, reading.base, "", kept.digest(lines), len(lines))
            kept.put(reading.folder, Kept(about, lines))
        _sweep(reading)


def _check(lines: Lines, limits: ImportLimits) -> None:
    """Raise KgError where lines are more than an import may have, or have what none may."""
    if len(lines) > limits.max_quads:
        raise KgError(f"all graphs together have more than {limits.max_quads} quads; [imports] max_quads in kg.toml")
    if sum(map(len, lines)) > limits.max_bytes:
        raise KgError(f"all graphs together have more than {limits.max_bytes} bytes; [imports] max_bytes in kg.toml")
    screen = Screen(limits.max_text)
    for line in lines:
        if fault := screen.fault(line):
            raise KgError(f"'{fault[0][:100]}': {fault[1]}")


def _sweep(reading: Reading) -> None:
    """Take away the stores with earlier states of what was put, but for the last few."""
    made = sorted(reading.generation.folder.glob(f"{PUT}-*"), key=lambda one: (one.stat().st_mtime_ns, one.name))
    for one in made[:-_LAYERS]:
        shutil.rmtree(one, ignore_errors=True)


def _graph(line: bytes) -> str:
    return graphs.parts(line)[3][1:-1].decode()


def names_graphs(lines: Iterable[bytes]) -> bool:
    """Tell whether lines name a graph."""
    return any(graphs.parts(line)[3] for line in lines)


def apart(lines: Iterable[bytes], number: int) -> list[bytes]:
    """Return canonical lines whose blank nodes are none of those of another part of the same body."""
    return foreign_terms.with_other_blanks(lines, f"p{number}")


def has_blanks(lines: Lines) -> bool:
    """Tell whether canonical lines have a blank node."""
    return apart(lines, 0) != [*lines]


def in_graph(lines: Iterable[bytes], iri: str) -> list[bytes]:
    """Return those lines that are of one graph."""
    end = f" <{iri}> .\n".encode()
    return [line for line in lines if line.endswith(end)]
