"""Markdown: which lines are what, and which characters are code, comment or mathematics."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.files.text import Line
from kg.model.page import Kind

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,3}[.)])[ \t]+(.*)$", re.DOTALL)
_RULE = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_AUTO = re.compile(r"[ \t]*<!--\s*AUTO:([A-Z][A-Z0-9_-]*)\s+(BEGIN|END)\s*-->[ \t]*$")
_TICKS = re.compile(r"`+")
# Whichever opens first counts: mathematics may stand inside a link, but a link inside mathematics is none.
_LINK = r"\[\[[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?\]\]"
_MATH, _CELL_MATH = (
    re.compile(
        rf"(?P<link>{_LINK})|\$\${inside}+?\$\$|(?<![\\$\w])\$(?![\s$]){inline}*?(?<![\s\\])\$(?![\d$])", re.DOTALL
    )
    for inside, inline in ((".", r"[^$\n]"), (r"(?:[^|\n\\]|\\.)", r"(?:[^|$\n\\]|\\.)"))
)
_BLANK = " \t"
HIDDEN = "\x00"


@dataclass(frozen=True, slots=True)
class Heading:
    """The level and the text of an ATX heading."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line as Markdown sees it: comments blanked out in `seen`, `fence` the number of the code block it is in."""

    line: Line
    seen: str
    fence: int

    @property
    def empty(self) -> bool:
        """Whether the line is blank and no part of a code block."""
        return not self.fence and not self.line.text.strip(_BLANK)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows `first` up to before `last` that belong together; `gap` counts the empty rows before."""

    kind: Kind
    first: int
    last: int
    gap: int
    indent: int = 0
    auto: str = ""


def heading(line: str) -> Heading | None:
    """Return the ATX heading on a line, or None."""
    match = _HEADING.match(line)
    if match is None:
        return None
    text = line[match.end() :].strip(_BLANK)
    closed = text.rstrip("#")
    return Heading(len(match[1]), closed.rstrip(_BLANK) if closed.endswith((" ", "\t")) or not closed else text)


class Item(NamedTuple):
    """A list item: how far it is indented (tab = 4), its marker and its text."""

    indent: int
    marker: str
    text: str


def item(line: str) -> Item | None:
    """Return the list item on a line, or None."""
    match = _ITEM.match(line)
    if match is None or _RULE.match(line):
        return None
    return Item(len(match[1].expandtabs(4)), match[2], match[3])


def code_spans(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the code spans of a text: a run of backticks up to the next run of the same length."""
    runs = [(m.start(), m.end()) for m in _TICKS.finditer(text)]
    by_length: dict[int, list[int]] = defaultdict(list)
    for index in range(len(runs) - 1, -1, -1):
        by_length[runs[index][1] - runs[index][0]].append(index)
    spans, index = [], 0
    while index < len(runs):
        start, end = runs[index]
        closers = by_length[end - start]
        while closers and closers[-1] <= index:
            closers.pop()
        if closers:
            spans.append((start, runs[closers[-1]][1]))
            index = closers[-1]
        index += 1
    return spans


def hide(text: str, *, cells: bool = False) -> str:
    """
    Return text of the same length with code spans and mathematics replaced by NUL, so that offsets stay.

    In a table (`cells`) mathematics ends where its cell does.
    """
    if "`" in text:
        text = cover(text, code_spans(text), HIDDEN)
    if text.count("$") > 1:
        found = (_CELL_MATH if cells else _MATH).finditer(text)
        text = cover(text, [match.span() for match in found if match["link"] is None], HIDDEN)
    return text


def cover(text: str, spans: Sequence[tuple[int, int]], filler: str) -> str:
    """Return text of the same length with `filler` in place of every character of the spans, which are in order."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [text[done:start], filler * (end - start)]
        done = end
    return "".join([*pieces, text[done:]])


def rows(lines: Sequence[Line]) -> list[Row]:
    """Return the lines of a body with code blocks numbered and comments blanked out; whichever opens first, counts."""
    found: list[Row] = []
    fence, number, room = "", 0, 3
    comments = _Comments(lines)
    for index, line in enumerate(lines):
        match = _FENCE.match(line.text) if "```" in line.text or "~~~" in line.text else None
        if fence:
            found.append(Row(line, line.text, number))
            if match and match[2].startswith(fence) and not match[3].strip():
                fence = ""
            continue
        if match and not comments.open and _opens(match, room):
            fence, number = match[2], number + 1
            found.append(Row(line, line.text, number))
            continue
        seen = comments.blanked(index)
        found.append(Row(line, seen, 0))
        room = _room(seen, room)
    return found


def comments(body: Sequence[Row]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where each HTML comment begins and where it has ended, as index of the row and offset in its line."""
    row, column = 0, 0
    while row < len(body):
        start = -1 if body[row].fence else _opening(body[row], column)
        if start < 0:
            row, column = row + 1, 0
            continue
        last, end = row, body[row].line.text.find("-->", start + 4)
        while end < 0:
            last += 1
            end = body[last].line.text.find("-->")
        yield (row, start), (last, end + 3)
        row, column = last, end + 3


