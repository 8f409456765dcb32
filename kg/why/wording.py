"""Words compared: what is the same to a reader, what stands between quotation marks, and what is nearest."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from kg.compare import text_likeness
from kg.links.wikilinks import plain

# Between quotation marks of one kind; a straight mark after a letter, or before a blank, opens nothing.
_QUOTED = re.compile(
    r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|「([^「」]+)」|『([^『』]+)』|(?<!\w)\"(?=\S)([^\"]+)\"(?!\w)"
)
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*")
_MARKS = re.compile(r"[*_`]+")
_QUOTES = re.compile("[“”„«»「」『』‘’‚'\"]+")
_DASHES = re.compile("[‐‑‒–—―−-]+")
_EDGE = " .,;:!?。，、！？"
_LONG, _SHORT, _WORDS = 20, 12, 3
_BEST = 5
_LIKE = 0.35


def folded(text: str) -> str:
    """Return a text as it is compared: what a reader sees, without case, emphasis, kinds of marks, runs of blanks."""
    seen = unicodedata.normalize("NFKC", plain(text)).casefold()
    seen = _MARKS.sub("", _DASHES.sub("-", _QUOTES.sub("'", seen)))
    return " ".join(seen.split())


def quoted(text: str) -> list[str]:
    """
    Return what a text has between quotation marks, cut at ellipses, in order, each once.

    Pieces of 20 characters count, and from 12 on those of three words: less is mostly a name or a term.
    """
    pieces = [
        piece for match in _QUOTED.finditer(text) for piece in _ELLIPSIS.split(next(filter(None, match.groups())))
    ]
    return list(dict.fromkeys(piece.strip(_EDGE) for piece in pieces if _telling(piece.strip(_EDGE))))


def _telling(piece: str) -> bool:
    seen = plain(piece)
    return len(seen) >= _LONG or (len(seen) >= _SHORT and len(text_likeness.words(seen)) >= _WORDS)


def holds(text: str, piece: str) -> bool:
    """Tell whether a text has the words of a piece, both folded before they are compared."""
    return folded(piece).strip(_EDGE + "'") in folded(text)


def nearest(piece: str, texts: Sequence[str]) -> tuple[int, float] | None:
    """
    Return which of some texts has the passage most like a piece, and how alike they are, None where nothing is like it.

    The passages are as long as the piece, in words. The best by the words that they share are compared in their order.
    """
    wanted = text_likeness.words(folded(piece))
    counts = Counter(wanted)
    best: list[tuple[int, int, tuple[str, ...]]] = []
    for number, text in enumerate(texts):
        words = text_likeness.words(folded(text))
        shared, start = _window(words, counts, len(wanted))
        if shared:
            best.append((-shared, number, words[start : start + len(wanted)]))
    ranked = (
        (text_likeness.likeness(wanted, window), -len(texts[number]), -number)
        for _, number, window in sorted(best)[:_BEST]
    )
    top = max(ranked, default=None)
    return (-top[2], round(top[0], 2)) if top and top[0] >= _LIKE else None


def _window(words: Sequence[str], counts: Counter[str], size: int) -> tuple[int, int]:
    """Return how many words the window of a text shares with a piece that shares most, and where it begins."""
    left = Counter(counts)
    shared = best = start = 0
    for end, word in enumerate(words):
        left[word] -= 1
        shared += left[word] >= 0
        if end >= size:
            gone = words[end - size]
            left[gone] += 1
            shared -= left[gone] > 0
        if shared > best:
            best, start = shared, max(0, end - size + 1)
    return best, start


def one_line(text: str, most: int = 0) -> str:
    """Return a text in one line, cut with an ellipsis where it is longer than `most` (0: never)."""
    line = " ".join(text.split())
    return line if not most or len(line) <= most else line[: most - 1].rstrip() + "…"


def unique(items: Iterable[str]) -> list[str]:
    """Return items in order, each once."""
    return list(dict.fromkeys(items))
