"""What a query's words say before it is taken apart: what it is for, and expressions that this engine cannot read."""

import re

from kg.rdf import sparql_text
from kg.rdf.terms import Node
from kg.shacl import node_sets
from kg.shacl.terms import Unsupported, ill_formed

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT", "DELETE", "LOAD", "CLEAR", "DROP"})
_ASKED_FOR = {"sh:select": "a SELECT", "sh:ask": "an ASK"}
_FUNCTION = re.compile(r"\b(?:REGEX|REPLACE)\b", re.IGNORECASE)
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def refuse_other_form(shape: Node, word: str, query: str) -> None:
    """Raise KgError for a query that is another one than the word that holds it asks for."""
    words = (text.upper() for kind, text in sparql_text.tokens(query) if kind == "word")
    form = next((text for text in words if text in _FORMS), "")
    if form not in ("", word[3:].upper()):
        raise ill_formed(shape, f"{word} needs {_ASKED_FOR[word]}, found {form}", query)


def refuse_foreign_regex(shape: Node, query: str) -> None:
    """Raise Unsupported for a regular expression that only the other engine reads: here it would match nothing."""
    if not _FUNCTION.search(query):
        return
    for kind, word in sparql_text.tokens(query):
        text = _unescaped(word) if kind == "string" else ""
        if "\\" in text and not node_sets.takes(text, "") and node_sets.python_regex(text, ""):
            raise Unsupported(shape, f"the fast engine cannot read the regular expression {word} of its query")


def _unescaped(token: str) -> str:
    marks = 3 if token[:3] in ('"""', "'''") else 1
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), token[marks:-marks])
