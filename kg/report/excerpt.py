"""Excerpts: the line that a finding is about, with a mark under the offending part, as a terminal shows it."""

import unicodedata
from collections.abc import Sequence

from kg.model.finding import Span

_WIDTH = 110
_BEFORE = 40
_TAB = "    "
_CUT = "…"


def excerpt(lines: Sequence[str], span: Span, gutter: int = 0) -> list[str]:
    """
    Return the line of a span and, below it, a mark under the span, both behind a gutter with the line's number.

    `lines` are those of the page, `gutter` is the width of the number; a long line is cut around the span, tabs and
    characters that a terminal would obey are spelled out. Nothing for a span that is the whole page, or lies outside.
    """
    if not 1 <= span.line <= len(lines) or ((span.line, span.column) <= (1, 1) and not span.end_column):
        return []
    line = lines[span.line - 1]
    start = min(max(span.column, 1) - 1, len(line))
    more = span.end_line > span.line
    end = len(line) if more else min(max(span.end_column - 1, start + 1), len(line))
    before, first, last, after = _window(line, start, max(end, start))
    shown = [_shown(part) for part in (line[first:start], line[start:last], line[last:after])]
    width = max(1, _cells(shown[1]))
    lead = before + shown[0]
    mark = " " * _cells(lead) + "^" * width + (_CUT if more else "")
    tail = _CUT if after < len(line) else ""
    number = str(span.line).rjust(gutter)
    blank = " " * len(number)
    return [f"{number} | {lead}{shown[1]}{shown[2]}{tail}".rstrip(), f"{blank} | {mark}"]


def _window(line: str, start: int, end: int) -> tuple[str, int, int, int]:
    """Return what stands for the part cut off in front, and the offsets of the part of a line that is shown."""
    if _cells(line) <= _WIDTH:
        return "", 0, end, len(line)
    first = _whole(line, max(0, start - _BEFORE)) if _cells(line[:end]) > _WIDTH else 0
    after = first
    left = _WIDTH
    while after < len(line) and (left := left - _cells(_shown(line[after]))) >= 0:
        after += 1
    after = max(after, min(start + 1, len(line)))
    return _CUT if first else "", first, min(end, after), after


def _whole(line: str, offset: int) -> int:
    """Return an offset from which no combining character is cut off its letter."""
    while offset and (unicodedata.combining(line[offset]) or line[offset] in "\u200d\ufe0e\ufe0f"):
        offset -= 1
    return offset


def _shown(text: str) -> str:
    return "".join(_spelled(character) for character in text)


def _spelled(character: str) -> str:
    if character == "\t":
        return _TAB
    if _narrow(character):
        return character
    from wcwidth import wcwidth

    if wcwidth(character) < 0 or character in "\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u202c":
        return f"\\u{{{ord(character):x}}}"
    return character


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if _narrow(text):
        return len(text)
    from wcwidth import wcswidth, wcwidth  # few texts need its tables, which take 20 ms to load

    width = wcswidth(text)
    return width if width >= 0 else sum(max(wcwidth(character), 1) for character in text)


def _narrow(text: str) -> bool:
    """Tell whether each character takes one cell for certain: Latin letters, dashes, quotation marks, the ellipsis."""
    return text.isprintable() and all(one < "\u0300" or "\u2010" <= one <= "\u2027" for one in text)
