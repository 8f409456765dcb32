"""What differs between two generations: pages by their digests, and the triples that one has and the other has not."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Fact
from kg.store import generations, manifest
from kg.store.generations import Generation
from kg.store.manifest import Pages
from kg.store.manifest_head import Head

_LEAST, _SHARE = 50, 10
# What reading a damaged generation raises.
UNREADABLE = (KgError, OSError, RuntimeError, ValueError, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class Side:
    """A generation opened for reading: the head of its manifest and its quads."""

    generation: Generation
    head: Head
    quads: ox.Store


class Unopened(NamedTuple):
    """A generation of which the manifest alone is read."""

    generation: Generation
    head: Head


@dataclass(frozen=True, slots=True)
class Delta:
    """
    What one generation has and the other has not, before and now: facts, and places of parts.

    `paths` are the pages that differ, those that are gone too; `graphs` of those that are there, the two of each page;
    `names` are all graphs in which anything differs.
    """

    paths: frozenset[str]
    names: frozenset[str]
    graphs: Mapping[str, tuple[ox.NamedNode, ox.NamedNode]]
    before: frozenset[Fact]
    now: frozenset[Fact]
    places: frozenset[Fact]


def since(
    folder: Path, older: Generation, new: Side, without: frozenset[str] = frozenset()
) -> tuple[Side, Delta] | None:
    """
    Return an earlier generation, opened, and what differs since, `without` what differs on some pages.

    None where it is too much, where the history of the pages is another, or where the earlier one goes away meanwhile;
    it raises one of UNREADABLE where that is damaged, which a caller with another way answers by taking it.
    """
    if not generations.lease(older):
        return None
    old = opened(folder, older)
    delta = _between(old, new, without) if without else between(old, new)
    return None if delta is None or old.head.history != new.head.history else (old, delta)


_opened: list[Side] = []


def opened(folder: Path, generation: Generation) -> Side:
    """
    Return a generation opened for reading, once where it is asked for in turn, as reasoning, checking and counting do.

    Its head, which is read each time, has the digests of all that it heads.
    """
    head = generations.manifest_that_fits(folder, generation)
    for side in tuple(_opened):
        if (side.generation, side.head) == (generation, head) and generations.lease(generation):
            return side
    side = Side(generation, head, generations.open_reader(folder, generation))
    _opened[:] = [side]
    return side


_Asked = tuple[Generation, Head, Generation, Head]
_last: list[tuple[_Asked, Delta | None]] = []


class Told(Protocol):
    """A generation with the head of its manifest, opened or not."""

    @property
    def generation(self) -> Generation:
        """The generation."""

    @property
    def head(self) -> Head:
        """The head of its manifest."""


def paths(old: Told, new: Told) -> set[str]:
    """Return the pages that are not the same in both generations."""
    with _pages(old) as before, _pages(new) as now:
        return {path for path in _candidates(old, new) if _digest(before, path) != _digest(now, path)}


def between(old: Side, new: Side) -> Delta | None:
    """
    Return what differs; None where that is so much that it need not be known.

    What was found last is kept, as reasoning and checking ask the same: a head has the digests of all that it heads.
    """
    asked = (old.generation, old.head, new.generation, new.head)
    for other, delta in tuple(_last):
        if other == asked:
            return delta
    delta = _between(old, new)
    _last[:] = [(asked, delta)]
    return delta


def _between(old: Side, new: Side, without: frozenset[str] = frozenset()) -> Delta | None:
    if old.head.base != new.head.base or old.head.ontology != new.head.ontology:
        return None
    base = new.head.base
    changed = paths(old, new) - without
    if len(changed) > max(_LEAST, new.head.count // _SHARE):
        return None
    facts: dict[str, set[Fact]] = {"before": set(), "now": set(), "places": set()}
    graphs = {}
    compared = {f"{base}{name}" for name, _ in {*old.head.common.items()} ^ {*new.head.common.items()}}
    with _pages(old) as before, _pages(new) as now:
        for path in sorted(changed):
            called = {entry.name for pages in (before, now) if (entry := pages.entry(path))}
            for name in called:
                compared |= {names.graph_iri(base, name), names.provenance_iri(base, name)}
            if entry := now.entry(path):
                graphs[path] = (
                    ox.NamedNode(names.graph_iri(base, entry.name)),
                    ox.NamedNode(names.provenance_iri(base, entry.name)),
                )
    differing = frozenset(name for name in compared if _compare(old, new, name, facts))
    gone, come, places = (frozenset(facts[key]) for key in ("before", "now", "places"))
    return Delta(frozenset(changed), differing, graphs, gone, come, places)


def _pages(side: Told) -> closing[Pages]:
    return closing(manifest.opened(side.generation.folder, side.head))


def _digest(pages: Pages, path: str) -> tuple[str, str] | None:
    entry = pages.entry(path)
    return (entry.name, entry.graphs) if entry else None


def _candidates(old: Told, new: Told) -> set[str]:
    """Return the pages in files that only one of the generations has: all others are the same."""
    listed = [{_inode(path): path for path in manifest.files(side.generation.folder, side.head)} for side in (old, new)]
    only = [listed[0][one] for one in listed[0].keys() - listed[1].keys()]
    only += [listed[1][one] for one in listed[1].keys() - listed[0].keys()]
    with closing(Pages(only)) as pages:
        return pages.paths()


def _inode(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _compare(old: Side, new: Side, graph: str, facts: dict[str, set[Fact]]) -> bool:
    """Add what differs in a graph to the facts, and tell whether anything does."""
    before, now = _lines(old.quads, graph), _lines(new.quads, graph)
    if graph.startswith(f"{new.head.base}prov/"):
        facts["places"] |= {*_facts(before ^ now)}
    else:
        facts["before"] |= {*_facts(before - now)}
        facts["now"] |= {*_facts(now - before)}
    return before != now


def _lines(quads: ox.Store, graph: str) -> set[bytes]:
    found = quads.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph)) or b""
    return set(found.split(b"\n")[:-1])


def _facts(lines: set[bytes]) -> Iterator[Fact]:
    for quad in ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_TRIPLES, lenient=True):
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
            yield quad.subject, quad.predicate, quad.object
