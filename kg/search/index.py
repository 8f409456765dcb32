"""An index of texts in one SQLite file: what each part says, and in which parts each token stands.

The number of a part begins with its tier and the length of its text, so that the first that a question reads are
titles, and the shortest of the others. It hangs on the part alone, never on what was put in before: an index that was
changed page by page answers as a new one does. The tokens are kept without a copy of the texts (FTS5,
contentless): taking a part out takes the text that was put in.
"""

import sqlite3
import zlib
from bisect import bisect
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from kg.model.kg_error import KgError
from kg.search import folding
from kg.search.texts import Group, Part

_AT_ONCE = 1_000
_EACH = tuple(Group)
_TIER, _LENGTH, _GROUP, _LONGEST, _GROUPS = 60, 36, 32, 0xFFFFFF, 15
_TABLES = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE about (program TEXT NOT NULL, content TEXT NOT NULL)",
    "CREATE TABLE page (id INTEGER PRIMARY KEY, path TEXT NOT NULL, graph TEXT NOT NULL, UNIQUE (path, graph))",
    "CREATE TABLE part (id INTEGER PRIMARY KEY, page INTEGER, line, at, node, title, text, voice, topic, spots)",
    "CREATE TABLE original (path TEXT PRIMARY KEY, sha256, stamp, characters, why)",
    "CREATE VIRTUAL TABLE words USING fts5(title, text, voice, parted, content='', tokenize='ascii')",
    # Few large pieces instead of many small ones that are merged again and again.
    "INSERT INTO words(words, rank) VALUES('automerge', 0)",
    "INSERT INTO words(words, rank) VALUES('crisismerge', 64)",
)
_PUT = "INSERT INTO words(rowid, title, text, voice, parted) VALUES(?, ?, ?, ?, ?)"
_TAKE = "INSERT INTO words(words, rowid, title, text, voice, parted) VALUES('delete', ?, ?, ?, ?, ?)"
_FROM = "FROM part JOIN page ON page = page.id WHERE "
_ROWS = f"SELECT part.id, path, line, at, node, graph, title, text, voice, topic, spots {_FROM}"
_NODES = (
    "SELECT words.rowid, node, topic, graph FROM words JOIN part ON part.id = words.rowid JOIN page ON page.id = page "
    "WHERE words MATCH ?"
)


def require() -> None:
    """Raise KgError where the SQLite of this Python has no full text search."""
    try:
        sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except sqlite3.Error:
        raise KgError(
            f"search needs the full text search of SQLite (FTS5), and this Python's SQLite {sqlite3.sqlite_version} "
            "was built without it; use another Python, as that of python.org or of your system"
        ) from None


class About(NamedTuple):
    """What an index is of: the digests of the program that made it, and of all that was put into it."""

    program: str
    content: str


class Row(NamedTuple):
    """A part, as far as it hangs on that whether it is shown: its page or original, its graph, and its node."""

    path: str
    graph: str
    node: str


class Original(NamedTuple):
    """
    An original whose text was put into an index, or why it was not: its path, digest and time of change.

    `characters` are those of its text, `why` says what of it is not there, empty where nothing is missing.
    """

    path: str
    sha256: str
    stamp: str
    characters: int
    why: str = ""


