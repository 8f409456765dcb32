"""Figures: the amounts that a text states, each with its unit, whatever way it is spelled."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Literal

from kg.model.records import dataclass
from kg.settings.figure_words import FigureWords

Kind = Literal["share", "money", "measure", "count", "number"]

_NUMBER = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![,\d])|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?"
)
# A number that letters, digits or signs are joined to is part of a name, a date or an address. Scripts that are written
# without blanks have none of these letters.
_LETTER = r"0-9A-Za-z_\u00aa-\u02af\u0370-\u10ff\u1200-\u1fff"
_BEFORE = rf"(?<![{_LETTER}.,/#:@&=^%\x00‐‑–−-])"
_AFTER = rf"(?![{_LETTER}\x00])"
_GAP = r"[ \u00a0\u202f\u2009-]?"
_NOUN = r"(?:(?:[ \u00a0]|-)(?P<which>[a-z][a-z-]+))??[ \u00a0](?P<noun>[a-z]{2,}[^\W\d_aisu]s|[a-z]{3,}as)(?![\w'’-])"
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’.-]*)[ \u00a0]+\Z")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;(\"“«\[*—–>|])\s*\Z")
_YEARS = (1500, 2200)
_LARGEST_SUFFIX = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """
    An amount: `value` in units of `unit`, all powers of ten worked in, up to `most` where it is a range.

    `$1.5bn` is 1500000000 USD. The kind is share (%, percentage points), money, measure (GB, parameters, years …),
    count (a number before any other plural: `20 organizations`), or number (`70B`, with no unit). `start` and `end`
    are offsets in the text.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    kind: Kind
    most: Decimal | None = None


