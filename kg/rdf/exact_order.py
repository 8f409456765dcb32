"""The order of two literals, exactly: also of numbers and times that are more than the query engine holds."""

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from pyoxigraph import Literal

from kg.rdf import names

_XSD = names.PREFIXES["xsd"]
_INTEGERS = frozenset(
    {
        "integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger", "long", "int",
        "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    }
)  # fmt: skip
_DOUBLES = frozenset({"double", "float"})
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_DOUBLE = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF", re.ASCII)
_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_DATE = r"(?P<year>-?\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIMES = {
    "date": re.compile(_DATE + _ZONE, re.ASCII),
    "dateTime": re.compile(rf"{_DATE}T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?){_ZONE}", re.ASCII),
}
_DAY = 86_400
_WIDEST_ZONE = 14 * 3_600


def holds(one: Literal, sign: str, other: Literal) -> bool | None:
    """Return whether an order holds between two literals; None where they are not to be compared with one another."""
    order = _order(one, other)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[sign]


def _order(one: Literal, other: Literal) -> int | None:
    kinds = [literal.datatype.value.removeprefix(_XSD) for literal in (one, other)]
    if kinds[0] == kinds[1] and kinds[0] in _TIMES:
        return _of_times(kinds[0], one.value, other.value)
    numbers = [_number(kind, literal.value) for kind, literal in zip(kinds, (one, other), strict=True)]
    first, second = numbers
    if first is None or second is None:
        return None
    if isinstance(first, float) or isinstance(second, float):
        first, second = float(first), float(second)
    return (first > second) - (first < second)


def _number(kind: str, text: str) -> Decimal | float | None:
    """Return the number that a literal stands for; None where it is none."""
    text = text.strip(" \t\n\r")
    forms = ((_INTEGERS, _INTEGER), ({"decimal"}, _DECIMAL), (_DOUBLES, _DOUBLE))
    if not any(kind in kinds and form.fullmatch(text) for kinds, form in forms):
        return None
    try:
        return float(text) if kind in _DOUBLES else Decimal(text)
    except (InvalidOperation, OverflowError):
        return None


def _of_times(kind: str, one: str, other: str) -> int | None:
    found = [_TIMES[kind].fullmatch(text.strip(" \t\n\r")) for text in (one, other)]
    if found[0] is None or found[1] is None:
        return None
    try:
        first, second = _seconds(found[0]), _seconds(found[1])
    except ValueError:  # more digits than Python reads
        return None
    if bool(found[0]["zone"]) != bool(found[1]["zone"]) and abs(first - second) <= _WIDEST_ZONE:
        return None
    return (first > second) - (first < second)


def _seconds(time: re.Match[str]) -> Fraction:
    """Return how many seconds lie between a fixed day and a time."""
    parts = time.groupdict()
    year, month = int(parts["year"]), int(parts["month"])
    # Days by the calendar of 400 years, with years that begin in March.
    shifted = year - (month < 3)  # noqa: PLR2004  # January and February
    era, rest = divmod(shifted, 400)
    days = (
        era * 146_097 + rest * 365 + rest // 4 - rest // 100 + (153 * ((month + 9) % 12) + 2) // 5 + int(parts["day"])
    )
    clock = (
        Fraction(parts.get("second") or 0) + 60 * int(parts.get("minute") or 0) + 3_600 * int(parts.get("hour") or 0)
    )
    zone = parts["zone"] or "Z"
    shift = 0 if zone == "Z" else int(f"{zone[0]}1") * (int(zone[1:3]) * 3_600 + int(zone[4:]) * 60)
    return days * _DAY + clock - shift
