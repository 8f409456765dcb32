"""Which generation a store has now, and by which names HTTP knows it: no clock, no counter of ours."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from kg.imports import kept, put_graphs
from kg.model import program
from kg.model.records import dataclass
from kg.store import generations
from kg.store.generations import Generation
from kg.store.manifest_head import Head

Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A generation as HTTP has it: its number, a digest that the ETags of its answers hold, and Last-Modified."""

    number: int
    tag: str
    modified: str


def key(generation: Generation) -> Key:
    """Return what is another for every generation, every store made anew in the same folder, and whatever was put."""
    manifest = (generation.folder / "manifest.json").stat()
    return (
        generation.number,
        manifest.st_ino,
        manifest.st_mtime_ns,
        *_put(kept.place(generation.folder.parents[1], kept.PUT)),
    )


def _put(file: Path) -> tuple[int, ...]:
    """Return what is another whenever clients put a graph; empty where none was."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def of(generation: Generation, head: Head, prefixes: dict[str, str]) -> Stamp:
    """Return the stamp of a generation: what it holds and the program that answers, and when it was made."""
    put = put_graphs.digest(generation.folder.parents[1])
    words = repr((head.digest, head.content, head.base, sorted(prefixes.items()), program.digest(), put))
    digest = hashlib.blake2b(words.encode(), digest_size=12).hexdigest()
    made = datetime.strptime(head.made, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Stamp(generation.number, digest, format_datetime(made, usegmt=True))


def variant(tag: str, question: str) -> str:
    """
    Return the ETag of one answer of a generation: to this question, in these formats.

    One for all would have a cache give the rows of CSV to who asked for JSON. It is weak: the same facts, written anew,
    may come in another order where a query names none.
    """
    digest = hashlib.blake2b(repr((tag, question)).encode(), digest_size=12).hexdigest()
    return f'W/"{digest}"'


class Looking:
    """Looks whether a store may have another generation, or other graphs that were put: two files are looked at."""

    def __init__(self, folder: Path) -> None:
        self._head, self._put = folder / "HEAD", kept.place(folder, kept.PUT)

    def seen(self) -> Key:
        """Return what is another whenever that is so; raise OSError where there is no generation."""
        # HEAD is renamed into its place for every generation, so the file is another one then, or of another time.
        head = self._head.stat()
        return head.st_ino, head.st_mtime_ns, head.st_ctime_ns, *_put(self._put)


class Current:
    """The stamp of a store's current generation, looked up again where HEAD names another."""

    def __init__(self, folder: Path, prefixes: dict[str, str]) -> None:
        self._folder, self._prefixes = folder, prefixes
        self._looking = Looking(folder)
        self._key: Key | None = None
        self._stamp: Stamp | None = None
        self._seen: Key = ()

    @property
    def latest(self) -> str:
        """The tag of the one that was current when it was last looked up; empty where it never was."""
        return self._stamp.tag if self._stamp else ""

    def stamp(self) -> Stamp:
        """Return it; raise KgError where there is no generation that this program reads."""
        seen = self._looking.seen()
        if self._stamp is None or seen != self._seen:
            self._stamp = self._read()
            self._seen = seen
        return self._stamp

    def _read(self) -> Stamp:
        generation = generations.current(self._folder)
        if generation is None:
            raise generations.damaged(self._folder, "it has no generation any more")
        now = key(generation)
        if self._stamp is None or now != self._key:
            head = generations.manifest_that_fits(self._folder, generation)
            self._key, self._stamp = now, of(generation, head, self._prefixes)
        return self._stamp
