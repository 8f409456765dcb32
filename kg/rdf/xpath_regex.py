r"""Regular expressions of XPath, which SPARQL and SHACL have, in the dialects of the two matchers that there are.

The query engine matches with Rust's `regex`, which has other classes, other flags and no references to groups. What
only the author's dialect has is written out for it; what it cannot match at all is matched by Python's `re`.
Taken beyond XPath, as readers of other dialects write it: `\b`, `\B`, looking around, `(?i:…)`, named groups, and
escaped punctuation.
"""

import re
from collections.abc import Iterable
from dataclasses import field
from functools import cache

from kg.model.records import dataclass
from kg.rdf import character_sets
from kg.rdf.character_sets import Set

_FLAGS = frozenset("imsxq")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_COUNT = re.compile(r"[*+?]|\{(\d+)(,(\d*))?\}")
_OPENING = re.compile(
    r"\(\?(?:(?P<look><?[=!])|(?P<plain>[ims]*:)|(?P<flags>[ims]+\))|P?<(?P<name>[A-Za-z]\w*)>)", re.ASCII
)
_LOOK = {"=": "(?=", "!": "(?!", "<=": "(?<=", "<!": "(?<!"}


class NotARegex(ValueError):  # noqa: N818  # the caller names the place
    """A text that is no regular expression, or no replacement, with the reason."""


@dataclass(frozen=True, slots=True)
class Regex:
    """
    A regular expression for the engine: its text, the flags that remain, and how many groups it has.

    `elsewhere` where only Python can match it.
    """

    text: str
    flags: str
    groups: int
    elsewhere: bool


@cache
def translated(pattern: str, flags: str) -> Regex:
    """Return a regular expression of XPath for the engine; raise NotARegex where it is none."""
    reader = _read(pattern, flags, python=False)
    return Regex("".join(reader.out), _kept(flags), reader.groups, reader.elsewhere)


@cache
def compiled(pattern: str, flags: str) -> re.Pattern[str]:
    """Return a regular expression of XPath for Python; raise NotARegex where it is none."""
    text = "".join(_read(pattern, flags, python=True).out)
    letters = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE}
    try:
        return re.compile(text, sum(letters[letter] for letter in _kept(flags)))
    except (re.error, OverflowError, RecursionError) as error:
        raise NotARegex(str(error)) from None


def _kept(flags: str) -> str:
    kept = "i" if "q" in flags else "ims"
    return "".join(letter for letter in kept if letter in flags)


def _read(pattern: str, flags: str, *, python: bool) -> "_Reader":
    if unknown := sorted(set(flags) - _FLAGS):
        raise NotARegex(f"'{unknown[0]}' is no flag; there are i, m, s, x and q")
    if "q" in flags:
        return _Reader(pattern, python=python, out=[*map(character_sets.literal, pattern)])
    reader = _Reader(_spaceless(pattern) if "x" in flags else pattern, python=python, lines="m" in flags)
    reader.branches()
    return reader


def _spaceless(pattern: str) -> str:
    """Return a pattern without the white space outside its classes, which flag x takes out; `#` is a character."""
    kept, depth, at = [], 0, 0
    while at < len(pattern):
        char = pattern[at]
        step = 2 if char == "\\" else 1
        depth = max(0, depth + {"[": 1, "]": -1}.get(char, 0))
        if depth or char not in character_sets.SPACE:
            kept.append(pattern[at : at + step])
        at += step
    return "".join(kept)


