"""Sets of characters as XPath names them: categories, blocks, short escapes; written for the engine and as ranges."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby

from kg.model import declared
from kg.model.records import dataclass

Ranges = tuple[tuple[int, int], ...]
SPACE = " \t\n\r"
_TOP = sys.maxunicode
_SURROGATES = 0xD800, 0xDFFF  # which no text has
_CATEGORY = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_NAME_START = "A-Z_a-z:\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
_NAME_START += "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_NAME = _NAME_START + "0-9\xb7\u0300-\u036f\u203f-\u2040\\-\\."


def literal(char: str) -> str:
    """Return a character that stands for itself, in a class as outside."""
    special = char.isascii() and char.isprintable() and not char.isalnum() and char not in "<>_ "
    return f"\\{char}" if special else char


@dataclass(frozen=True, slots=True)
class Set:
    """A set of characters by its name: a category, a block, or the letter of a short escape; or all others."""

    name: str
    others: bool

    def engine(self) -> str:
        """Return it as a member of a class of the engine's."""
        sign = "^" if self.others else ""
        match self.name:
            case "s":
                return f"[{sign}{SPACE}]"
            case "d":
                return f"[{sign}\\p{{Nd}}]"
            case "w":
                return f"[{'' if self.others else '^'}\\p{{P}}\\p{{Z}}\\p{{C}}]"
            case "i" | "c":
                return f"[{sign}{_NAME_START if self.name == 'i' else _NAME}]"
        if self.name.startswith("Is"):
            return f"[{sign}{members(_blocks()[self.name[2:]])}]"
        return f"[{sign}\\p{{{self.name}}}]"

    def ranges(self) -> Ranges:
        """Return its characters."""
        return _inverse(_characters(self.name)) if self.others else _characters(self.name)


def is_property(name: str) -> bool:
    """Tell whether there is a category or a block of this name."""
    return bool(_CATEGORY.fullmatch(name)) or (name.startswith("Is") and name[2:] in _blocks())


@cache
def _characters(name: str) -> Ranges:
    if name.startswith("Is"):
        return _blocks()[name[2:]]
    match name:
        case "s":
            return _joined((ord(char), ord(char)) for char in SPACE)
        case "d":
            return _characters("Nd")
        case "w":
            return _inverse(_joined((*_characters("P"), *_characters("Z"), *_characters("C"))))
        case "i" | "c":
            return _spans(_NAME_START if name == "i" else _NAME)
    return _joined(span for category, spans in _categories().items() if category.startswith(name) for span in spans)


def _spans(members: str) -> Ranges:
    found = re.findall(r"\\?(.)(?:-(.))?", members, re.DOTALL)
    return _joined((ord(low), ord(high or low)) for low, high in found)


@cache
def _blocks() -> dict[str, Ranges]:
    found: dict[str, list[tuple[int, int]]] = {}
    for line in declared.read("ontology/blocks.txt").splitlines():
        if not line.startswith("#"):
            first, last, name = line.split()
            found.setdefault(name, []).append((int(first, 16), int(last, 16)))
    return {name: tuple(spans) for name, spans in found.items()}


@cache
def _categories() -> dict[str, list[tuple[int, int]]]:
    """Return the characters of every category of Unicode, as this Python knows them."""
    # The planes 4 to 13 and the rest of 14 have no character, 15 and 16 none but private ones: no need to look.
    found = {"Cn": [(0x40000, 0xDFFFF), (0xE1000, 0xEFFFF), (0xFFFFE, 0xFFFFF), (0x10FFFE, _TOP)]}
    found["Co"] = [(0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)]
    for first, last in ((0, 0x3FFFF), (0xE0000, 0xE0FFF)):
        categories = [unicodedata.category(chr(code)) for code in range(first, last + 1)]
        start = 0
        for category, run in groupby(categories):
            size = len(list(run))
            found.setdefault(category, []).append((first + start, first + start + size - 1))
            start += size
    return found


def _joined(spans: Iterable[tuple[int, int]]) -> Ranges:
    joined: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return tuple(joined)


def _inverse(ranges: Ranges) -> Ranges:
    edges = [-1, *(edge for span in _joined(ranges) for edge in span), _TOP + 1]
    return tuple((low + 1, high - 1) for low, high in zip(edges[::2], edges[1::2], strict=True) if low + 1 < high)


def members(ranges: Ranges) -> str:
    """Return ranges as the inside of a class, without the surrogates, which no text has."""
    parts = []
    for low, high in _without_surrogates(ranges):
        parts.append(literal(chr(low)) if low == high else f"{literal(chr(low))}-{literal(chr(high))}")
    return "".join(parts)


def _without_surrogates(ranges: Ranges) -> Iterator[tuple[int, int]]:
    first, last = _SURROGATES
    for low, high in ranges:
        if low < first:
            yield low, min(high, first - 1)
        if high > last:
            yield max(low, last + 1), high
