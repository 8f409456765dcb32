"""Times as a bundle writes them: which reading a value has, and what it is as a term. Nothing is guessed. Pure."""

import datetime as dt
import re

from kg.model.records import dataclass
from kg.rdf.nquads import text, typed

INSTANT, DATE, LOCAL, NONE = "instant", "date", "local", "none"
_CLOCK = r"([0-9]{2}:[0-9]{2})(?::([0-9]{2}))?(?:[.,]([0-9]{1,9}))?"
_TIME = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt]{_CLOCK}(?:([Zz])|([+-][0-9]{{2}}):?([0-9]{{2}})?)?")
# The basic format of ISO 8601, without marks between the numbers.
_BASIC = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})[Tt]([0-9]{2})([0-9]{2})([0-9]{2})?(?P<rest>[^0-9:].*)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a time value is: an instant (with its offset), a date alone, a local time without an offset, or none.

    `term` is its literal, `day` the day that it names: of an instant the day in UTC, empty for a local time and none.
    """

    kind: str
    term: str
    day: str = ""


def read(value: str) -> Reading:
    """Return the reading of a time value; a zone that does not stand there is never supposed."""
    value = value.strip()
    if _DAY.fullmatch(value):
        return Reading(DATE, typed(value, "date"), value) if _is_date(value) else Reading(NONE, text(value))
    match = _TIME.fullmatch(_extended(value))
    if match is None:
        return Reading(NONE, text(value))
    day, clock, seconds, fraction, utc, hours, minutes = match.groups()
    zone = "Z" if utc else f"{hours}:{minutes or '00'}" if hours else ""
    written = f"{day}T{clock}:{seconds or '00'}{f'.{fraction}' if fraction else ''}{zone}"
    try:
        moment = dt.datetime.fromisoformat(f"{day}T{clock}:{seconds or '00'}{zone.replace('Z', '+00:00')}")
    except ValueError:
        return Reading(NONE, text(value))
    if not zone:
        return Reading(LOCAL, typed(written, "dateTime"))
    try:
        utc_day = moment.astimezone(dt.UTC).date().isoformat()
    except OverflowError:  # in the year 1 or 9999
        utc_day = day
    return Reading(INSTANT, typed(written, "dateTime"), utc_day)


def _extended(value: str) -> str:
    """Return a time in the basic format as the extended one has it, any other as it is."""
    if (basic := _BASIC.fullmatch(value)) is None:
        return value
    year, month, day, hour, minute, second = basic.groups()[:6]
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{basic['rest'] or ''}"


def _is_date(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True
