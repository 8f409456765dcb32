"""Literals as they are written: the store rewrites some, and SHACL asks for the term that was said.

The engine turns `01` into `1` and every xsd:int into an xsd:integer. A file that says such a literal has it stored
with a datatype of our own, which the engine leaves alone, and reports give it back as it was.
"""

from functools import cache

import pyoxigraph as ox

from kg.rdf import names
from kg.rdf.terms import Term
from kg.shacl.terms import LANG_STRING, STRING

AS_WRITTEN = "urn:newsroom-kg:as-written:"
_XSD = names.PREFIXES["xsd"]
_ANYWHERE = ox.NamedNode(AS_WRITTEN)


def kept(term: Term) -> Term:
    """Return a term in the form in which a store keeps it: a literal that it would rewrite with a datatype of ours."""
    if not isinstance(term, ox.Literal) or term.datatype in (STRING, LANG_STRING):
        return term
    return _kept(term)


@cache
def _kept(literal: ox.Literal) -> ox.Literal:
    if not literal.datatype.value.startswith(_XSD):
        return literal
    if normal(literal) == literal:
        return literal
    return ox.Literal(literal.value, datatype=ox.NamedNode(AS_WRITTEN + literal.datatype.value))


@cache
def retyped(literal: ox.Literal) -> bool:
    """Tell whether the engine gives a literal another datatype: xsd:integer for every xsd:int."""
    found = normal(literal)
    return isinstance(found, ox.Literal) and found.datatype != literal.datatype


def normal(literal: ox.Literal) -> Term:
    """Return a literal as the engine rewrites it."""
    scratch = ox.Store()
    scratch.add(ox.Quad(_ANYWHERE, _ANYWHERE, literal))
    found = next(iter(scratch)).object
    return literal if isinstance(found, ox.Triple) else found


def written(term: Term) -> Term:
    """Return a term as its file wrote it: the reverse of `kept`."""
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(AS_WRITTEN):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value.removeprefix(AS_WRITTEN)))
    return term
