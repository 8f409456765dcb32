"""
Due: the day by which a forecast has come true or not, from the dates in its own words.

A year alone counts behind a word such as `by` or `until`, for there are also the laws of 2024 and 2,000 chips; months,
quarters and days count wherever they stand. Dates are read in English, and as 2026년 3월 or 2026年3月.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|(?:{'|'.join(_SHORT)})\b)\.?"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\d,.]?\d|-\d)"
_LEAD = r"\b(?:by|in|until|till|before|through|throughout|during|within|over|towards?|around)\s+(?:the\s+)?"
_PART = (
    r"(?:(?P<part>early|mid|late|end\s+of|close\s+of|beginning\s+of|start\s+of|middle\s+of|spring|summer|autumn|fall|winter)"
    r"(?:\s+(?:of|in)(?:\s+the\s+year)?)?[\s-]+)?"
)
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d-])(?P<year>(?:19|20|21)\d\d)-(?P<number>\d\d)(?:-(?P<day>\d\d))?(?![\d-])",
        rf"\b(?:(?P<day>\d\d?)(?:st|nd|rd|th)?\s+)?{_MONTH}(?:\s+of)?,?\s+{_YEAR}",
        rf"\b{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"\b(?:Q(?P<quarter>[1-4])|H(?P<half>[12]))(?:\s+of)?[\s-]*{_YEAR}",
        rf"{_LEAD}{_PART}(?:FY\s*|\d{{4}}\s*(?:-|–|/|to|and|or)\s*)?{_YEAR}",
        rf"\b(?P<part>end|close)\s+of\s+{_YEAR}",
        r"(?P<year>(?:19|20|21)\d\d)\s*[년年]도?(?:\s*(?P<number>\d\d?)\s*[월月](?:\s*(?P<day>\d\d?)\s*[일日])?)?",
    )
)
_PARTS = {"early": 6, "beginning": 6, "start": 6, "mid": 9, "middle": 9, "spring": 6, "summer": 9}
_LAST = 12


def day(text: str) -> str:
    """Return the last day of the latest date in a forecast, as 2026-12-31, or nothing where it names none."""
    return max(_days(text), default="")


def _days(text: str) -> Iterator[str]:
    for form in _FORMS:
        for match in form.finditer(text):
            found = match.groupdict()
            try:
                yield _end(int(found["year"]), _month(found), int(found.get("day") or 0))
            except ValueError:
                continue


def _month(parts: dict[str, str | None]) -> int:
    """Return the last month of a period of the year."""
    if parts.get("number"):
        return int(parts["number"] or 0)
    month, part = (parts.get("month") or "").lower(), (parts.get("part") or "").lower()
    if month:
        return _MONTHS.get(month) or _SHORT[month]
    if parts.get("quarter"):
        return 3 * int(parts["quarter"] or 0)
    if parts.get("half"):
        return 6 * int(parts["half"] or 0)
    return _PARTS.get(part.partition(" ")[0], _LAST)


def _end(year: int, month: int, number: int) -> str:
    return dt.date(year, month, number or calendar.monthrange(year, month)[1]).isoformat()
