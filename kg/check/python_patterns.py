"""Patterns of XPath's dialect as Python's, in which the reference validator reads them."""

import re
from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from kg.rdf import xpath_regex
from kg.rdf.terms import Node, Triple
from kg.rdf.xpath_regex import NotARegex
from kg.shacl.terms import ill_formed, iri

# What Python reads in another way, or not at all.
_XPATH = re.compile(r"\\[pPiIcC]|-\[")


def as_spelled(message: ox.Literal, spelled: Mapping[str, str]) -> ox.Literal:
    """Return a message with a pattern as the shapes have it, where it quotes what Python was given."""
    for python, written in spelled.items():
        if python in message.value:
            return ox.Literal(message.value.replace(python, written), language=message.language)
    return message


def with_patterns_of_python(shapes: Sequence[Triple]) -> tuple[list[Triple], dict[str, str]]:
    """
    Return shapes whose patterns say in Python's words what only XPath's dialect says, and the pattern behind each.

    pyshacl takes no flags but i and m.
    """
    pattern, flags = iri("sh:pattern"), iri("sh:flags")
    letters = {subject: value.value for subject, predicate, value in shapes if predicate == flags}
    changed: dict[Node, Triple] = {}
    spelled: dict[str, str] = {}
    for subject, predicate, value in shapes:
        given = letters.get(subject, "")
        if predicate != pattern or not isinstance(value, ox.Literal):
            continue
        if _XPATH.search(value.value) or set("sxq") & set(given):
            try:
                compiled = xpath_regex.compiled(value.value, given)
            except NotARegex as error:
                raise ill_formed(subject, f"sh:pattern is no regular expression: {value.value}: {error}") from None
            whole = f"(?s:{compiled.pattern})" if "s" in given and "q" not in given else compiled.pattern
            changed[subject] = (subject, predicate, ox.Literal(whole))
            spelled[whole] = value.value
    made = []
    for triple in shapes:
        subject, predicate, _ = triple
        if predicate == pattern:
            made.append(changed.get(subject, triple))
        elif predicate == flags and subject in changed:
            made.append((subject, predicate, ox.Literal("".join(one for one in "im" if one in letters[subject]))))
        else:
            made.append(triple)
    return made, spelled
