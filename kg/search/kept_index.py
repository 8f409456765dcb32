"""The index of a generation's pages, kept beside it: made at the first question, after an edit from that of before.

A cache, keyed by the digest of the program and by what the generation holds.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pyoxigraph

from kg.model import program, progress
from kg.search import index, kept_file, texts
from kg.search.index import About, Index
from kg.search.kept_originals import Originals
from kg.store import generation_delta, generations, manifest
from kg.store import reading as store_reading
from kg.store.generation_delta import Unopened
from kg.store.generations import Generation
from kg.store.reading import Reading

Answer = TypeVar("Answer")
NAME = "search.db"
# Where more than one of so many pages differ, all are read.
_SHARE = 3


def asked(reading: Reading, question: Callable[[Index, Originals], Answer]) -> Answer:
    """
    Return what a question to the indexes of a generation is answered; where one is damaged, a new one answers.

    Raises KgError where this Python's SQLite has no full text search.
    """
    index.require()
    whole = reading if not reading.left_out else store_reading.reading(reading.folder, reading.generation.number)

    def answered() -> Answer:
        seen = _as_seen(reading, _of(whole))
        return question(seen, Originals(reading, whole, seen))

    try:
        return answered()
    except kept_file.DAMAGED:
        with contextlib.suppress(OSError):
            (reading.generation.folder / NAME).unlink(missing_ok=True)
        return answered()


def about(reading: Reading) -> About:
    """Return what the index of a generation is about."""
    return About(digest(), reading.head.digest)


def digest() -> str:
    """Return the digest of the program that makes an index of pages, with what else decides what is in it."""
    return program.digest(f"pyoxigraph {pyoxigraph.__version__}")


def _as_seen(reading: Reading, whole: Index) -> Index:
    """Return an index without the parts of pages that are left out, and the passages in originals of those alone."""
    if reading.left_out:
        passages = {part.node for part in texts.of_originals(reading.quads)}
        whole.hide(lambda row: row.path in reading.left_out if row.graph else row.node not in passages)
    return whole


def _of(reading: Reading) -> Index:
    def make(beside: Path | None) -> Index:
        with progress.stage("indexing texts"):
            changed = _changed(reading, beside) if beside else None
            return changed or _new(reading, beside)

    return kept_file.index(reading.folder, reading.generation.folder / NAME, about(reading), make)


def _new(reading: Reading, beside: Path | None) -> Index:
    made = Index.new(beside, about(reading))
    made.put([*texts.all_of(reading.quads), *texts.of_originals(reading.quads)])
    made.finish()
    return made


def _changed(reading: Reading, beside: Path) -> Index | None:
    """Return what an earlier generation's index becomes, None where there is none that few pages part from this."""
    for older in kept_file.older(reading.folder, reading.generation.number, NAME):
        try:
            changed = _taken_over(reading, older, beside)
        except (*generation_delta.UNREADABLE, *kept_file.DAMAGED):
            changed = None  # damaged, or removed meanwhile: everything is read
        if changed is None:
            beside.unlink(missing_ok=True)
        return changed
    return None


def _taken_over(reading: Reading, older: Generation, beside: Path) -> Index | None:
    before = Unopened(older, generations.read_manifest(reading.folder, older))
    paths = generation_delta.paths(before, reading) if before.head.base == reading.base else None
    if paths is None or len(paths) * _SHARE > reading.head.count:
        return None
    shutil.copyfile(older.folder / NAME, beside)
    changed = Index.to_change(beside)
    if changed.about() != about(reading)._replace(content=before.head.digest):
        changed.close()
        return None
    changed.take(sorted(paths))
    changed.put(part for name in _names(reading, paths) for part in texts.of_page(reading.quads, reading.base, name))
    passages = sorted(texts.of_originals(reading.quads), key=index.place)
    if passages != changed.originals():
        changed.take_originals()
        changed.put(passages)
    changed.is_about(about(reading))
    return changed


def _names(reading: Reading, paths: set[str]) -> Iterator[str]:
    """Yield the names that pages have in the names of their graphs; one that is gone has none."""
    with closing(manifest.opened(reading.generation.folder, reading.head)) as pages:
        for path in sorted(paths):
            if entry := pages.entry(path):
                yield entry.name
