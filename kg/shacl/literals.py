"""Literals as they are written: the store rewrites some, and SHACL asks for the term that was said.

The engine turns `01` into `1` and every xsd:int into an xsd:integer. A file that says such a literal has it stored
with a datatype of our own, which the engine leaves alone, and reports give it back as it was.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache

import pyoxigraph as ox

from kg.rdf import names
from kg.rdf.terms import Term
from kg.shacl.terms import LANG_STRING, STRING

AS_WRITTEN = "urn:newsroom-kg:as-written:"
_XSD = names.PREFIXES["xsd"]
_ANYWHERE = ox.NamedNode(AS_WRITTEN)


def kept(term: Term) -> Term:
    """Return a term in the form in which a store keeps it: a literal that it would rewrite with a datatype of ours."""
    if not isinstance(term, ox.Literal) or term.datatype in (STRING, LANG_STRING):
        return term
    return _kept(term)


@cache
def _kept(literal: ox.Literal) -> ox.Literal:
    if not literal.datatype.value.startswith(_XSD):
        return literal
    if normal(literal) == literal:
        return literal
    return ox.Literal(literal.value, datatype=ox.NamedNode(AS_WRITTEN + literal.datatype.value))


def normal(literal: ox.Literal) -> Term:
    """Return a literal as the engine rewrites it."""
    scratch = ox.Store()
    scratch.add(ox.Quad(_ANYWHERE, _ANYWHERE, literal))
    found = next(iter(scratch)).object
    return literal if isinstance(found, ox.Triple) else found


def written(term: Term) -> Term:
    """Return a term as its file wrote it: the reverse of `kept`."""
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(AS_WRITTEN):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value.removeprefix(AS_WRITTEN)))
    return term


# ---- which texts are values of a datatype ----------------------------------------------------------------------------

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
_CALENDAR = re.compile(rf"({_YEAR})-(\d\d)-(\d\d)")
_SPACED = frozenset({"string", "normalizedString"})


def checked(datatype: ox.NamedNode) -> bool:
    """Tell whether texts can be ill-formed for a datatype, as far as we know."""
    name = datatype.value.removeprefix(_XSD)
    return datatype.value.startswith(_XSD) and (name in _FORMS or name in _BETWEEN)


def well_formed(literal: ox.Literal) -> bool:
    """Tell whether a literal's text is one of its datatype's (XML Schema 1.1, part 2)."""
    return _well_formed(literal.datatype.value.removeprefix(_XSD))(literal.value)


@cache
def _well_formed(name: str) -> Callable[[str], bool]:
    if name in _BETWEEN:
        return lambda text: _integer(text.strip(" \t\n\r"), *_BETWEEN[name])
    if name not in _FORMS:
        return lambda _: True
    form = re.compile(_FORMS[name], re.ASCII if name in _ASCII else 0)
    if name in ("date", "dateTime", "dateTimeStamp"):
        return lambda text: bool(form.fullmatch(text.strip(" \t\n\r"))) and _in_calendar(text)
    return lambda text: bool(form.fullmatch(text if name in _SPACED else text.strip(" \t\n\r")))


_ASCII = frozenset(_FORMS) - {"Name", "NCName", "NMTOKEN", "token", "normalizedString"}


def _integer(text: str, low: int | None, high: int | None) -> bool:
    if not text.isascii() or not _INTEGER.fullmatch(text):
        return False
    if len(text) > 30:  # noqa: PLR2004  # longer than any bound, and too long for int() if it is very long
        negative = text.startswith("-")
        return low is None if negative else high is None
    number = int(text)
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