class Index:
    """An index that is open, to be filled or asked; what SQLite raises goes through."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._hidden: frozenset[int] = frozenset()

    @classmethod
    def new(cls, path: Path | None, about: About) -> "Index":
        """Return an index with nothing in it, in a file or in memory."""
        made = cls(sqlite3.connect(path or ":memory:", isolation_level=None))
        for statement in _TABLES:
            made._connection.execute(statement)
        made._connection.execute("INSERT INTO about VALUES (?, ?)", about)
        return made

    @classmethod
    def of_file(cls, path: Path) -> "Index":
        """Return the index in a file that nobody changes any more."""
        return cls(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None))

    @classmethod
    def to_change(cls, path: Path) -> "Index":
        """Return the index in a file of one's own, to take parts out and put others in."""
        opened = cls(sqlite3.connect(path, isolation_level=None))
        opened._connection.execute("PRAGMA journal_mode = OFF")
        opened._connection.execute("PRAGMA synchronous = OFF")
        return opened

    def close(self) -> None:
        """Close the index."""
        self._connection.close()

    def about(self) -> About | None:
        """Return what the index is of; None where it does not say so."""
        found = self._connection.execute("SELECT program, content FROM about").fetchone()
        return About(*found) if found else None

    def is_about(self, about: About) -> None:
        """Say of what an index that was changed is now."""
        self._connection.execute("UPDATE about SET program = ?, content = ?", about)

    # ---- filling -----------------------------------------------------------------------------------------------------

    def put(self, parts: Iterable[Part]) -> None:
        """Add parts."""
        connection = self._connection
        pages = {(path, graph): page for page, path, graph in connection.execute("SELECT id, path, graph FROM page")}
        connection.execute("BEGIN")
        # In the order of their numbers: the engine writes a piece of its own for each step back.
        for number, part in self._numbered(parts):
            name = part.path, part.graph
            if name not in pages:
                pages[name] = len(pages) + 1
                connection.execute("INSERT INTO page VALUES (?, ?, ?)", (pages[name], *name))
            own = part.title, part.text, part.voice
            row = (number, pages[name], part.line, part.column, part.node, *own, part.topic, part.spots)
            connection.execute("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute(_PUT, (number, *_columns(own)))
        connection.execute("COMMIT")

    def _numbered(self, parts: Iterable[Part]) -> list[tuple[int, Part]]:
        """Return parts with their numbers; one whose number is taken gets the next."""
        taken: dict[int, Part] = {}
        empty = not self._connection.execute("SELECT 1 FROM part LIMIT 1").fetchone()
        for part in sorted(parts, key=place):
            number = _number(part)
            while number in taken or not (empty or self._is_free(number)):
                number += 1
            taken[number] = part
        return sorted(taken.items(), key=lambda item: item[0])

    def _is_free(self, number: int) -> bool:
        return self._connection.execute("SELECT 1 FROM part WHERE id = ?", (number,)).fetchone() is None

    def take(self, paths: Iterable[str]) -> None:
        """Take out the parts of pages."""
        for path in paths:
            self._take("path = ? AND graph != ''", path)

    def take_originals(self) -> None:
        """Take out the passages of originals."""
        self._take("graph = ''")

    def take_original(self, path: str) -> None:
        """Take out the text of an original."""
        self._take("path = ? AND graph = ''", path)

    def list_originals(self, originals: Iterable[Original]) -> None:
        """Keep what is known of each original, in place of what was."""
        self._connection.execute("DELETE FROM original")
        self._connection.executemany("INSERT INTO original VALUES (?, ?, ?, ?, ?)", originals)

    def listed_originals(self) -> dict[str, Original]:
        """Return what was kept of each original, by its path."""
        rows = self._connection.execute("SELECT * FROM original ORDER BY path")
        return {row[0]: Original(*row) for row in rows}

    def _take(self, which: str, *values: str) -> None:
        connection = self._connection
        connection.execute("BEGIN")
        rows = connection.execute(_ROWS + which, values).fetchall()
        connection.executemany(_TAKE, [(row[0], *_columns(row[6:9])) for row in rows])
        connection.executemany("DELETE FROM part WHERE id = ?", [(row[0],) for row in rows])
        connection.execute("COMMIT")

    def originals(self) -> list[Part]:
        """Return the passages of originals that are in it, in the order of their places."""
        rows = self._connection.execute(_ROWS + "graph = ''").fetchall()
        return sorted((Part(Group.ORIGINAL, *row[1:]) for row in rows), key=place)

    def finish(self) -> None:
        """Complete an index that was filled: what is asked later is asked of one piece."""
        self._connection.execute("CREATE INDEX IF NOT EXISTS part_page ON part (page)")
        self._connection.execute("INSERT INTO words(words) VALUES('optimize')")
        self._connection.execute("INSERT INTO words(words, rank) VALUES('automerge', 4)")

    def hide(self, is_hidden: Callable[[Row], bool]) -> None:
        """Leave parts out of all answers, too."""
        ask = "SELECT part.id, path, graph, node FROM part JOIN page ON page = page.id"
        rows = self._connection.execute(ask)
        self._hidden |= {number for number, *row in rows if is_hidden(Row(*row))}

    # ---- asking ------------------------------------------------------------------------------------------------------

    def best(self, expressions: Sequence[str], groups: Collection[Group], most: int) -> list[Part]:
        """
        Return at most so many parts of some groups that fit an expression of FTS5, the best first.

        What fits an expression fits the next one. Titles come first, then what pages state, other lines, originals;
        in each those that fit the first expression, then those that fit the next, the shorter before the longer.
        """
        ranks: dict[int, int] = {}
        for rank, expression in enumerate(expressions):
            for number in self._first(expression, groups, most):
                ranks.setdefault(number, rank)
        # Whatever stands before one of the best in this order fits its expression, and has a lower number or tier.
        best = sorted(ranks, key=lambda number: (number >> _TIER, ranks[number], number))
        return self._parts(best[:most])

    def _first(self, expression: str, groups: Collection[Group], most: int) -> Iterable[int]:
        """Return the lowest numbers of the parts that fit: the engine reads no further, and counts nothing."""
        hidden = self._hidden
        rows = self._connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (expression,))
        seen = (number for (number,) in rows if number >> _GROUP & _GROUPS in groups and number not in hidden)
        return [*islice(seen, most)]

    def _parts(self, numbers: Sequence[int]) -> list[Part]:
        """Return parts by their numbers, in the order of these."""
        found: dict[int, Part] = {}
        for at in range(0, len(numbers), _AT_ONCE):
            some = numbers[at : at + _AT_ONCE]
            rows = self._connection.execute(f"{_ROWS} part.id IN ({', '.join('?' * len(some))})", some)
            found.update((row[0], Part(_group(row[0]), *row[1:])) for row in rows)
        if missing := [number for number in numbers if number not in found]:
            raise sqlite3.DatabaseError(f"the index has words of {len(missing)} parts that it has not")
        return [found[number] for number in numbers]

    def titles(self) -> list[Part]:
        """Return the titles of all pages, in the order of their paths."""
        rows = self._connection.execute(f"{_ROWS} part.id < ?", (1 << _TIER,)).fetchall()
        return sorted((Part(Group.PAGE, *row[1:]) for row in rows if row[0] not in self._hidden), key=place)

    def nodes(self, expression: str) -> list[tuple[str, str]]:
        """Return the nodes of all parts that fit an expression of FTS5, each with the graph of its facts, sorted."""
        rows = self._connection.execute(_NODES, (expression,))
        seen = (row[1:] for row in rows if row[0] not in self._hidden)
        return sorted({(node, graph) for part, topic, graph in seen for node in (part, topic) if node})


def _columns(own: Sequence[str]) -> tuple[str, str, str, str]:
    """Return what is indexed of a title, a text and a voice."""
    title, text, voice = own
    apart = " ".join(filter(None, map(folding.parted, own)))
    return folding.indexed(title), folding.indexed(text), folding.indexed(voice), folding.indexed(apart)


def _group(number: int) -> Group:
    return _EACH[number >> _GROUP & _GROUPS]


def _number(part: Part) -> int:
    """Return the number of a part: its tier, the length of its text, its group, and a checksum of all of it."""
    tier = bisect((Group.PAGE, Group.CONNECTION, Group.TEXT), part.group - 1)
    text = f"{part.title}\n{part.text}"
    length = min(len(part.title or part.text), _LONGEST)
    where = f"{part.path}\n{part.line}\n{part.column}\n{part.node}\n{text}"
    return tier << _TIER | length << _LENGTH | part.group << _GROUP | zlib.crc32(where.encode("utf-8", "surrogatepass"))


def place(part: Part) -> tuple[str, int, int, int, str]:
    """Return the place of a part, for sorting."""
    return part.path, part.line, part.column, part.group, part.node
