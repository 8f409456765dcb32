"""
The block structure of a page: which lines are code, heading, item, quotation, as CommonMark has it.

Line by line, as the specification describes it: a line first goes on in the quotations, items and footnotes that are
open, then it may open others, and what is left of it is text of a leaf. Tabs count as blanks up to the next column of
four. Of what CommonMark does not have, tables and footnotes are GFM's, and comments between `%%` are Obsidian's.
"""

import re
from collections.abc import Sequence
from dataclasses import field
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from kg.model.records import dataclass
from kg.parse import block_starts

_TAB = 4
_DEEPEST = 100  # what stands in more containers than this is text: nobody reads it, and it would cost too much
_BLANKS = re.compile(" *")
_ASIDE = "%%"
_ESCAPED = re.compile(r"\\[\\%]")


class Form(Enum):
    """What a leaf of the structure is. RAW is HTML in which nothing is Markdown, HTML ends at an empty line."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    FENCED = "fenced"
    INDENTED = "indented"
    RAW = "raw"
    COMMENT = "comment"
    HTML = "html"
    TABLE = "table"
    RULE = "rule"
    EMPTY = "empty"


_CODE = frozenset({Form.FENCED, Form.INDENTED, Form.RAW})
_VERBATIM = _CODE | {Form.COMMENT, Form.HTML}


@dataclass(slots=True, eq=False)
class Container:
    """A quotation, an item or a footnote: from which line on, and how far it indents what stands in it."""

    kind: str
    first: int
    width: int = 0
    empty: bool = False


@dataclass(slots=True, eq=False)
class Leaf:
    """A block that holds text: `level` is that of a heading, `closed` whether a block of code has its closing line."""

    form: Form
    first: int
    level: int = 0
    fence: str = ""
    raw: block_starts.Raw | None = None
    closed: bool = False
    lines: list[str] = field(default_factory=list)

    @property
    def is_code(self) -> bool:
        """Whether nobody reads Markdown there."""
        return self.form in _CODE


class Standing(NamedTuple):
    """Where a line stands: its leaf, the containers around it from outside in, and the column where its text starts."""

    leaf: Leaf
    containers: tuple[Container, ...]
    column: int


def structure(lines: Sequence[str]) -> list[Standing]:
    """Return where each line of a body stands."""
    reader = _Reader(lines)
    for index, line in enumerate(lines):
        reader.take(index, line.expandtabs(_TAB) if "\t" in line else line)
    return reader.standings


class _Reader:
    """What is open after the lines that were read: the containers, and the leaf, if any."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.standings: list[Standing] = []
        self._lines = lines
        self._open: tuple[Container, ...] = ()
        self._leaf: Leaf | None = None
        self._until = -1
        self._blank = Leaf(Form.EMPTY, 0)
        self._pending: list[int] = []
        self._last = {mark: _last(lines, mark) for mark in ("-->", _ASIDE)}

    def take(self, index: int, text: str) -> None:
        """Read a line."""
        leaf = self._leaf
        if (
            not self._open
            and text[:1].isalpha()
            and (leaf is None or leaf.form is Form.PARAGRAPH)
            and index > self._until
        ):
            self._text(index, text, 0)
            return
        depth, column = _going_on(text, self._open)
        if leaf is not None and index <= self._until:
            leaf.lines.append(text[column:])
            self._stand(leaf, column)
            self._leaf = None if index == self._until and _ends_aside(leaf, text) else leaf
            return
        if leaf is not None and leaf.form in _VERBATIM:
            if depth == len(self._open) and self._verbatim(index, text, column, leaf):
                return
            self._leaf = None
        self._opening(index, text, column, depth)

    def _verbatim(self, index: int, text: str, column: int, leaf: Leaf) -> bool:
        """Tell whether a line goes on in a leaf that is no Markdown, and if so take it."""
        start = _first(text, column)
        blank = start == len(text)
        if leaf.form is Form.INDENTED:
            if blank:
                self._pending.append(index)
                self._stand(self._blank, column)
                return True
            if start - column < _TAB:
                return False
            for between in self._pending:
                self.standings[between] = self.standings[between]._replace(leaf=leaf)
            self._pending.clear()
        elif leaf.form is Form.HTML:
            if blank:
                return False
        elif leaf.form is Form.FENCED:
            leaf.closed = start - column < _TAB and block_starts.closes(text[start:], leaf.fence)
        else:
            leaf.closed = leaf.raw is not None and leaf.raw.end.search(text, column) is not None
        self._stand(leaf, column)
        if leaf.closed:
            self._leaf = None
        return True

    # ---- what opens --------------------------------------------------------------------------------------------------

    def _opening(self, index: int, text: str, column: int, depth: int) -> None:
        """Open the containers and the leaf that a line opens, and take what is left of it as text."""
        leaf = self._leaf
        lazy = leaf is not None and leaf.form is Form.PARAGRAPH
        inside = lazy and depth == len(self._open)
        goes_on = leaf is not None and (lazy or depth == len(self._open))
        around = list(self._open[:depth])
        while True:
            start = _first(text, column)
            if start == len(text):
                self._close(tuple(around))
                self._stand(self._blank, column)
                return
            if start - column >= _TAB and not lazy:
                self._begin(Leaf(Form.INDENTED, index), around, column)
                return
            container = None if start - column >= _TAB else self._container(index, text, start, column, inside=inside)
            if container is None or len(around) >= _DEEPEST:
                break
            for one in around:
                one.empty = False
            around.append(container[0])
            column, inside, lazy, goes_on = container[1], False, False, False
        for one in around:
            one.empty = False
        if start - column < _TAB and self._block(index, text, start, around, inside=inside, lazy=lazy):
            return
        if not goes_on:
            self._close(tuple(around))
        self._text(index, text, start if lazy and not inside else column)

    def _container(
        self, index: int, text: str, start: int, column: int, *, inside: bool
    ) -> tuple[Container, int] | None:
        """Return the container that opens at a column, and the column behind its mark; None where none does."""
        first = text[start]
        if first == ">":
            return Container(">", index), start + (2 if text.startswith(" ", start + 1) else 1)
        if first == "[":
            note = block_starts.FOOTNOTE.match(text, start)
            return (Container("^", index, _TAB), note.end()) if note else None
        match = block_starts.MARKER.match(text, start) if first in "-*+0123456789" else None
        if match is None or (first in "-*" and self._is_rule(text, start, inside=inside)):
            return None
        behind = match.end()
        content = _first(text, behind)
        if inside and (content == len(text) or (match[1] and int(match[1]) != 1)):
            return None
        if content == len(text) or content - behind > _TAB:
            content = behind + 1
        empty = _first(text, behind) == len(text)
        return Container(match[0][-1], index, content - column, empty), min(content, len(text))

    def _is_rule(self, text: str, start: int, *, inside: bool) -> bool:
        """Tell whether a line is a rule, or the line below a heading."""
        return block_starts.RULE.match(text, start) is not None or (
            inside and self._underlines(text, start) and self._leaf is not None and self._leaf.form is Form.PARAGRAPH
        )

    def _underlines(self, text: str, start: int) -> bool:
        """Tell whether a line makes a heading of the paragraph above."""
        leaf = self._leaf
        if leaf is None or leaf.form is not Form.PARAGRAPH or not block_starts.UNDERLINE.match(text, start):
            return False
        return not (leaf.lines[0].startswith("[") and block_starts.defines_all("\n".join(leaf.lines)))

    def _block(self, index: int, text: str, start: int, around: list[Container], *, inside: bool, lazy: bool) -> bool:
        """Tell whether a line opens a leaf other than a paragraph, and if so open it."""
        first = text[start]
        leaf: Leaf | None = None
        if first == "#" and (match := block_starts.HEADING.match(text, start)):
            leaf = Leaf(Form.HEADING, index, len(match[1]), closed=True)
        elif first in "`~" and (match := block_starts.FENCE.match(text, start)):
            leaf = Leaf(Form.FENCED, index, fence=match[1] or match[2])
        elif first == "<":
            leaf = self._html(index, text[start:], lazy=lazy)
        elif first in "=-" and inside and self._underlines(text, start):
            self._underline(start, 1 if first == "=" else 2)
            return True
        elif first in "-*_" and block_starts.RULE.match(text, start):
            leaf = Leaf(Form.RULE, index, closed=True)
        elif inside and first in "|:-" and self._delimits(text[start:]):
            self._table(start)
            return True
        elif first == "%" and self._swallows(index, text, start, around):
            self._begin(Leaf(Form.PARAGRAPH, index, lines=[text[start:]]), around, start)
            return True
        if leaf is None:
            return False
        self._begin(leaf, around, start)
        return True

    def _html(self, index: int, text: str, *, lazy: bool) -> Leaf | None:
        raw = block_starts.raw(text)
        if raw is None:
            return Leaf(Form.HTML, index) if block_starts.opens_html(text, within=lazy) else None
        closed = raw.end.search(text, 2) is not None
        if raw.comment and not closed and self._last["-->"] <= index:
            return None  # a comment that never ends is text
        return Leaf(Form.COMMENT if raw.comment else Form.RAW, index, raw=raw, closed=closed)

    def _underline(self, start: int, level: int) -> None:
        leaf = self._leaf
        if leaf is not None:
            leaf.form, leaf.level = Form.HEADING, level
            self._stand(leaf, start)
        self._leaf = None

    def _delimits(self, text: str) -> bool:
        leaf = self._leaf
        return leaf is not None and leaf.form is Form.PARAGRAPH and block_starts.delimits(text, leaf.lines[-1])

    def _table(self, start: int) -> None:
        """Make a table of the last line of the paragraph, which is its head, and this one."""
        table = Leaf(Form.TABLE, len(self.standings) - 1)
        self.standings[-1] = self.standings[-1]._replace(leaf=table)
        self._leaf = table
        self._stand(table, start)

    # ---- text --------------------------------------------------------------------------------------------------------

    def _text(self, index: int, text: str, column: int) -> None:
        """Take a line as text of the paragraph or table that is open, or of a new paragraph."""
        leaf = self._leaf
        if leaf is None:
            leaf = self._leaf = Leaf(Form.PARAGRAPH, index)
        leaf.lines.append(text[column:].lstrip(" "))
        self._stand(leaf, column)
        if _ASIDE in text:
            self._swallow_inline(index, leaf)

    def _swallows(self, index: int, text: str, start: int, around: Sequence[Container]) -> bool:
        """Tell whether a comment of Obsidian opens with a line, and goes on up to another one."""
        opens = text.startswith(_ASIDE, start) and text.count(_ASIDE, start) % 2 == 1
        return opens and self._ends(index, around, across=True)

    def _swallow_inline(self, index: int, leaf: Leaf) -> None:
        """Take the lines up to the end of a comment of Obsidian into the paragraph in which it opens."""
        if leaf.form is Form.PARAGRAPH and _ESCAPED.sub("", _without_code(leaf.lines[-1])).count(_ASIDE) % 2 == 1:
            self._ends(index, self._open, across=False)

    def _ends(self, index: int, around: Sequence[Container], *, across: bool) -> bool:
        """
        Tell whether the mark of a comment stands again in the same containers, and if so take the lines up to there.

        Without `across` it must do so before an empty line.
        """
        for end in range(index + 1, self._last[_ASIDE] + 1):
            text = self._lines[end].expandtabs(_TAB)
            depth, column = _going_on(text, around)
            if depth < len(around) or not (across or text[column:].strip(" ")):
                return False
            if _ASIDE in text:
                self._until = end
                return True
        return False

    # ---- what was read -----------------------------------------------------------------------------------------------

    def _begin(self, leaf: Leaf, around: list[Container], column: int) -> None:
        self._close(tuple(around))
        self._leaf = None if leaf.closed else leaf
        self._stand(leaf, column)

    def _close(self, around: tuple[Container, ...]) -> None:
        """Close the leaf, and the containers but for these."""
        if around != self._open:
            self._open = around
        self._leaf = None
        self._pending.clear()

    def _stand(self, leaf: Leaf, column: int) -> None:
        self.standings.append(Standing(leaf, self._open, column))


