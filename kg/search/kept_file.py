"""Indexes as files beside a generation: made when they are first asked for, whole or not there, never in the way.

A file is written beside its place, synced and renamed, so that a reader sees a whole one or none. Where the store
cannot be written, or no disk space is left, the index is made in memory.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from kg.search.index import About, Index
from kg.store import generations, unfinished

# Of so many generations the indexes stay; one that is asked for again is made again.
_KEPT = 2
# What a question to an index whose file was damaged may raise.
DAMAGED = (sqlite3.Error, LookupError, TypeError, ValueError)


def index(folder: Path, path: Path, about: About, make: Callable[[Path | None], Index]) -> Index:
    """
    Return the index at a path in a generation of a store, made where there is none that is about this.

    `make` returns one that is filled, in the file that it is given, or in memory where it is given none.
    """
    if (kept := opened(path, about)) is not None:
        return kept
    beside = unfinished.beside(path)
    try:
        beside.unlink(missing_ok=True)
        make(beside).close()
        _sync(beside)
        made = Index.of_file(beside)
    except (OSError, sqlite3.Error):
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        return make(None)
    with contextlib.suppress(OSError):  # a writer that swept leftovers meanwhile: what is open stays readable
        beside.replace(path)
        _drop_others(folder, path)
    return made


def opened(path: Path, about: About) -> Index | None:
    """Return the index at a path; None where there is none about this, by this very program, or it is damaged."""
    if not path.is_file():
        return None
    try:
        found = Index.of_file(path)
        if found.about() == about:
            return found
        found.close()
    except DAMAGED:
        return None  # it is made anew
    return None


def older(folder: Path, number: int, name: str) -> Sequence[generations.Generation]:
    """Return the generations before one that have a file of a name, the newest first."""
    found = reversed(generations.generations(folder))
    return [one for one in found if one.number < number and (one.folder / name).is_file()]


def _drop_others(folder: Path, path: Path) -> None:
    """Remove the indexes that are asked for least: those of the oldest generations, but for the one just made."""
    places = [one.folder / path.name for one in generations.generations(folder)]
    others = [place for place in places if place.is_file() and place.parent != path.parent]
    for place in others[: max(len(others) - _KEPT + 1, 0)]:
        place.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
