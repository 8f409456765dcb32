"""Verdicts: the words that pages quote, held against the texts of their originals."""

from collections.abc import Sequence
from functools import cached_property

from kg.model.records import dataclass
from kg.originals import fold, foreign_words, passages
from kg.originals.fold import Folded
from kg.originals.foreign_words import Tongue
from kg.originals.match_quads import EXACT, NEAR, NOT_THERE, UNKNOWN, Located, Match
from kg.originals.passages import Found, Passage
from kg.originals.read_original import Unread
from kg.originals.source_text import SourceText

TRANSLATED = "the words are in another language than the original"
_AROUND = 32
_LONGEST = 400
_ORDER = (EXACT, NEAR, NOT_THERE, UNKNOWN)


class Readable:
    """An original with its text, folded and known in its language when that is asked for."""

    def __init__(self, path: str, text: SourceText) -> None:
        self.path = path
        self.text = text

    @cached_property
    def folded(self) -> Folded:
        """The text without what printing and copying change."""
        return fold.fold(self.text.text)

    @cached_property
    def tongue(self) -> Tongue:
        """What the text is written in."""
        return Tongue(self.text.text)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An original without a text, and why."""

    path: str
    why: str


Original = Readable | Unreadable


def original(path: str, text: SourceText | Unread) -> Original:
    """Return an original with what was read of it."""
    return Unreadable(path, text.why) if isinstance(text, Unread) else Readable(path, text)


def matches(quotes: Sequence[tuple[str, str]], originals: Sequence[Original]) -> list[Match]:
    """
    Return what originals have of the words that parts of a page quote: of several originals the best.

    Words are not there only where every original that the page names was read.
    """
    words = sorted({words for _, words in quotes})
    best: dict[str, tuple[tuple[int, float, int], Match]] = {}
    for at, one in enumerate(originals):
        for match in _held(words, one):
            rank = _ORDER.index(match.verdict), -match.likeness, at
            # What cannot be read may have the words that the others have not.
            rank = (_ORDER.index(NEAR), 1.0, at) if match.verdict == UNKNOWN else rank
            if match.words not in best or rank < best[match.words][0]:
                best[match.words] = rank, match
    return [_of(part, best[words][1]) for part, words in quotes if words in best]


def _of(part: str, match: Match) -> Match:
    return Match(
        part, match.words, match.verdict, match.original, match.why, match.likeness, match.pieces, match.passages
    )  # fmt: skip


def _held(words: Sequence[str], one: Original) -> list[Match]:
    if isinstance(one, Unreadable):
        return [Match("", quote, UNKNOWN, one.path, one.why) for quote in words]
    found = passages.find(words, one.folded)
    return [_judged(quote, result, one) for quote, result in zip(words, found, strict=True)]


def _judged(quote: str, result: Found, one: Readable) -> Match:
    if result.exact:
        return Match(
            "", quote, EXACT, one.path, likeness=1.0, pieces=result.pieces, passages=(_located(result.exact, one),)
        )
    if result.is_near:
        first = result.nearest[0]
        why = first.difference or "other hyphens or blanks"
        return Match("", quote, NEAR, one.path, why, first.ratio, result.pieces, (_located(first, one),))
    if foreign_words.is_translated(quote, one.tongue):
        return Match("", quote, UNKNOWN, one.path, TRANSLATED, pieces=result.pieces)
    nearest = tuple(_located(passage, one) for passage in result.nearest)
    why = result.nearest[0].difference if result.nearest else ""
    likeness = result.nearest[0].ratio if result.nearest else 0.0
    return Match("", quote, NOT_THERE, one.path, why, likeness, result.pieces, nearest)


def _located(passage: Passage, one: Readable) -> Located:
    text, source = one.text.text, one.text
    spot = source.spot(passage.start)
    end = passage.end if source.pages else source.in_source(passage.end - 1) + 1
    exact = text[passage.start : passage.end]
    return Located(
        exact if len(exact) <= _LONGEST else exact[:_LONGEST] + "…",
        text[max(0, passage.start - _AROUND) : passage.start],
        text[passage.end : passage.end + _AROUND],
        spot.offset,
        end,
        spot.line,
        spot.column,
        spot.page,
    )
