"""Kinds: values of the front matter that are a list or a mapping where the dialect reads a text, a date or words."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kg.front_matter.fields import Field, is_direct, own_key
from kg.front_matter.yaml_faults import shortened
from kg.model.finding import Finding, Level, Span
from kg.model.page import Scalar
from kg.settings.dialect import Dialect, FieldType

RULE = "front-matter-value"
# What a page has one of: of a list under such a key the first counts for names and rules.
_SINGLE = frozenset({"dcterms:title", "nr:pageType", "nr:entityKind"})
_WANTED = {"text": "a text", "date": "a date", "url": "an address", "words": "words"}


def check(path: str, field: Field, dialect: Dialect) -> Iterator[Finding]:
    """Yield what is said of values that mean nothing, or not what was meant, because of their kind: one each field."""
    by_key: dict[str, list[tuple[str, Scalar]]] = defaultdict(list)
    for scalar in field.values:
        key, below = own_key(field.key, scalar.path)
        by_key[key].append((below, scalar))
    for key, values in by_key.items():
        if known := dialect.fields.get(key):
            lost = next(_lost(known, values), None)
            if lost:
                below, scalar = lost
                where = (
                    f"'{shortened(scalar.text)}' stands below '{shortened(below.rpartition('/')[2])}' under '{key}:'"
                )
                message = f"{where} and means nothing there; write {_WANTED[known.read]}"
                yield _finding(path, scalar, message, Level.WARNING)
            else:
                yield from _listed(path, key, known, values)


def _lost(kind: FieldType, values: Sequence[tuple[str, Scalar]]) -> Iterator[tuple[str, Scalar]]:
    """Yield the values in a mapping, which have no meaning; an entry of a list of pages may be a record of its own."""
    if kind.read != "pages":
        yield from ((below, scalar) for below, scalar in values if not below.replace("/", "").isdecimal() and below)


def _listed(path: str, key: str, kind: FieldType, values: Sequence[tuple[str, Scalar]]) -> Iterator[Finding]:
    """Yield what is said of a list where a page has one value."""
    below, scalar = values[0]
    if below and is_direct(below) and (kind.read == "date" or kind.property in _SINGLE):
        more = len(values) - 1
        words = f"'{shortened(scalar.text)}'{f' and {more} more' if more else ''}"
        right = f"write one, {key}: {shortened(scalar.text)}"
        stands = f"stand{'' if more else 's'} in a list under '{key}:', where {_WANTED[kind.read]} is meant"
        message = f"{words} {stands}; {right}"
        yield _finding(path, scalar, message, Level.WARNING if more else Level.INFO)


def _finding(path: str, scalar: Scalar, message: str, level: Level) -> Finding:
    return Finding(Span(path, scalar.place.line, scalar.place.column), RULE, message, level)
