"""Passages: where in an original the words of a quote stand, or what there is most like them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from kg.model.records import dataclass
from kg.originals import compare, fold
from kg.originals.compare import Alignment
from kg.originals.fold import Folded
from kg.originals.occurrences import Occurrences

NEAR = 0.85
LEAST = 12  # characters that a quote must have to be looked for
_ELLIPSIS = re.compile(r"[\[(<]\s*(?:…|\.{3}|\.\s\.\s\.)\s*[\])>]|…+|(?<!\.)\.{3,4}(?!\.)|(?<!\.)\.\s\.\s\.(?!\.)")
_BLANKS = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_EDGE = f"{_BLANKS}.,;:，。、；："
_TRIES = 20
# The same letters may stand with other hyphens, or within longer words, before they stand there as quoted.
_PLACES = 1_000
# Parts of a quote that are looked for where the whole is not there: how many, and of how many letters each.
_SEEDS, _SHORTEST_SEED, _LONGEST_SEED = 8, 6, 16
_SHOWN = 3
_LEAST_SHOWN = 0.3
_WIDER = 5
_WORDS = 5
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
    every = sorted({piece for some in cut for piece in some})
    place = Occurrences(original.letters, (fold.letters(one) for piece in every for one in _spellings(piece)))
    known = {piece: _exactly(piece, original, place) for piece in every}
    whole = [_in_order(some, original, place, known) for some in cut]
    missing = {piece for some, found in zip(cut, whole, strict=True) if found is None for piece in some}
    likest = {piece: [found] if (found := known[piece]) else _likest(piece, original, place) for piece in missing}
    return [
        Found(found, pieces=len(some)) if found else _nearest(some, likest)
        for some, found in zip(cut, whole, strict=True)
    ]


# ---- the very words --------------------------------------------------------------------------------------------------


def _spellings(piece: str) -> list[str]:
    """Return a piece, and as it would begin a sentence: what goes on with a sentence begins small."""
    return list(dict.fromkeys((piece, f"{piece[:1].upper()}{piece[1:]}")))


def _exactly(piece: str, original: Folded, place: Occurrences, behind: int = 0) -> Passage | None:
    """Return the first passage with the words of a piece, from a letter on."""
    for one in _spellings(piece):
        sought = fold.letters(one)
        for at in islice(place.of(sought, behind), _PLACES):
            start, end = original.span(at, at + len(sought))
            if _is_whole(original.text, start, end) and compare.same(one, original.text[start:end]):
                return Passage(start, end)
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether a passage begins and ends with a word and not within one."""
    return not (_within(text[max(0, start - 1) : start + 1]) or _within(text[end - 1 : end + 1]))


def _within(pair: str) -> bool:
    """Tell whether two characters are of one word."""
    return len(pair) > 1 and pair.isalnum() and not re.search(f"[{compare.UNSPACED}]", pair)


def _in_order(
    some: Sequence[str], original: Folded, place: Occurrences, firsts: Mapping[str, Passage | None]
) -> Passage | None:
    """Return the passage from the first of some pieces to the last where all stand there in this order."""
    if any(firsts[piece] is None for piece in some):
        return None
    behind, start, end = 0, -1, 0
    for piece in some:
        found = _exactly(piece, original, place, behind) if behind else firsts[piece]
        if found is None:
            return None
        start = found.start if start < 0 else start
        end = found.end
        if len(some) > 1:
            behind = original.letters_before(end)
    return Passage(start, end) if some else None


# ---- what is nearest -------------------------------------------------------------------------------------------------


def _nearest(some: Sequence[str], likest: Mapping[str, Sequence[Passage]]) -> Found:
    """Return what is nearest to a quote: to each of its pieces where it is cut."""
    best = [likest[piece] for piece in some]
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


def _likest(piece: str, original: Folded, place: Occurrences) -> list[Passage]:
    """Return what is most like a piece, the best first."""
    letters = fold.letters(piece)
    size = min(_LONGEST_SEED, max(_SHORTEST_SEED, len(letters) // _SEEDS))
    if size < place.least <= len(letters) // 2:
        # Longer parts are looked up, shorter ones gone through for: only for what has nothing near.
        found = _aligned(piece, original, _diagonals(letters, place, place.least, place.least // 2), _LEAST_SHOWN)
        if found and found[0].ratio >= NEAR:
            return found
    found = _aligned(piece, original, _diagonals(letters, place, size, size), _LEAST_SHOWN)
    return found or _aligned(piece, original, _by_words(piece, len(letters), place), 0.0)


def _diagonals(letters: str, place: Occurrences, size: int, apart: int) -> list[int]:
    """Return where a quote would begin, by parts of it that stand in the original, the likeliest first."""
    step = max(apart, len(letters) // _SEEDS)
    width = max(size, len(letters) // _WIDER)
    rows: Counter[int] = Counter()
    for own in range(0, len(letters) - size + 1, step):
        for at in islice(place.of(letters[own : own + size]), _TRIES):
            rows[(at - own) // width] += 1
    summed = {row: number + max(rows.get(row - 1, 0), rows.get(row + 1, 0)) for row, number in rows.items()}
    kept: list[int] = []
    for row in sorted(summed, key=lambda row: (-summed[row], row)):
        if all(abs(row - other) > 1 for other in kept):
            kept.append(row)
    return [row * width for row in kept[:_SHOWN]]


def _by_words(piece: str, width: int, place: Occurrences) -> list[int]:
    """Return where in the letters of an original most of the long words of a quote stand near each other."""
    if len(place.text) > _MOST_BY_WORDS:
        return []
    words = {fold.letters(word) for word in re.findall(r"[^\W\d_]{5,}", piece)}
    longest = sorted(words, key=lambda word: (-len(word), word))[:_WORDS]
    places = sorted((at, word) for word in longest for at in islice(place.of(word), _TRIES))
    last, inside, best = 0, Counter[str](), (1, -1)
    for at, word in places:
        inside[word] += 1
        while places[last][0] < at - width:
            inside[places[last][1]] -= 1
            last += 1
        number = sum(1 for times in inside.values() if times)
        best = max(best, (number, -places[last][0])) if number > best[0] else best
    return [-best[1]] if best[0] > 1 else []


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
            if aligned.ratio >= NEAR:
                break
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
