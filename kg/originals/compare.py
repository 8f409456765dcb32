"""Comparing a quote with a passage: are they the same words, how alike are they, and what differs."""

import re
from collections.abc import Iterable, Sequence
from difflib import Match, SequenceMatcher
from functools import cache
from itertools import accumulate

from kg.model.records import dataclass
from kg.originals import fold

_SEPARATOR = re.compile(r"[-'\"*_`\[\]\\\s]+")
_HYPHEN_AT_END = re.compile("\u00ad(?=\\s*\\n)")
_LIST_MARK = re.compile(r"\s*\n\s*-\s+")
# Scripts that put no blanks between words: Thai, Lao, Myanmar, Khmer, kana, Han and their signs.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = rf"(?:(?![{UNSPACED}])[^\W_])+(?:['’‘ʼ](?:(?![{UNSPACED}])[^\W_])+)*"
# A word, one that is hyphenated at the end of a line, a character of a script without blanks, a sign.
_TOKEN = rf"[{UNSPACED}]|{_WORD}(?:-[ \t]*\r?\n\s*(?=[^\W\d_]){_WORD})?|-|[^\w\s]"
_BROKEN = re.compile(r"-[ \t]*\r?\n\s*")
_MARKS = frozenset({"", "'", '"', "*", "_", "`", "[", "]", "\\"})
_LIKE = 0.6
_MOST_BLOCKS = 1_000
_SHOWN_DIFFERENCES = 3
_SHOWN_WORDS = 60
_Change = tuple[str, int, int, int, int]


@cache
def _unspaced() -> re.Pattern[str]:
    """Return what a character of a script without blanks is: classes this large take 10 ms, and few builds compare."""
    return re.compile(f"[{UNSPACED}]")


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_TOKEN)


# ---- the same words --------------------------------------------------------------------------------------------------


def same(quote: str, passage: str) -> bool:
    """
    Tell whether a quote and a passage with the same letters are the same words.

    White space, quotation marks and the kinds of dashes do not count, nor hyphens at the end of a line; whether
    a hyphen, an apostrophe or a blank stands between two letters does.
    """
    if _plain(quote) == _plain(passage):
        return True
    one, other = _between(quote), _between(passage)
    return len(one) == len(other) and all(
        _alike(gap, gap_there, letter, behind)
        for (gap, letter, behind), (gap_there, _, _) in zip(one, other, strict=True)
    )


def _plain(text: str) -> str:
    return " ".join(fold.spelled(text).split())


def _between(text: str) -> list[tuple[str, str, str]]:
    """Return what stands between each two letters of a text, and the letters."""
    text = fold.spelled(_HYPHEN_AT_END.sub("-", text))
    found, last, gap = [], "", ""
    for match in re.finditer(rf"({_SEPARATOR.pattern})|(.)", text, re.DOTALL):
        if match[1]:
            gap += match[1]
            continue
        if last:
            found.append((gap, last, match[2]))
        last, gap = match[2], ""
    return found


def _alike(one: str, other: str, letter: str, behind: str) -> bool:
    """Tell whether what stands between two letters is the same to a reader."""
    if one == other:
        return True
    kinds, others = _kinds(one), _kinds(other)
    if kinds & others:
        return True
    if {"space", "none"} & kinds and {"space", "none"} & others:
        return _joins(letter, behind)
    return False


def _kinds(gap: str) -> set[str]:
    """Return what a gap may be: no gap, a blank, a dash, an apostrophe; a hyphen at the end of a line may be none."""
    broken = "\n" in gap
    if "-" in gap:
        kinds = {"dash"}
        if broken and re.fullmatch(r"[^-]*-\s*\n\s*", gap.replace('"', "")):
            kinds.add("none")
        if _LIST_MARK.fullmatch(gap):
            kinds.add("space")
        return kinds
    if any(map(str.isspace, gap)):
        return {"space"}
    return {"apostrophe"} if "'" in gap else {"none"}


def _joins(letter: str, behind: str) -> bool:
    """Tell whether a blank between two letters means nothing: in scripts without any, and beside signs."""
    if _unspaced().match(letter) or _unspaced().match(behind):
        return True
    if letter in ".," and behind.isdigit():
        return False
    return not (letter.isalnum() and behind.isalnum())


