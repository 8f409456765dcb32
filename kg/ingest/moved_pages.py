"""Where pages went that moved: graph/history, the one graph that depends on the order in which things happened."""

from collections.abc import Callable, Iterable

from pyoxigraph import NamedNode, Store

from kg.rdf import names
from kg.rdf.names import PageName

Pairs = frozenset[tuple[str, str]]
_REPLACED = "dcterms:isReplacedBy"


def graph(base: str) -> NamedNode:
    """Return the graph of what happened."""
    return NamedNode(names.common_graph_iri(base, "history"))


def stored(quads: Store, base: str) -> Pairs:
    """Return what a store says of replaced pages and topics: the IRI of before and the one that replaced it."""
    found = quads.quads_for_pattern(None, NamedNode(names.expand(_REPLACED)), None, graph(base))
    return frozenset((str(quad.subject)[1:-1], str(quad.object)[1:-1]) for quad in found)


def rebased(pairs: Pairs, old: str, new: str) -> Pairs:
    """Return pairs under another base IRI: the wiki's own names move with it."""
    return frozenset((new + before.removeprefix(old), new + after.removeprefix(old)) for before, after in pairs)


def after(
    pairs: Pairs, moves: Iterable[tuple[PageName, PageName]], current: Iterable[PageName], base: str
) -> Pairs:  # fmt: skip
    """
    Return what is to be said after some moves, from the old name of each page to its new one.

    An IRI that names a page or topic again, one of those `current` now, is replaced by nothing.
    """
    fresh = {pair for old, new in moves for pair in _pairs(old, new, base)}
    live = {iri for name in current for iri in (names.page_iri(base, name.name), names.topic_iri(base, name.topic))}
    again = {before for before, _ in fresh}
    kept = {(before, now) for before, now in pairs if before not in again}
    return frozenset((before, now) for before, now in kept | fresh if before not in live)


def _pairs(old: PageName, new: PageName, base: str) -> Iterable[tuple[str, str]]:
    yield names.page_iri(base, old.name), names.page_iri(base, new.name)
    if old.topic != new.topic:
        yield names.topic_iri(base, old.topic), names.topic_iri(base, new.topic)


def lines(pairs: Pairs, base: str) -> list[str]:
    """Return pairs as sorted lines of N-Quads."""
    replaced, where = names.expand(_REPLACED), graph(base)
    return sorted(f"<{before}> <{replaced}> <{now}> {where} .\n" for before, now in pairs)


def moved_names(
    moves: Iterable[tuple[str, str]], before: Callable[[str], PageName | None], now: Callable[[str], PageName | None]
) -> list[tuple[PageName, PageName]]:
    """Return the names of moved pages, before and now."""
    found = ((before(old), now(new)) for old, new in moves)
    return [(old, new) for old, new in found if old and new]
