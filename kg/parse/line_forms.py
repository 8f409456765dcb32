"""Forms: how a line is written from its parts, by the table in templates/lines.toml."""

import re
import tomllib
from functools import cache
from typing import NamedTuple

from kg.model import declared
from kg.model.page import Kind, Parts

_PIECE = re.compile(r"⟨([^⟨⟩{}]*)\{(\w+)\}([^⟨⟩{}]*)⟩|\{(\w+)\}|([^⟨⟩{}]+)")
TEMPLATE_LINES = frozenset({Kind.FIELD, Kind.CLAIM, Kind.QUOTE, Kind.CONNECTION, Kind.HOP, Kind.ENTRY})
FORMED = TEMPLATE_LINES | {Kind.HEADING}


class Piece(NamedTuple):
    """A piece of a form: a part with what stands around it, left out where it is `optional`; a text has no part."""

    before: str
    part: str
    after: str
    optional: bool


@cache
def table() -> dict[str, tuple[Piece, ...]]:
    """Return the forms: for each its pieces in their order."""
    forms = tomllib.loads(declared.read("templates/lines.toml"))
    return {
        name: tuple(
            Piece(before or text, part or bare, after, optional=bool(part))
            for before, part, after, bare, text in pieces
        )
        for name, pieces in ((name, _PIECE.findall(line)) for name, line in forms.items())
    }


def form_of(kind: Kind, parts: Parts) -> str:
    """Return the name of the form in which a block of this kind with these parts is written."""
    match kind:
        case Kind.CONNECTION if parts.label is not None:
            return "grouped"
        case Kind.CONNECTION if parts.target is None:
            return "remark"
        case Kind.FIELD if parts.below is not None:
            return "block"
        case Kind.FIELD if parts.yaml is None:
            return "bare"
        case Kind.ENTRY:
            return "entry"
        case _:
            return kind.name.lower()


def write(kind: Kind, parts: Parts) -> str | None:
    """Return the lines of a block from its parts, or None where its form misses one."""
    if kind not in FORMED:
        return parts.markup or ""
    written = []
    for before, part, after, optional in table()[form_of(kind, parts)]:
        value = _value(parts, part) if part else ""
        if value is None and not optional:
            return None
        written.append("" if value is None else before + value + after)
    return "".join(written)


def _value(parts: Parts, part: str) -> str | None:
    match part:
        case "said":
            return parts.voice.said if parts.voice else None
        case "grade" if parts.graded:
            return None
        case "hashes":
            return parts.level
        case _:
            value: str | None = getattr(parts, part)
            return value


def raw(kind: Kind, parts: Parts, lines: str) -> str | None:
    """Return the lines of a block, to be kept as written, where its parts would give back others; else None."""
    return None if write(kind, parts) == lines else lines
