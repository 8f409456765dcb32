"""Markdown: which lines are what, and which characters are code, comment or mathematics."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kg.files.text import Line
from kg.model.page import Kind
from kg.model.records import dataclass
from kg.parse import live_markers
from kg.parse.block_starts import code_spans
from kg.parse.block_structure import Container, Form, Leaf, structure

_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_ITEM = re.compile(r"([ \t]*)([-*+]|[0-9]{1,3}[.)])[ \t]+(.*)$", re.DOTALL)
_RULE = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_AUTO = re.compile(r"[ \t]*<!--\s*AUTO:([A-Z][A-Z0-9_-]*)\s+(BEGIN|END)\s*-->[ \t]*$")
_HTML_COMMENT = re.compile(r"<!--(?:-?>)?|%%")
_COMMENT = re.compile(rf"\\[\\`<%]|`+|{_HTML_COMMENT.pattern}")
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
_MATH_LINE = "$$"
_TAB = 4


class Heading(NamedTuple):
    """The level and the text of a heading."""

    level: int
    text: str


class Row(NamedTuple):
    """
    One line as Markdown sees it.

    In `seen` comments are blanked out, in `linked` only those of HTML: links in comments of Obsidian count. `fence` is
    the number of the code block that it is in, `start` where its text begins behind the marks of what it stands in.
    """

    line: Line
    seen: str
    linked: str
    fence: int
    leaf: Leaf
    containers: tuple[Container, ...]
    start: int

    @property
    def empty(self) -> bool:
        """Whether the line is blank and no part of a code block."""
        return not self.fence and not self.line.text.strip(_BLANK)

    @property
    def quotation(self) -> Container | None:
        """The outermost quotation that the line stands in."""
        return next((one for one in self.containers if one.kind == ">"), None)

    def begins(self, index: int) -> bool:
        """Tell whether an item begins on the line, which has this index."""
        return any(one.first == index and one.kind not in _NO_ITEMS for one in self.containers)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows `first` up to before `last` that belong together; `gap` counts the empty rows before."""

    kind: Kind
    first: int
    last: int
    gap: int
    indent: int = 0
    auto: str = ""


_NO_ITEMS = (">", "^")


def heading(lines: Sequence[str]) -> Heading | None:
    """Return the heading on some lines, one of hashes or an underlined one; None where they are none."""
    match = _HEADING.match(lines[0])
    if match is None:
        underline = lines[-1].strip(_BLANK)[:1] if len(lines) > 1 else ""
        level = {"=": 1, "-": 2}.get(underline, 0)
        return Heading(level, joined(lines[:-1])) if level else None
    text = lines[0][match.end() :].strip(_BLANK)
    closed = text.rstrip("#")
    return Heading(len(match[1]), closed.rstrip(_BLANK) if closed.endswith((" ", "\t")) or not closed else text)


def joined(lines: Sequence[str]) -> str:
    """Return some lines as one, with a blank for each break; the backslash of a hard break is none of the words."""
    bare = [line.strip() for line in lines]
    last = len(bare) - 1
    whole = [_without_break(line) if index < last else line for index, line in enumerate(bare)]
    return " ".join(line for line in whole if line)


def _without_break(line: str) -> str:
    backslashes = len(line) - len(line.rstrip("\\"))
    return line[:-1].rstrip() if backslashes % 2 else line


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
    """Return the lines of a body, each with where it stands."""
    found: list[Row] = []
    number, code = 0, None
    for line, (leaf, containers, column) in zip(lines, structure([line.text for line in lines]), strict=True):
        if leaf.is_code and leaf is not code:
            number, code = number + 1, leaf
        text = line.text
        start = _offset(text, column) if "\t" in text else min(column, len(text))
        found.append(Row(line, text, text, number if leaf.is_code else 0, leaf, containers, start))
    if any("<!--" in line.text or "%%" in line.text for line in lines):
        _blank_comments(found)
    if any(line.text.endswith(_MATH_LINE) for line in lines):
        _hide_mathematics(found)
    return found


def _hide_mathematics(body: list[Row]) -> None:
    """Hide the words of items between two lines of `$$`: CommonMark has items there, readers see a formula."""
    first = -1
    for index, row in enumerate(body):
        bare = row.line.text.strip(_BLANK)
        if row.fence or not bare:
            first = -1
        elif first >= 0 and bare.endswith(_MATH_LINE):
            for inside in range(first + 1, index):
                item_row = body[inside]
                if item_row.begins(inside):
                    seen = cover(item_row.seen, [(item_row.start, len(item_row.seen))], HIDDEN)
                    body[inside] = item_row._replace(seen=seen, linked=seen)
            first = -1
        elif first < 0 and bare == _MATH_LINE:
            first = index


def _offset(text: str, column: int) -> int:
    """Return the offset in a line at which a column is reached, tabs counted up to the next of four."""
    reached = 0
    for offset, character in enumerate(text):
        if reached >= column:
            return offset
        reached += _TAB - reached % _TAB if character == "\t" else 1
    return len(text)


def _leaves(body: Sequence[Row]) -> Iterator[tuple[int, int, str]]:
    """Yield the leaves that may hold comments: their first row and the one behind their last, and their text."""
    for _, group in groupby(enumerate(body), key=lambda pair: id(pair[1].leaf)):
        found = list(group)
        if found[0][1].fence or not any("<!--" in row.line.text or "%%" in row.line.text for _, row in found):
            continue
        yield found[0][0], found[-1][0] + 1, "\n".join(row.line.text for _, row in found)


