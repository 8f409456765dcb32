"""A verdict with the finding made of it, as it is kept: JSON."""

import json
from dataclasses import fields
from typing import Any

from kg.check.term_records import read_term, read_way, some, term, way
from kg.model.finding import Edit, Finding, Level, Related, Span
from kg.model.records import dataclass
from kg.rdf.terms import Term
from kg.shacl.results import Result

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


def record(row: Row) -> str:
    """Return a verdict as it is kept, without its unit, its focus node and the hint."""
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


def read(unit: str, focus: str, hint: str, record: str) -> Row:
    """Return a verdict that was kept."""
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
