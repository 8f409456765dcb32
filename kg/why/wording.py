"""Words: which passage is most like some that are gone, and how texts are shown."""

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.compare import text_likeness
from kg.compare.quotations import folded

_BEST = 5
_LIKE = 0.35


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
