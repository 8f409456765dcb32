"""The text of an original beside the file that it was read from: markup taken away, and the way back to the place."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Spot(NamedTuple):
    """A place in an original: `page` is that of a PDF, 0 elsewhere; there line and column are those of its text."""

    line: int
    column: int
    offset: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class SourceText:
    """
    What an original says (`text`), and how it was written (`source`; the same where nothing was taken away).

    `starts` and `sources` are offsets of the text and of the source at which the same characters go on; `pages` are the
    offsets at which pages begin, empty where there are none.
    """

    text: str
    source: str
    starts: tuple[int, ...] = (0,)
    sources: tuple[int, ...] = (0,)
    pages: tuple[int, ...] = ()

    def spot(self, offset: int) -> Spot:
        """Return the place in the file of a character of the text."""
        if self.pages:
            page = bisect_right(self.pages, offset)
            return _at(self.text[self.pages[page - 1] :], offset - self.pages[page - 1], offset, page)
        at = self.in_source(offset)
        return _at(self.source, at, at, 0)

    def in_source(self, offset: int) -> int:
        """Return the offset in the source of a character of the text."""
        row = bisect_right(self.starts, offset) - 1
        return min(self.sources[row] + offset - self.starts[row], len(self.source))


def _at(text: str, at: int, offset: int, page: int) -> Spot:
    line = text.count("\n", 0, at) + 1
    start = text.rfind("\n", 0, at)
    if "\r" in text:
        line += text.count("\r", 0, at) - text.count("\r\n", 0, at)
        start = max(start, text.rfind("\r", 0, at))
    return Spot(line, at - start, offset, page)


def joined(source: str, pieces: Iterable[tuple[str, int]]) -> SourceText:
    """Return a text made of pieces of a source, each with the offset at which it stands there."""
    parts, starts, sources, count = [], [0], [0], 0
    for part, at in pieces:
        if part:
            parts.append(part)
            if count:
                starts.append(count)
                sources.append(at)
            else:
                sources[0] = at
            count += len(part)
    return SourceText("".join(parts), source, tuple(starts), tuple(sources))
