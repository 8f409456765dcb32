"""The expressions of a SPARQL text as the standard means them, where the query engine means something else.

A text is read token by token: calls of functions and comparisons are found between their brackets, all else stays as
it is. Regular expressions become the engine's, GROUP_CONCAT reads every term as a text, orders are exact. Where
failures are wanted, what fails is handed to `Failures` with its place; it fails all the same.
"""

from collections.abc import Sequence
from dataclasses import field
from functools import lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import aggregates, expression_tokens, late_functions, sparql_text
from kg.rdf.expression_failures import Failures, Place
from kg.rdf.expression_tokens import LONGEST, Token, arithmetic
from kg.rdf.terms import Function

if TYPE_CHECKING:
    from kg.rdf.xpath_regex import NotARegex

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
_OF_NUMBERS = {"ABS": "rounded", "ROUND": "rounded", "CEIL": "rounded", "FLOOR": "rounded", "ISNUMERIC": "is-number"}
_WORDS = _PARTICULAR | _AGGREGATES | {"ISNUMERIC", "COALESCE"}


@dataclass(frozen=True, slots=True)
class Expressed:
    """A SPARQL text for the engine, and the functions that it calls."""

    text: str
    functions: dict[ox.NamedNode, Function]


def expressed(text: str, failures: Failures | None = None) -> Expressed:
    """
    Return a query or an update with expressions that the engine evaluates as the standard says.

    What fails while it runs is told to `failures`. Raises NotARegex, with the place, for a constant that is no regular
    expression or no replacement, where no `failures` are wanted.
    """
    if failures is None:
        written = _rewritten(text)
        return Expressed(written, late_functions.called_by(text, written))
    written, expected = _watched(text)
    failures.take(expected)
    return Expressed(written, late_functions.called_by(text, written) | failures.functions)


@lru_cache(maxsize=2048)
def _rewritten(text: str) -> str:
    """Return a text whose failures nobody wants: that of a rule, which is asked again and again."""
    return _Writer(text, None).whole()


@lru_cache(maxsize=2048)
def _watched(text: str) -> tuple[str, Failures]:
    """Return a text that tells its failures, and what it expects of them: the same at every check of a rule."""
    expected = Failures()
    return _Writer(text, expected).whole(), expected