def _opening(row: Row, column: int) -> int:
    """Return where the next comment opens on a line, -1 for nowhere: the mark in a code span was not blanked out."""
    start = row.line.text.find("<!--", column)
    while start >= 0 and row.seen[start] != " ":
        start = row.line.text.find("<!--", start + 1)
    return start


def unclosed(body: Sequence[Row]) -> int | None:
    """Return the index of the row that opens a code block which nothing closes, None where every block is closed."""
    if not body or not body[-1].fence:
        return None
    first = next(index for index, row in enumerate(body) if row.fence == body[-1].fence)
    opened, last = _FENCE.match(body[first].line.text), _FENCE.match(body[-1].line.text)
    closes = opened and last and last[2].startswith(opened[2]) and not last[3].strip() and first < len(body) - 1
    return None if closes else first


def _opens(fence: re.Match[str], room: int) -> bool:
    return len(fence[1].expandtabs(4)) <= room and not (fence[2][0] == "`" and "`" in fence[3])


class _Comments:
    """Blanks out HTML comments, line after line; one that never ends is text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._last = next((i for i in range(len(lines) - 1, -1, -1) if "-->" in lines[i].text), -1)
        self.open = False

    def blanked(self, index: int) -> str:
        """Return a line with its comments as blanks, and remember whether one is open at its end."""
        text = self._lines[index].text
        visible = cover(text, code_spans(text), HIDDEN) if "`" in text and "<!--" in text else text
        spans: list[tuple[int, int]] = []
        column = 0
        while True:
            start = column if self.open else visible.find("<!--", column)
            if start < 0 or (not self.open and not self._ends(index, start + 4)):
                break
            end = text.find("-->", start if self.open else start + 4)
            self.open = end < 0
            column = len(text) if self.open else end + 3
            spans.append((start, column))
            if self.open:
                break
        return cover(text, spans, " ")

    def _ends(self, index: int, column: int) -> bool:
        """Tell whether a comment that opens before a column of a line ends anywhere."""
        return index < self._last or self._lines[index].text.find("-->", column) >= 0


def _room(line: str, room: int) -> int:
    """Return how far the next fence may be indented: three columns beyond the content of the list item it is in."""
    found = item(line)
    if found:
        return len(line.expandtabs(4)) - len(found.text.expandtabs(4)) + 3
    if line.strip(_BLANK) and not line.startswith((" ", "\t")):
        return 3
    return room


def chunks(body: Sequence[Row]) -> Iterator[Chunk]:
    """Yield the blocks of a body in order; every row is in exactly one, or is an empty row before one."""
    index, gap, auto = 0, 0, ""
    while index < len(body):
        if body[index].empty:
            index, gap = index + 1, gap + 1
            continue
        kind = _starts(body, index)
        marker = _AUTO.match(body[index].line.text) if kind is Kind.COMMENT else None
        if marker:
            kind, auto = Kind.MARKER, marker[1] if marker[2] == "BEGIN" else ""
        last = index + 1
        while last < len(body) and _goes_on(kind, body, last):
            last += 1
        found = item(body[index].seen) if kind is Kind.ITEM else None
        yield Chunk(kind, index, last, gap, found.indent if found else 0, "" if marker else auto)
        index, gap = last, 0
    if gap:
        yield Chunk(Kind.SPACE, index - 1, index, gap - 1)


def _starts(body: Sequence[Row], index: int) -> Kind:
    row = body[index]
    is_table = "|" in row.seen and index + 1 < len(body) and _delimits(body[index + 1].seen)
    tests = (
        (Kind.CODE, row.fence),
        (Kind.COMMENT, not row.seen.strip(_BLANK)),
        (Kind.QUOTATION, row.seen.startswith(">")),
        (Kind.HEADING, heading(row.seen)),
        (Kind.ITEM, item(row.seen)),
        (Kind.TABLE, is_table),
    )
    return next((kind for kind, holds in tests if holds), Kind.PROSE)


def _delimits(line: str) -> bool:
    return "|" in line and "-" in line and not line.strip(" \t|:-")


def _goes_on(kind: Kind, body: Sequence[Row], index: int) -> bool:
    row = body[index]
    if kind is Kind.CODE:
        return row.fence == body[index - 1].fence
    if row.fence or row.empty or kind in (Kind.HEADING, Kind.MARKER):
        return False
    if kind is Kind.TABLE:
        return "|" in row.seen
    if kind is Kind.QUOTATION:
        return row.seen.startswith(">")
    if kind is Kind.COMMENT:
        return not row.seen.strip(_BLANK) and not _AUTO.match(row.line.text)
    return _starts(body, index) is Kind.PROSE and not _RULE.match(row.seen)
