"""The last verdicts, kept beside a generation: what each shape said of each node, and the finding made of it.

All verdicts of some generation lie in one file, which the next ones link; what each of them found otherwise is beside
it, small enough to be read and written after each edit. Once that has grown, both become one file again.

A cache: where it is not, or cannot be read, every rule is checked. `docs/incremental.md` says what the files hold.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.check.term_records import said
from kg.check.verdict_records import Row, read, record
from kg.model.finding import Finding, KgError, Span
from kg.rdf.terms import Term
from kg.shacl.results import Verdict
from kg.store import generations, sealed_file, unfinished
from kg.store.generations import Generation

PARSER = "parser"
_MOST = 4
AT, OF = "at", "of"
# How many bytes an edit adds, twice: it decides at which size of the changes the fewest bytes are written on the whole.
_GROWTH = 2**18
_LEAST = 2**17
_TABLES = (
    "CREATE TABLE $.verdict (id INTEGER PRIMARY KEY, unit TEXT, focus TEXT, hint INTEGER, record TEXT)",
    "CREATE TABLE $.hint (id INTEGER PRIMARY KEY, words TEXT UNIQUE)",
    "CREATE TABLE $.place (path TEXT, verdict INTEGER, PRIMARY KEY (path, verdict)) WITHOUT ROWID",
    "CREATE TABLE $.node (term TEXT, verdict INTEGER, PRIMARY KEY (term, verdict)) WITHOUT ROWID",
    "CREATE TABLE $.since (generation INTEGER, path TEXT)",
    # The verdicts of the other file that do not hold any more.
    "CREATE TABLE $.gone (verdict INTEGER PRIMARY KEY)",
    "CREATE INDEX $.verdict_focus ON verdict (unit, focus)",
)
_WHOLE, _CHANGES = "whole", "main"
# What is read of a verdict, the number first; `$` is one of the two parts.
_SELECT = "SELECT verdict.id, unit, focus, words, record"
_JOIN = "JOIN $.hint AS said ON hint = said.id"
_HINT = "(SELECT id FROM one.hint AS now WHERE now.words = (SELECT words FROM $.hint AS old WHERE old.id = hint))"
# What puts both parts together in one; `?1` is the greatest number of the first.
_TOGETHER = (
    "INSERT OR IGNORE INTO one.hint (words) SELECT words FROM whole.hint UNION SELECT words FROM main.hint",
    "INSERT INTO one.verdict SELECT id, unit, focus, HINT, record FROM whole.verdict WHERE id NOT IN gone",
    "INSERT INTO one.verdict SELECT id + ?1, unit, focus, HINT, record FROM main.verdict",
    "INSERT INTO one.place SELECT path, verdict FROM whole.place WHERE verdict NOT IN gone",
    "INSERT INTO one.place SELECT path, verdict + ?1 FROM main.place",
    "INSERT INTO one.node SELECT term, verdict FROM whole.node WHERE verdict NOT IN gone",
    "INSERT INTO one.node SELECT term, verdict + ?1 FROM main.node",
)


class Rows(NamedTuple):
    """The file with all verdicts of some generation: its digest, and by what it is known not to be another."""

    path: Path
    sha256: str
    stamp: str
    size: int


class Kept:
    """Kept verdicts, to be asked, changed and written: those in a file, if any, and what is otherwise in memory."""

    def __init__(self, changes: bytes | None = None, rows: Rows | None = None) -> None:
        self.stored = rows
        self._connection = sqlite3.connect(":memory:", isolation_level=None, uri=True)
        self._hints: dict[str, int] = {}
        # What was put, as long as that is all that is kept: reading it back takes as long as writing it.
        self._only: list[Row] | None = [] if changes is None and rows is None else None
        if changes is not None:
            self._connection.deserialize(changes)
            self._connection.execute("SELECT COUNT(*) FROM since")
        else:
            _make(self._connection, _CHANGES)
        self._parts: tuple[str, ...] = (_CHANGES,)
        if rows:
            self._connection.execute("ATTACH ? AS whole", (f"{rows.path.absolute().as_uri()}?mode=ro&immutable=1",))
            self._parts = (_WHOLE, _CHANGES)
        self._gone = {number for (number,) in self._connection.execute("SELECT verdict FROM gone")}
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def changes(self) -> bytes:
        """Return as bytes what is not in the file."""
        self._connection.execute("COMMIT")
        data = self._connection.serialize()
        self._connection.execute("BEGIN")
        return data

    def whole(self) -> bytes:
        """Return all of it as the bytes of one file; OSError where the file of before is another by now."""
        if not self.stored:
            return self.changes()
        self._hold_against(self.stored)
        self._connection.execute("COMMIT")
        self._connection.execute("ATTACH ':memory:' AS one")
        self._connection.execute("BEGIN")
        _make(self._connection, "one")
        (most,) = next(self._connection.execute("SELECT COALESCE(MAX(id), 0) FROM whole.verdict"))
        for statement in _TOGETHER:
            of = _WHOLE if _WHOLE in statement else _CHANGES
            text = statement.replace("HINT", _HINT.replace("$", of)).replace("gone", "(SELECT verdict FROM main.gone)")
            self._connection.execute(text, (most,) if "?1" in text else ())
        self._connection.execute("COMMIT")
        data = self._connection.serialize(name="one")
        self._connection.execute("DETACH one")
        self._connection.execute("BEGIN")
        return data

    def _hold_against(self, rows: Rows) -> None:
        """Raise KgError where the file is not what was written: what is made of it would pass for sound."""
        if not _is_still(rows):
            raise FileNotFoundError(rows.path)
        if _digest(rows.path) != rows.sha256:
            raise self._damaged(ValueError("other bytes than were written"))

    def put(self, row: Row) -> None:
        """Add a verdict."""
        finding, nodes = row.finding, sorted(_nodes(row))
        cursor = self._connection.execute(
            "INSERT INTO main.verdict (unit, focus, hint, record) VALUES (?, ?, ?, ?)",
            (row.unit, said(row.focus), self._hint(finding.hint), record(row)),
        )
        number = cursor.lastrowid
        paths = {span.path for span in _spans(finding)}
        self._connection.executemany("INSERT INTO main.place VALUES (?, ?)", [(path, number) for path in sorted(paths)])
        self._connection.executemany("INSERT INTO main.node VALUES (?, ?)", [(term, number) for term in nodes])
        if self._only is not None:
            self._only.append(row)

    def _hint(self, words: str) -> int:
        """Return the number of the words of a hint."""
        if words not in self._hints:
            self._connection.execute("INSERT OR IGNORE INTO main.hint (words) VALUES (?)", (words,))
            found = self._connection.execute("SELECT id FROM main.hint WHERE words = ?", (words,)).fetchone()
            self._hints[words] = found[0]
        return self._hints[words]

    def rows(self) -> Iterator[Row]:
        """Yield every verdict."""
        if self._only is not None:
            yield from self._only
            return
        yield from self._read(f"{_SELECT} FROM $.verdict AS verdict {_JOIN}")

    def on_pages(self, paths: Iterable[str]) -> list[Row]:
        """Return the verdicts whose finding stands on one of these pages."""
        return [
            row
            for path in sorted(paths)
            for row in self._read(
                f"{_SELECT} FROM $.place JOIN $.verdict AS verdict ON verdict = verdict.id {_JOIN} WHERE path = ?", path
            )
            if row.finding.span.path == path
        ]

    def take(self, unit: str, focus: Collection[Term] | None) -> list[Row]:
        """Remove and return what a unit found about some nodes, or about all."""
        if focus is None:
            return self._take("SELECT id FROM $.verdict WHERE unit = ?", unit)
        one = "SELECT id FROM $.verdict WHERE unit = ? AND focus = ?"
        return [row for term in focus for row in self._take(one, unit, said(term))]

    def take_about(self, nodes: Mapping[str, Iterable[Term]], paths: Iterable[str]) -> list[Row]:
        """
        Remove and return what may read otherwise now: what is about some nodes, stands on some pages or refers to them.

        The nodes stand under `AT` where they give findings their place, `OF` where messages may name them, and under a
        rule where they give its findings other places and edits.
        """
        keys = [f"{role} {said(node)}" for role, found in nodes.items() for node in found]
        found = [row for key in keys for row in self._take("SELECT verdict FROM $.node WHERE term = ?", key)]
        for path in paths:
            found += self._take("SELECT verdict FROM $.place WHERE path = ?", path)
        return found

    def _take(self, which: str, *values: str) -> list[Row]:
        found = [(part, number) for part, (number,) in self._find(which, *values)]
        if found:
            self._only = None
        taken: list[Row] = []
        for part, number in found:
            taken += self._read(f"{_SELECT} FROM $.verdict AS verdict {_JOIN} WHERE verdict.id = ?", number, part=part)
            if part == _WHOLE:
                self._gone.add(number)
                self._connection.execute("INSERT INTO gone VALUES (?)", (number,))
            else:
                self._drop(number, taken[-1])
        return taken

    def _drop(self, number: int, row: Row) -> None:
        paths, nodes = {span.path for span in _spans(row.finding)}, _nodes(row)
        for statement, keys in (
            ("DELETE FROM main.place WHERE path = ? AND verdict = ?", paths),
            ("DELETE FROM main.node WHERE term = ? AND verdict = ?", nodes),
        ):
            self._connection.executemany(statement, [(key, number) for key in keys])
        self._connection.execute("DELETE FROM main.verdict WHERE id = ?", (number,))

    def _read(self, statement: str, *values: Any, part: str = "") -> Iterator[Row]:  # noqa: ANN401  # what SQLite takes
        for _, (_, *columns) in self._find(statement, *values, part=part):
            try:
                yield read(*columns)
            except (ValueError, TypeError, LookupError) as error:  # no record any more
                raise self._damaged(error) from None

    def _find(self, statement: str, *values: Any, part: str = "") -> Iterator[tuple[str, tuple[Any, ...]]]:  # noqa: ANN401
        """Yield the rows of one part or of both that still hold, each begins with the number of the verdict."""
        for one in (part,) if part else self._parts:
            try:
                rows = self._connection.execute(statement.replace("$", one), values).fetchall()
            except sqlite3.Error as error:
                raise self._damaged(error) from None
            yield from ((one, row) for row in rows if one == _CHANGES or row[0] not in self._gone)

    def _damaged(self, error: Exception) -> KgError:
        where = self.stored.path if self.stored else "the store"
        return KgError(f"{where}: what was kept of the last check is damaged ({error}); `kg doctor --fix` removes it")

    def differing(self, generation: int) -> frozenset[str] | None:
        """Return the pages whose findings are not what they were in an earlier generation; None if that is not kept."""
        rows = self._connection.execute("SELECT path FROM main.since WHERE generation = ?", (generation,)).fetchall()
        return frozenset(path for (path,) in rows if path is not None) if rows else None

    def differ(self, generation: int, paths: Iterable[str]) -> None:
        """Keep which pages' findings are not what they were in one earlier generation; others are forgotten."""
        self._connection.execute("DELETE FROM main.since")
        pairs = [(generation, None), *((generation, path) for path in sorted(paths))]
        self._connection.executemany("INSERT INTO main.since VALUES (?, ?)", pairs)

    def sinces(self, other: "Kept") -> None:
        """Keep what another one has of where findings differ."""
        self._connection.execute("DELETE FROM main.since")
        said = other._connection.execute("SELECT generation, path FROM main.since").fetchall()  # noqa: SLF001
        self._connection.executemany("INSERT INTO main.since VALUES (?, ?)", said)


