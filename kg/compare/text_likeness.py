"""How alike two texts are, and which of many are worth comparing. Pure, and the same in both directions."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

# Words; in scripts that are written without blanks every character is one, so that one edit is not the whole sentence.
_BLANKLESS = "\u0e00-\u0edf\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_BLANKLESS}]|(?:(?![{_BLANKLESS}])\w)+|[^\w\s]")
_COMMON = 40
_DIGITS = 6


def words(text: str) -> tuple[str, ...]:
    """Return the words and marks of a text in order, without regard to letter case."""
    return tuple(_WORD.findall(text.casefold()))


@lru_cache(maxsize=100_000)
def _ratio(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    return round(SequenceMatcher(None, first, second, autojunk=False).ratio(), _DIGITS)


def likeness(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """
    Return how alike two texts are: 1 for the same words in the same order, 0 for no word in common.

    Twice the number of words in the blocks that difflib.SequenceMatcher matches, divided by the number of all words.
    Its answer depends on which text comes first, so the smaller one always does.
    """
    if first == second:
        return 1.0
    return _ratio(*sorted((first, second)))


def candidates(old: Sequence[Iterable[str]], new: Sequence[Iterable[str]]) -> set[tuple[int, int]]:
    """
    Return the pairs of texts that share a word which at most 40 of all these texts have.

    Each text is given as its words. A word that more have tells nothing apart, and without this limit the pairs would
    grow with the square of the texts.
    """
    having: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, texts in enumerate((old, new)):
        for index, text in enumerate(texts):
            for word in set(text):
                having[word][side].append(index)
    return {
        (first, second)
        for olds, news in having.values()
        if len(olds) + len(news) <= _COMMON
        for first in olds
        for second in news
    }


def best(
    pairs: Iterable[tuple[int, int]], score: Callable[[int, int], float], tie: Callable[[int, int], object]
) -> Iterator[tuple[int, int]]:
    """
    Yield pairs in which nothing occurs twice, always the one with the highest score first.

    Pairs with a score of 0 are left out. `tie` orders those of one score; where it gives the same for (a, b) as for
    (b, a) with the sides exchanged, so does this function.
    """
    ranked = sorted(((-score(*pair), tie(*pair), pair) for pair in pairs), key=lambda one: one[:2])
    taken: tuple[set[int], set[int]] = (set(), set())
    for worth, _, (first, second) in ranked:
        if worth < 0 and first not in taken[0] and second not in taken[1]:
            taken[0].add(first)
            taken[1].add(second)
            yield first, second
