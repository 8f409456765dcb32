"""YAML 1.2: what a plain scalar is in the core schema, and what a tool of YAML 1.1 would take it for."""

import re
from decimal import Decimal

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {word: word.lower() for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_NUMBER = re.compile(
    r"(?P<integer>[-+]?[0-9]+)|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<decimal>[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*))|(?P<double>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+)"
    r"|(?P<infinite>[-+]?\.(?:inf|Inf|INF))|(?P<nan>\.(?:nan|NaN|NAN))"
)
_DIGITS = 18
_OLD_BOOLEAN = {
    form: meaning
    for word, meaning in (("yes", "true"), ("on", "true"), ("no", "false"), ("off", "false"))
    for form in (word, word.capitalize(), word.upper())
}
_OLD_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?:0b(?P<binary>[01_]+)|0x(?P<hex>[0-9a-fA-F_]*_[0-9a-fA-F_]*)|(?P<octal>0[0-7_]+)"
    r"|(?P<sixty>[1-9][0-9_]*(?::[0-5]?[0-9])+)(?P<part>\.[0-9_]*)?|(?P<decimal>[1-9][0-9]*_[0-9_]*))"
)


def datatype(text: str) -> str:
    """
    Return what a plain scalar is: null, boolean, integer, decimal, double or string.

    Source: YAML 1.2.2, section 10.3.2. Its floats are a decimal where they have no exponent, so that 1.50 stays exact.
    """
    if text in _NULL:
        return "null"
    if text in _BOOLEAN:
        return "boolean"
    match = _NUMBER.fullmatch(text) if text[0] in "+-.0123456789" else None
    if match is None:
        return "string"
    group = match.lastgroup or ""
    return {"octal": "integer", "hex": "integer", "infinite": "double", "nan": "double"}.get(group, group)


def literal(text: str) -> tuple[str, str] | None:
    """
    Return the canonical form of a plain scalar and its XML Schema datatype; None for a text and for null.

    Numbers of more than 18 digits have none: the store could not keep them exactly.
    """
    kind = datatype(text)
    if kind == "boolean":
        return _BOOLEAN[text], kind
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > _DIGITS or kind in ("null", "string"):
        return None
    if kind == "integer":
        base = {"octal": 8, "hex": 16}.get(match.lastgroup or "", 10)
        return str(int(match[match.lastgroup or 0], base)), kind
    if kind == "decimal":
        return _positional(Decimal(text), negative_zero=False), kind
    return _double(text), kind


def _double(text: str) -> str:
    folded = text.lower()
    if "n" in folded:  # inf or nan
        return "NaN" if "a" in folded else "-INF" if text[0] == "-" else "INF"
    value = float(text)
    if abs(value) == float("inf"):
        return "-INF" if value < 0 else "INF"
    return _positional(Decimal(repr(value)), negative_zero=True)


def _positional(value: Decimal, *, negative_zero: bool) -> str:
    if not value:
        return "-0" if negative_zero and value.is_signed() else "0"
    return format(value.normalize(), "f")


def yaml11(text: str) -> str:
    """Return what a tool of YAML 1.1 reads where it differs: `true` for yes, `10` for 012; empty where it does not."""
    if text in _OLD_BOOLEAN:
        return _OLD_BOOLEAN[text]
    if not text or text[0] not in "+-0123456789" or len(text) > _DIGITS:
        return ""
    if re.fullmatch("0o[0-7]+", text):
        return f"the text {text}"
    match = _OLD_NUMBER.fullmatch(text)
    if match is None:
        return ""
    sign = "-" if match["sign"] == "-" else ""
    for group, base in (("binary", 2), ("hex", 16), ("octal", 8), ("decimal", 10)):
        digits = (match[group] or "").replace("_", "")
        if digits:
            read = str(int(digits, base))
            return "" if read == text.lstrip("+-") else sign + read
    return sign + _sixties(match["sixty"], match["part"]) if match["sixty"] else ""


def _sixties(text: str, part: str | None) -> str:
    total = 0
    for digits in text.replace("_", "").split(":"):
        total = total * 60 + int(digits)
    return f"{total}{(part or '').replace('_', '').rstrip('.')}"
