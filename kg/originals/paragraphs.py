"""The text of an original in paragraphs, each with the places in the file of all that it is made of."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from kg.model.records import dataclass
from kg.originals.source_text import SourceText

# A paragraph ends at an empty line. Longer ones are cut behind a sentence, else at a blank, else anywhere.
LONGEST = 1_200
_LEAST = 400
_BETWEEN = re.compile(r"(?:\r\n?+|\n)[ \t]*(?:(?:\r\n?+|\n)[ \t]*)+|\f")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？]+[」』”]*|(?:\r\n?+|\n)(?=[ \t]*(?:[-*+•|#>]|[0-9]+[.)]) )")
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Spot:
    """From an offset of a paragraph on its characters stand in a row from a line and column on, of a PDF on a page."""

    offset: int
    line: int
    column: int
    page: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it stands in the text, and where: one place and more, the first of them at its first character."""

    text: str
    spots: tuple[Spot, ...]


def paragraphs(original: SourceText) -> Iterator[Paragraph]:
    """Yield the paragraphs of an original, in their order; those without a letter are left out."""
    breaks = sorted({*original.starts, *original.pages, *(end.end() for end in _LINE_END.finditer(original.text))})
    for start, end in _spans(original):
        first = bisect_left(breaks, start + 1)
        last = bisect_left(breaks, end)
        offsets = [start, *breaks[first:last]]
        yield Paragraph(original.text[start:end], tuple(_spot(original, offset, start) for offset in offsets))


def _spot(original: SourceText, offset: int, start: int) -> Spot:
    spot = original.spot(offset)
    return Spot(offset - start, spot.line, spot.column, spot.page)


def _spans(original: SourceText) -> Iterator[tuple[int, int]]:
    """Yield where paragraphs begin and end, without the white space around them."""
    text = original.text
    cuts = [match.span() for match in _BETWEEN.finditer(text)] + [(page, page) for page in original.pages]
    at = 0
    for begin, end in [*sorted(cuts), (len(text), len(text))]:
        for first, last in _pieces(text, at, max(at, begin)):
            piece = text[first:last]
            if any(map(str.isalnum, piece)):
                yield first + len(piece) - len(piece.lstrip()), last - len(piece) + len(piece.rstrip())
        at = max(at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a paragraph, one where it is not long."""
    while end - start > LONGEST:
        least, most = start + _LEAST, start + LONGEST
        ends = [match.end() for match in _SENTENCE_END.finditer(text, least, most)]
        cut = ends[-1] if ends else max(text.rfind(" ", least, most), text.rfind("\n", least, most)) + 1 or most
        yield start, cut
        start = cut
    yield start, end