@dataclass(slots=True)
class _Writer:
    source: str
    failures: Failures | None
    tokens: list[Token] = field(init=False)
    casts: dict[str, str] = field(init=False)
    in_order: bool = False
    catching: bool = False
    inside: bool = False
    # What became of brackets and calls, by where they begin: what stands twice in the text is told once.
    written: dict[int, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = expression_tokens.read(self.source, _WORDS)
        self.casts = expression_tokens.casts(self.source)

    def whole(self) -> str:
        """Return the whole text."""
        return self.text(0, len(self.tokens))

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
        if at in self.written:
            return self.written[at]
        if token.word == "{" and token.partner > at:
            return self._group(at), token.partner + 1
        opening = self._call(at)
        if opening < 0 and (token.word != "(" or token.partner < 0 or not self._opens_expression(at)):
            return token.word, at + 1
        # Within a condition of ORDER BY nothing is one, and within an expression every bracket is one.
        around, self.in_order, self.inside = (self.in_order, self.inside), False, True
        if opening >= 0:
            self.written[at] = self._called(at, opening), self.tokens[opening].partner + 1
        else:
            self.written[at] = f"({self._expression(at + 1, token.partner)})", token.partner + 1
        self.in_order, self.inside = around
        return self.written[at]

    def _group(self, at: int) -> str:
        """Return a group of patterns, which is no part of the expression or the conditions around it."""
        around, self.in_order, self.inside = (self.in_order, self.inside), False, False
        made = f"{{{self.text(at + 1, self.tokens[at].partner)}}}"
        self.in_order, self.inside = around
        return made

    def _opens_expression(self, at: int) -> bool:
        """Tell whether a bracket is one of an expression: in a row of VALUES, `1 -2` are two numbers."""
        if self.inside or self.in_order:
            return True
        before = [one.word.upper() for one in self.tokens[max(0, at - 8) : at] if not one.is_space][-2:]
        if any(word.endswith(("FILTER", "BIND", "HAVING", "BY", "(")) for word in before):
            return before[-1] != "("
        return any(self.tokens[row].word.upper() == "AS" for row in self._top(at + 1, self.tokens[at].partner))

    def _note_order(self, token: Token) -> None:
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
            return sparql_text.compose("expressions/rank", TERM=token.word, WORD="ASC"), at + 1
        opening = self._skipped(at + 1)
        if token.word.upper() not in ("ASC", "DESC") or opening >= len(self.tokens):
            return None
        inner = [one for one in self.tokens[opening + 1 : self.tokens[opening].partner] if not one.is_space]
        if len(inner) != 1 or inner[0].kind != "variable":
            return None
        ranked = sparql_text.compose("expressions/rank", TERM=inner[0].word, WORD=token.word)
        return ranked, self.tokens[opening].partner + 1

    def _call(self, at: int) -> int:
        """Return the opening bracket of a function's call that begins here, -1 where none does."""
        token = self.tokens[at]
        if not (token.kind == "word" and token.word.upper() in _WORDS) and token.word not in self.casts:
            return -1
        following = self._skipped(at + 1)
        is_call = following < len(self.tokens) and self.tokens[following].word == "("
        return following if is_call and self.tokens[following].partner >= 0 else -1

    def _skipped(self, at: int) -> int:
        while at < len(self.tokens) and self.tokens[at].is_space:
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
        words = [token for token in self.tokens[start:last] if not token.is_space]
        plain = len(words) < 2 or any(  # noqa: PLR2004  # a term alone
            token.word in "{}" or (token.kind == "word" and token.word.upper() in _AGGREGATES) for token in words
        )
        if plain or self.failures is None:
            return inner + rest
        number = self._expect(self._place(start, last, "assigned"))
        variables = dict.fromkeys(token.word for token in words if token.kind == "variable")
        pieces = {"CALL": inner.strip(), "NUMBER": str(number), "TERMS": "".join(f", {name}" for name in variables)}
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
        """Return a part of an expression; a comparison in it is exact, and told where it cannot be."""
        at = start
        while at < end:
            token = self.tokens[at]
            if size := self._sign(at, end):
                return self._compared(at, (start, end), size)
            if token.kind == "word" and token.word.upper() == "IN":
                return self._listed(start, at, end)
            at = token.partner + 1 if token.partner > at else at + 1
        return self._sum(start, end)

    def _sign(self, at: int, end: int) -> int:
        """Return how many tokens make a sign that compares."""
        word, following = self.tokens[at].word, self.tokens[at + 1].word if at + 1 < end else ""
        if word in "<>":
            return 0 if following in ("<", ">") else 1 + (following == "=")
        return 2 if word == "!" and following == "=" else int(word == "=")

    def _compared(self, at: int, part: tuple[int, int], size: int) -> str:
        first, second = self._sum(part[0], at), self._sum(at + size, part[1])
        sign = "".join(token.word for token in self.tokens[at : at + size])
        sides = ((part[0], at), (at + size, part[1]))
        equal = sign in ("=", "!=") and any(self._is_no_literal(*side) for side in sides)
        if equal or not first.strip() or not second.strip() or len(first) + len(second) > LONGEST:
            return f"{first}{sign}{second}"
        what = "equated" if sign in ("=", "!=") else "compared"
        number = self._expect(self._place(*part, what))
        pieces = {"LEFT": first.strip(), "RIGHT": second.strip(), "SIGN": sign, "QUOTED": f'"{sign}"'}
        return " " + sparql_text.compose("expressions/compared", NUMBER=str(number), **pieces) + " "

    def _listed(self, start: int, at: int, end: int) -> str:
        """Return `… IN (…)` or `… NOT IN (…)`, exactly where a number may be among the values."""
        opening = self._skipped(at + 1)
        words = [row for row in range(start, at) if not self.tokens[row].is_space]
        denied = bool(words) and self.tokens[words[-1]].word.upper() == "NOT"
        left = self._sum(start, words[-1] if denied else at)
        if opening >= end or self.tokens[opening].word != "(" or not left.strip():
            return self.text(start, end)
        places = self._arguments(opening + 1, self.tokens[opening].partner)
        values = ", ".join(self._joined(*place).strip() for place in places)
        said = "NOT IN" if denied else "IN"
        if all(self._is_no_literal(*place) for place in places) or len(left) + len(values) > LONGEST:
            return f"{left} {said} ({values})" + self.text(self.tokens[opening].partner + 1, end)
        number = self._expect(self._place(start, end, "equated"))
        pieces = {"LEFT": left.strip(), "VALUES": values, "NUMBER": str(number), "SAID": said, "QUOTED": f'"{said}"'}
        return " " + sparql_text.compose("expressions/listed", **pieces) + " "

    def _is_no_literal(self, start: int, end: int) -> bool:
        """Tell whether a part is empty or an IRI: the engine knows what that is equal to."""
        words = [token for token in self.tokens[start:end] if not token.is_space]
        return len(words) < 2 and all(token.kind == "iri" or ":" in token.word for token in words)  # noqa: PLR2004

    def _sum(self, start: int, end: int) -> str:
        """Return a part without comparisons; what the engine cannot reckon is reckoned exactly."""
        written = self.text(start, end)
        found = arithmetic(self.tokens, start, end)
        if found is None:
            return written
        operands = ", ".join(one if isinstance(one, str) else self.text(*one) for one in found.operands)
        if len(written) + len(operands) > LONGEST:
            return written
        number = self._expect(self._place(start, end, "reckoned"))
        pieces = {"WHOLE": written.strip(), "NUMBER": str(number), "FORMULA": f'"{found.formula}"', "TERMS": operands}
        return f" {sparql_text.compose('expressions/reckoned', **pieces)} "

    # ---- calls -------------------------------------------------------------------------------------------------------

    def _called(self, at: int, opening: int) -> str:
        name = self.tokens[at].word.upper()
        end = self.tokens[opening].partner
        if name in _AGGREGATES:
            return self._aggregate(name, at, opening, end)
        if name == "COALESCE":
            return self._caught(opening, end)
        if self.tokens[at].word in self.casts:
            return self._cast(at, opening, end)
        parts = self._arguments(opening + 1, end)
        arguments = [self._joined(*part) for part in parts]
        constants = [self._constant(*part) for part in parts]
        size = sum(map(len, arguments))
        made = self._of_regex(name, arguments, constants, at) if name in ("REGEX", "REPLACE") else ""
        made = made or sparql_text.compose("expressions/call", NAME=name, ARGUMENTS=",".join(arguments))
        if name in _OF_NUMBERS and len(arguments) == 1 and size <= LONGEST:
            made = sparql_text.compose(
                f"expressions/{_OF_NUMBERS[name]}", CALL=made, NAME=f'"{name}"', TERM=arguments[0]
            )
        silent = self.failures is None or name == "ISNUMERIC" or not any(one.strip() for one in arguments)
        if self.failures is None or silent or len(made) + size > LONGEST:
            return made
        number = self._expect(self._place(at, end + 1, name))
        pieces = {"CALL": made, "NUMBER": str(number), "TERMS": ", ".join(arguments)}
        return sparql_text.compose("expressions/reported", **pieces)

    def _cast(self, at: int, opening: int, end: int) -> str:
        """Return a cast to a number, which the engine does not make of large ones, or wrongly."""
        argument = self._joined(opening + 1, end)
        name = self.tokens[at].word
        call = sparql_text.compose("expressions/call", NAME=name, ARGUMENTS=argument)
        if not argument.strip() or len(self._arguments(opening + 1, end)) != 1 or len(argument) > LONGEST:
            return call
        pieces = {"CALL": call, "KIND": f'"{self.casts[name]}"', "TERM": argument}
        return sparql_text.compose("expressions/cast", **pieces)

    def _caught(self, opening: int, end: int) -> str:
        """Return a COALESCE: what fails in it is meant to."""
        around, self.catching = self.catching, True
        arguments = ",".join(self._joined(*part) for part in self._arguments(opening + 1, end))
        self.catching = around
        return sparql_text.compose("expressions/call", NAME="COALESCE", ARGUMENTS=arguments)

    def _expect(self, place: Place) -> int:
        return self.failures.expect(place, catching=self.catching) if self.failures else 0

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
        first = self._skipped(opening + 1)
        if self.tokens[first].word == "*":
            return f"{name}({self.text(opening + 1, end)})"
        stop = next((row for row in self._top(opening + 1, end) if self.tokens[row].word == ";"), end)
        distinct = self.tokens[first].word if self.tokens[first].word.upper() == "DISTINCT" else ""
        first += bool(distinct)
        argument = self._joined(first, stop).strip()
        told = self.failures is not None and name in _FAILING and len(argument) <= LONGEST
        number = str(self._expect(self._place(at, end + 1, name))) if told else ""
        call = distinct, argument, self.text(stop, end)
        return aggregates.composed(name, call, number, counts=expression_tokens.is_count(self.tokens, first, stop))

    def _top(self, start: int, end: int) -> list[int]:
        found, at = [], start
        while at < end:
            found.append(at)
            at = self.tokens[at].partner + 1 if self.tokens[at].partner > at else at + 1
        return found

    def _constant(self, start: int, end: int) -> str | None:
        """Return the text of a part that is a plain string, None where it is anything else."""
        words = [token for token in self.tokens[start:end] if not token.is_space]
        return sparql_text.unquoted(words[0].word) if len(words) == 1 and words[0].kind == "string" else None

    def _place(self, start: int, end: int, what: str) -> Place:
        first = self._skipped(start)
        offset = self.tokens[first].at if first < len(self.tokens) else len(self.source)
        last = self.tokens[end].at if end < len(self.tokens) else len(self.source)
        before = self.source[:offset]
        line, column = before.count("\n") + 1, offset - before.rfind("\n")
        return Place(line, column, what, " ".join(self.source[offset:last].split()), offset, last)

    def _of_regex(self, name: str, arguments: Sequence[str], constants: Sequence[str | None], at: int) -> str:
        from kg.rdf import regex_calls  # loads the character sets of Unicode

        return regex_calls.CALLS[name](arguments, constants, partial(self.refused, at))

    def refused(self, at: int, error: "NotARegex") -> None:
        """Note that a constant is wrong where failures are wanted; else raise, with the place."""
        from kg.rdf.xpath_regex import NotARegex

        place = self._place(at, at + 1, "")
        if self.failures is None:
            raise NotARegex(f"line {place.line}, column {place.column}: {error}") from error
        self.failures.wrong.setdefault(place.offset, str(error))
