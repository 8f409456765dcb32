"""What is asked of a page, and what was made of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from urllib.parse import urlencode

from kg.model import did_you_mean
from kg.model.kg_error import KgError
from kg.model.records import dataclass

HTML, JSON = "text/html; charset=utf-8", "application/json"
_NUMBER = re.compile(r"[0-9]{1,9}")


class NotHere(KgError):  # noqa: N818  # it is an answer, and no fault
    """There is nothing at this address."""


class NotYet(KgError):  # noqa: N818  # it is an answer, and no fault
    """What is asked for takes longer than a page may, and was not made yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A view, what stands behind its name in the address (`rest`), its fields, and whether JSON is wanted."""

    view: str
    rest: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    as_json: bool = False

    @property
    def here(self) -> str:
        """The way from the page to the root of the server."""
        return "../" * (self.rest.count("/") + 1) if self.rest else ""

    def known(self, *fields: str) -> None:
        """Raise KgError for a field that is none of these."""
        for name in self.fields:
            if name not in (*fields, "format"):
                hint = did_you_mean.hint(name, fields, f"it has {', '.join(fields) or 'none'}")
                raise KgError(f"'{self.view}' has no field '{name[:60]}'; {hint}")

    def text(self, name: str) -> str:
        """Return a field without blanks around it, empty where it is not there."""
        return self.fields.get(name, "").strip()

    def number(self, name: str, default: int) -> int:
        """Return a field that is a whole number; raise KgError for what is none."""
        value = self.text(name)
        if not value:
            return default
        if not _NUMBER.fullmatch(value):
            raise KgError(f"{name}: expected a whole number, found '{value[:60]}'")
        return int(value)

    def choice(self, name: str, words: Sequence[str]) -> str:
        """Return a field that is one of some words, empty where it is not there; raise KgError for another."""
        value = self.text(name)
        if value and value not in words:
            hint = did_you_mean.hint(value, words, f"use one of {', '.join(words)}")
            raise KgError(f"{name}: there is no '{value[:60]}'; {hint}")
        return value


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: bytes, and what they are."""

    data: bytes
    media_type: str = HTML


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long list: the number of its first row, how many rows it and all have, and other parts' addresses."""

    first: int
    size: int
    total: int
    before: str
    after: str

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + self.size - 1


def part(request: Asked, total: int, most: int) -> tuple[Part, slice]:
    """Return which part of a list of so many rows is asked for by its field `from`, and where it is in the list."""
    first = min(max(request.number("from", 1), 1), max(total, 1))
    size = min(most, total - first + 1)

    def address(start: int) -> str:
        rest = {name: value for name, value in request.fields.items() if value and name not in ("from", "format")}
        return "?" + urlencode({**rest, "from": start})

    before = address(max(first - most, 1)) if first > 1 else ""
    after = address(first + most) if first + size <= total else ""
    return Part(first, max(size, 0), total, before, after), slice(first - 1, first - 1 + most)
