"""What a generation knows of its pages: immutable SQLite files, of which the next generation links all but the newest.

Each file holds the pages that one ingest changed, or several merged; a page's row in a newer file hides the older
ones. So what an ingest writes is in proportion to what it changed, and so is what a question reads.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.store.manifest_head import Head, PageFile

NAMES, USES, GROUP = "n", "u", "g"
_MERGED = 2
_MOST = 12
_TABLES = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    # A page that is gone has a row without a record.
    "CREATE TABLE page (id INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT, record TEXT)",
    "CREATE TABLE key (kind TEXT, key TEXT, page INTEGER, PRIMARY KEY (kind, key, page)) WITHOUT ROWID",
)
_INDEX = "CREATE UNIQUE INDEX page_path ON page (path)"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    What the manifest keeps of one page.

    `used` are the names that it links to, `answers` the digest of what they mean, `graphs` the digest of its two
    graphs, `facts` a checksum of each claim, quote … by kind, `scraped` the newest date on which it was scraped.
    """

    path: str
    name: str
    topic: str
    sha256: str
    title: str
    aliases: tuple[str, ...]
    used: tuple[tuple[str, bool], ...] = ()
    answers: str = ""
    graphs: str = ""
    scraped: str = ""
    facts: Mapping[str, Sequence[int]] | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which keys a page is found: those of its names, of the names that it uses, and of its namesakes."""

    names: frozenset[str]
    uses: frozenset[str]
    group: str


class Pages:
    """The pages of one generation, read from its files as they are asked for; the newest file comes first."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = [_opened(path) for path in files]

    def close(self) -> None:
        """Close the files."""
        for connection in self._files:
            connection.close()

    def entry(self, path: str) -> Entry | None:
        """Return what is known of a page, None where there is none at this path."""
        for connection in self._files:
            for digest, record in _rows(connection, "SELECT sha256, record FROM page WHERE path = ?", path):
                return _entry(path, digest, record) if record else None
        return None

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every page by its path."""
        found: dict[str, str] = {}
        for connection in reversed(self._files):
            found.update(_rows(connection, "SELECT path, sha256 FROM page"))
        return {path: digest for path, digest in found.items() if digest}

    def paths(self) -> set[str]:
        """Return every path that the files speak of, also those at which there is no page any more."""
        return {path for connection in self._files for (path,) in _rows(connection, "SELECT path FROM page")}

    def entries(self) -> Iterator[Entry]:
        """Yield every page, in no particular order."""
        hidden: set[str] = set()
        for count, connection in enumerate(self._files, 1):
            newer = frozenset(hidden)
            for path, digest, record in _rows(connection, "SELECT path, sha256, record FROM page"):
                if path in newer:
                    continue
                if count < len(self._files):
                    hidden.add(path)
                if record:
                    yield _entry(path, digest, record)

    def having(self, kind: str, keys: Iterable[str]) -> set[str]:
        """Return the paths of the pages with any of these keys."""
        wanted = list(keys)
        found: set[str] = set()
        for position, connection in enumerate(self._files):
            for key in wanted:
                rows = _rows(
                    connection, "SELECT path FROM key JOIN page ON page = id WHERE kind = ? AND key = ?", kind, key
                )
                found.update(path for (path,) in rows if not self._hidden(path, position))
        return found

    def _hidden(self, path: str, position: int) -> bool:
        return any(
            list(_rows(connection, "SELECT 1 FROM page WHERE path = ?", path)) for connection in self._files[:position]
        )


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise KgError(f"{path}: the store is damaged: {error}; `kg doctor` says what to do") from None


def _rows(connection: sqlite3.Connection, statement: str, *values: str) -> Iterator[tuple[Any, ...]]:
    try:
        yield from connection.execute(statement, values)
    except sqlite3.Error as error:
        raise KgError(
            f"the store is damaged: its manifest cannot be read ({error}); `kg doctor` says what to do"
        ) from None


def _entry(path: str, digest: str, record: str) -> Entry:
    name, topic, title, aliases, used, answers, graphs, scraped, facts = json.loads(record)
    pairs = tuple((slug, anchored) for slug, anchored in used)
    return Entry(path, name, topic, digest, title, tuple(aliases), pairs, answers, graphs, scraped, facts)


def _record(entry: Entry) -> str:
    fields = (
        entry.name, entry.topic, entry.title, entry.aliases, entry.used,
        entry.answers, entry.graphs, entry.scraped, entry.facts or {},
    )  # fmt: skip
    return json.dumps(fields, separators=(",", ":"))


def files(generation: Path, head: Head) -> list[Path]:
    """Return the files of a generation's pages, newest first."""
    return [generation / "pages" / file.name for file in reversed(head.page_files)]