def _comments(text: str, leaf: Leaf) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the comments of a leaf; of code and comments whichever opens first counts."""
    html = leaf.form in (Form.COMMENT, Form.HTML)
    code = {} if html else dict(code_spans(text))
    opening = _HTML_COMMENT if html else _COMMENT
    last = {"<!--": text.rfind("-->"), "%%": text.rfind("%%")}
    position = 0
    while match := opening.search(text, position):
        start, position = match.span()
        if match[0][0] in "\\`":
            position = code.get(start, position)
        elif match[0].endswith(">"):
            yield start, position
        elif position <= last[match[0]]:
            close = "-->" if match[0] == "<!--" else "%%"
            position = text.index(close, position) + len(close)
            yield start, position


def _blank_comments(body: list[Row]) -> None:
    """Blank the comments out of rows."""
    for first, last, text in _leaves(body):
        spans = [*_comments(text, body[first].leaf)]
        if not spans:
            continue
        ours = [span for span in spans if text.startswith("<", span[0])]
        linked = _blanked(text, ours)
        seen = linked if len(ours) == len(spans) else _blanked(text, spans)
        for index, one, other in zip(range(first, last), seen, linked, strict=True):
            body[index] = body[index]._replace(seen=one, linked=other)


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the lines of a text with blanks in place of the spans."""
    breaks = text.split("\n")
    covered, start = cover(text, spans, " "), 0
    lines = []
    for line in breaks:
        lines.append(covered[start : start + len(line)])
        start += len(line) + 1
    return lines


def comments(body: Sequence[Row]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where each HTML comment begins and where it has ended, as index of the row and offset in its line."""
    for first, _, text in _leaves(body):
        for start, end in _comments(text, body[first].leaf):
            if text.startswith("<", start):
                yield _at(text, start, first), _at(text, end, first)


def _at(text: str, offset: int, first: int) -> tuple[int, int]:
    return first + text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1


def unclosed(body: Sequence[Row]) -> int | None:
    """Return the index of the row that opens a code block which nothing closes, None where every block is closed."""
    leaf = body[-1].leaf if body else None
    return leaf.first if leaf and leaf.form in (Form.FENCED, Form.RAW) and not leaf.closed else None


def chunks(body: Sequence[Row]) -> Iterator[Chunk]:
    """Yield the blocks of a body in order; every row is in exactly one, or is an empty row before one."""
    index, gap, auto = 0, 0, ""
    while index < len(body):
        if body[index].empty:
            index, gap = index + 1, gap + 1
            continue
        kind = _kind(body, index)
        if live := _live(body, index) if kind is Kind.COMMENT else None:
            yield Chunk(Kind.LIVE, index, live.last, gap, 0, live.mark)
            index, gap = live.last, 0
            continue
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


class _Live(NamedTuple):
    """The lines that a query wrote, up to before `last`, and the mark that says so."""

    last: int
    mark: str


def _live(body: Sequence[Row], index: int) -> _Live | None:
    """Return the live block that begins with a row: up to its end, or for the mark of a whole page all of its body."""
    if live_markers.QUERY.match(body[index].line.text):
        for last in range(index + 1, len(body)):
            if live_markers.END.match(body[last].line.text):
                return _Live(last + 1, "kg:query")
            if live_markers.QUERY.match(body[last].line.text):
                return None
        return None
    if is_generated(body) and all(row.empty for row in body[:index]):
        return _Live(max(n for n, row in enumerate(body, 1) if row.line.text.strip(_BLANK)), "kg:page")
    return None


def is_generated(body: Sequence[Row]) -> bool:
    """Tell whether a body begins with the mark of a page that a query wrote."""
    first = next((row for row in body if not row.empty), None)
    return first is not None and not first.fence and bool(live_markers.PAGE.match(first.line.text))


def _kind(body: Sequence[Row], index: int) -> Kind:
    """Return what the block is that begins with a row; what no reader sees of it does not count."""
    row = body[index]
    quotation = row.quotation if row.containers else None
    if row.fence or (quotation and quotation is row.containers[0]):
        return Kind.CODE if row.fence else Kind.QUOTATION
    begins = bool(row.containers) and row.begins(index)
    if not row.seen[row.start :].strip(_BLANK) and row.line.text[row.start :].strip(_BLANK):
        return Kind.COMMENT
    if row.leaf.form is Form.TABLE:
        return Kind.TABLE
    if begins:
        return Kind.ITEM if item(row.seen) else Kind.PROSE
    noted = any(one.kind == "^" for one in row.containers)
    titled = row.leaf.form is Form.HEADING and not noted and _indent(row.line.text) < _TAB
    return Kind.QUOTATION if quotation else Kind.HEADING if titled else Kind.PROSE


def _indent(text: str) -> int:
    wide = text.expandtabs(_TAB)
    return len(wide) - len(wide.lstrip(" "))


def _goes_on(kind: Kind, body: Sequence[Row], index: int) -> bool:
    """Tell whether the block of the row before goes on with a row."""
    row, before = body[index], body[index - 1]
    if kind is Kind.CODE or row.fence:
        return row.fence == before.fence
    if row.empty or kind is Kind.MARKER:
        return False
    if kind is Kind.QUOTATION:
        return before.quotation in row.containers
    if kind is Kind.COMMENT:
        return _kind(body, index) is Kind.COMMENT and not (
            _AUTO.match(row.line.text) or live_markers.QUERY.match(row.line.text)
        )
    return row.leaf is before.leaf
