"""Bytes to lines and back to places: decoding that loses nothing, and offsets to line and column."""

import math
import re
from bisect import bisect_right

from kg.model.page import Place
from kg.model.records import dataclass

BOM = b"\xef\xbb\xbf"
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Line:
    r"""
    One line without its ending, and the ending (empty on an unended last line).

    `start` counts every ending as one character, as if all were `\\n`; `raw` is the offset in the decoded text.
    """

    text: str
    start: int
    raw: int
    ending: str

    @property
    def end(self) -> int:
        """The offset behind the last character, before the ending."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file: `newline` is its most frequent line ending, `mark` whether a byte order mark stood first."""

    raw: str
    encoding: str
    newline: str
    mark: bool
    lines: tuple[Line, ...]


def decode(data: bytes) -> Text:
    """Return the text of a file: UTF-8, else Latin-1, which keeps every byte as one character."""
    mark = data.startswith(BOM)
    try:
        text, encoding = data[3 if mark else 0 :].decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding, mark = data.decode("latin-1"), "latin-1", False
    lines = split(text)
    endings = [line.ending for line in lines if line.ending]
    newline = max(("\n", "\r\n", "\r"), key=endings.count) if endings else "\n"
    return Text(text, encoding, newline, mark, lines)


def encode(text: str, encoding: str, *, mark: bool) -> bytes:
    """Return the bytes that `decode` read."""
    return (BOM if mark else b"") + text.encode(encoding)


def split(text: str) -> tuple[Line, ...]:
    r"""Return the lines of a text, ended by `\n`, `\r\n` or `\r` and by nothing else (not U+2028, not form feeds)."""
    if "\r" not in text:
        return _split_plainly(text)
    lines: list[Line] = []
    start = 0
    for match in _LINE.finditer(text):
        if match[0]:
            lines.append(Line(match[1], start, match.start(), match[2]))
            start += len(match[1]) + 1
    return tuple(lines)


def _split_plainly(text: str) -> tuple[Line, ...]:
    r"""Return the lines of a text that has no ending but `\n`."""
    lines: list[Line] = []
    start = 0
    *ended, last = text.split("\n")
    for line in ended:
        lines.append(Line(line, start, start, "\n"))
        start += len(line) + 1
    return (*lines, Line(last, start, start, "")) if last else tuple(lines)


class Places:
    """Turns offsets that count every line ending as one character into places."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self._lines = lines or (Line("", 0, 0, ""),)
        self._starts = [line.start for line in self._lines]
        self._ends = [*self._starts[1:], math.inf]

    def __call__(self, start: int, end: int) -> Place:
        """Return the place of the characters from `start` to before `end`."""
        row = bisect_right(self._starts, start) - 1
        last = row if self._starts[row] <= end < self._ends[row] else bisect_right(self._starts, end) - 1
        column, end_column = start - self._starts[row], end - self._starts[last]
        lines = self._lines
        return Place(
            row + 1, column + 1, lines[row].raw + column, lines[last].raw + end_column, last + 1, end_column + 1
        )