# ---- how alike -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alignment:
    """
    A quote laid beside a part of a text: how much of the longer of both is the same, from 0 to 1.

    `start` and `end` are offsets of the text, `difference` is what differs, in words, if anything.
    """

    ratio: float
    start: int
    end: int
    difference: str


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, a sign or a character of a script without blanks, folded, and where it stands."""

    text: str
    start: int
    end: int


def align(quote: str, text: str) -> Alignment | None:
    """Return the part of a text that is most like a quote, None where they have no word in common."""
    ours, theirs = _words(quote), _words(text)
    matcher = SequenceMatcher(None, [one.text for one in ours], [one.text for one in theirs], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return None
    ratio, first, last = _densest(ours, theirs, blocks)
    begin, close = _ends(ours, theirs, blocks[first], blocks[last])
    passage = theirs[begin:close]
    changes = _changes(ours, passage)
    better = max(ratio, _score(ours, passage, changes))
    return Alignment(better, passage[0].start, passage[-1].end, _difference(ours, passage, changes))


def _words(text: str) -> list[_Word]:
    """Return the words and signs of a text, a word that is hyphenated at the end of a line as one."""
    found = []
    for match in _token().finditer(text):
        token = match[0]
        if "\n" in token:
            token = _BROKEN.sub("", token)
        token = token if token.isascii() else fold.spelled(token)
        if token not in _MARKS:
            found.append(_Word(token, match.start(), match.end()))
    return found


def _size(words: Sequence[_Word]) -> int:
    return sum(len(one.text) for one in words)


def _densest(ours: Sequence[_Word], theirs: Sequence[_Word], blocks: Sequence[Match]) -> tuple[float, int, int]:
    """Return which matching blocks, from one to another, have most in common with all of a quote, and how much."""
    own = [0, *accumulate(len(one.text) for one in ours)]
    other = [0, *accumulate(len(one.text) for one in theirs)]
    matched = [0, *accumulate(own[block.a + block.size] - own[block.a] for block in blocks)]
    firsts = range(len(blocks)) if len(blocks) <= _MOST_BLOCKS else range(1)
    ratio, first, last = max(
        ((matched[to + 1] - matched[at]) / max(own[-1], other[block.b + block.size] - other[blocks[at].b]), -at, to)
        for at in firsts
        for to, block in enumerate(blocks[at:], at)
    )
    return ratio, -first, last


def _ends(ours: Sequence[_Word], theirs: Sequence[_Word], first: Match, last: Match) -> tuple[int, int]:
    """Return which words of the text lie beside the quote: as many before and behind what matches as it has."""
    begin = max(0, first.b - first.a)
    rest = len(ours) - last.a - last.size
    close = min(len(theirs), last.b + last.size + rest)
    return begin, close


def _changes(ours: Sequence[_Word], theirs: Sequence[_Word]) -> list[_Change]:
    matcher = SequenceMatcher(None, [one.text for one in ours], [one.text for one in theirs], autojunk=False)
    return list(matcher.get_opcodes())


def _score(ours: Sequence[_Word], theirs: Sequence[_Word], changes: Iterable[_Change]) -> float:
    """Return how much is the same, where words that differ in a letter or two count in part."""
    same_size = 0.0
    for change, at, to, begin, close in changes:
        one, other = ours[at:to], theirs[begin:close]
        if change == "equal":
            same_size += _size(one)
        elif change == "replace":
            left, right = ("".join(word.text for word in words) for words in (one, other))
            like = SequenceMatcher(None, left, right, autojunk=False).ratio()
            same_size += like * min(len(left), len(right)) if like >= _LIKE else 0.0
    return same_size / max(_size(ours), _size(theirs), 1)


# ---- what differs ----------------------------------------------------------------------------------------------------


def _difference(ours: Sequence[_Word], theirs: Sequence[_Word], changes: Iterable[_Change]) -> str:
    said = []
    for change, at, to, begin, close in changes:
        one, other = _shown(ours[at:to]), _shown(theirs[begin:close])
        if change == "replace" and at == 0 and one == f"{other[:1].lower()}{other[1:]}":
            continue  # it goes on with a sentence, which the original begins
        if change == "replace":
            said.append(f"'{one}' for '{other}'")
        elif change == "delete":
            said.append(f"'{one}' added")
        elif change == "insert":
            said.append(f"'{other}' left out")
    more = len(said) - _SHOWN_DIFFERENCES
    return ", ".join(said[:_SHOWN_DIFFERENCES]) + (f" and {more} more" if more > 0 else "")


def _shown(words: Sequence[_Word]) -> str:
    text = ""
    for before, one in zip((None, *words), words, strict=False):
        glued = before is None or before.end == one.start
        text += one.text if glued else f" {one.text}"
    return text if len(text) <= _SHOWN_WORDS else text[: _SHOWN_WORDS - 1].rstrip() + "…"
