"""The last verdicts, kept beside a generation: what each shape said of each node, and the finding made of it.

A cache: where it is not, or cannot be read, every rule is checked. `docs/incremental.md` says what the file holds.
"""

import contextlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.check.term_records import read_term, read_way, said, some, term, way
from kg.model.finding import Edit, Finding, Level, Related, Span
from kg.model.records import dataclass
from kg.rdf.terms import Term
from kg.shacl.results import Result, Verdict
from kg.store import generations, sealed_file
from kg.store.generations import Generation

PARSER = "parser"
_MOST = 4
AT, OF = "at", "of"
_TABLES = (
    "CREATE TABLE verdict (id INTEGER PRIMARY KEY, unit TEXT, focus TEXT, hint INTEGER, record TEXT)",
    "CREATE TABLE hint (id INTEGER PRIMARY KEY, words TEXT UNIQUE)",
    "CREATE TABLE place (path TEXT, verdict INTEGER, PRIMARY KEY (path, verdict)) WITHOUT ROWID",
    "CREATE TABLE node (term TEXT, verdict INTEGER, PRIMARY KEY (term, verdict)) WITHOUT ROWID",
    "CREATE TABLE since (generation INTEGER, path TEXT)",
    "CREATE INDEX verdict_focus ON verdict (unit, focus)",
)


# The fields of the records that a finding is made of, in order; hints stand in a table of their own.
_FIELDS = {kind: [field.name for field in fields(kind)] for kind in (Finding, Span, Edit, Related)}
_NAMES = [name for name in _FIELDS[Finding] if name != "hint"]


@dataclass(frozen=True, slots=True)
class Row:
    """One kept verdict: what a unit found, and the finding made of it; the parser's have no result."""

    unit: str
    focus: Term
    result: Result | None
    finding: Finding


class Kept:
    """Kept verdicts in memory, to be asked, changed and written."""

    def __init__(self, data: bytes | None = None) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._hints: dict[str, int] = {}
        # What was put, as long as that is all that is kept: reading it back takes as long as writing it.
        self._only: list[Row] | None = [] if data is None else None
        if data is not None:
            self._connection.deserialize(data)
            self._connection.execute("SELECT COUNT(*) FROM since")
        else:
            for statement in _TABLES:
                self._connection.execute(statement)
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def written(self) -> bytes:
        """Return it as bytes."""
        self._connection.execute("COMMIT")
        data = self._connection.serialize()
        self._connection.execute("BEGIN")
        return data

    def put(self, row: Row) -> None:
        """Add a verdict."""
        finding, nodes = row.finding, sorted(_nodes(row))
        cursor = self._connection.execute(
            "INSERT INTO verdict (unit, focus, hint, record) VALUES (?, ?, ?, ?)",
            (row.unit, said(row.focus), self._hint(finding.hint), _record(row)),
        )
        number = cursor.lastrowid
        paths = {span.path for span in _spans(finding)}
        self._connection.executemany("INSERT INTO place VALUES (?, ?)", [(path, number) for path in sorted(paths)])
        self._connection.executemany("INSERT INTO node VALUES (?, ?)", [(term, number) for term in nodes])
        if self._only is not None:
            self._only.append(row)

    def _hint(self, words: str) -> int:
        """Return the number of the words of a hint."""
        if words not in self._hints:
            self._connection.execute("INSERT OR IGNORE INTO hint (words) VALUES (?)", (words,))
            found = self._connection.execute("SELECT id FROM hint WHERE words = ?", (words,)).fetchone()
            self._hints[words] = found[0]
        return self._hints[words]

    def rows(self) -> Iterator[Row]:
        """Yield every verdict."""
        if self._only is not None:
            yield from self._only
            return
        yield from self._read("SELECT unit, focus, words, record FROM verdict JOIN hint ON hint = hint.id")

    def on_pages(self, paths: Iterable[str]) -> list[Row]:
        """Return the verdicts whose finding stands on one of these pages."""
        return [
            row
            for path in sorted(paths)
            for row in self._read(
                "SELECT unit, focus, words, record FROM place JOIN verdict ON verdict = verdict.id "
                "JOIN hint ON hint = hint.id WHERE path = ?",
                path,
            )
            if row.finding.span.path == path
        ]

    def take(self, unit: str, focus: Collection[Term] | None) -> list[Row]:
        """Remove and return what a unit found about some nodes, or about all."""
        if focus is None:
            return self._take("SELECT id FROM verdict WHERE unit = ?", unit)
        one = "SELECT id FROM verdict WHERE unit = ? AND focus = ?"
        return [row for term in focus for row in self._take(one, unit, said(term))]

    def take_about(self, nodes: Mapping[str, Iterable[Term]], paths: Iterable[str]) -> list[Row]:
        """
        Remove and return what may read otherwise now: what is about some nodes, stands on some pages or refers to them.

        The nodes stand under `AT` where they give findings their place, `OF` where messages may name them, and under a
        rule where they give its findings other places and edits.
        """
        keys = [f"{role} {said(node)}" for role, found in nodes.items() for node in found]
        found = [row for key in keys for row in self._take("SELECT verdict FROM node WHERE term = ?", key)]
        for path in paths:
            found += self._take(
                "SELECT verdict FROM place WHERE path = ? AND verdict IN (SELECT id FROM verdict)", path
            )
        return found

    def _take(self, which: str, *values: str) -> list[Row]:
        numbers = [number for (number,) in self._connection.execute(which, values)]
        if numbers:
            self._only = None
        found: list[Row] = []
        for number in numbers:
            found += self._read(
                "SELECT unit, focus, words, record FROM verdict JOIN hint ON hint = hint.id WHERE verdict.id = ?",
                number,
            )
            paths, nodes = {span.path for span in _spans(found[-1].finding)}, _nodes(found[-1])
            self._connection.executemany(
                "DELETE FROM place WHERE path = ? AND verdict = ?", [(p, number) for p in paths]
            )
            self._connection.executemany(
                "DELETE FROM node WHERE term = ? AND verdict = ?", [(n, number) for n in nodes]
            )
            self._connection.execute("DELETE FROM verdict WHERE id = ?", (number,))
        return found

    def _read(self, statement: str, *values: Any) -> Iterator[Row]:  # noqa: ANN401  # what SQLite takes
        for unit, focus, hint, record in self._connection.execute(statement, values):
            yield _row(unit, focus, hint, record)

    def differing(self, generation: int) -> frozenset[str] | None:
        """Return the pages whose findings are not what they were in an earlier generation; None if that is not kept."""
        rows = self._connection.execute("SELECT path FROM since WHERE generation = ?", (generation,)).fetchall()
        return frozenset(path for (path,) in rows if path is not None) if rows else None

    def differ(self, generation: int, paths: Iterable[str]) -> None:
        """Keep which pages' findings are not what they were in one earlier generation; others are forgotten."""
        self._connection.execute("DELETE FROM since")
        pairs = [(generation, None), *((generation, path) for path in sorted(paths))]
        self._connection.executemany("INSERT INTO since VALUES (?, ?)", pairs)


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
    """Return where the verdicts with a key are kept."""
    return generation.folder / f"verdicts-{key}"