def figures(text: str, words: FigureWords) -> list[Figure]:
    """
    Return the figures of a text in their order; dates, years, versions and numbers in names are none.

    Code, addresses and the targets of links are to be hidden or left out before. `words` are those of the dialect.
    """
    if not any(map(str.isdigit, text)):
        return []
    reader = _reader(words)
    return [figure for match in reader.pattern.finditer(text) if (figure := _figure(text, match, reader))]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The pattern of a figure by some words, and what those words mean: exactly as written, and in lower case."""

    pattern: re.Pattern[str]
    money: dict[str, str]
    powers: dict[str, int]
    exact: dict[str, str]
    folded: dict[str, str]
    words: FigureWords


@cache
def _reader(words: FigureWords) -> _Reader:
    money, units = dict(words.money), dict(words.units)
    long = [spelling for spelling, _ in words.scales]
    short = [spelling for spelling, _ in words.suffixes]
    scale = rf"(?:{_GAP}(?i:{_any(long)})|(?:{_any(short)})){_end()}"
    before = rf"(?:{_any(money)})[ \u00a0]?"
    apart = rf"[‑-]|[ \u00a0]?–[ \u00a0]?|[ \u00a0](?:{_any(words.between)})[ \u00a0]"
    behind = [sign for sign in money if "$" not in sign]  # what stands before $ is mathematics more often than money
    unit = rf"{_GAP}(?P<unit>%|(?:{_any([*units, *behind])}){_end()}|(?i:{_any(_longer(units))}){_end()})"
    pattern = (
        rf"{_BEFORE}(?P<sign>[−-])?(?P<money>{before})?(?P<value>{_NUMBER})(?P<scale>{scale})?"
        rf"(?:(?:{apart})(?P<again>{before})?(?P<most>{_NUMBER})(?P<scale2>{scale})?(?![\d–-]))?"
        rf"(?:{unit}|{_AFTER}(?:{_NOUN})?)"
    )
    return _Reader(
        pattern=re.compile(pattern),
        money=money,
        powers={**{spelling.casefold(): power for spelling, power in words.scales}, **dict(words.suffixes)},
        exact=money | units,
        folded={spelling.casefold(): unit for spelling, unit in units.items()},
        words=words,
    )


def _any(spellings: Iterable[str]) -> str:
    """Return a pattern for any of some spellings, the longest first; one that nothing fits where there are none."""
    return "|".join(re.escape(one) for one in sorted(set(spellings), key=lambda one: (-len(one), one))) or r"(?!)"


def _end() -> str:
    """Return what must follow a word: no more of it, but that matters only behind a letter of the same kind."""
    return rf"(?:(?<![{_LETTER}])|(?![{_LETTER}]))"


def _longer(units: Iterable[str]) -> Iterator[str]:
    """Yield the units whose letter case does not matter: words, not symbols such as GB and Gb."""
    return (unit for unit in units if len(unit) > 3)  # noqa: PLR2004  # no symbol is longer


def _figure(text: str, match: re.Match[str], reader: _Reader) -> Figure | None:
    unit, kind = _unit(match, reader)
    if kind == "count" and _named(text, match, reader.words):
        return None
    if kind == "number" and not (match["scale"] or match["scale2"]):
        return None
    value, most = _amount(match, "value", "scale", reader), None
    if match["most"]:
        most = _amount(match, "most", "scale2", reader)
        if match["scale2"] and not match["scale"]:
            value = _number(match["value"]).scaleb(_power(match["scale2"], reader))
    if match["sign"]:
        value = -value
    return Figure(value, unit, match.start(), match.end(), kind, most)


def _unit(match: re.Match[str], reader: _Reader) -> tuple[str, Kind]:
    """Return the unit of a figure and its kind."""
    sign = (match["money"] or match["again"] or "").strip("\u00a0 ")
    said = match["unit"]
    if sign:
        return reader.money[sign], "money"
    if said:
        unit = reader.exact.get(said) or reader.folded.get(said.casefold(), said)
        if said in reader.money or unit in reader.money.values():
            return unit, "money"
        return unit, "share" if unit in ("%", "percentage points") else "measure"
    noun = match["noun"]
    return (noun, "count") if noun and _counts(match, reader) else ("", "number")


def _counts(match: re.Match[str], reader: _Reader) -> bool:
    """Tell whether a number counts the plural behind it: not in `1.0 sets`, nor in `7B models`, where it is a size."""
    scale = match["scale"] or match["scale2"]
    if not scale and re.search(r"[.,]\d{1,2}\Z", match["value"]):
        return False
    sized = scale in reader.powers and reader.powers[scale] > _LARGEST_SUFFIX
    return not sized and match["noun"] not in reader.words.uncounted


def _named(text: str, match: re.Match[str], words: FigureWords) -> bool:
    """Tell whether a number before a plural counts nothing: it is a year, or belongs to the name before it."""
    scaled = match["scale"] or match["scale2"]
    if not scaled and match["value"].isdigit() and _YEARS[0] < int(match["value"]) < _YEARS[1]:
        return True
    if match["which"] in words.uncounted:
        return True
    start = max(0, match.start() - 60)
    before = _WORD_BEFORE.search(text, start, match.start())
    if before is None:
        return False
    word, folded = before[1], before[1].casefold()
    if folded in words.names:
        return True
    starts = _SENTENCE_START.search(text, start, before.start())
    return word[0].isupper() and not (starts and folded in words.leads)


def _amount(match: re.Match[str], number: str, scale: str, reader: _Reader) -> Decimal:
    return _number(match[number]).scaleb(_power(match[scale], reader))


def _power(word: str | None, reader: _Reader) -> int:
    if not word:
        return 0
    bare = word.strip(" \u00a0\u202f\u2009-")
    return reader.powers[bare] if bare in reader.powers else reader.powers[bare.casefold()]


def _number(text: str) -> Decimal:
    """Return a number as written with commas, points or thin spaces; of one comma and no three digits, a decimal."""
    bare = re.sub(r"[\u00a0\u202f\u2009]", "", text)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        return Decimal(bare.replace(",", ""))
    if bare.count(".") > 1:
        bare = bare.replace(".", "")
    return Decimal(bare.replace(",", "."))
