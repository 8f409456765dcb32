"""Whether the indexes beside a generation can be read, and are its own: what `kg doctor` says of them."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from kg.search import kept_file, kept_index, kept_originals
from kg.search.index import Index
from kg.store.generations import Generation
from kg.store.manifest_head import Head

# What the engine says of a file that is sound.
_SOUND = "ok"


class Unsound(NamedTuple):
    """An index that no search will use as it is: its file, and why."""

    path: Path
    why: str


def unsound(generation: Generation, head: Head | None) -> Iterator[Unsound]:
    """
    Yield the indexes of a generation that are damaged, or are of another generation by what its manifest says.

    One by another version of kg is neither: the next search makes it anew.
    """
    for name in (kept_index.NAME, kept_originals.NAME):
        path = generation.folder / name
        if not path.is_file():
            continue
        if not _is_whole(path):
            yield Unsound(path, "cannot be read")
        elif name == kept_index.NAME and head is not None and _is_of_another(path, head):
            yield Unsound(path, "is of another generation")


def is_missing(generation: Generation) -> bool:
    """Tell whether a generation has no index of its pages yet."""
    return not (generation.folder / kept_index.NAME).is_file()


def _is_whole(path: Path) -> bool:
    """Tell whether the engine finds no fault in a file, nor in the index of its words; it is left as it is."""
    try:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            copy.deserialize(path.read_bytes())
            (told,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            copy.execute("INSERT INTO words(words) VALUES('integrity-check')")
            counted = "SELECT (SELECT COUNT(*) FROM part) = (SELECT COUNT(*) FROM words), (SELECT COUNT(*) FROM about)"
            return bool(told == _SOUND and copy.execute(counted).fetchone() == (1, 1))
    except (*kept_file.DAMAGED, OSError, MemoryError):  # the last of a file that is empty
        return False


def _is_of_another(path: Path, head: Head) -> bool:
    with contextlib.suppress(*kept_file.DAMAGED), closing(Index.of_file(path)) as found:
        about = found.about()
        return about is not None and about.program == kept_index.digest() and about.content != head.digest
    return True