def load(generation: Generation, key: str) -> Kept | None:
    """Return the verdicts that are kept for a generation; None where there are none, or none that can be read."""
    data = sealed_file.read(file(generation, key), sealed_file.VERDICTS)
    try:
        return None if data is None else Kept(data)
    except sqlite3.Error:
        return None


def save(generation: Generation, key: str, verdicts: Kept) -> None:
    """Keep verdicts, of the last few sets of rules; where that cannot be done they are made again."""
    with contextlib.suppress(OSError):
        for older in generations.verdicts(generation)[_MOST - 1 :]:
            if older != file(generation, key):
                older.unlink()
        sealed_file.write(file(generation, key), sealed_file.VERDICTS, verdicts.written())


# ---- records ---------------------------------------------------------------------------------------------------------


def _record(row: Row) -> str:
    one = row.result
    result = one and [
        term(one.focus), way(one.path), term(one.value), term(one.severity), term(one.component),
        term(one.shape), term(one.constraint), [term(message) for message in one.messages],
        None if one.related is None else [term(node) for node in one.related],
    ]  # fmt: skip
    listed = [_plain(getattr(row.finding, name)) for name in _NAMES]
    return json.dumps([result, listed], ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:  # noqa: ANN401  # a field of a finding, for JSON
    if value.__class__ is str or value.__class__ is int:
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return [_plain(getattr(value, name)) for name in _FIELDS[type(value)]] if type(value) in _FIELDS else value


def _row(unit: str, focus: str, hint: str, record: str) -> Row:
    result, listed = json.loads(record)
    values = dict(zip(_NAMES, listed, strict=True))
    values["span"], values["level"] = Span(*values["span"]), Level(values["level"])
    values["edits"] = tuple(Edit(Span(*span), *rest) for span, *rest in values["edits"])
    values["related"] = tuple(Related(Span(*span), *rest) for span, *rest in values["related"])
    return Row(unit, some(json.loads(focus)), _result(result), Finding(**values, hint=hint))


def _result(record: Any) -> Result | None:  # noqa: ANN401  # JSON
    if record is None:
        return None
    focus, path, value, severity, component, shape, constraint, messages, related = record
    return Result(
        some(focus), read_way(path), read_term(value), some(severity), some(component), some(shape),
        read_term(constraint), tuple(some(message) for message in messages),
        None if related is None else tuple(some(node) for node in related),
    )  # fmt: skip


def of(verdict: Verdict, finding: Finding) -> Row:
    """Return a verdict as it is kept."""
    return Row(verdict.unit, verdict.focus, verdict.result, finding)