def opened(generation: Path, head: Head) -> Pages:
    """Return the pages of a generation, of which none are read yet; raise KgError where a file cannot be opened."""
    return Pages(files(generation, head))


class Segment:
    """A file of pages while it is written."""

    def __init__(self, path: Path) -> None:
        # The address form is what ATTACH needs to open another file without locking it.
        self._connection = sqlite3.connect(path.absolute().as_uri(), isolation_level=None, uri=True)
        for statement in _TABLES:
            self._connection.execute(statement)
        self._connection.execute("BEGIN")
        self.rows = 0

    def put(self, entry: Entry, keys: Keys) -> None:
        """Add what is known of a page."""
        self.rows += 1
        self._connection.execute(
            "INSERT INTO page VALUES (?, ?, ?, ?)", (self.rows, entry.path, entry.sha256, _record(entry))
        )
        found = [(NAMES, key) for key in keys.names] + [(USES, key) for key in keys.uses] + [(GROUP, keys.group)]
        self._connection.executemany(
            "INSERT INTO key VALUES (?, ?, ?)", [(kind, key, self.rows) for kind, key in sorted(found)]
        )

    def gone(self, path: str) -> None:
        """Add that a page is no more."""
        self.rows += 1
        self._connection.execute("INSERT INTO page VALUES (?, ?, NULL, NULL)", (self.rows, path))

    def finish(self) -> None:
        """Complete the file."""
        self._connection.execute(_INDEX)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file, finished or not."""
        self._connection.close()

    def take(self, older: Path, *, oldest: bool) -> None:
        """Take in the rows of an older, finished file that are not hidden; from the `oldest` on nothing is hidden."""
        self._connection.execute("COMMIT")
        self._connection.execute("ATTACH ? AS older", (f"{older.absolute().as_uri()}?mode=ro&immutable=1",))
        self._connection.execute("BEGIN")
        shift = self.rows
        self._connection.execute(
            "INSERT INTO page SELECT id + ?, path, sha256, record FROM older.page"
            " WHERE path NOT IN (SELECT path FROM page)",
            (shift,),
        )
        self._connection.execute(
            "INSERT INTO key SELECT kind, key, page + ?1 FROM older.key"
            " WHERE EXISTS (SELECT 1 FROM page WHERE id = older.key.page + ?1)",
            (shift,),
        )
        if oldest:
            self._connection.execute("DELETE FROM page WHERE record IS NULL")
        (self.rows,) = self._connection.execute("SELECT COALESCE(MAX(id), 0) FROM page").fetchone()
        self._connection.execute("COMMIT")
        self._connection.execute("DETACH older")
        self._connection.execute("BEGIN")


@contextmanager
def writing(generation: Path, older: Sequence[tuple[Path, int]]) -> Iterator[tuple[Segment, list[PageFile]]]:
    """
    Give a file to put changed pages into, and a list that names the files of the generation when it is done.

    `older` are the files of the generation before, with their rows, oldest first: they are linked, and those that are
    not at least twice as large as what is written after them are merged into it, so that there are few.
    """
    folder = generation / "pages"
    folder.mkdir(exist_ok=True)
    name = f"{generation.name}.db"
    listed: list[PageFile] = []
    rest = list(older)
    try:
        with closing(Segment(folder / name)) as segment:
            yield segment, listed
            while rest and (rest[-1][1] < _MERGED * segment.rows or len(rest) >= _MOST):
                path, _ = rest.pop()
                segment.take(path, oldest=not rest)
            segment.finish()
    except sqlite3.Error as error:
        raise OSError(f"{folder}: the manifest cannot be written: {error}") from None
    for path, rows in rest:
        os.link(path, folder / path.name)
        listed.append(PageFile(path.name, rows))
    listed.append(PageFile(name, segment.rows))
