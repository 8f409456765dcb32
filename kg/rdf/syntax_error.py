"""What the engine says of a text that is no SPARQL, as one line that a person can act on."""

import re
import unicodedata
from collections.abc import Mapping

from kg.rdf import names, sparql_text
from kg.rdf.sparql_text import Term

_AT = re.compile(r"error at (\d+):(\d+)(?:-\d+(?::\d+)?)?:? *(.*)", re.DOTALL)
# The engine's lists of what it expected name classes of characters too: nothing that a person can use.
_CLASS = re.compile(r"\[(?:'[^\]]*|_)\](?:, )?")
# What may be a keyword glued to a name (`1FILTERex:f`) is the engine's to tell.
_GLUED = re.compile(r"^[0-9+-]|FILTER|SELECT|WHERE|PREFIX|BASE", re.IGNORECASE)
_SENTENCE = re.compile(r"expected(?: one of)?(?: (?=[A-Z][a-z]+ )|$)")


def explain(
    text: str,
    error: str,
    values: Mapping[str, Term | int] | None = None,
    prefixes: Mapping[str, str] = names.PREFIXES,
) -> str:
    """
    Return one line for a SPARQL syntax error: what is wrong, where, and the line with a caret below it.

    The place is the author's: the engine was given `text` with `values` for its parameters. It is not always told of a
    prefix that nobody declared, so that is looked for.
    """
    if unknown := _undeclared(text, prefixes):
        at, name = unknown
        return _told(text, _place(text, at), f"the prefix {name}: is not declared")
    match = _AT.search(error)
    if match is None:
        return f"not a SPARQL query: {error}"
    row, column, said = int(match[1]), int(match[2]), _CLASS.sub("", " ".join(match[3].split())).rstrip(", ")
    said = _SENTENCE.sub("", said) or "it makes no sense up to here"
    if values:
        row, column = _authors_place(text, values, row, column)
    opening = _never_closed(text)
    if opening is not None and (row, column) >= _place(text, len(text.rstrip())):
        return _told(text, _place(text, opening), f"'{text[opening]}' is never closed")
    return _told(text, (row, column), said)


def _never_closed(text: str) -> int | None:
    """Return where the last bracket or brace stands that nothing closes, None where each is closed."""
    open_ones, at = list[int](), 0
    for kind, word in sparql_text.tokens(text):
        if kind == "other" and word in "{([":
            open_ones.append(at)
        elif kind == "other" and word in "})]" and open_ones:
            open_ones.pop()
        at += len(word)
    return open_ones[-1] if open_ones else None


def _told(text: str, place: tuple[int, int], words: str) -> str:
    row, column = place
    lines = text.split("\n")
    line = lines[row - 1].rstrip("\r") if 0 < row <= len(lines) else ""
    where = f"\n  {line}\n  {_blank(line[: column - 1])}^" if line else ""
    return f"not a SPARQL query: line {row}, column {column}: {words}{where}"


def _undeclared(text: str, prefixes: Mapping[str, str]) -> tuple[int, str] | None:
    """Return where the first name with a prefix stands that neither the text nor anybody else declares."""
    known, before, at = set(prefixes), "", 0
    for kind, word in sparql_text.tokens(text):
        prefix, colon, _ = word.lstrip(".").partition(":")
        if kind == "word" and colon and not _GLUED.search(prefix):
            if before == "PREFIX":
                known.add(prefix)
            elif prefix not in known and prefix != "_":
                return at + len(word) - len(word.lstrip(".")), prefix
        if not word.isspace() and kind != "comment":
            before = word.upper()
        at += len(word)
    return None


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _authors_place(text: str, values: Mapping[str, Term | int], row: int, column: int) -> tuple[int, int]:
    """Return where in a text stands what has a line and a column once values are written into it."""
    written = sparql_text.bind(text, values)
    lines = written.split("\n")
    sought = sum(len(line) + 1 for line in lines[: row - 1]) + column - 1
    at = own = 0
    for _, word in sparql_text.tokens(text):
        size = len(sparql_text.bind(word, values))
        if at + size > sought:
            own += min(sought - at, len(word) - 1) if size == len(word) else 0
            break
        at, own = at + size, own + len(word)
    return _place(text, own)


def _blank(text: str) -> str:
    """Return white space as wide as a text is on a terminal."""
    wide = {char: "\u3000" for char in text if unicodedata.east_asian_width(char) in "WF"}
    return "".join("\t" if char == "\t" else wide.get(char, " ") for char in text)
