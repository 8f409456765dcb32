"""
Near names: which of many names somebody probably meant who wrote another.

Not kg/model/did_you_mean.py, which compares a word with each of a few dozen: a wiki has ten thousand names and as many
broken links, which takes tables, and a link differs from a page's name in ways that a rule's or a query's cannot, such
as its folder, accents, hyphens, the order of words and their number.
"""

import re
import unicodedata
import zlib
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from urllib.parse import unquote

from kg.model.records import dataclass
from kg.rdf import spellings

MOST = 3
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
# Accents of Latin, Greek and Cyrillic letters, points of Hebrew ones, vowels that Arabic mostly leaves out.
_ACCENT = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u064b-\u065f\u0670]+")
_NO_DIGIT = re.compile(r"\D+")
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)es\Z")
_SHORT, _LONG, _LONGEST = 4, 9, 120
# Two edits take away at most eight of a name's runs of three letters; one of its nine rarest is left.
_GRAM, _RAREST = 3, 9
# How many names are looked at for one key: what more names share than this says nothing about any of them.
_SHARED, _LOOKED_AT = 256, 24
_MISTYPED, _OTHER_DIGITS = 2, 10


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name that a page has: `page` is its path, `place` is 0 for its file name, 1 for a title or alias."""

    page: str
    place: int
    text: str


@dataclass(frozen=True, slots=True)
class _Form:
    """A name without what people get wrong: its letters alone, its words in the singular, the same in order."""

    letters: str
    singular: str
    ordered: str


class NearNames:
    """The names of a wiki, to be searched for those like another; each table is made when it is first needed."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self._all = sorted({(s.place, s.page, s.text): s for s in spellings}.items())
        self._forms = [_form(spelling.text) for _, spelling in self._all]

    def spelling(self, number: int) -> Spelling:
        """Return one of the names."""
        return self._all[number][1]

    def letters(self, number: int) -> str:
        """Return the letters of one of the names."""
        return self._forms[number].letters

    @cached_property
    def equal(self) -> dict[tuple[int, str], list[int]]:
        """The names by their forms, from the closest to the most distant one."""
        found: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, form in enumerate(self._forms):
            for rank, key in _keys(form):
                found[rank, key].append(number)
        return dict(found)

    @cached_property
    def deletions(self) -> "array[int]":
        """Every name with one letter or none left out, as a checksum and the name's number, in order."""
        packed = [
            checksum << 32 | number
            for number, form in enumerate(self._forms)
            if len(form.letters) <= _LONGEST
            for checksum in _deletions(form.letters)
        ]
        return array("Q", sorted(packed))

    @cached_property
    def grams(self) -> "dict[str, array[int]]":
        """The long names by the runs of three letters in them."""
        found: dict[str, array[int]] = {}
        for number, form in enumerate(self._forms):
            if _LONG <= len(form.letters) <= _LONGEST:
                for gram in _grams(form.letters):
                    found.setdefault(gram, array("L")).append(number)
        return found


def nearest(names: NearNames, link: str) -> tuple[str, ...]:
    """
    Return the paths of at most three pages that `link` probably means, best first.

    It may differ from a page's file name, title or alias in letter case, accents, hyphens, blanks and percent-escapes,
    the folder, singular or plural, the order of its words, one letter (a long name: two) wrong, missing, too much or
    swapped with the next; a name that differs in less comes first, one with other digits last.
    """
    wanted = unquote(link).replace("\\", "/").strip("/ ")
    folder, _, last = wanted.rpartition("/")
    forms = [_form(text) for text in dict.fromkeys((wanted, last)) if text]
    ranked = list(_equal(names, forms)) or list(_mistyped(names, forms))
    best: dict[str, tuple[int, bool, int, str]] = {}
    for rank, number in ranked:
        spelling = names.spelling(number)
        above = f"/{spelling.page.rpartition('/')[0]}".casefold()
        elsewhere = bool(folder) and not above.endswith(f"/{folder}".casefold())
        order = (rank, elsewhere, spelling.place, spelling.page)
        best[spelling.page] = min(order, best.get(spelling.page, order))
    return tuple(sorted(best, key=best.__getitem__)[:MOST])


