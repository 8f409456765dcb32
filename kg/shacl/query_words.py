"""What a query's words say before it is taken apart: what it is for."""

from kg.rdf import sparql_text
from kg.rdf.terms import Node
from kg.shacl.terms import ill_formed

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT", "DELETE", "LOAD", "CLEAR", "DROP"})
_ASKED_FOR = {"sh:select": "a SELECT", "sh:ask": "an ASK"}


def refuse_other_form(shape: Node, word: str, query: str) -> None:
    """Raise KgError for a query that is another one than the word that holds it asks for."""
    words = (text.upper() for kind, text in sparql_text.tokens(query) if kind == "word")
    form = next((text for text in words if text in _FORMS), "")
    if form not in ("", word[3:].upper()):
        raise ill_formed(shape, f"{word} needs {_ASKED_FOR[word]}, found {form}", query)
