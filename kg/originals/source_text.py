"""The text of an original beside the file that it was read from: markup taken away, and the way back to the place."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from kg.model.records import dataclass


class Spot(NamedTuple):
    """A place in an original: `page` is that of a PDF, 0 elsewhere; there line and column are those of its text."""

    line: int
    column: int
    offset: int
    page: int = 0


_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
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

    @cached_property
    def _lines(self) -> list[int]:
        if "\r" in self.source:
            return [0, *(match.end() for match in _LINE_END.finditer(self.source))]
        return [0, *accumulate(len(line) + 1 for line in self.source.split("\n"))]

    def spot(self, offset: int) -> Spot:
        """Return the place in the file of a character of the text."""
        at = self.in_source(offset)
        row = bisect_right(self._lines, at) - 1
        page = bisect_right(self.pages, offset)
        first = bisect_right(self._lines, self.pages[page - 1]) - 1 if page else 0
        start = max(self._lines[row], self.pages[page - 1] if page else 0)
        return Spot(row - first + 1, at - start + 1, at, page)

    def in_source(self, offset: int) -> int:
        """Return the offset in the source of a character of the text."""
        row = bisect_right(self.starts, offset) - 1
        return min(self.sources[row] + offset - self.starts[row], len(self.source))


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
