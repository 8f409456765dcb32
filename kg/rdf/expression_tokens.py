"""The tokens of a SPARQL text with the partners of its brackets, and the arithmetic in an expression."""

import re
from collections.abc import Collection, Sequence
from dataclasses import field

from kg.model.records import dataclass
from kg.rdf import names, sparql_text

LONGEST = 2_000  # what is longer is not written twice: nested calls would double and double
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_OPENING, _CLOSING = {"(": ")", "{": "}", "[": "]"}, ")}]"
_BEFORE = ("FILTER", "HAVING", "BY", "AS")
_SIGNED = re.compile(r"[+-]|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NUMERIC = ".0123456789"
_OF_COUNT, _FEW = 8, 5  # tokens at least, and digits of what is no small number
_HALF = re.compile(r"(?:\d+\.?\d*|\.\d+)[eE]", re.ASCII)


@dataclass(slots=True)
class Token:
    """A word of the text; `partner` is where the other bracket of a pair stands, -1 where none does."""

    word: str
    kind: str
    at: int
    partner: int = -1

    @property
    def is_space(self) -> bool:
        """Whether it is blank or a comment."""
        return self.kind == "comment" or self.word.isspace()


def read(text: str, names: Collection[str]) -> list[Token]:
    """Return the tokens of a text; the `names` of functions glued to another word stand alone."""
    found: list[Token] = []
    open_brackets: list[int] = []
    endings = tuple(names)
    at = 0
    for kind, word in sparql_text.tokens(text):
        rest = _unglued(word, names, endings) if kind == "word" else word
        if rest != word:
            found.append(Token(word[: -len(rest)], kind, at))
        token = Token(rest, kind, at + len(word) - len(rest))
        if word in _OPENING:
            open_brackets.append(len(found))
        elif word in _CLOSING and open_brackets and _OPENING[found[open_brackets[-1]].word] == word:
            token.partner = open_brackets.pop()
            found[token.partner].partner = len(found)
        found.append(token)
        at += len(word)
    return found


def _unglued(word: str, names: Collection[str], endings: tuple[str, ...]) -> str:
    upper = word.upper()
    if ":" in word or upper in names or not upper.endswith(endings):
        return word
    for name in names:
        before = upper.removesuffix(name)
        if before != upper and (before.endswith(_BEFORE) or not before.strip("0123456789.-+E")):
            return word[len(before) :]
    return word


def is_count(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Tell whether a part is `IF(…, 1, 0)`, of small whole numbers: as many as there are rows are no large sum."""
    rows = [row for row in range(start, end) if not tokens[row].is_space]
    words = [tokens[row].word for row in rows]
    if len(rows) < _OF_COUNT or words[0].upper() != "IF" or words[1] != "(" or tokens[rows[1]].partner != rows[-1]:
        return False
    comma, one, between, other = words[-5:-1]
    return comma == between == "," and all(
        word.isascii() and word.isdigit() and len(word) < _FEW for word in (one, other)
    )


# ---- arithmetic ------------------------------------------------------------------------------------------------------


class _NoArithmetic(Exception):  # noqa: N818  # the expression is left as it is
    """An expression that is not only sums, products and what stands in them."""


@dataclass(slots=True)
class Arithmetic:
    """
    An expression of `+`, `-`, `*` and `/`: its formula over its operands, each a number's text or a range of tokens.

    In the formula `0 1 + ~` the operands are numbered, their sign follows, and `~` turns a sign.
    """

    formula: str
    operands: list["str | tuple[int, int]"]


@dataclass(slots=True)
class _Reader:
    tokens: Sequence[Token]
    items: list["tuple[str, str | tuple[int, int]]"]
    at: int = 0
    operands: list["str | tuple[int, int]"] = field(default_factory=list)

    def ahead(self) -> str:
        return self.items[self.at][0] if self.at < len(self.items) else ""

    def sum(self) -> str:
        formula = self.product()
        while self.ahead() in ("+", "-"):
            sign = self.take()
            formula = f"{formula} {self.product()} {sign}"
        return formula

    def product(self) -> str:
        formula = self.operand()
        while self.ahead() in ("*", "/"):
            sign = self.take()
            formula = f"{formula} {self.operand()} {sign}"
        return formula

    def operand(self) -> str:
        kind = self.ahead()
        if kind in ("+", "-"):
            self.at += 1
            return self.operand() + (" ~" if kind == "-" else "")
        if kind != "operand":
            raise _NoArithmetic
        place = self.items[self.at][1]
        self.at += 1
        if not isinstance(place, str) and self.tokens[place[0]].word == "(":
            inner = self.inside(place)
            if inner:
                return inner
        self.operands.append(place)
        return str(len(self.operands) - 1)

    def inside(self, brackets: tuple[int, int]) -> str:
        """Return the formula between brackets, empty where there is more than arithmetic between them."""
        try:
            inner = _Reader(self.tokens, _items(self.tokens, brackets[0] + 1, brackets[1] - 1), 0, [*self.operands])
            formula = inner.whole()
        except _NoArithmetic:
            return ""
        self.operands = inner.operands
        return formula

    def whole(self) -> str:
        formula = self.sum()
        if self.at < len(self.items):
            raise _NoArithmetic
        return formula

    def take(self) -> str:
        self.at += 1
        return self.items[self.at - 1][0]


def arithmetic(tokens: Sequence[Token], start: int, end: int) -> Arithmetic | None:
    """Return the arithmetic of a part of an expression, None where it is none, or one operand alone."""
    if not any(
        one.kind in ("variable", "string") or (one.kind == "word" and one.word[0] in _NUMERIC + "+-")
        for one in tokens[start:end]
    ):
        return None  # a property path
    try:
        reader = _Reader(tokens, _items(tokens, start, end))
        formula = reader.whole()
    except _NoArithmetic:
        return None
    return Arithmetic(formula, reader.operands) if " " in formula else None


def _items(tokens: Sequence[Token], start: int, end: int) -> list["tuple[str, str | tuple[int, int]]"]:
    """Return the signs and the operands at the top of a part."""
    found: list[tuple[str, str | tuple[int, int]]] = []
    at = start
    while at < end:
        token = tokens[at]
        if token.is_space:
            at += 1
        elif token.word in ("+", "-", "*", "/"):
            found.append((token.word, ""))
            at += 1
        elif token.kind == "word" and token.word[0] in _NUMERIC + "+-":
            at = _numbers(tokens, at, end, found)
        else:
            stop = _operand_end(tokens, at, end)
            found.append(("operand", (at, stop)))
            at = stop
    return found


def _numbers(
    tokens: Sequence[Token], at: int, end: int, items: list["tuple[str, str | tuple[int, int]]"]
) -> int:  # fmt: skip
    """Take apart a word of numbers and signs (`3-1`, `-ABS`) and return where the next token stands."""
    text, done = tokens[at].word, 0
    if _HALF.fullmatch(text) and at + 2 < end and tokens[at + 1].word == "+" and tokens[at + 2].word.isdigit():
        items.append(("operand", f"{text}+{tokens[at + 2].word}"))
        return at + 3
    while done < len(text):
        match = _SIGNED.match(text, done)
        if match is None:
            break
        items.append((match[0], "") if match[0] in "+-" else ("operand", match[0]))
        done = match.end()
    if done < len(text):  # a name glued to its sign, which has no token of its own
        raise _NoArithmetic
    return at + 1


def _operand_end(tokens: Sequence[Token], at: int, end: int) -> int:
    """Return where a variable, a term, a call or what stands in brackets ends."""
    token = tokens[at]
    if token.word == "(" and token.partner > at:
        return token.partner + 1
    if token.kind == "variable":
        return at + 1
    if token.kind == "string":
        following = at + 1
        while following < end and tokens[following].word in "^@":
            following += 1
        return following + (following > at + 1)
    if token.kind not in ("word", "iri"):
        raise _NoArithmetic
    following = next((row for row in range(at + 1, end) if not tokens[row].is_space), end)
    if following < end and tokens[following].word == "(" and tokens[following].partner > 0:
        return tokens[following].partner + 1
    return at + 1


def casts(text: str) -> dict[str, str]:
    """Return the kind of number for each name by which a text may call a cast to one: by its IRI, or a prefix of it."""
    space = names.PREFIXES["xsd"]
    prefixes = {"xsd": space, **dict(_PREFIX.findall(text))}
    return {
        spelled: kind
        for kind in ("integer", "decimal", "float", "double")
        for spelled in (f"<{space}{kind}>", *(f"{name}:{kind}" for name, iri in prefixes.items() if iri == space))
    }
