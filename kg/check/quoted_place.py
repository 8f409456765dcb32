"""Where words that a part of a page quotes stand in its lines: a finding about them stands there, not at the line."""

import re
from dataclasses import replace

import pyoxigraph as ox

from kg.check.nodes import MARKUP, Nodes
from kg.check.part_place import About, Spot
from kg.model.finding import Span
from kg.rdf import names

IN_ORIGINAL, EXACT = (ox.NamedNode(names.expand(f"nr:{word}")) for word in ("inOriginal", "exact"))
_WORD = re.compile(r"[^\W_]+")
# What a reader does not see of a link: what it leads to, where it is called something else.
_UNSEEN = re.compile(r"\[\[[^\[\]|\n]{1,500}\||\]\([^()\s]{1,2000}\)")
_LEAST, _MOST = 3, 60


def placed(nodes: Nodes, about: About, spot: Spot) -> Spot:
    """Return the place of the words that a finding on originals is about; the part's own where they are not found."""
    if IN_ORIGINAL not in about.paths or spot.part != about.focus or not isinstance(about.value, ox.Literal):
        return spot
    lines = min((value.value for value in nodes.values(spot.part, EXACT)), default="")
    markup = min((value.value for value in nodes.values(spot.part, MARKUP)), default="")
    span = within(spot.span, lines, about.value.value, lines.rfind(markup))
    return replace(spot, span=span) if span else spot


def within(span: Span, lines: str, words: str, start: int = 0) -> Span | None:
    """
    Return where words stand in lines that begin at the place of a span, None where they do not.

    Marks of emphasis, links and line ends between the words do not count, and letters that are written otherwise within
    a word end the search: then the beginning of the words is enough.
    """
    seen = _UNSEEN.sub(lambda match: " " * len(match[0]), lines)
    sought = _WORD.findall(words)[:_MOST]
    for count in dict.fromkeys((len(sought), len(sought) // 2, _LEAST)):
        if 0 < count <= len(sought):
            form = r"[\W_]*".join(map(re.escape, sought[:count]))
            matches = [*re.compile(rf"(?<![^\W_]){form}(?![^\W_])").finditer(seen, max(start, 0))]
            # Of several the one between quotation marks is meant.
            match = next((one for one in matches if one.start() and _is_mark(lines[one.start() - 1])), None)
            if match or matches:
                return _part(span, lines, *(match or matches[0]).span())
    return None


def _is_mark(char: str) -> bool:
    return char in "\"'“„«‘‚「『”»’"


def _part(span: Span, lines: str, start: int, end: int) -> Span:
    line, column = _place(span, lines, start)
    end_line, end_column = _place(span, lines, end)
    return Span(span.path, line, column, end_line, end_column)


def _place(span: Span, lines: str, at: int) -> tuple[int, int]:
    row = lines.count("\n", 0, at)
    return span.line + row, at - lines.rfind("\n", 0, at) if row else span.column + at
