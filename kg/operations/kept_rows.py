"""The rows that generated pages were written of, kept by the graph that each comes from and the page that it is on."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import field
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.model.records import dataclass

# What reading a damaged file raises.
UNREADABLE = (sqlite3.Error, ValueError)
_FILE = "generated-rows.db"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS kind (name TEXT PRIMARY KEY, stamp TEXT)",
    "CREATE TABLE IF NOT EXISTS row (kind TEXT, part TEXT, page TEXT, terms TEXT)",
    "CREATE INDEX IF NOT EXISTS by_part ON row (kind, part)",
    "CREATE INDEX IF NOT EXISTS by_page ON row (kind, page)",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it is kept: the graph that it comes from, the term that it has a page for, and its terms, as texts."""

    part: str
    page: str
    terms: str


@dataclass(frozen=True, slots=True)
class News:
    """What is to be kept of a kind: all its rows, or in place of those of some `parts` others."""

    rows: tuple[Kept, ...]
    parts: frozenset[str] | None = None


@dataclass(slots=True)
class Pending:
    """What is to be kept of kinds once their pages are written."""

    news: dict[str, News] = field(default_factory=dict)


def said(terms: Iterable[object]) -> str | None:
    """Return terms as one text; None where one is of a kind that is not kept."""
    found: list[object] = []
    for term in terms:
        if term is None:
            found.append(None)
        elif isinstance(term, NamedNode):
            found.append(term.value)
        elif isinstance(term, Literal) and term.language is None:
            found.append([term.value, term.datatype.value])
        else:
            return None
    return json.dumps(found, ensure_ascii=False)


def terms(text: str) -> list[object]:
    """Return the terms of such a text."""
    return [
        None if one is None else NamedNode(one) if isinstance(one, str) else Literal(one[0], datatype=NamedNode(one[1]))
        for one in json.loads(text)
    ]


class Rows:
    """The rows of one kind, as a store keeps them."""

    def __init__(self, database: sqlite3.Connection, kind: str) -> None:
        self._database, self._kind = database, kind

    def of_parts(self, parts: Iterable[str]) -> list[Kept]:
        """Return the rows that come from some graphs."""
        return [row for part in sorted(parts) for row in self._found("part = ?", part)]

    def of_pages(self, pages: Iterable[str]) -> list[Kept]:
        """Return the rows of some pages."""
        return [row for page in sorted(pages) for row in self._found("page = ?", page)]

    def pages(self) -> dict[str, int]:
        """Return how many rows each page has."""
        asked = "SELECT page, COUNT(*) FROM row WHERE kind = ? GROUP BY page"
        return dict(self._database.execute(asked, (self._kind,)))

    def _found(self, where: str, value: str) -> Iterator[Kept]:
        asked = f"SELECT part, page, terms FROM row WHERE kind = ? AND {where} ORDER BY rowid"  # noqa: S608  # one of two
        return (Kept(*row) for row in self._database.execute(asked, (self._kind, value)))


@contextmanager
def opened(folder: Path, kind: str, stamp: str) -> Iterator[Rows | None]:
    """Give the kept rows of a kind; None where there are none that have a stamp, or they cannot be read."""
    file = folder / _FILE
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True) if file.is_file() else _nothing()) as database:
        found = None
        with suppress(sqlite3.Error):
            found = database.execute("SELECT stamp FROM kind WHERE name = ?", (kind,)).fetchone()
        yield Rows(database, kind) if found and stamp and found[0] == stamp else None


def _nothing() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def keep(folder: Path, news: Mapping[str, News], stamps: Mapping[str, str]) -> dict[str, str]:
    """Keep the rows of kinds, given the stamps of what was kept before; return the new ones, none where that fails."""
    if not news:
        return {}
    try:
        return _kept(folder / _FILE, news, stamps)
    except sqlite3.Error:  # damaged, or no space left: the kinds are asked whole
        (folder / _FILE).unlink(missing_ok=True)
        return {}


def _kept(file: Path, news: Mapping[str, News], stamps: Mapping[str, str]) -> dict[str, str]:
    found = {}
    with closing(sqlite3.connect(file)) as database, database:
        for table in _TABLES:
            database.execute(table)
        for kind, one in sorted(news.items()):
            before = stamps.get(kind, "") if one.parts is not None else ""
            _put(database, kind, one)
            found[kind] = _stamp(before, one.parts, one.rows)
            database.execute("INSERT OR REPLACE INTO kind VALUES (?, ?)", (kind, found[kind]))
    return found


def _put(database: sqlite3.Connection, kind: str, news: News) -> None:
    if news.parts is None:
        database.execute("DELETE FROM row WHERE kind = ?", (kind,))
    for part in sorted(news.parts or ()):
        database.execute("DELETE FROM row WHERE kind = ? AND part = ?", (kind, part))
    rows = ((kind, row.part, row.page, row.terms) for row in news.rows)
    database.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", rows)


def _stamp(before: str, parts: frozenset[str] | None, rows: Sequence[Kept]) -> str:
    words = [before, *sorted(parts or ()), *(word for row in rows for word in (row.part, row.page, row.terms))]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]