@dataclass(slots=True)
class _Reader:
    """The way through a pattern, and what was written of it."""

    pattern: str
    python: bool
    lines: bool = False
    out: list[str] = field(default_factory=list)
    at: int = 0
    groups: int = 0
    closed: set[int] = field(default_factory=set)
    elsewhere: bool = False

    def branches(self) -> None:
        """Read the whole pattern."""
        open_groups: list[int] = []
        repeatable = False
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            if char in "*+?" or (char == "{" and _COUNT.match(self.pattern, self.at)):
                if not repeatable:
                    raise NotARegex(f"'{char}' has nothing to repeat")
                self._count()
                repeatable = False
            elif char == "(":
                open_groups.append(self._opened())
                repeatable = open_groups[-1] < 0
                if repeatable:
                    open_groups.pop()
                    repeatable = False
            elif char == ")":
                if not open_groups:
                    raise NotARegex("')' closes nothing")
                self.closed.add(open_groups.pop())
                self._write(char)
                repeatable = True
            else:
                self._atom(char)
                repeatable = char != "|"
        if open_groups:
            raise NotARegex("'(' is never closed")

    def _write(self, text: str, length: int = 1) -> None:
        self.out.append(text)
        self.at += length

    def _count(self) -> None:
        found = _COUNT.match(self.pattern, self.at)
        if found is None:
            raise NotARegex("no quantifier")
        low, high = found[1], found[3]
        if low and high and int(low) > int(high):
            raise NotARegex(f"{found[0]} counts down")
        lazy = self.pattern[found.end() : found.end() + 1] == "?"
        self._write(found[0] + "?" * lazy, len(found[0]) + lazy)

    def _opened(self) -> int:
        """Read the beginning of a group; return its number, 0 where it has none, -1 where no group begins."""
        if self.pattern[self.at + 1 : self.at + 2] != "?":
            self.groups += 1
            self._write("(")
            return self.groups
        found = _OPENING.match(self.pattern, self.at)
        if found is None:
            raise NotARegex(f"'{self.pattern[self.at : self.at + 3]}' begins no group")
        if found["name"]:
            self.groups += 1
            self._write(f"(?P<{found['name']}>", len(found[0]))
            return self.groups
        self.elsewhere = self.elsewhere or bool(found["look"])
        self._write(_LOOK[found["look"]] if found["look"] else found[0], len(found[0]))
        return -1 if found["flags"] else 0

    def _atom(self, char: str) -> None:
        if char == "[":
            self.out.append(self._class())
        elif char == "\\":
            self._escaped()
        elif char == "$" and self.python:
            self._write("(?=\n|\\Z)" if self.lines else "(?:\\Z)")
        elif char == "^" and self.python:
            self._write("(?:(?<=\n)(?!\\Z)|\\A)" if self.lines else "(?:\\A)")
        else:
            self._write(char if char in "^$.|" else character_sets.literal(char))

    def _escaped(self) -> None:
        following = self.pattern[self.at + 1 : self.at + 2]
        if following.isascii() and following.isdigit():
            self._reference()
        elif following and following in "bB":
            self._write(f"(?:\\{following})", 2)
        else:
            self.out.append(self._written(self._escape()))

    def _reference(self) -> None:
        """Read a reference to a group: as many digits as there are groups before it."""
        digits = re.match(r"\d+", self.pattern[self.at + 1 :], re.ASCII)
        number = digits[0] if digits else ""
        while len(number) > 1 and int(number) > self.groups:
            number = number[:-1]
        if number.startswith("0") or int(number) not in self.closed:
            raise NotARegex(f"\\{number} refers to no group before it")
        self.elsewhere = True
        self._write(f"(?:\\{number})", 1 + len(number))

    # ---- classes -----------------------------------------------------------------------------------------------------

    def _written(self, what: "str | Set") -> str:
        return character_sets.literal(what) if isinstance(what, str) else f"[{self._set(what)}]"

    def _set(self, what: "Set") -> str:
        """Return a set as the inside of a class; the engine knows the categories itself, and both know digits."""
        if self.python and what.name == "d":
            return "\\D" if what.others else "\\d"
        return character_sets.members(what.ranges()) if self.python else what.engine()

    def _class(self) -> str:
        """Read a class, with what is subtracted from it."""
        self.at += 1
        negative = self.pattern[self.at : self.at + 1] == "^"
        self.at += negative
        members: list[str] = []
        less = ""
        while (char := self.pattern[self.at : self.at + 1]) != "]" or not members:
            if char in ("", "]"):
                raise NotARegex("a class '[…]' is empty" if char else "'[' is never closed")
            if members and self.pattern.startswith("-[", self.at):
                self.at += 1
                less = self._class()
                if self.pattern[self.at : self.at + 1] != "]":
                    raise NotARegex("what is subtracted stands at the end of a class")
                break
            members.append(self._member(char))
        self.at += 1
        whole = f"[{'^' * negative}{''.join(members)}]"
        if not less:
            return whole
        return f"(?:(?!{less}){whole})" if self.python else f"[{whole}--{less}]"

    def _member(self, char: str) -> str:
        if char == "[" and self.pattern[self.at + 1 : self.at + 2] in (":", ".", "="):
            raise NotARegex("'[:…:]' is no class of XPath; use \\p{…}")
        low = self._one(char)
        ahead = self.pattern[self.at : self.at + 2]
        if not isinstance(low, str):
            return self._set(low)
        if len(ahead) < 2 or ahead[0] != "-" or ahead[1] in "[]":  # noqa: PLR2004  # the dash and what follows
            return character_sets.literal(low)
        self.at += 1
        high = self._one(ahead[1])
        if not isinstance(high, str) or high < low:
            raise NotARegex(f"'{low}-{ahead[1]}' is no range")
        return f"{character_sets.literal(low)}-{character_sets.literal(high)}"

    def _one(self, char: str) -> "str | Set":
        if char == "\\":
            return self._escape()
        self.at += 1
        return char

    def _escape(self) -> "str | Set":
        """Read a backslash and what it makes of the next characters: one character, or the ranges of a class."""
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in ("p", "P"):
            found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.pattern, self.at + 2)
            if found is None:
                raise NotARegex(f"\\{letter} needs a class such as \\{letter}{{Lu}}")
            self.at = found.end()
            if not character_sets.is_property(found[1]):
                raise NotARegex(f"\\{letter}{{{found[1]}}} is neither a category nor a block")
            return Set(found[1], letter == "P")
        self.at += 2
        if letter in _CONTROL:
            return _CONTROL[letter]
        if letter and letter in "sSdDwWiIcC":
            return Set(letter.lower(), letter.isupper())
        if not letter or (letter.isalnum() and letter.isascii()):
            raise NotARegex(f"\\{letter} has no meaning in XPath")
        return letter


# ---- replacements ----------------------------------------------------------------------------------------------------


def replacement(text: str, groups: int, flags: str) -> tuple[str | int, ...]:
    """Return a replacement of XPath as texts and numbers of groups; raise NotARegex where it is none."""
    if "q" in flags:
        return (text,)
    parts: list[str | int] = []
    at = 0
    for found in re.finditer(r"\\(.?)|\$(\d*)", text, re.DOTALL | re.ASCII):
        parts.append(text[at : found.start()])
        at = found.end()
        if found[0][0] == "\\":
            if found[1] not in ("\\", "$"):
                raise NotARegex(f"a replacement has '{found[0]}'; a backslash is written \\\\")
            parts.append(found[1])
            continue
        digits = found[2]
        if not digits:
            raise NotARegex("a replacement has '$' without the number of a group; the sign itself is written \\$")
        number = digits
        while len(number) > 1 and int(number) > groups:
            number = number[:-1]
        parts += [int(number)] if int(number) <= groups else []
        parts.append(digits[len(number) :])
    return tuple(part for part in (*parts, text[at:]) if part != "")


def for_engine(parts: Iterable[str | int]) -> str:
    """Return a replacement as the engine reads it."""
    return "".join(part.replace("$", "$$") if isinstance(part, str) else f"${{{part}}}" for part in parts)
