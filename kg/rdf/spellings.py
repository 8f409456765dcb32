"""
Spellings: when two names are one, decided here for links, claimants, relations, headings, suggestions and duplicates.

A letter, mark, digit or sign that differs makes a different name; docs/links.md has the table of what does not.
"""

import re
import unicodedata
from functools import lru_cache

# Forms of a character that are only another look: width, a no-break one, the place in an Arabic word.
_LOOKS = frozenset({"wide", "narrow", "noBreak", "initial", "medial", "final", "isolated", "vertical", "small"})
# Characters that nobody sees and that change no word: soft hyphen, zero width space and no-break space, directions.
_UNSEEN = frozenset("\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
_TYPED = {"‘": "'", "’": "'", "‛": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "‐": "-"}
_JOINERS = "\u200c\u200d"
_LOOSE_JOINER = re.compile(rf"(?:^|(?<=\s))[{_JOINERS}]+|[{_JOINERS}]+(?=\s|$)|(?<=[{_JOINERS}])[{_JOINERS}]+")
# What parts words, beside blanks, dashes, brackets and quotation marks; any other punctuation is a sign.
_PARTING = frozenset(".,:;'\"!?/·•…‧‥،؛؟۔।॥፡።፣፤፥፦་།༎၊။។៕᠂᠃՝։׃׀܀、。・･；：！？，．／¿¡;·‽⁇⁈⁉")
_AT_THE_END = frozenset(".,:;'\"·•…،؛۔।॥。、，．：；་།")
_MARKED = re.compile("([a0s])([mj]+)")
_LOOSE = re.compile("(?:^|(?<=-))j+|j+(?=-|$)")
_RUN = re.compile("-+")
_SIGN_OF_NUMBER = re.compile(r"\s[-.,]\Z")
_PLAIN_WORDS = re.compile(r"[a-z]+(?:[ _-]+[a-z]+)*")
_BLANKS_AND_HYPHENS = re.compile("[ _-]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MEMORY = 65536


class _Looks(dict[int, str]):
    """What a character is compared as, by its code point."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _compared(chr(code))
        return found


def _compared(char: str) -> str:
    if char in _UNSEEN:
        return ""
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    plain = _plain(char)
    return "".join(_TYPED.get(one, one if unicodedata.category(one)[0] == "M" else small(one)) for one in plain)


def _plain(char: str) -> str:
    """Return a character without its look: the letters of a ligature, the wide, narrow or joined form of another."""
    tag, _, codes = unicodedata.decomposition(char).removeprefix("<").partition("> ")
    if tag not in _LOOKS and not (tag == "compat" and unicodedata.category(char)[0] == "L"):
        return char
    plain = "".join(_plain(chr(int(code, 16))) for code in codes.split())
    whole = len(plain) == 1 or all(unicodedata.category(one)[0] in "LM" and one not in _TYPED for one in plain)
    return plain if whole else char


def small(char: str) -> str:
    """Return a character in lower case; one that only a pair of letters stands for in capitals (ß) stays."""
    lower = char.casefold()
    return lower if len(lower) == 1 else char.lower()


class _Kinds(dict[int, str]):
    """Whether a character is a letter (a), mark (m), digit (0), joiner (j), separator (-) or sign (s)."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _kind(chr(code))
        return found


def _kind(char: str) -> str:
    category = unicodedata.category(char)
    if char in _JOINERS:
        return "j"
    if category[0] in "ZLMN":
        return {"Z": "-", "L": "a", "M": "m", "N": "0"}[category[0]]
    parts = category in ("Cc", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf") or char in _PARTING
    return "-" if parts else "s"


_LOOK, _KIND = _Looks(), _Kinds()


def in_word(char: str) -> bool:
    """Tell whether a character is a letter, mark, digit or joiner: what a word is made of, in any script."""
    return _KIND[ord(char)] in "am0j"


@lru_cache(_MEMORY)
def case(text: str) -> str:
    """Return a name without regard to letter case and normal form."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", "".join(map(small, unicodedata.normalize("NFC", text))))


@lru_cache(_MEMORY)
def fold(text: str) -> str:
    """Return a name without regard to letter case, width, kinds of blanks and apostrophes, and what nobody sees."""
    if text.isascii():
        return " ".join(text.lower().split())
    shown = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_LOOK))
    blank = " ".join(shown.split())
    return _LOOSE_JOINER.sub("", blank) if "\u200c" in blank or "\u200d" in blank else blank


@lru_cache(_MEMORY)
def words(text: str) -> str:
    """
    Return a name as its words, with a hyphen between: `Open Weights` → `open-weights`.

    A separator beside a digit stays, between two of them with its kind; beside a sign too.
    """
    return _joined(fold(text), "-", "-")


def letters(text: str) -> str:
    """Return `words` without what parts letters: `OpenWeights`, `open-weights` and `Open Weights` are one."""
    return _joined(fold(text), "", "-")


def run_together(text: str) -> str:
    """Return `letters` without the separators between a letter and a digit: `Llama 2` and `Llama2` are one."""
    return _joined(fold(text), "", "")


def surely_one(one: str, other: str) -> bool:
    """Tell whether nobody would read two names as two: they differ in case, hyphens, blanks or CamelCase alone."""
    return fold(one) == fold(other) or _read(one) == _read(other)


def _read(text: str) -> str:
    """Return a name with a hyphen between its words, also those that only a capital parts; by a digit all is kept."""
    return _joined(fold(humps(text)), "-", None)


def humps(text: str) -> str:
    """Return a text with a blank before each word that only a capital sets off."""
    if text.isascii():
        return _HUMPS.sub(" ", text)
    found, last = [], len(text) - 1
    for at, char in enumerate(text):
        before = text[at - 1] if at else " "
        begins = before.islower() or (before.isupper() and at < last and text[at + 1].islower())
        found.append(f" {char}" if char.isupper() and begins else char)
    return "".join(found)


def tokens(text: str) -> list[str]:
    """Return the runs of letters, marks, digits and joiners within them of a text."""
    shape = _shape(text)
    return [text[match.start() : match.end()] for match in re.finditer("[a0]+", shape)]


def _shape(text: str) -> str:
    """Return the kind of each character of a text; marks and joiners within a word are of the kind before them."""
    shape = text.translate(_KIND)
    if "j" in shape:
        shape = _LOOSE.sub(lambda match: "-" * len(match[0]), shape)
    if "m" in shape or "j" in shape:
        shape = _MARKED.sub(lambda match: match[1] * len(match[0]), shape)
    return shape.replace("m", "a").replace("j", "a")


def _joined(name: str, between: str, beside: str | None) -> str:
    """Return a name with `between` for what parts letters, and `beside` by a digit, None for what stands there."""
    if _PLAIN_WORDS.fullmatch(name):
        return _BLANKS_AND_HYPHENS.sub(between, name)
    shape = _shape(name)
    pieces, done = [], 0
    for run in _RUN.finditer(shape):
        start, end = run.span()
        left, right = shape[start - 1] if start else "", shape[end] if end < len(shape) else ""
        if not left and not right:
            return name
        pieces += [name[done:start], _separator(name[start:end], left + " " + right, between, beside)]
        done = end
    return unicodedata.normalize("NFC", "".join([*pieces, name[done:]]))


def _separator(run: str, sides: str, between: str, beside: str | None) -> str:
    """Return what stays of separators; `sides` are the kinds of what stands on their left and right."""
    typed = "".join(_typed(char) for char in run if char not in _JOINERS)
    left, right = sides.split(" ")
    if not left or not right:
        return _edge(typed, left, right)
    if sides == "a a":
        return between
    if "s" in sides or sides == "0 0" or beside is None or _measures(typed, left, right):
        return typed
    return beside


def _typed(char: str) -> str:
    category = unicodedata.category(char)
    return "-" if category == "Pd" else " " if category in ("Zs", "Zl", "Zp", "Cc") else char


def _measures(run: str, before: str, after: str) -> bool:
    """Tell whether separators are a number's own: the sign or point before it, the mark of feet or inches behind it."""
    return (after == "0" and bool(_SIGN_OF_NUMBER.search(run))) or (before == "0" and run[0] in "'\"")


def _edge(run: str, before: str, after: str) -> str:
    """Return what stays of separators at the beginning or the end: no blanks, brackets, quotation marks and stops."""
    number = (after == "0" and run[-1:] in (".", ",")) or (before == "0" and run[:1] in ("'", '"'))
    kept = [char for char in run if not (char in _AT_THE_END or unicodedata.category(char)[1] in "sefi")]
    point = "." if after == "a" and run.endswith(".") and not run.endswith("..") else ""  # .NET is not NET
    return run.strip() if number else "".join(kept) + point
