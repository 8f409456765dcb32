"""What each file of a wiki held when it was last read, so that a file that was not touched since is not read again.

A cache: without it every file is read. It belongs to the wiki, not to a generation, so a rollback leaves it valid.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg.files import walk
from kg.files.walk import File, UnreadError
from kg.model import progress
from kg.model.finding import Finding, KgError
from kg.model.records import dataclass
from kg.store.generations import write_atomically
from kg.store.reading import Reading

_NAME = "seen"
_HEAD = "kg seen 3"
_FIELDS = 3
_SECOND = 1_000_000_000
# A file changed twice within one tick of the kernel's clock has one time of change (10 ms at 100 Hz; 2 s on FAT).
_TICK = 20_000_000
_COARSE_TICK = 2 * _SECOND

_RACY = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """The stamp of each file (size, times of change of content and of status, inode) and the SHA-256 it had then."""

    files: Mapping[str, tuple[str, str]]


def load(folder: Path) -> Seen:
    """Return what a store remembers; nothing where it remembers nothing that can be read."""
    try:
        head, *words = (folder / _NAME).read_bytes().decode("utf-8", "surrogateescape").split("\0")
    except OSError:
        return Seen({})
    if head != _HEAD or len(words) % _FIELDS:
        return Seen({})
    paths, stamps, digests = (words[start::_FIELDS] for start in range(_FIELDS))
    return Seen(dict(zip(paths, zip(stamps, digests, strict=True), strict=True)))


def save(folder: Path, stamps: Seen) -> None:
    """Remember what was seen. Not synced: after a crash an older memory is as good."""
    words = [_HEAD, *(word for path, (stamp, digest) in stamps.files.items() for word in (path, stamp, digest))]
    write_atomically(folder / _NAME, "\0".join(words).encode("utf-8", "surrogateescape"), lasting=False)


def look(root: Path, files: Iterable[File], before: Seen, *, rehash: bool = False) -> tuple[Seen, list[Finding]]:
    """
    Return what the files hold now; only those are read whose stamp is not what it was, all of them with `rehash`.

    A file that cannot be read is left out, with a finding; one that has gone meanwhile is not there.

    A file that was changed at the very time of looking keeps no stamp, so that it is read again the next time: a
    second change within the same tick of the clock would not show (what git calls racily clean).
    """
    now = time.time_ns()
    found: dict[str, tuple[str, str]] = {}
    unread: list[Finding] = []
    for file in progress.each("looking at files", files):
        stamp = _stamp(file)
        known = None if rehash else before.files.get(file.path)
        if known is not None and known[0] == stamp:
            found[file.path] = known
            continue
        try:
            taken, data = walk.read(root, file)
        except UnreadError as error:
            unread += [error.finding] if error.finding else []
            continue
        stamp = _RACY if _racy(taken, now) else _stamp(taken)
        found[file.path] = stamp, hashlib.sha256(data).hexdigest()
    return Seen(found), unread


def _stamp(file: File) -> str:
    return f"{file.size} {file.mtime} {file.ctime} {file.inode}"


def _racy(file: File, now: int) -> bool:
    tick = _COARSE_TICK if file.mtime % _SECOND == 0 else _TICK
    return max(file.mtime, file.ctime) + tick >= now


def stale(generation: Reading) -> int:
    """Return how many pages of a generation do not hold any more what they held when it was made."""
    return differing(generation.root, generation.pages.hashes(), load(generation.folder))


def differing(root: Path, hashes: Mapping[str, str], stamps: Seen) -> int:
    """Return how many of these pages do not hold now what they held when they had these SHA-256."""
    return sum(1 for path, digest in hashes.items() if _now(root, path, stamps) != digest)


def _now(root: Path, path: str, stamps: Seen) -> str:
    try:
        file = walk.file(root / path, path)
        known = stamps.files.get(path)
        if known is not None and known[0] == _stamp(file):
            return known[1]
        return hashlib.sha256(walk.read(root, file)[1]).hexdigest()
    except (OSError, KgError):
        return ""
