"""What a query's words say before it is taken apart: what it is for."""

import re

from kg.rdf import sparql_text
from kg.rdf.terms import Node, Term
from kg.shacl.terms import ill_formed, is_whole, named

_PREFIX_NAME = re.compile(r"[A-Za-z]?[\w.-]*")
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT", "DELETE", "LOAD", "CLEAR", "DROP"})
_ASKED_FOR = {"sh:select": "a SELECT", "sh:ask": "an ASK"}


def refuse_other_form(shape: Node, word: str, query: str) -> None:
    """Raise KgError for a query that is another one than the word that holds it asks for."""
    words = (text.upper() for kind, text in sparql_text.tokens(query) if kind == "word")
    form = next((text for text in words if text in _FORMS), "")
    if form not in ("", word[3:].upper()):
        raise ill_formed(shape, f"{word} needs {_ASKED_FOR[word]}, found {form}", query)


def refuse_no_prefix(shape: Node, name: Term, namespace: Term) -> None:
    """Raise KgError for a declaration whose prefix is no name or whose namespace is no IRI."""
    if not _PREFIX_NAME.fullmatch(name.value):
        raise ill_formed(shape, f"sh:prefix needs a name such as ex, without a colon, found {named(name)}")
    if not is_whole(namespace.value):
        raise ill_formed(shape, f"sh:namespace of {name.value}: needs a whole IRI, found {named(namespace)}")
