"""What the engine says of a text that is no SPARQL, as one line that a person can act on."""

import re
import unicodedata
from collections.abc import Mapping

from kg.rdf import sparql_text
from kg.rdf.sparql_text import Term

_AT = re.compile(r"error at (\d+):(\d+)(?:-\d+(?::\d+)?)?:? *(.*)", re.DOTALL)
# The engine's lists of what it expected name classes of characters too: nothing that a person can use.
_CLASS = re.compile(r"\[(?:'[^\]]*|_)\](?:, )?")
_NO_PREFIX = "Prefix not found"  # the engine's words, which do not say which
_NAME = re.compile(r"((?:\w[\w.-]*)?):[^\s:]*$")
_SENTENCE = re.compile(r"expected(?: one of)?(?: (?=[A-Z][a-z]+ )|$)")


def explain(text: str, error: str, values: Mapping[str, Term | int] | None = None) -> str:
    """
    Return one line for a SPARQL syntax error: what is wrong, where, and the line with a caret below it.

    The place is the author's: the engine was given `text` with `values` for its parameters.
    """
    match = _AT.search(error)
    if match is None:
        return f"not a SPARQL query: {error}"
    row, column, said = int(match[1]), int(match[2]), _CLASS.sub("", " ".join(match[3].split())).rstrip(", ")
    said = _SENTENCE.sub("", said) or "it makes no sense up to here"
    if values:
        row, column = _authors_place(text, values, row, column)
    lines = text.split("\n")
    line = lines[row - 1].rstrip("\r") if 0 < row <= len(lines) else ""
    name = _NAME.search(line[: column - 1]) if said == _NO_PREFIX else None
    if name:
        said = f"the prefix {name[1]}: is not declared"
    where = f"\n  {line}\n  {_blank(line[: column - 1])}^" if line else ""
    return f"not a SPARQL query: line {row}, column {column}: {said}{where}"


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
    return text.count("\n", 0, own) + 1, own - text.rfind("\n", 0, own)


def _blank(text: str) -> str:
    """Return white space as wide as a text is on a terminal."""
    wide = {char: "\u3000" for char in text if unicodedata.east_asian_width(char) in "WF"}
    return "".join("\t" if char == "\t" else wide.get(char, " ") for char in text)
