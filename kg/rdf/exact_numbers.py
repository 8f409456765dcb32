"""Numbers of any size as SPARQL reckons with them: what a literal stands for, sums and products, rounding and casts."""

import math
import struct
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

import pyoxigraph as ox

from kg.rdf import lexical_forms, names
from kg.rdf.terms import Term

_XSD = names.PREFIXES["xsd"]
# The kinds of numbers, each with those that it is promoted to behind it.
_KINDS = ("integer", "decimal", "float", "double")
_OF_INTEGER = frozenset(lexical_forms.INTEGERS)
_BLANKS = " \t\n\r"
_LONGEST = 100_000  # characters that are read
_WIDEST = 13_000  # bits that are written: some 4,000 digits, as many as Python writes
_HELD = 170_141_183_460_469_231_731  # what the decimals of the engine reach
_DIGITS = 18  # behind the point, of a division
Value = Fraction | float
Number = tuple[str, Value]


def number(literal: ox.Literal) -> Number | None:
    """Return the kind and the value of a literal; None where it is no number, or none of its datatype."""
    name = literal.datatype.value.removeprefix(_XSD)
    kind = "integer" if name in _OF_INTEGER else name
    if kind not in _KINDS or len(literal.value) > _LONGEST or not lexical_forms.well_formed(literal):
        return None
    text = literal.value.strip(_BLANKS)
    if kind in ("integer", "decimal"):
        return kind, Fraction(Decimal(text))
    return kind, _single(float(text)) if kind == "float" else float(text)


def of_kind(kind: str, value: Value) -> ox.Literal | None:
    """Return the literal of a number; None for what its kind does not hold."""
    if isinstance(value, float):
        value = _single(value) if kind == "float" else value
        text = "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF") if math.isinf(value) else repr(value)
    elif kind in ("float", "double"):
        return of_kind(kind, _float(value))
    elif max(value.numerator.bit_length(), value.denominator.bit_length()) > _WIDEST:
        return None
    else:
        text = _decimal(value)
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + kind))


def compared(one: Number, other: Number) -> int | None:
    """Return less than 0, 0 or more than 0 as a number is less than, equal to or more than another; None for NaN."""
    left, right = _promoted(one, other)[1:]
    if left != left or right != right:  # noqa: PLR0124  # NaN
        return None
    return (left > right) - (left < right)


def reckoned(formula: str, terms: tuple[ox.Literal, ...]) -> ox.Literal | None:
    """
    Return the value of a formula: `0 1 + 2 *` is the sum of the first two terms times the third; `~` turns a sign.

    None where a term is no number, and where a number is divided by nothing.
    """
    numbers = [number(term) for term in terms]
    stack: list[Number] = []
    for word in formula.split():
        if word.isdigit():
            found = numbers[int(word)]
            if found is None:
                return None
            stack.append(found)
        elif word == "~":
            kind, value = stack.pop()
            stack.append((kind, -value))
        else:
            right, left = stack.pop(), stack.pop()
            made = _applied(word, left, right)
            if made is None:
                return None
            stack.append(made)
    return of_kind(*stack.pop())


def rounded(function: str, literal: ox.Literal) -> ox.Literal | None:
    """Return ABS, ROUND, CEIL or FLOOR of a number."""
    found = number(literal)
    if found is None:
        return None
    kind, value = found
    if isinstance(value, float):
        return None  # the engine does these
    return of_kind(kind, Fraction(_ROUNDED[function](value)))


_ROUNDED: dict[str, Callable[[Fraction], Fraction | int]] = {
    "ABS": abs,
    "CEIL": math.ceil,
    "FLOOR": math.floor,
    "ROUND": lambda value: math.floor(value + Fraction(1, 2)),
}


def cast(kind: str, literal: ox.Literal) -> ox.Literal | None:
    """Return a literal as a number of a kind, as the constructor functions of XPath do; None where it is an error."""
    name = literal.datatype.value.removeprefix(_XSD)
    if name in ("string", "boolean"):
        text = {"true": "1", "false": "0"}.get(literal.value) if name == "boolean" else literal.value
        found = number(ox.Literal(text or literal.value, datatype=ox.NamedNode(_XSD + kind)))
        return None if found is None else of_kind(*found)
    found = number(literal)
    if found is None:
        return None
    value = found[1]
    if kind in ("integer", "decimal") and isinstance(value, float):
        if math.isnan(value) or math.isinf(value):
            return None
        value = Fraction(repr(value)) if kind == "decimal" else Fraction(value)
    if kind == "integer":
        value = Fraction(math.trunc(value))
    return of_kind(kind, value)


