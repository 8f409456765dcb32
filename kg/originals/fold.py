"""Folding: a text without what printing and copying change, and the way from it back to the text."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import field
from functools import cache

from kg.model.records import dataclass
from kg.parse import quotations

_DASHES = "‐‑‒–—―−⸺⸻﹘﹣－⁃"
# What nobody sees: soft hyphens, joiners, marks of direction and of bytes.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_PRIMES = "´′‵ʼ"  # written for apostrophes
_DOUBLE_PRIMES = "″‶"
_BULLETS = "•◦▪‣●"
_APOSTROPHES = "‘’‚‛❛❜＇" + _PRIMES
_OTHER_MARKS = "".join(sorted({mark for mark in quotations.MARKS if not mark.isascii()} - set(_APOSTROPHES)))
# Each by the sign of ASCII that stands for all of its kind.
_SPELLED = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_INVISIBLE, ""),
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_OTHER_MARKS + _DOUBLE_PRIMES, '"'),
    **dict.fromkeys(_BULLETS, " "),
}
# Most texts have no others beyond ASCII; these are put in their spelling without a pattern.
_FREQUENT = "’“”–—‘"
_DROPPED = "-'\"*_`[]\\"
_DROPPED_ASCII = f"{_DROPPED} \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f".encode()
_KEPT_ASCII = bytes(sorted({*range(128)} - {*_DROPPED_ASCII})).decode()
_RUN = re.compile(f"[{re.escape(_KEPT_ASCII)}]+")
_CHUNK = 1024
_SPREAD = 16
# A text may be cut before any of these: nothing before them is composed with them.
_CUT = re.compile(r"[\s!-~\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff]")


@cache
def _spelled_otherwise() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(_SPELLED))}]")


def spelled(text: str) -> str:
    """Return a text in one spelling: dashes, quotation marks and apostrophes of ASCII, NFKC, nothing invisible."""
    text = _frequent_spelled(text)
    if text.isascii():
        return text
    text = _spelled_otherwise().sub(lambda match: _SPELLED[match[0]], text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _frequent_spelled(text: str) -> str:
    """Return a text of the same length, its most frequent signs in their spelling."""
    if text.isascii():
        return text
    for sign in _FREQUENT:
        if sign in text:
            text = text.replace(sign, _SPELLED[sign])
    return text


def letters(text: str) -> str:
    """Return a text without white space, hyphens, dashes, quotation marks and marks of emphasis, in one spelling."""
    text = spelled(text)
    if text.isascii():
        return text.encode("ascii").translate(None, _DROPPED_ASCII).decode("ascii")  # twice as fast as a text's own
    text = "".join(text.split())
    for sign in _DROPPED:
        if sign in text:
            text = text.replace(sign, "")
    return text


@dataclass(frozen=True, slots=True)
class _Runs:
    """Where letters of ASCII stand side by side: how many are before each run, where it starts; how many there are."""

    before: list[int]
    starts: list[int]
    count: int

    def offset(self, letter: int) -> int:
        run = bisect_right(self.before, letter) - 1
        return self.starts[run] + letter - self.before[run]


def _runs(chunk: str) -> _Runs:
    before, starts, count = [], [], 0
    for run in _RUN.finditer(chunk):
        start, end = run.span()
        before.append(count)
        starts.append(start)
        count += end - start
    return _Runs(before, starts, count)


@dataclass(slots=True)
class Folded:
    """A text and its `letters`; the offsets of the text are found from those of its letters when they are asked for."""

    text: str
    letters: str
    _starts: list[int]
    _before: list[int]
    _plain: dict[int, _Runs | None] = field(default_factory=dict)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the letters from `start` to before `end` stand in the text."""
        last = self._offset(end - 1) + 1
        while last < len(self.text) and unicodedata.combining(self.text[last]):
            last += 1
        return self._offset(start), last

    def letters_before(self, offset: int) -> int:
        """Return how many letters stand before an offset of the text."""
        row = bisect_right(self._starts, offset) - 1
        return self._before[row] + len(letters(self.text[self._starts[row] : offset]))

    def _runs(self, row: int, chunk: str) -> _Runs | None:
        """Return the runs of a chunk's letters; None where letters beyond ASCII make it more than a count."""
        if row not in self._plain:
            runs = _runs(chunk)
            self._plain[row] = runs if runs.count == self._count(row) else None
        return self._plain[row]

    def _count(self, row: int) -> int:
        """Return how many letters a chunk has."""
        last = self._before[row + 1] if row + 1 < len(self._before) else len(self.letters)
        return last - self._before[row]

    def _offset(self, at: int) -> int:
        """Return the offset of the character that a letter was made of."""
        row = bisect_right(self._before, at) - 1
        first = self._starts[row]
        last = self._starts[row + 1] if row + 1 < len(self._starts) else len(self.text)
        chunk, sought = self.text[first:last], at - self._before[row]
        if (runs := self._runs(row, chunk)) is not None:
            return first + runs.offset(sought)
        low, high = 0, len(chunk)
        # Letters are spread evenly, so the first guesses are near; what remains is halved.
        near = max(0, sought * len(chunk) // max(1, self._count(row)) - _SPREAD)
        for middle in (near, near + 2 * _SPREAD):
            if low < middle < high:
                if len(letters(chunk[:middle])) > sought:
                    high = middle
                else:
                    low = middle
        while low < high:
            middle = (low + high) // 2
            if len(letters(chunk[: middle + 1])) > sought:
                high = middle
            else:
                low = middle + 1
        return first + min(low, len(chunk) - 1)


def fold(text: str) -> Folded:
    """Return a text folded."""
    starts, before, parts, count = [0], [0], [], 0
    plain = _frequent_spelled(text)  # once for all parts: few of them have other signs
    for start, end in _cuts(plain):
        part = letters(plain[start:end])
        if start:
            starts.append(start)
            before.append(count)
        parts.append(part)
        count += len(part)
    return Folded(text, "".join(parts), starts, before)


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        cut = _CUT.search(text, start + _CHUNK)
        end = cut.start() if cut else len(text)
        yield start, end
        start = end