def _make(connection: sqlite3.Connection, part: str) -> None:
    for statement in _TABLES:
        connection.execute(statement.replace("$", part))


def _nodes(row: Row) -> set[str]:
    """Return the keys of the nodes by which a finding has its place, and of those that its message may name."""
    if row.result is None:
        return set()
    focus, value = row.result.focus, row.result.value
    place = value if isinstance(focus, ox.Literal) else focus
    words = {term: said(term) for term in (row.focus, focus, value) if term is not None}
    keys = {f"{OF} {one}" for one in words.values()}
    keys |= {f"{row.finding.rule} {words[term]}" for term in (focus, value) if term is not None}
    return keys if place is None else {*keys, f"{AT} {words[place]}"}


def _spans(finding: Finding) -> Iterator[Span]:
    yield finding.span
    yield from (edit.span for edit in finding.edits)
    yield from (related.span for related in finding.related)


# ---- files -----------------------------------------------------------------------------------------------------------


def file(generation: Generation, key: str) -> Path:
    """Return where it is kept which verdicts with a key hold: those of which file, and which others."""
    return generation.folder / f"verdicts-{key}"


def rows_file(changes: Path) -> Path:
    """Return the file with all verdicts of some generation, which this and other generations share."""
    return changes.with_name(changes.name.replace("verdicts-", "verdict-rows-", 1))


