"""Which pages a build holds against their files: all of them, or those that changed since a build that held them all.

A page whose graphs did not change since they gave back its bytes gives them back again, and that its file still has
these bytes is what the ingest has just seen. `kg render --check` asks no such question and renders every page.
"""

from collections.abc import Sequence

from kg.ingest.ingest import Ingested
from kg.model import program
from kg.store import generations
from kg.store.generations import Generation
from kg.write.render import Drift

_MARK = "held"


def due(before: Generation | None, ingested: Ingested) -> frozenset[str] | None:
    """Return the pages to hold against their files after an ingest, None for all; `before` was current until then."""
    now = ingested.generation
    if now is None or before is None or ingested.why_all:
        return None
    if now == before:
        return frozenset() if _is_marked(now) else None
    if now.number != before.number + 1 or not _is_marked(before):
        return None
    moved = (new for _, new in ingested.moved)
    return frozenset((*ingested.added, *ingested.changed, *ingested.relinked, *moved))


def mark(generation: Generation | None, drift: Sequence[Drift]) -> None:
    """Keep with a generation that its pages are what their files hold, if they are."""
    if generation is not None and not drift and not _is_marked(generation):
        generations.write_atomically(generation.folder / _MARK, _word(), lasting=False)


def _is_marked(generation: Generation) -> bool:
    file = generation.folder / _MARK
    return file.is_file() and file.read_bytes() == _word()


def _word() -> bytes:
    """Return what says that this very program held the pages: another one may render otherwise."""
    return program.digest().encode()
