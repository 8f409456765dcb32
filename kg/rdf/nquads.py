"""N-Quads: terms as text, and the quads of a graph as lines. The one quad writer."""

import calendar
import datetime as dt
import re

from kg.rdf.names import expand

_DECEMBER = 12
_DATES = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "date", ""),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "gYearMonth", "-01"),
    (re.compile(r"[0-9]{4}"), "gYear", "-01-01"),
)
# What an editor puts behind a day: 2026-03-01T10:00, with seconds, their parts, and a zone.
_TIME = re.compile(
    r"[Tt ](?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]+)?)?(?: ?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?))?$",
    re.ASCII,
)
_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0xFFFE, 0xFFFF)}
_ESCAPES |= {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


class Terms(dict[str, str]):
    """Prefixed names to N-Quads IRIs, made once each: `terms["nr:markup"]` is `<https://…#markup>`."""

    def __missing__(self, curie: str) -> str:
        self[curie] = f"<{expand(curie)}>"
        return self[curie]


TERMS = Terms()


def text(value: str) -> str:
    """Return a plain literal in N-Quads."""
    # What is escaped is a quotation mark, a backslash, or cannot be printed: most texts have none of it.
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return f'"{value.translate(_ESCAPES)}"'


def typed(value: str, datatype: str) -> str:
    """Return a literal in N-Quads with one of the XML Schema datatypes."""
    return f"{text(value)}^^{TERMS['xsd:' + datatype]}"


def number(value: int) -> str:
    """Return an integer literal in N-Quads."""
    return f'"{value}"{_INTEGER}'


_INTEGER = f"^^{TERMS['xsd:integer']}"
TRUE = f'"true"^^{TERMS["xsd:boolean"]}'


def date(value: str) -> str:
    """
    Return a day, month or year as a typed literal; what is none stays a plain literal, for a shape to see.

    A time of day is left out: the day is the one that stands there, in whatever zone it was written.
    """
    day = _TIME.sub("", value)
    for pattern, datatype, rest in _DATES:
        if pattern.fullmatch(day) and (day == value or datatype == "date"):
            try:
                dt.date.fromisoformat(day + rest)
            except ValueError:
                break
            return typed(day, datatype)
    return text(value)


def days(value: str) -> tuple[tuple[str, str | None], ...]:
    """Return the first and the last day of a day, month or year, so that dates of any precision can be compared."""
    if "^^" not in date(value):
        return ()
    value = _TIME.sub("", value)
    year, month, day = int(value[:4]), int(value[5:7] or 0), value[8:]
    last = day or f"{calendar.monthrange(year, month or _DECEMBER)[1]:02}"
    first = f"{value[:4]}-{month or 1:02}-{day or '01'}"
    ends = ("nr:firstDay", first), ("nr:lastDay", f"{value[:4]}-{month or _DECEMBER:02}-{last}")
    return tuple((name, typed(end, "date")) for name, end in ends)


class Graph:
    """Collects the quads of one graph as lines of N-Quads; subjects are IRIs in angle brackets."""

    def __init__(self, iri: str) -> None:
        self.tail = f" <{iri}> .\n"
        self._number_end = f'"{_INTEGER}{self.tail}'
        self.lines: list[str] = []

    def add(self, subject: str, *pairs: tuple[str, str | None]) -> None:
        """Add one quad for each (prefixed property, term); a term that is None adds nothing."""
        tail = self.tail
        self.lines += [f"{subject} {TERMS[prop]} {term}{tail}" for prop, term in pairs if term is not None]

    def add_numbers(self, subject: str, *pairs: tuple[str, int]) -> None:
        """Add one quad for each (prefixed property, integer)."""
        end = self._number_end
        self.lines += [f'{subject} {TERMS[prop]} "{value}{end}' for prop, value in pairs]
