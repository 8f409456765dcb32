"""A date or a time with a duration, as XPath adds them: months first, up to the last day of a month, then the rest."""

import re
from fractions import Fraction

import pyoxigraph as ox

from kg.rdf import exact_numbers, exact_order, lexical_forms, names

_XSD = names.PREFIXES["xsd"]
_KINDS = ("date", "dateTime")
_DURATIONS = ("duration", "yearMonthDuration", "dayTimeDuration")
_DATE = re.compile(
    r"(?P<year>-?\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?))?(?P<zone>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_DAY = 86_400
_LONGEST = 60  # characters: a year of some forty digits
_DECEMBER = 12


def shifted(one: ox.Literal, sign: str, other: ox.Literal) -> ox.Literal | None:
    """Return a date or a time plus or minus a duration; None for any other terms, and years of very many digits."""
    if sign == "+" and _kind(one) in _DURATIONS:
        one, other = other, one
    kind = _kind(one)
    if kind not in _KINDS or _kind(other) not in _DURATIONS or sign not in ("+", "-"):
        return None
    if not (lexical_forms.well_formed(one) and lexical_forms.well_formed(other)):
        return None
    if len(one.value) > _LONGEST:
        return None
    date, duration = _DATE.fullmatch(one.value.strip()), exact_order.parts_of_duration(other.value)
    if date is None or duration is None:
        return None
    months, seconds = (part if sign == "+" else -part for part in duration)
    year, month = divmod(int(date["year"]) * 12 + int(date["month"]) - 1 + int(months), 12)
    month += 1
    day = min(int(date["day"]), _length(year, month))
    clock = int(date["hour"] or 0) * 3_600 + int(date["minute"] or 0) * 60 + Fraction(date["second"] or 0)
    total = (exact_order.days_to(year, month) + day) * _DAY + clock + seconds
    days, rest = divmod(total, _DAY)
    text = _day(int(days)) + (_time(rest) if kind == "dateTime" else "") + (date["zone"] or "")
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + kind))


def _kind(literal: ox.Literal) -> str:
    return literal.datatype.value.removeprefix(_XSD)


def _length(year: int, month: int) -> int:
    return 31 if month == _DECEMBER else exact_order.days_to(year, month + 1) - exact_order.days_to(year, month)


def _day(number: int) -> str:
    """Return the date of a day that is counted as `exact_order.days_to` counts."""
    year = number * 400 // 146_097
    while exact_order.days_to(year + 1, 1) < number:
        year += 1
    while exact_order.days_to(year, 1) >= number:
        year -= 1
    month = next(month for month in range(12, 0, -1) if exact_order.days_to(year, month) < number)
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04}-{month:02}-{number - exact_order.days_to(year, month):02}"


def _time(seconds: Fraction) -> str:
    whole, part = divmod(seconds, 1)
    hours, rest = divmod(int(whole), 3_600)
    digits = exact_numbers.of_kind("decimal", part)
    behind = digits.value[1:] if part and digits is not None else ""
    return f"T{hours:02}:{rest // 60:02}:{rest % 60:02}{behind}"
