"""The expressions of a SPARQL text as the standard means them, where the query engine means something else.

A text is read token by token: calls of functions and comparisons are found between their brackets, all else stays as
it is. Regular expressions become the engine's, GROUP_CONCAT reads every term as a text, orders are exact. Where
failures are wanted, what fails is handed to `Failures` with its place; it fails all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import pyoxigraph as ox

from kg.rdf import engine_functions, sparql_text
from kg.rdf.expression_failures import Failures, Place
from kg.rdf.xpath_regex import NotARegex, for_engine, replacement

_OPENING, _CLOSING = {"(": ")", "{": "}", "[": "]"}, ")}]"
_BEFORE = ("FILTER", "HAVING", "BY", "AS")
_AGGREGATES = frozenset({"MIN", "MAX", "SUM", "AVG", "GROUP_CONCAT", "COUNT", "SAMPLE"})
_FAILING = frozenset({"MIN", "MAX", "SUM", "AVG", "GROUP_CONCAT"})
# The functions that take one kind of term and are an error for all others.
_PARTICULAR = frozenset(
    {
        "STRLEN", "SUBSTR", "UCASE", "LCASE", "STRSTARTS", "STRENDS", "CONTAINS", "STRBEFORE", "STRAFTER",
        "ENCODE_FOR_URI", "CONCAT", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "ABS", "ROUND",
        "CEIL", "FLOOR", "REGEX", "REPLACE",
    }
)  # fmt: skip
_WORDS = _PARTICULAR | _AGGREGATES


@dataclass(frozen=True, slots=True)
class Expressed:
    """A SPARQL text for the engine, and the functions that it calls."""

    text: str
    functions: dict[ox.NamedNode, engine_functions.Function]


def expressed(text: str, failures: Failures | None = None) -> Expressed:
    """
    Return a query or an update with expressions that the engine evaluates as the standard says.

    What fails while it runs is told to `failures`. Raises NotARegex, with the place, for a constant that is no regular
    expression or no replacement, where no `failures` are wanted.
    """
    if failures is None:
        return Expressed(_rewritten(text), engine_functions.FUNCTIONS)
    writer = _Writer(text, failures)
    return Expressed(writer.text(0, len(writer.tokens)), engine_functions.FUNCTIONS | failures.functions)


@lru_cache(maxsize=2048)
def _rewritten(text: str) -> str:
    """Return a text whose failures nobody wants: that of a rule, which is asked again and again."""
    writer = _Writer(text, None)
    return writer.text(0, len(writer.tokens))


@dataclass(slots=True)
class _Token:
    word: str
    kind: str
    at: int
    partner: int = -1


@dataclass(slots=True)
class _Writer:
    source: str
    failures: Failures | None
    tokens: list[_Token] = field(init=False)
    in_order: bool = False

    def __post_init__(self) -> None:
        self.tokens = _tokens(self.source)

    def text(self, start: int, end: int) -> str:
        """Return a part of the text, outside every bracket of an expression."""
        out = []
        at = start
        while at < end:
            made, at = self._next(at)
            out.append(made)
        return "".join(out)

    def _next(self, at: int) -> tuple[str, int]:
        """Return what becomes of a token, with its brackets where it opens some, and where the next one stands."""
        token = self.tokens[at]
        self._note_order(token)
        if self.in_order and (ranked := self._ranked(at)):
            return ranked
        opening = self._call(at)
        if opening >= 0:
            return self._called(at, opening), self.tokens[opening].partner + 1
        if token.word == "(" and token.partner >= 0:
            return f"({self._expression(at + 1, token.partner)})", token.partner + 1
        return token.word, at + 1

    def _note_order(self, token: _Token) -> None:
        """Know whether the conditions of ORDER BY are read: no other BY stands before a variable without GROUP."""
        word = token.word.upper()
        if token.kind == "word" and word in ("ORDER", "LIMIT", "OFFSET", "VALUES", "GROUP", "HAVING"):
            self.in_order = word == "ORDER"
        elif word in "{};":
            self.in_order = False

    def _ranked(self, at: int) -> tuple[str, int] | None:
        """Return a variable of ORDER BY behind its rank, so that the order of mixed terms hangs on nothing else."""
        token = self.tokens[at]
        if token.kind == "variable":
            return f"{sparql_text.compose('expressions/rank', TERM=token.word)} {token.word}", at + 1
        opening = self._skipped(at + 1)
        if token.word.upper() not in ("ASC", "DESC") or opening >= len(self.tokens):
            return None
        inner = [one for one in self.tokens[opening + 1 : self.tokens[opening].partner] if not _is_space(one)]
        if len(inner) != 1 or inner[0].kind != "variable":
            return None
        rank = sparql_text.compose("expressions/rank", TERM=inner[0].word)
        return f"{token.word}({rank}) {token.word}({inner[0].word})", self.tokens[opening].partner + 1

    def _call(self, at: int) -> int:
        """Return the opening bracket of a function's call that begins here, -1 where none does."""
        if self.tokens[at].kind != "word" or self.tokens[at].word.upper() not in _WORDS:
            return -1
        following = self._skipped(at + 1)
        is_call = following < len(self.tokens) and self.tokens[following].word == "("
        return following if is_call and self.tokens[following].partner >= 0 else -1

    def _skipped(self, at: int) -> int:
        while at < len(self.tokens) and _is_space(self.tokens[at]):
            at += 1
        return at

    # ---- comparisons and values of variables -------------------------------------------------------------------------

    def _expression(self, start: int, end: int) -> str:
        """Return what stands between two brackets: parts between `&&`, `||`, commas and AS."""
        parts = self._parts(start, end)
        if self.failures is not None and len(parts) > 1:
            (_, last), (first, _) = parts[-2:]
            if self.source[self.tokens[last].at :][:2].upper() == "AS":
                return self._assigned(start, last, first, end)
        return self._joined(start, end)

    def _assigned(self, start: int, last: int, first: int, end: int) -> str:
        """Return `EXPRESSION AS ?v`, whose failure is told where its variables have values."""
        inner = self._joined(start, last)
        rest = self.text(last, first) + self.text(first, end)
        words = [token for token in self.tokens[start:last] if not _is_space(token)]
        plain = len(words) < 2 or any(  # noqa: PLR2004  # a term alone
            token.word in "{}" or (token.kind == "word" and token.word.upper() in _AGGREGATES) for token in words
        )
        if plain or self.failures is None:
            return inner + rest
        number = self.failures.expect(self._place(start, last, "assigned"))
        names = dict.fromkeys(token.word for token in words if token.kind == "variable")
        pieces = {"CALL": inner.strip(), "NUMBER": str(number), "TERMS": "".join(f", {name}" for name in names)}
        return f"{sparql_text.compose('expressions/assigned', **pieces)} {rest}"

    def _joined(self, start: int, end: int) -> str:
        parts = self._parts(start, end)
        gaps = [self.text(last, first) for (_, last), (first, _) in pairwise(parts)]
        written = [self._comparison(*part) for part in parts]
        return "".join(one for pair in zip(written, [*gaps, ""], strict=True) for one in pair)

    def _parts(self, start: int, end: int) -> list[tuple[int, int]]:
        parts, at, begun = [], start, start
        while at < end:
            token = self.tokens[at]
            size = self._boundary(at, end)
            if size:
                parts.append((begun, at))
                begun = at + size
                at = begun
            else:
                at = token.partner + 1 if token.partner > at else at + 1
        return [*parts, (begun, end)]

    def _boundary(self, at: int, end: int) -> int:
        """Return how many tokens separate two parts of an expression here."""
        token = self.tokens[at]
        if token.word in "&|" and at + 1 < end and self.tokens[at + 1].word == token.word:
            return 2
        return int(token.word in ",;" or (token.kind == "word" and token.word.upper() in ("AS", "DISTINCT")))

    def _comparison(self, start: int, end: int) -> str:
        """Return a part of an expression; an order in it is exact, and told where it cannot be."""
        at = start
        while at < end:
            token = self.tokens[at]
            size = self._sign(at, end)
            if size:
                left, right = self.text(start, at), self.text(at + size, end)
                return self._ordered(left, right, at, (start, end), size)
            at = token.partner + 1 if token.partner > at else at + 1
        return self.text(start, end)

    def _sign(self, at: int, end: int) -> int:
        if self.tokens[at].word not in "<>":
            return 0
        following = self.tokens[at + 1].word if at + 1 < end else ""
        return 0 if following in ("<", ">") else 1 + (following == "=")

    def _ordered(self, first: str, second: str, at: int, part: tuple[int, int], size: int) -> str:
        sign = "".join(token.word for token in self.tokens[at : at + size])
        if not first.strip() or not second.strip():
            return f"{first}{sign}{second}"
        number = self.failures.expect(self._place(*part, "compared")) if self.failures else 0
        pieces = {"LEFT": first.strip(), "RIGHT": second.strip(), "SIGN": sign, "QUOTED": f'"{sign}"'}
        return " " + sparql_text.compose("expressions/compared", NUMBER=str(number), **pieces) + " "

    # ---- calls -------------------------------------------------------------------------------------------------------

    def _called(self, at: int, opening: int) -> str:
        name = self.tokens[at].word.upper()
        end = self.tokens[opening].partner
        if name in _AGGREGATES:
            return self._aggregate(name, at, opening, end)
        parts = self._arguments(opening + 1, end)
        arguments = [self._joined(*part) for part in parts]
        constants = [self._constant(*part) for part in parts]
        made = _WITH_REGEX[name](self, arguments, constants, at) if name in _WITH_REGEX else ""
        made = made or sparql_text.compose("expressions/call", NAME=name, ARGUMENTS=",".join(arguments))
        if self.failures is None or not any(one.strip() for one in arguments):
            return made
        number = self.failures.expect(self._place(at, end + 1, name))
        pieces = {"CALL": made, "NUMBER": str(number), "TERMS": ", ".join(arguments)}
        return sparql_text.compose("expressions/reported", **pieces)

    def _arguments(self, start: int, end: int) -> list[tuple[int, int]]:
        parts, at, begun = [], start, start
        while at < end:
            if self.tokens[at].word == ",":
                parts.append((begun, at))
                begun = at + 1
            at = self.tokens[at].partner + 1 if self.tokens[at].partner > at else at + 1
        return [*parts, (begun, end)]

    def _aggregate(self, name: str, at: int, opening: int, end: int) -> str:
        """Return an aggregate: GROUP_CONCAT with texts, and what finds no value although there are some."""
        written = self.text(opening + 1, end) if self.tokens[self._skipped(opening + 1)].word == "*" else ""
        if written:
            return f"{name}({written})"
        stop = next((row for row in self._top(opening + 1, end) if self.tokens[row].word == ";"), end)
        first = self._skipped(opening + 1)
        distinct = self.tokens[first].word if self.tokens[first].word.upper() == "DISTINCT" else ""
        argument = self._joined(first + bool(distinct), stop).strip()
        inner = f"STR({argument})" if name == "GROUP_CONCAT" else argument
        made = f"{name}({distinct} {inner} {self.text(stop, end)})"
        if self.failures is None or name not in _FAILING:
            return made
        number = str(self.failures.expect(self._place(at, end + 1, name)))
        if name in ("MIN", "MAX"):
            made = sparql_text.compose("expressions/extreme", CALL=made, NUMBER=number, ARGUMENT=argument)
        return sparql_text.compose("expressions/counted", CALL=made, NUMBER=number, ARGUMENT=argument)

    def _top(self, start: int, end: int) -> list[int]:
        found, at = [], start
        while at < end:
            found.append(at)
            at = self.tokens[at].partner + 1 if self.tokens[at].partner > at else at + 1
        return found

    def _constant(self, start: int, end: int) -> str | None:
        """Return the text of a part that is a plain string, None where it is anything else."""
        words = [token for token in self.tokens[start:end] if not _is_space(token)]
        if len(words) != 1 or words[0].kind != "string":
            return None
        return sparql_text.unquoted(words[0].word)

    def _place(self, start: int, end: int, what: str) -> Place:
        first = self._skipped(start)
        offset = self.tokens[first].at if first < len(self.tokens) else len(self.source)
        last = self.tokens[end].at if end < len(self.tokens) else len(self.source)
        before = self.source[:offset]
        line, column = before.count("\n") + 1, offset - before.rfind("\n")
        return Place(line, column, what, " ".join(self.source[offset:last].split()), offset, last)

    def refused(self, at: int, error: NotARegex) -> None:
        """Note that a constant is wrong where failures are wanted; else raise, with the place."""
        place = self._place(at, at + 1, "")
        if self.failures is None:
            raise NotARegex(f"line {place.line}, column {place.column}: {error}") from error
        self.failures.wrong.setdefault(place.offset, str(error))


