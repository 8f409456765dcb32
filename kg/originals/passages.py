"""Passages: where in an original the words of a quote stand, or what there is most like them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.originals import compare, fold
from kg.originals.compare import Alignment
from kg.originals.fold import Folded

NEAR = 0.85
LEAST = 12  # characters that a quote must have to be looked for
_ELLIPSIS = re.compile(
    r"\s*(?:[\[(<]\s*(?:…|\.{3}|\.\s\.\s\.)\s*[\])>]|…+|(?<!\.)\.{3,4}(?!\.)|(?<!\.)\.\s\.\s\.(?!\.))\s*"
)
_EDGE = " \t\r\n.,;:，。、；："
_TRIES = 20
# The letters of a short and a long key, and up to how many letters a quote is looked for by the short one.
_KEYS = (4, 8)
_SHORT = 60
_MOST_OF_A_KEY = 64
_SHOWN = 3
_LEAST_SHOWN = 0.3
_WIDER = 5
_WORDS = 8
# What stands before words of a sentence up to its beginning.
_SENTENCE = re.compile(r"(?:(?<=[.!?。！？:;]\s)|(?<=\n\n)|(?<=[“\"])|\A(?=\W*\w+\W+(?:\w+\W+)?\Z))[^.!?。！？:;]*\Z")
_LEAD = 60
_MOST_BY_WORDS = 2_000_000


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an original, by offsets of its text, and how alike a quote it is; `difference` says what differs."""

    start: int
    end: int
    ratio: float = 1.0
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """
    What an original has of a quote: the passage with its words (`exact`), or what is nearest, the best first.

    `pieces` is of how many pieces the quote is made: more than one where an ellipsis cuts it.
    """

    exact: Passage | None
    nearest: tuple[Passage, ...] = ()
    pieces: int = 1

    @property
    def is_near(self) -> bool:
        """Whether one contiguous passage is nearly the quote."""
        return self.exact is None and bool(self.nearest) and self.nearest[0].ratio >= NEAR


def pieces(quote: str) -> list[str]:
    """Return what an ellipsis cuts a quote into, without the stops at the ends, which are the quoting text's own."""
    return [piece for part in _ELLIPSIS.split(quote) if fold.letters(piece := part.strip(_EDGE))]


def is_long_enough(quote: str) -> bool:
    """Tell whether a quote has enough characters to be looked for."""
    return sum(len(" ".join(fold.spelled(piece).split())) for piece in pieces(quote)) >= LEAST


def find(quotes: Sequence[str], original: Folded) -> list[Found]:
    """Return for each quote what an original has of it."""
    cut = [pieces(quote) for quote in quotes]
    whole = [_in_order(some, original) for some in cut]
    missing = [piece for some, found in zip(cut, whole, strict=True) if found is None for piece in some]
    unknown = sorted({piece for piece in missing if exactly(piece, original) is None})
    candidates = _candidates(unknown, original)
    return [
        Found(found, pieces=len(some)) if found else _nearest(some, original, candidates)
        for some, found in zip(cut, whole, strict=True)
    ]


# ---- the very words --------------------------------------------------------------------------------------------------


def exactly(piece: str, original: Folded, behind: int = 0) -> Passage | None:
    """
    Return the first passage with the words of a piece, from a letter on.

    A piece that goes on with a sentence of its own may begin small where the original begins a sentence.
    """
    found = _literally(piece, original, behind)
    capital = piece[:1].upper()
    return found or (_literally(f"{capital}{piece[1:]}", original, behind) if capital != piece[:1] else None)