def _form(text: str) -> _Form:
    parts = _CAMEL.split(text) if not text.islower() else [text]
    words = [word for part in parts for word in _words(_folded(part))]
    singular = [_singular(word) for word in words]
    return _Form("".join(words), "".join(singular), " ".join(sorted(singular)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text) if text.isascii() else spellings.tokens(text)


def _folded(text: str) -> str:
    """Return a text in lower case and without accents; marks that write a vowel or tone in their script stay."""
    if text.isascii():
        return text.lower()
    parts = (one if unicodedata.decomposition(one).startswith("<fraction>") else _plain(one) for one in text.casefold())
    letters = "".join(parts)
    return unicodedata.normalize("NFC", _ACCENT.sub("", letters))


@cache
def _plain(character: str) -> str:
    return unicodedata.normalize("NFKD", character)


def _singular(word: str) -> str:
    """Return an English word without the ending of a plural; no dictionary, so only the same for both numbers."""
    if len(word) < _SHORT or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if _SIBILANT.search(word) else word[:-1]


def _keys(form: _Form) -> Iterator[tuple[int, str]]:
    return ((rank, key) for rank, key in enumerate((form.letters, form.singular, form.ordered)) if key)


def _equal(names: NearNames, forms: Sequence[_Form]) -> Iterator[tuple[int, int]]:
    """Yield the names that equal a form, each with how much of it had to be left aside."""
    for form in forms:
        for rank, key in _keys(form):
            for number in names.equal.get((rank, key), ())[:_SHARED]:
                yield rank, number


def _mistyped(names: NearNames, forms: Sequence[_Form]) -> Iterator[tuple[int, int]]:
    """Yield the names that one wrong letter, or two in a long name, make of a form."""
    for letters in dict.fromkeys(form.letters for form in forms):
        if not (_SHORT if letters.isascii() else _SHORT - 1) <= len(letters) <= _LONGEST:
            continue
        found = list(_compared(names, letters, _one_off(names, letters), 1))
        yield from found or _compared(names, letters, _two_off(names, letters), 2)


def _compared(names: NearNames, letters: str, numbers: Iterable[int], most: int) -> Iterator[tuple[int, int]]:
    """Yield those of some names that are at most so many letters away; a short name keeps its first letter."""
    for number in dict.fromkeys(numbers):
        other = names.letters(number)
        same = letters[0] == other[:1] or min(len(letters), len(other)) > _SHORT + 1
        apart = distance(letters, other, most) if same else most + 1
        if apart <= most:
            digits = _NO_DIGIT.sub("", letters) != _NO_DIGIT.sub("", other)
            yield _MISTYPED + apart + _OTHER_DIGITS * digits, number


def _deletions(letters: str) -> set[int]:
    if letters.isascii():
        return _deletions_of_bytes(letters.encode())
    texts = {letters, *(letters[:index] + letters[index + 1 :] for index in range(len(letters)))}
    return {zlib.crc32(text.encode("utf-8", "surrogatepass")) for text in texts}


def _deletions_of_bytes(data: bytes) -> set[int]:
    """Return the same in half the time where a letter is a byte: a checksum goes on from that of what stands before."""
    found, before = set(), 0
    for index in range(len(data)):
        found.add(zlib.crc32(data[index + 1 :], before))
        before = zlib.crc32(data[index : index + 1], before)
    return found | {before}


def _one_off(names: NearNames, letters: str) -> Iterator[int]:
    table = names.deletions
    for checksum in sorted(_deletions(letters)):
        first = bisect_left(table, checksum << 32)
        for packed in table[first : first + _SHARED]:
            if packed >> 32 != checksum:
                break
            yield packed & 0xFFFFFFFF


def _grams(letters: str) -> set[str]:
    return {letters[index : index + _GRAM] for index in range(len(letters) - _GRAM + 1)}


def _two_off(names: NearNames, letters: str) -> Iterator[int]:
    if len(letters) < _LONG:
        return
    none: array[int] = array("L")
    lists = sorted((len(names.grams.get(gram, none)), gram) for gram in _grams(letters))[:_RAREST]
    shared: Counter[int] = Counter()
    for size, gram in lists:
        if 0 < size <= _SHARED:
            shared.update(names.grams[gram])
    ranked = sorted(shared.items(), key=lambda entry: (-entry[1], entry[0]))
    yield from (number for number, _ in ranked[:_LOOKED_AT])


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters to change, add, drop or swap with the next make one text the other, or `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    width, far = len(other) + 1, most + 1
    above, before, row = [far] * width, [far] * width, [min(j, far) for j in range(width)]
    for i, letter in enumerate(one, 1):
        above, before, row = before, row, [far] * width
        row[0] = min(i, far)
        for j in range(max(1, i - most), min(width, i + far)):  # what lies farther from the diagonal costs too much
            wanted = other[j - 1]
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, above[j - 2] + 1)
            row[j] = min(cost, far)
        if min(row[max(0, i - most) : i + far]) > most:
            return far
    return row[-1]
