"""Journals of Logseq: the day that a file's name says, and how a page of that day is called."""

import re
from collections.abc import Callable, Mapping
from datetime import date

_FILE = re.compile(r"([0-9]{4})([_-]?)([0-9]{2})\2([0-9]{2})")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
DEFAULT = "MMM do, yyyy"
# What Logseq takes for a day whatever format its configuration names.
_ALWAYS = (DEFAULT, "yyyy-MM-dd", "yyyy_MM_dd")
COMMON = (*_ALWAYS, "EEEE, dd-MM-yyyy", "EEE, MM/dd/yyyy", "do MMMM yyyy")


def _ordinal(number: int) -> str:
    teen = number // 10 == 1
    return f"{number}{'th' if teen else _ENDINGS.get(number % 10, 'th')}"


_PARTS: Mapping[str, Callable[[date], str]] = {
    "yyyy": lambda day: f"{day.year:04}",
    "MMMM": lambda day: _MONTHS[day.month - 1],
    "MMM": lambda day: _MONTHS[day.month - 1][:3],
    "MM": lambda day: f"{day.month:02}",
    "M": lambda day: str(day.month),
    "do": lambda day: _ordinal(day.day),
    "dd": lambda day: f"{day.day:02}",
    "d": lambda day: str(day.day),
    "EEEE": lambda day: _DAYS[day.weekday()],
    "EEE": lambda day: _DAYS[day.weekday()][:3],
}
_PART = re.compile(r"yyyy|MMMM|MMM|MM|M|do|dd|d|EEEE|EEE|[A-Za-z]+")


def is_read(form: str) -> bool:
    """Tell whether a format of days can be read: its letters are parts of a day that are known."""
    found = _PART.findall(form)
    return bool(found) and all(part in _PARTS for part in found)


def names(path: str, form: str) -> tuple[str, ...]:
    """Return what the page of a journal is called: its day in a format, then as Logseq reads it in any case."""
    folder, _, name = path.rpartition("/")
    match = _FILE.fullmatch(name) if folder.rpartition("/")[2] == "journals" else None
    if match is None:
        return ()
    try:
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return ()
    return tuple(dict.fromkeys(_PART.sub(lambda part: _PARTS[part[0]](day), one) for one in (form, *_ALWAYS)))
