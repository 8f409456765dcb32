"""What is shown of a text that was found: so many characters around the words, and where these stand in them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kg.model.records import dataclass
from kg.search import folding
from kg.search.typed import Row, Term

_BEFORE = 3
_WORD = re.compile(r"\S+")
_HUMP = "(?:(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]))"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text on one line, and the start and end of each word in it that was looked for."""

    text: str
    marks: tuple[tuple[int, int], ...]


def cut(text: str, terms: Sequence[Term], width: int) -> Snippet:
    """Return at most about so many characters of a text, with the first of the words in them."""
    line = " ".join(text.split())
    marks = _joined(sorted(_marks(line, terms)))
    if len(line) <= width:
        return Snippet(line, marks)
    first = marks[0][0] if marks else 0
    start = min(max(first - width // _BEFORE, 0), len(line) - width)
    end = start + width
    # At blanks, where there are any near.
    if start and (blank := line.find(" ", start, min(start + width // 4, first))) >= 0:
        start = blank + 1
    if end < len(line) and (blank := line.rfind(" ", end - width // 4, end)) > first:
        end = blank
    before, after = "…" if start else "", "…" if end < len(line) else ""
    shift = len(before) - start
    inside = tuple((a + shift, min(b, end) + shift) for a, b in marks if start <= a < end)
    return Snippet(f"{before}{line[start:end]}{after}", inside)


def first(text: str, terms: Sequence[Term]) -> int:
    """Return the offset in a text of the first of the words, 0 where it has none of them."""
    marks = sorted(_marks(" ".join(text.split()), terms))
    at, sought = 0, marks[0][0] if marks else 0
    for word in _WORD.finditer(text):
        if at + len(word[0]) > sought:
            return word.start() + sought - at
        at += len(word[0]) + 1
    return 0


def _marks(line: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Yield where a text has any of the rows of tokens."""
    if line.isascii():
        small = line.lower()
        for row in (row for term in terms for row in term):
            yield from _plain(line, small, row)
        return
    views = [_tokens(line, [*range(len(line) + 1)])]
    if apart := folding.parted(line):
        views.append(_tokens(apart, _origins(line, apart)))
    for tokens in views:
        for term in terms:
            for row in term:
                yield from _found(tokens, row)


def _plain(line: str, small: str, row: Row) -> Iterator[tuple[int, int]]:
    """Yield where a text of ASCII has a row: looked for by its first token, which costs less than the whole form."""
    at = small.find(row.tokens[0])
    while at >= 0:
        if found := _form(row).match(line, at):
            yield found.span()
        at = small.find(row.tokens[0], at + 1)


@lru_cache(256)
def _form(row: Row) -> re.Pattern[str]:
    """Return what a row of tokens looks like in a text of ASCII: words begin and end at signs and at capitals."""
    words = f"(?:[^0-9A-Za-z]+|{_HUMP})".join(f"(?i:{re.escape(token)})" for token in row.tokens)
    rest = "[0-9A-Za-z]*" if row.open_end else ""
    return re.compile(f"(?:(?<![0-9A-Za-z])|{_HUMP}){words}{rest}(?:(?![0-9A-Za-z])|{_HUMP})")


def _origins(line: str, apart: str) -> list[int]:
    """Return for each place of a text with more blanks where it stands in the text without them."""
    origins, at = [], 0
    for char in apart:
        origins.append(at)
        at += at < len(line) and line[at] == char
    return [*origins, len(line)]


def _tokens(text: str, origins: Sequence[int]) -> list[tuple[str, int, int]]:
    found = []
    for run in folding.runs(text):
        exact = run.unparted and len(run.letters) == run.end - run.start
        for at, token in enumerate(folding.tokens(run)):
            start, end = (run.start + at, run.start + at + len(token)) if exact else (run.start, run.end)
            found.append((token, origins[start], origins[end - 1] + 1))
    return found


def _found(tokens: Sequence[tuple[str, int, int]], row: Row) -> Iterator[tuple[int, int]]:
    *before, last = row.tokens
    for at, (token, start, end) in enumerate(tokens):
        begun = token.startswith(last) if row.open_end else token == last
        first = at - len(before)
        if begun and first >= 0 and all(tokens[first + n][0] == one for n, one in enumerate(before)):
            yield (
                (tokens[first][1] if before else start),
                max(end if len(last) > 1 or not row.open_end else start + 1, start + 1),
            )


def _joined(marks: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return marks without those that overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in marks:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