def _tokens(text: str) -> list[_Token]:
    """Return the tokens of a text with the places of their partners; a function glued to a word stands alone."""
    found: list[_Token] = []
    open_brackets: list[int] = []
    at = 0
    for kind, word in sparql_text.tokens(text):
        rest = _unglued(word) if kind == "word" else word
        if rest != word:
            found.append(_Token(word[: -len(rest)], kind, at))
        token = _Token(rest, kind, at + len(word) - len(rest))
        if word in _OPENING:
            open_brackets.append(len(found))
        elif word in _CLOSING and open_brackets and _OPENING[found[open_brackets[-1]].word] == word:
            token.partner = open_brackets.pop()
            found[token.partner].partner = len(found)
        found.append(token)
        at += len(word)
    return found


def _unglued(word: str) -> str:
    upper = word.upper()
    if ":" in word or upper in _WORDS:
        return word
    for name in _WORDS:
        before = upper.removesuffix(name)
        if before != upper and (before.endswith(_BEFORE) or not before.strip("0123456789.-+E")):
            return word[len(before) :]
    return word


def _is_space(token: _Token) -> bool:
    return token.kind == "comment" or token.word.isspace()


# ---- regular expressions ---------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    return sparql_text.bind("$text", {"text": ox.Literal(text)})


