"""Which texts are values of a datatype: the lexical forms of XML Schema 1.1, part 2."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache

import pyoxigraph as ox

from kg.rdf import names

_XSD = names.PREFIXES["xsd"]
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_MONTH, _DAY = "(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DAY_TIME = r"T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?"
_NAME_START = r"[^\W\d]"
_FORMS = {
    "boolean": "true|false|0|1",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "time": f"{_TIME}{_ZONE}",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}(?!$){_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "duration": rf"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:{_DAY_TIME})?",
    "yearMonthDuration": r"-?P(?=\d)(?:\d+Y)?(?:\d+M)?",
    "dayTimeDuration": rf"-?P(?=[\dT])(?:\d+D)?(?:{_DAY_TIME})?",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": (
        r"(?:(?:[A-Za-z0-9+/] ?){4})*"
        r"(?:(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
    ),
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^ \t\n\r]+(?: [^ \t\n\r]+)*)?",
    "Name": rf"(?:{_NAME_START}|:)[\w:.\-·]*",
    "NCName": rf"{_NAME_START}[\w.\-·]*",
    "NMTOKEN": r"[\w:.\-·]+",
}
_FORMS["float"] = _FORMS["double"]
_INTEGER = re.compile(r"[+-]?\d+")
# The integers between two bounds; None where there is none.
_BETWEEN: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1), "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}  # fmt: skip
INTEGERS = frozenset(_BETWEEN)
_CALENDAR = re.compile(rf"({_YEAR})-(\d\d)-(\d\d)")
_NO_DAYS = frozenset({"02-30", "02-31", "04-31", "06-31", "09-31", "11-31"})
_SPACED = frozenset({"string", "normalizedString"})


def checked(datatype: ox.NamedNode) -> bool:
    """Tell whether texts can be ill-formed for a datatype, as far as we know."""
    name = datatype.value.removeprefix(_XSD)
    return datatype.value.startswith(_XSD) and (name in _FORMS or name in _BETWEEN)


def well_formed(literal: ox.Literal) -> bool:
    """Tell whether a literal's text is one of its datatype's (XML Schema 1.1, part 2)."""
    return _well_formed(literal.datatype.value.removeprefix(_XSD))(literal.value)


def has_value(literal: ox.Literal) -> bool:
    """Tell whether a literal is known to have a value: of a datatype that we know, and well-formed."""
    return checked(literal.datatype) and well_formed(literal)


def family(literal: ox.Literal) -> str:
    """Return the kind of values that a literal's datatype shares with others: no number is a date."""
    name = literal.datatype.value.removeprefix(_XSD)
    if name in _BETWEEN or name in ("decimal", "float", "double"):
        return "number"
    if name.endswith("uration"):
        return "duration"
    return "dateTime" if name == "dateTimeStamp" else name


@cache
def _well_formed(name: str) -> Callable[[str], bool]:
    if name in _BETWEEN:
        return lambda text: _integer(text.strip(" \t\n\r"), *_BETWEEN[name])
    if name not in _FORMS:
        return lambda _: True
    form = re.compile(_FORMS[name], re.ASCII if name in _ASCII else 0)
    if name == "gMonthDay":
        return lambda text: bool(form.fullmatch(text.strip(" \t\n\r"))) and text.strip()[2:7] not in _NO_DAYS
    if name in ("date", "dateTime", "dateTimeStamp"):
        return lambda text: bool(form.fullmatch(text.strip(" \t\n\r"))) and _in_calendar(text)
    return lambda text: bool(form.fullmatch(text if name in _SPACED else text.strip(" \t\n\r")))


_ASCII = frozenset(_FORMS) - {"Name", "NCName", "NMTOKEN", "token", "normalizedString"}


def _integer(text: str, low: int | None, high: int | None) -> bool:
    if not text.isascii() or not _INTEGER.fullmatch(text):
        return False
    sign, digits = text[0] if text[0] in "+-" else "", text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 30:  # noqa: PLR2004  # longer than any bound, and too long for int() if it is very long
        return low is None if sign == "-" else high is None
    number = int(sign + digits)
    return (low is None or number >= low) and (high is None or number <= high)


def _in_calendar(text: str) -> bool:
    """Tell whether the day exists, also in years that Python does not count."""
    found = _CALENDAR.match(text.strip())
    if found is None:
        return False
    year = int(found[1][-4:]) % 400 + 400
    try:
        dt.date(year, int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True