def load(generation: Generation, key: str) -> Kept | None:
    """Return the verdicts that are kept for a generation; None where there are none, or none that can be read."""
    return _load(file(generation, key), trusting=True)


def is_sound(changes: Path) -> bool:
    """Tell whether kept verdicts can be read, and are what was written, to the last byte."""
    kept = _load(changes, trusting=False)
    if kept:
        kept.close()
    return kept is not None


def remove(changes: Path) -> None:
    """Remove kept verdicts."""
    for path in (changes, rows_file(changes)):
        path.unlink(missing_ok=True)


def _load(changes: Path, *, trusting: bool) -> Kept | None:
    data = sealed_file.read(changes, sealed_file.VERDICTS)
    if data is None:
        return None
    head, _, rest = data.partition(b"\n")
    try:
        rows = _known(rows_file(changes), *json.loads(head), trusting=trusting)
        kept = Kept(rest, rows)
    except (OSError, ValueError, sqlite3.Error):
        return None
    if not _is_still(rows):  # what was opened may be what another process put there, which these changes are not of
        kept.close()
        return None
    return kept


def _known(path: Path, sha256: str, stamp: str, *, trusting: bool) -> Rows:
    """Return the file with this digest; it is read where its stamp is another, ValueError where it is another file."""
    now, size = _stamp(path)
    if (now != stamp or not trusting) and _digest(path) != sha256:
        raise ValueError(path)
    return Rows(path, sha256, now, size)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _is_still(rows: Rows) -> bool:
    """Tell whether a file is the one that it was."""
    try:
        return _stamp(rows.path)[0] == rows.stamp
    except OSError:
        return False


