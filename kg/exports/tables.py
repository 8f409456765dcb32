"""CSV: five tables, as RFC 4180 has them."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from kg.exports.facts import Facts
from kg.model import did_you_mean
from kg.model.kg_error import KgError

# What a spreadsheet takes for the beginning of a formula; and what we put before it, which is put before itself, too.
_FORMULA, _GUARD = ("=", "+", "-", "@", "\t", "\r"), "'"
_BETWEEN = "; "
Row = Sequence[object]


def written(facts: Facts, table: str, *, plain: bool) -> dict[str, bytes]:
    """Return the tables by the names of their files, or one by no name; cells that spreadsheets reckon are guarded."""
    if table and table not in TABLES:
        raise KgError(f"no table '{table}'; {did_you_mean.hint(table, TABLES, 'there are ' + ', '.join(TABLES))}")
    if table:
        return {"": _table(TABLES[table](facts), plain=plain)}
    return {f"{name}.csv": _table(rows(facts), plain=plain) for name, rows in TABLES.items()}


def _table(rows: Iterator[Row], *, plain: bool) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([value if plain else _guarded(str(value)) for value in row] for row in rows)
    return text.getvalue().encode()


def _guarded(cell: str) -> str:
    return _GUARD + cell if cell.startswith((*_FORMULA, _GUARD)) else cell


def _claims(facts: Facts) -> Iterator[Row]:
    yield ["id", "grade", "claimants", "text", "source", "source_id", "certainty", "due", "path", "line", "column"]
    for claim in facts.nodes("nr:Claim"):
        source, place = facts.one(claim, "nr:reportedIn"), facts.place(claim)
        yield [
            claim, facts.grade(claim), _labels(facts, claim, "nr:claimant"), facts.one(claim, "schema:text"),
            facts.label(source) if source else "", source, facts.one(claim, "nr:certainty"),
            facts.one(claim, "nr:dueDate"), place.path, place.line or "", place.column or "",
        ]  # fmt: skip


def _quotes(facts: Facts) -> Iterator[Row]:
    yield ["id", "speakers", "text", "source", "source_id", "verdicts", "path", "line", "column"]
    for quote in facts.nodes("nr:Quote"):
        source, place = facts.one(quote, "nr:reportedIn"), facts.place(quote)
        matches = facts.all(quote, "nr:inOriginal")
        verdicts = sorted({facts.one(match, "nr:verdict").rpartition("#")[2] for match in matches})
        yield [
            quote, _labels(facts, quote, "nr:speaker"), facts.one(quote, "schema:text"),
            facts.label(source) if source else "", source, _BETWEEN.join(filter(None, verdicts)),
            place.path, place.line or "", place.column or "",
        ]  # fmt: skip


def _sources(facts: Facts) -> Iterator[Row]:
    yield ["id", "title", "url", "issued", "path", "claims", "quotes"]
    counts = {
        kind: Counter(source for node in facts.nodes(kind) for source in facts.all(node, "nr:reportedIn"))
        for kind in ("nr:Claim", "nr:Quote")
    }
    for source in facts.sources():
        yield [
            source, facts.label(source), facts.one(source, "schema:url"), facts.one(source, "dcterms:issued"),
            facts.path(source), counts["nr:Claim"][source], counts["nr:Quote"][source],
        ]  # fmt: skip


def _topics(facts: Facts) -> Iterator[Row]:
    yield ["id", "name", "kinds", "path"]
    for topic in facts.topics:
        yield [topic, facts.label(topic), _BETWEEN.join(facts.kinds(topic)), facts.path(topic)]


def _connections(facts: Facts) -> Iterator[Row]:
    yield ["id", "subject", "relation", "object", "text", "subject_id", "object_id", "path", "line", "column"]
    for node, subject, relation, value in facts.connections:
        place = facts.place(node)
        yield [
            node, facts.label(subject), facts.relation(relation), facts.label(value), facts.one(node, "schema:text"),
            subject, value, place.path, place.line or "", place.column or "",
        ]  # fmt: skip


def _labels(facts: Facts, node: str, word: str) -> str:
    return _BETWEEN.join(facts.label(value) for value in facts.all(node, word))


TABLES: dict[str, Callable[[Facts], Iterator[Row]]] = {
    "claims": _claims, "quotes": _quotes, "sources": _sources, "topics": _topics, "connections": _connections,
}  # fmt: skip