def summed(terms: Iterable[ox.Literal], *, mean: bool = False) -> ox.Literal | None:
    """Return the sum of numbers, or their mean; None where one is no number."""
    total: Number = ("integer", Fraction(0))
    count = 0
    for term in terms:
        found = number(term)
        made = None if found is None else _applied("+", total, found)
        if made is None:
            return None
        total, count = made, count + 1
    if not mean:
        return of_kind(*total)
    divided = _applied("/", total, ("integer", Fraction(count))) if count else total
    return None if divided is None else of_kind(*divided)


# ---- order -----------------------------------------------------------------------------------------------------------


def near(exact: Number) -> ox.Literal:
    """Return a number that the engine holds, and that is no greater than one between which and it no other lies."""
    value = exact[1]
    if isinstance(value, Fraction) and abs(value) < _HELD:
        shortened = of_kind("decimal", Fraction(math.floor(value * 10**_DIGITS), 10**_DIGITS))
        if shortened is not None:
            return shortened
    return ox.Literal(_float(value))


def extreme(name: str, value: Term, beyond: Iterable[ox.Literal]) -> Term:
    """Return the least (MIN) or the greatest of a value and of numbers beyond what the engine holds."""
    candidates = [(found, one) for one in beyond if (found := number(one)) is not None]
    if isinstance(value, ox.Literal) and (found := number(value)) is not None:
        candidates.append((found, value))
    best = None
    for candidate in candidates:
        order = -1 if best is None else compared(candidate[0], best[0])
        if best is None or (order is not None and (order < 0 if name == "MIN" else order > 0)):
            best = candidate
    return value if best is None else best[1]


def sort_key(exact: Number) -> str:
    """Return a text by which numbers stand in their order."""
    value = Fraction(exact[1])
    digits = _decimal(abs(value)) if value.numerator.bit_length() <= _WIDEST else ""
    whole, _, behind = digits.partition(".")
    key = f"{len(whole):08}{whole}{behind}"
    return f"1{key}" if value >= 0 else "0" + key.translate(_TURNED) + "~"


_TURNED = str.maketrans("0123456789", "9876543210")


# ---- values ----------------------------------------------------------------------------------------------------------


def _promoted(one: Number, other: Number) -> tuple[str, Value, Value]:
    kind = _KINDS[max(_KINDS.index(one[0]), _KINDS.index(other[0]))]
    left, right = one[1], other[1]
    if kind in ("integer", "decimal"):
        return kind, left, right
    left, right = _float(left), _float(right)
    return (kind, _single(left), _single(right)) if kind == "float" else (kind, left, right)


def _applied(sign: str, one: Number, other: Number) -> Number | None:
    kind, left, right = _promoted(one, other)
    if sign == "/":
        return _divided(kind, left, right)
    if isinstance(left, float) or isinstance(right, float):
        left, right = _float(left), _float(right)
        return kind, left + right if sign == "+" else left - right if sign == "-" else left * right
    return kind, left + right if sign == "+" else left - right if sign == "-" else left * right


def _divided(kind: str, dividend: Value, divisor: Value) -> Number | None:
    if isinstance(dividend, float) or isinstance(divisor, float):
        dividend, divisor = _float(dividend), _float(divisor)
        if divisor:
            return kind, dividend / divisor
        return kind, math.nan if not dividend or math.isnan(dividend) else math.copysign(
            math.inf, dividend * math.copysign(1, divisor)
        )
    if not divisor:
        return None
    return "decimal", Fraction(math.trunc(dividend / divisor * 10**_DIGITS), 10**_DIGITS)


def _float(value: Value) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _single(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _decimal(value: Fraction) -> str:
    """Return a decimal fraction as it is written, without zeros that say nothing."""
    rest, places = value.denominator, 0
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places += max(twos, fives)
    digits = str(abs(value.numerator) * (10**places // value.denominator)).rjust(places + 1, "0")
    whole, behind = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return ("-" if value < 0 else "") + whole + (f".{behind}" if behind else "")