def _stamp(path: Path) -> tuple[str, int]:
    """Return by what a file is known: not by its time of change of status, which linking it changes; and its size."""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}", found.st_size


def save(generation: Generation, key: str, verdicts: Kept) -> None:
    """Keep verdicts, of the last few sets of rules; where that cannot be done they are made again."""
    changes = file(generation, key)
    with contextlib.suppress(OSError):
        for older in generations.verdicts(generation)[_MOST - 1 :]:
            if older != changes:
                remove(older)
        stored, data = verdicts.stored, verdicts.changes()
        if stored is None or (len(data) > _LEAST and len(data) ** 2 > _GROWTH * stored.size):
            stored, data = _written(rows_file(changes), verdicts)
        elif stored.path != rows_file(changes):
            try:
                _link(stored.path, rows_file(changes))
            except OSError:  # not every disk gives a file two names
                stored, data = _written(rows_file(changes), verdicts)
        head = json.dumps([stored.sha256, stored.stamp]).encode()
        sealed_file.write(changes, sealed_file.VERDICTS, head + b"\n" + data)


def _written(path: Path, verdicts: Kept) -> tuple[Rows, bytes]:
    """Write a file with all verdicts, synced as it is not read whole again; return it, and changes that are none."""
    data = verdicts.whole()
    generations.write_atomically(path, data)
    nothing = Kept()
    nothing.sinces(verdicts)
    return Rows(path, hashlib.sha256(data).hexdigest(), *_stamp(path)), nothing.changes()


def _link(old: Path, new: Path) -> None:
    """Give a file a second name, in the place of what has it."""
    beside = unfinished.beside(new)
    beside.unlink(missing_ok=True)
    os.link(old, beside)
    beside.replace(new)
    beside.unlink(missing_ok=True)  # two names of one file are left alone by a rename


def of(verdict: Verdict, finding: Finding) -> Row:
    """Return a verdict as it is kept."""
    return Row(verdict.unit, verdict.focus, verdict.result, finding)