def _first(text: str, column: int) -> int:
    """Return the column of the first character from one on that is no blank, the text's length where there is none."""
    match = _BLANKS.match(text, min(column, len(text)))
    return match.end() if match else column


def _last(lines: Sequence[str], mark: str) -> int:
    return next((index for index in range(len(lines) - 1, -1, -1) if mark in lines[index]), -1)


def _without_code(text: str) -> str:
    if "`" not in text:
        return text
    spans = block_starts.code_spans(text)
    return "".join(text[end:start] for (_, end), (start, _) in pairwise([(0, 0), *spans, (len(text), len(text))]))


def _ends_aside(leaf: Leaf, text: str) -> bool:
    """Tell whether a comment that began a paragraph ends it."""
    return leaf.lines[0].startswith(_ASIDE) and text.rstrip(" ").endswith(_ASIDE)


def _going_on(text: str, containers: Sequence[Container]) -> tuple[int, int]:
    """Return in how many of the containers a line goes on, and the column behind their marks."""
    column = 0
    for depth, container in enumerate(containers):
        start = _first(text, column)
        if container.kind == ">":
            if start - column >= _TAB or not text.startswith(">", start):
                return depth, column
            column = start + (2 if text.startswith(" ", start + 1) else 1)
        elif start == len(text):
            if container.empty:
                return depth, column
            column = min(start, column + container.width)
        elif start - column >= container.width:
            column += container.width
        else:
            return depth, column
    return len(containers), column
