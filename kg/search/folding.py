"""Texts as words to be looked up: without letter case, accents, width and normal form, in any script.

Scripts that put no blanks between words, and Korean, whose words are found inside compounds, are cut into overlapping
pairs of characters: `港務局` is `港務 務局 局`. The last character stands alone, so that a single one is found as the
beginning of what it is in.

A name in CamelCase is found whole and by its words: `OpenWeights` by `openweights`, `open weights` and `weights`.
"""

import re
import unicodedata
from functools import lru_cache

from kg.model.records import dataclass
from kg.rdf import spellings

_MEMORY = 65536
# Written without blanks (Han, kana, bopomofo, Yi, Thai, Lao, Burmese, Khmer, Javanese, Balinese, Tai), and Hangul.
_UNPARTED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x1950, 0x19DF), (0x1A20, 0x1AAF),
    (0x1B00, 0x1B7F), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3031, 0x3035), (0x3038, 0x303C),
    (0x3041, 0x318F), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF),
    (0xA960, 0xA97F), (0xA980, 0xA9DF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF),
    (0xFF66, 0xFFDC), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF),
)  # fmt: skip
# Marks without which a letter is typed: accents of Latin, Greek and Cyrillic letters, points of Hebrew ones, vowels of
# Arabic ones. Those of Indic scripts and of kana make another letter.
_ACCENT = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]"
)
_OTHER_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "n"}
)
# Most texts beyond ASCII have no others; they part words, as those of ASCII do.
_FREQUENT_SIGNS = dict.fromkeys(map(ord, "“”‘’„«»–—…·•°§€£\u00a0"), " ")
_PLAIN = re.compile("[0-9A-Za-z]+")
_RUN = re.compile("w[wmx]*|c[cmx]*")


class _Kinds(dict[int, str]):
    """Whether a character is of a word (w), of a script without blanks (c), a mark (m), unseen (x), or parts words."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _kind(code)
        return found


def _kind(code: int) -> str:
    category = unicodedata.category(chr(code))
    match category[0]:
        case "L":
            return "c" if any(first <= code <= last for first, last in _UNPARTED) else "w"
        case "N":
            return "c" if category == "Nl" and 0x3000 <= code <= 0x303F else "w"  # noqa: PLR2004  # 〇, 〡
        case "M":
            return "m"
    return "x" if category == "Cf" else " "


_KIND = _Kinds()


@dataclass(frozen=True, slots=True)
class Run:
    """
    Letters that stand together, one word or a row of characters without blanks, and where.

    `joined` tells that nothing parts it from the run before.
    """

    start: int
    end: int
    letters: str
    unparted: bool
    joined: bool


def runs(text: str) -> list[Run]:
    """Return the runs of a text, folded, in their order; a mark or an unseen character alone is none."""
    if text.isascii():
        plain = ((match.start(), match.end(), match[0].lower(), False) for match in _PLAIN.finditer(text))
        return [Run(*one, joined=False) for one in plain]
    found: list[Run] = []
    for match in _RUN.finditer(text.translate(_KIND)):
        start, end = match.span()
        letters = _folded(text[start:end])
        if letters:
            joined = bool(found) and found[-1].end == start
            found.append(Run(start, end, letters, match[0][0] == "c", joined))
    return found


@lru_cache(_MEMORY)
def _folded(word: str) -> str:
    """Return a word without letter case, accents, width, ligatures and what nobody sees; digits are those of ASCII."""
    if word.isascii():
        return word.lower()
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold()))
    seen = "".join(_digit(char) for char in bare if unicodedata.category(char) != "Cf")
    return "".join(_PLAIN_OR_LETTERS.findall(unicodedata.normalize("NFC", seen).translate(_OTHER_LETTERS)))


# What a compatibility form brings along, as the stroke of a fraction, would part what is one token.
_PLAIN_OR_LETTERS = re.compile("[0-9A-Za-z\u0080-\U0010ffff]+")


def _digit(char: str) -> str:
    number = unicodedata.decimal(char, None)
    return char if number is None else str(number)


def tokens(run: Run, *, whole: bool = True) -> list[str]:
    """Return what a run is found by; without `whole`, more characters may follow it where it is unparted."""
    letters = run.letters
    if not run.unparted:
        return [letters]
    pairs = [letters[at : at + 2] for at in range(len(letters) - 1)]
    return [*pairs, letters[-1]] if whole or not pairs else pairs


def indexed(text: str) -> str:
    """Return the tokens of a text with blanks between, as the index takes them; one of ASCII alone is its own."""
    if text.isascii() or (text := text.translate(_FREQUENT_SIGNS)).isascii():
        return text
    kinds = text.translate(_KIND)
    if "c" in kinds:
        return " ".join(token for run in runs(text) for token in tokens(run))
    return " ".join(filter(None, (_folded(text[match.start() : match.end()]) for match in _RUN.finditer(kinds))))


def parted(text: str) -> str:
    """Return a text with a blank before each word that only a capital sets off, empty where there is none."""
    if text.islower() or text == text.upper():
        return ""
    found = spellings.humps(text)
    return "" if found == text else found