def _literally(piece: str, original: Folded, behind: int) -> Passage | None:
    sought = fold.letters(piece)
    at = original.letters.find(sought, behind) if sought else -1
    for _ in range(_TRIES):
        if at < 0:
            return None
        start, end = original.span(at, at + len(sought))
        if compare.same(piece, original.text[start:end]) and _is_whole(original.text, start, end):
            return Passage(start, end)
        at = original.letters.find(sought, at + 1)
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether a passage begins and ends with a word and not within one."""
    return not (_within(text[max(0, start - 1) : start + 1]) or _within(text[end - 1 : end + 1]))


def _within(pair: str) -> bool:
    """Tell whether two characters are of one word."""
    return len(pair) > 1 and pair.isalnum() and not re.search(f"[{compare.UNSPACED}]", pair)


def _in_order(some: Sequence[str], original: Folded) -> Passage | None:
    """Return the passage from the first of some pieces to the last where all stand there in this order."""
    behind, start, end = 0, -1, 0
    for piece in some:
        found = exactly(piece, original, behind)
        if found is None:
            return None
        start = found.start if start < 0 else start
        end = found.end
        if len(some) > 1:
            behind = original.letters_before(end)
    return Passage(start, end) if some else None


# ---- what is nearest -------------------------------------------------------------------------------------------------


def _nearest(some: Sequence[str], original: Folded, candidates: Mapping[str, Sequence[Passage]]) -> Found:
    """Return what is nearest to a quote: to each of its pieces where it is cut."""
    best = [_best(piece, original, candidates) for piece in some]
    if len(some) == 1:
        return Found(None, tuple(best[0]), 1)
    firsts = [found[0] for found in best if found]
    complete = len(firsts) == len(some) and all(one.ratio >= NEAR for one in firsts)
    if complete and all(one.end <= other.start for one, other in pairwise(firsts)):
        difference = ", ".join(one.difference for one in firsts if one.difference)
        ratio = min(one.ratio for one in firsts)
        return Found(None, (Passage(firsts[0].start, firsts[-1].end, ratio, difference),), len(some))
    if complete:
        told = [Passage(one.start, one.end, 0.0, "the pieces stand there in another order") for one in firsts]
        return Found(None, tuple(told[:_SHOWN]), len(some))
    # What is shown is no verdict on the whole: a piece of it may stand there.
    return Found(None, tuple(Passage(one.start, one.end, 0.0, one.difference) for one in firsts[:_SHOWN]), len(some))


def _best(piece: str, original: Folded, candidates: Mapping[str, Sequence[Passage]]) -> Sequence[Passage]:
    found = exactly(piece, original)
    return [found] if found else candidates.get(piece, ())


def _candidates(quotes: Sequence[str], original: Folded) -> dict[str, list[Passage]]:
    """Return what is most like each quote, the best first."""
    places: dict[str, list[int]] = {}
    for size in _KEYS:
        sized = {quote: letters for quote in quotes if _key(letters := fold.letters(quote)) == size}
        if sized:
            places |= _diagonals(sized, original.letters, size)
    found = {quote: _aligned(quote, original, places.get(quote, ()), _LEAST_SHOWN) for quote in quotes}
    return {quote: some or _aligned(quote, original, _by_words(quote, original), 0.0) for quote, some in found.items()}


def _by_words(quote: str, original: Folded) -> list[int]:
    """Return where in the letters of an original most of the long words of a quote stand near each other."""
    if len(original.letters) > _MOST_BY_WORDS:
        return []
    words = sorted(
        {fold.letters(word) for word in re.findall(r"[^\W\d_]{5,}", quote)}, key=lambda word: (-len(word), word)
    )
    places = [(at, word) for word in words[:_WORDS] for at in _occurrences(word, original.letters)]
    width, best = len(fold.letters(quote)), (1, 0)
    places.sort()
    last, inside = 0, Counter[str]()
    for at, word in places:
        inside[word] += 1
        while places[last][0] < at - width:
            inside[places[last][1]] -= 1
            last += 1
        if (number := sum(1 for times in inside.values() if times)) > best[0]:
            best = number, places[last][0]
    return [best[1]] if best[0] > 1 else []


def _occurrences(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    for _ in range(_TRIES):
        if at < 0:
            return
        yield at
        at = text.find(word, at + 1)


def _key(letters: str) -> int:
    return _KEYS[len(letters) >= _SHORT]


def _diagonals(quotes: Mapping[str, str], text: str, size: int) -> dict[str, list[int]]:
    """
    Return where in the letters of a text each quote would begin, by the keys that both have, the likeliest first.

    A key is each run of so many letters of a quote, and each so-many-th of the text: every run of twice as many less
    one that both have holds one. So the text is gone through once, however many quotes there are.
    """
    keys: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for quote, letters in quotes.items():
        for at in range(len(letters) - size + 1):
            keys[letters[at : at + size]].append((quote, at))
    votes: dict[str, Counter[int]] = {quote: Counter() for quote in quotes}
    get = keys.get
    for at in range(0, len(text) - size + 1, size):
        if places := get(text[at : at + size]):
            for quote, own in places[:_MOST_OF_A_KEY]:
                votes[quote][(at - own) // max(size, len(quotes[quote]) // _WIDER)] += 1
    return {quote: _likeliest(rows, max(size, len(quotes[quote]) // _WIDER)) for quote, rows in votes.items()}


def _likeliest(rows: Counter[int], width: int) -> list[int]:
    """Return the diagonals with the most votes, those of neighbours added."""
    summed = {row: number + max(rows[row - 1], rows[row + 1]) for row, number in rows.items()}
    ordered = sorted(summed, key=lambda row: (-summed[row], row))
    kept: list[int] = []
    for row in ordered:
        if all(abs(row - other) > 1 for other in kept):
            kept.append(row)
        if len(kept) > _SHOWN:
            break
    return [row * width for row in kept]


def _aligned(quote: str, original: Folded, starts: Sequence[int], least: float) -> list[Passage]:
    length = len(fold.letters(quote))
    found = []
    for start in starts:
        slack = length // 4 + 8
        first, last = max(0, start - slack), min(len(original.letters), start + length + slack)
        if first >= last:
            continue
        begin, end = original.span(first, last)
        aligned = compare.align(quote, original.text[begin:end])
        if aligned and aligned.ratio >= least:
            aligned = _from_its_beginning(quote, original.text, begin, aligned)
            found.append(
                Passage(begin + aligned.start, begin + aligned.end, min(aligned.ratio, 0.999), aligned.difference)
            )
    ordered = sorted(found, key=lambda one: (-one.ratio, one.start))
    return list(_apart(ordered))[:_SHOWN]


def _from_its_beginning(quote: str, text: str, begin: int, aligned: Alignment) -> Alignment:
    """
    Return an alignment in which a quote that begins like a sentence lies beside the beginning of the original's.

    Words that were left out there, such as a hedge, are part of the difference; those of a long way are not.
    """
    start = begin + aligned.start
    if not (quote[:1].isupper() and text[start : start + 1].islower()):
        return aligned
    before = _SENTENCE.search(text[max(0, start - _LEAD) : start])
    if before is None:
        return aligned
    own, other = text[start:].split(maxsplit=1)[0], quote.split(maxsplit=1)[0]
    lead = " ".join(before[0].split())
    if own.casefold() != other.casefold() or not lead:
        return aligned
    rest = aligned.difference.removeprefix(f"'{other}' for '{own}'").removeprefix(", ")
    difference = ", ".join(filter(None, (f"'{other}' for '{lead} {own}'", rest)))
    return replace(aligned, start=aligned.start - len(before[0].lstrip()), difference=difference)


def _apart(ordered: Sequence[Passage]) -> Iterator[Passage]:
    """Yield passages but those that share words with a better one."""
    taken: list[Passage] = []
    for one in ordered:
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
            yield one
