"""The index of a generation, kept beside it: made when it is first asked for, after an edit from that of before.

A cache, keyed by the digest of the program. It is written beside its place, synced and renamed, so that a reader sees
a whole one or none. Where the store cannot be written, or no disk space is left, it is made in memory.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import get_ident
from typing import TypeVar

import pyoxigraph

from kg.model import program, progress
from kg.search import index, texts
from kg.search.index import Index
from kg.store import generation_delta, generations, manifest
from kg.store import reading as store_reading
from kg.store.generation_delta import Unopened
from kg.store.generations import Generation
from kg.store.reading import Reading

Answer = TypeVar("Answer")
NAME = "search.db"
# Of so many generations the index stays; one that is asked for again is made again.
_KEPT = 2
# What reading a file raises in which bytes were changed: SQLite itself, its texts, the numbers of its parts.
_DAMAGED = (sqlite3.Error, UnicodeDecodeError, LookupError, TypeError)
# Where more than one of so many pages differ, all are read.
_SHARE = 3


def asked(reading: Reading, question: Callable[[Index], Answer]) -> Answer:
    """
    Return what a question to the index of a generation is answered; where the index is damaged, a new one answers.

    Raises KgError where this Python's SQLite has no full text search.
    """
    index.require()
    whole = reading if not reading.left_out else store_reading.reading(reading.folder, reading.generation.number)
    try:
        return question(_as_seen(reading, _of(whole)))
    except _DAMAGED:
        with contextlib.suppress(OSError):
            (reading.generation.folder / NAME).unlink(missing_ok=True)
        return question(_as_seen(reading, _of(whole)))


def _as_seen(reading: Reading, whole: Index) -> Index:
    """Return an index without the parts of pages that are left out, and the passages in originals of those alone."""
    if reading.left_out:
        whole.hide(reading.left_out, {part.node for part in texts.of_originals(reading.quads)})
    return whole


def _of(reading: Reading) -> Index:
    path = reading.generation.folder / NAME
    if (kept := _kept(path)) is not None:
        return kept
    beside = path.with_name(f".kg-{os.getpid()}-{get_ident()}.new")
    try:
        with progress.stage("indexing texts"):
            _make(reading, beside)
        made = Index.of_file(beside)
    except (OSError, sqlite3.Error):
        beside.unlink(missing_ok=True)
        return _in_memory(reading)
    with contextlib.suppress(OSError):  # a writer that swept leftovers meanwhile: what is open stays readable
        beside.replace(path)
        _drop_others(reading)
    return made


def _kept(path: Path) -> Index | None:
    """Return the index that this very program made, None where there is none: another one may cut words otherwise."""
    if not path.is_file():
        return None
    try:
        opened = Index.of_file(path)
        if opened.program() == _program():
            return opened
        opened.close()
    except _DAMAGED:
        return None  # damaged: it is made anew
    return None


def _program() -> str:
    return program.digest(f"pyoxigraph {pyoxigraph.__version__}")


def _in_memory(reading: Reading) -> Index:
    made = Index.new(None, _program())
    with progress.stage("indexing texts"):
        _fill(reading, made)
    return made


def _make(reading: Reading, beside: Path) -> None:
    """Write the index of a generation: that of an earlier one with the pages changed, or a new one."""
    beside.unlink(missing_ok=True)
    if not _changed(reading, beside):
        beside.unlink(missing_ok=True)
        with closing(Index.new(beside, _program())) as made:
            _fill(reading, made)
    _sync(beside)


def _fill(reading: Reading, empty: Index) -> None:
    empty.put([*texts.all_of(reading.quads), *texts.of_originals(reading.quads)])
    empty.finish()


def _changed(reading: Reading, beside: Path) -> bool:
    """Write what an earlier generation's index becomes, and tell whether there is one that few pages part from this."""
    for older in reversed(generations.generations(reading.folder)):
        if older.number >= reading.generation.number or not (older.folder / NAME).is_file():
            continue
        try:
            return _taken_over(reading, older, beside)
        except (*generation_delta.UNREADABLE, *_DAMAGED):
            return False  # damaged, or removed meanwhile: everything is read
    return False


def _taken_over(reading: Reading, older: Generation, beside: Path) -> bool:
    before = Unopened(older, generations.read_manifest(reading.folder, older))
    paths = generation_delta.paths(before, reading) if before.head.base == reading.base else None
    if paths is None or len(paths) * _SHARE > reading.head.count:
        return False
    shutil.copyfile(older.folder / NAME, beside)
    with closing(Index.to_change(beside)) as changed:
        if changed.program() != _program():
            return False
        changed.take(sorted(paths))
        changed.put(
            part for name in _names(reading, paths) for part in texts.of_page(reading.quads, reading.base, name)
        )
        passages = sorted(texts.of_originals(reading.quads), key=index.place)
        if passages != changed.originals():
            changed.take_originals()
            changed.put(passages)
    return True


def _names(reading: Reading, paths: set[str]) -> Iterator[str]:
    """Yield the names that pages have in the names of their graphs; one that is gone has none."""
    with closing(manifest.opened(reading.generation.folder, reading.head)) as pages:
        for path in sorted(paths):
            if entry := pages.entry(path):
                yield entry.name


def _drop_others(reading: Reading) -> None:
    """Remove the indexes that are asked for least: those of the oldest generations, but for the one just made."""
    having = [one.folder / NAME for one in generations.generations(reading.folder) if (one.folder / NAME).is_file()]
    others = [path for path in having if path.parent != reading.generation.folder]
    for path in others[: max(len(others) - _KEPT + 1, 0)]:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
