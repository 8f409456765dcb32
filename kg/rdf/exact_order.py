"""The order of two literals, exactly: also of numbers and times that are more than the query engine holds."""

import re
from fractions import Fraction

from pyoxigraph import Literal

from kg.rdf import exact_numbers, lexical_forms, names

_XSD = names.PREFIXES["xsd"]
_BLANKS = " \t\n\r"
_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_DATE = r"(?P<year>-?\d{4,})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIMES = {
    "date": re.compile(_DATE + _ZONE, re.ASCII),
    "dateTime": re.compile(rf"{_DATE}T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?){_ZONE}", re.ASCII),
}
_ALIKE = {"dateTimeStamp": "dateTime"}
_DURATIONS = frozenset({"duration", "yearMonthDuration", "dayTimeDuration"})
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<D>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_DAY = 86_400
_WIDEST_ZONE = 14 * 3_600
# The months from which durations of months and days are compared (XML Schema 1.1, part 2, 3.3.6.1): by year and month.
_STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


def holds(one: Literal, sign: str, other: Literal) -> bool | None:
    """Return whether an order or an equality holds between literals; None where they are not to be compared."""
    numbers = [exact_numbers.number(literal) for literal in (one, other)]
    if numbers[0] is not None and numbers[1] is not None:
        order = exact_numbers.compared(numbers[0], numbers[1])
        if order is None:  # not a number: equal to nothing, and in no order
            return sign == "!="
    else:
        order = _order(one, other, sign)
        if order is None:
            return None
    return {
        "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0, "=": order == 0, "!=": order != 0,
    }[sign]  # fmt: skip


def _order(one: Literal, other: Literal, sign: str) -> int | None:
    kinds = [literal.datatype.value.removeprefix(_XSD) for literal in (one, other)]
    kinds = [_ALIKE.get(kind, kind) for kind in kinds]
    if not (lexical_forms.well_formed(one) and lexical_forms.well_formed(other)):
        return None
    if kinds[0] == kinds[1] and kinds[0] in _TIMES:
        return _of_times(kinds[0], one.value, other.value)
    if _DURATIONS.issuperset(kinds):
        return _of_durations(one.value, other.value, same=sign in ("=", "!="))
    return None


def _of_times(kind: str, one: str, other: str) -> int | None:
    found = [_TIMES[kind].fullmatch(text.strip(_BLANKS)) for text in (one, other)]
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
    days = days_to(int(parts["year"]), int(parts["month"])) + int(parts["day"])
    clock = (
        Fraction(parts.get("second") or 0) + 60 * int(parts.get("minute") or 0) + 3_600 * int(parts.get("hour") or 0)
    )
    zone = parts["zone"] or "Z"
    shift = 0 if zone == "Z" else int(f"{zone[0]}1") * (int(zone[1:3]) * 3_600 + int(zone[4:]) * 60)
    return days * _DAY + clock - shift


def days_to(year: int, month: int) -> int:
    """Return how many days lie between a fixed day and a month, by the calendar of 400 years that begin in March."""
    shifted = year - (month < 3)  # noqa: PLR2004  # January and February
    era, rest = divmod(shifted, 400)
    return era * 146_097 + rest * 365 + rest // 4 - rest // 100 + (153 * ((month + 9) % 12) + 2) // 5


def _of_durations(one: str, other: str, *, same: bool) -> int | None:
    """Return the order of durations; of months and days only where it is the same from any month on."""
    found = [_DURATION.fullmatch(text.strip(_BLANKS)) for text in (one, other)]
    if found[0] is None or found[1] is None:
        return None
    try:
        first, second = _months_and_seconds(found[0]), _months_and_seconds(found[1])
    except ValueError:
        return None
    if same:
        return int(first != second)
    orders = set()
    for year, month in _STARTS:
        left, right = _after(year, month, *first), _after(year, month, *second)
        orders.add((left > right) - (left < right))
    return orders.pop() if len(orders) == 1 else None


def parts_of_duration(text: str) -> tuple[int, Fraction] | None:
    """Return the months and the seconds of a duration, None where it is none, or has more digits than Python reads."""
    found = _DURATION.fullmatch(text.strip(_BLANKS))
    try:
        return None if found is None else _months_and_seconds(found)
    except ValueError:
        return None


def _months_and_seconds(duration: re.Match[str]) -> tuple[int, Fraction]:
    parts = {name: Fraction(text or 0) for name, text in duration.groupdict().items() if name != "sign"}
    sign = -1 if duration["sign"] else 1
    seconds = parts["D"] * _DAY + parts["h"] * 3_600 + parts["m"] * 60 + parts["s"]
    return sign * int(parts["Y"] * 12 + parts["M"]), sign * seconds


def _after(year: int, month: int, months: int, seconds: Fraction) -> Fraction:
    years, rest = divmod(month - 1 + months, 12)
    return days_to(year + years, rest + 1) * _DAY + seconds
