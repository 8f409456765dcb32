"""What each file of a wiki held when it was last read, so that a file that was not touched since is not read again.

A cache: without it every file is read. It belongs to the wiki, not to a generation, so a rollback leaves it valid.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg import corpus
from kg.corpus import File, UnreadError
from kg.finding import Finding, KgError
from kg.store import write_atomically

_NAME = "seen"
_HEAD = b"kg seen 2\0"
_SECOND = 1_000_000_000
# A file changed twice within one tick of the kernel's clock has one time of change (10 ms at 100 Hz; 2 s on FAT).
_TICK = 20_000_000
_COARSE_TICK = 2 * _SECOND

Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """The stamp of each file (size, times of change of content and of status, inode) and the SHA-256 it had then."""

    files: Mapping[str, tuple[Stamp, str]]


def load(folder: Path) -> Seen:
    """Return what a store remembers; nothing where it remembers nothing that can be read."""
    try:
        data = (folder / _NAME).read_bytes()
    except OSError:
        return Seen({})
    if not data.startswith(_HEAD):
        return Seen({})
    found: dict[str, tuple[Stamp, str]] = {}
    try:
        for row in data[len(_HEAD) :].decode("utf-8", "surrogateescape").split("\0")[:-1]:
            digest, size, mtime, ctime, inode, path = row.split(" ", 5)
            found[path] = (int(size), int(mtime), int(ctime), int(inode)), digest
    except ValueError:
        return Seen({})
    return Seen(found)


def save(folder: Path, seen: Seen) -> None:
    """Remember what was seen. Not synced: after a crash an older memory is as good."""
    rows = (
        f"{digest} {size} {mtime} {ctime} {inode} {path}\0"
        for path, ((size, mtime, ctime, inode), digest) in seen.files.items()
    )
    data = _HEAD + "".join(rows).encode("utf-8", "surrogateescape")
    write_atomically(folder / _NAME, data, lasting=False)


def look(root: Path, files: Iterable[File], before: Seen, *, rehash: bool = False) -> tuple[Seen, list[Finding]]:
    """
    Return what the files hold now; only those are read whose stamp is not what it was, all of them with `rehash`.

    A file that cannot be read is left out, with a finding; one that has gone meanwhile is not there.

    A file that was changed at the very time of looking keeps no stamp, so that it is read again the next time: a
    second change within the same tick of the clock would not show (what git calls racily clean).
    """
    now = time.time_ns()
    found: dict[str, tuple[Stamp, str]] = {}
    unread: list[Finding] = []
    for file in files:
        stamp = (file.size, file.mtime, file.ctime, file.inode)
        known = None if rehash else before.files.get(file.path)
        if known is not None and known[0] == stamp:
            found[file.path] = known
            continue
        try:
            taken, data = corpus.read(root, file)
        except UnreadError as error:
            unread += [error.finding] if error.finding else []
            continue
        stamp = (taken.size, taken.mtime, taken.ctime, taken.inode)
        found[file.path] = (0, 0, 0, 0) if _racy(taken, now) else stamp, hashlib.sha256(data).hexdigest()
    return Seen(found), unread


def _racy(file: File, now: int) -> bool:
    tick = _COARSE_TICK if file.mtime % _SECOND == 0 else _TICK
    return max(file.mtime, file.ctime) + tick >= now


def differing(root: Path, hashes: Mapping[str, str], seen: Seen) -> int:
    """Return how many of these pages do not hold now what they held when they had these SHA-256."""
    return sum(1 for path, digest in hashes.items() if _now(root, path, seen) != digest)


def _now(root: Path, path: str, seen: Seen) -> str:
    try:
        file = corpus.file(root / path, path)
        known = seen.files.get(path)
        if known is not None and known[0] == (file.size, file.mtime, file.ctime, file.inode):
            return known[1]
        return hashlib.sha256(corpus.read(root, file)[1]).hexdigest()
    except (OSError, KgError):
        return ""