def _regex(writer: _Writer, arguments: Sequence[str], constants: Sequence[str | None], at: int) -> str:
    if len(arguments) not in (2, 3):
        return ""
    text, pattern, flags = (*arguments, '""')[:3]
    known = constants[1], (*constants, "")[2]
    pieces = {"TEXT": text, "PATTERN": pattern, "FLAGS": flags}
    if known[0] is None or known[1] is None:
        return sparql_text.compose("expressions/regex", **pieces)
    try:
        regex = engine_functions.usable(known[0], known[1])
    except NotARegex as error:
        writer.refused(at, error)
        return sparql_text.compose("expressions/matches", **pieces)
    if regex.elsewhere:
        return sparql_text.compose("expressions/matches", **pieces)
    written = ",".join((text, _quoted(regex.text), _quoted(regex.flags)))
    return sparql_text.compose("expressions/call", NAME="REGEX", ARGUMENTS=written)


def _replace(writer: _Writer, arguments: Sequence[str], constants: Sequence[str | None], at: int) -> str:
    if len(arguments) not in (3, 4):
        return ""
    text, pattern, new, flags = (*arguments, '""')[:4]
    _, known, said, letters = (*constants, "")[:4]
    dynamic = sparql_text.compose("expressions/replace", TEXT=text, PATTERN=pattern, NEW=new, FLAGS=flags)
    if known is None or said is None or letters is None:
        return dynamic
    try:
        regex = engine_functions.usable(known, letters)
        parts = replacement(said, regex.groups, letters)
        if engine_functions.matches_nothing(known, letters):
            raise NotARegex(f"'{known}' matches the empty text, and nothing can be put in its place")  # noqa: TRY301
    except NotARegex as error:
        writer.refused(at, error)
        return dynamic
    if regex.elsewhere:
        return dynamic
    written = ",".join((text, _quoted(regex.text), _quoted(for_engine(parts)), _quoted(regex.flags)))
    return sparql_text.compose("expressions/call", NAME="REPLACE", ARGUMENTS=written)


_Rewrite = Callable[[_Writer, Sequence[str], Sequence[str | None], int], str]
_WITH_REGEX: dict[str, _Rewrite] = {"REGEX": _regex, "REPLACE": _replace}
