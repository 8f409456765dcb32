"""The words of SHACL, and the two ways in which shapes can be of no use."""

import re
from functools import cache

import pyoxigraph as ox

from kg.model.finding import KgError
from kg.rdf import names
from kg.rdf.terms import Node, Term

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
NIL = ox.NamedNode(names.expand("rdf:nil"))
TYPE = ox.NamedNode(names.expand("rdf:type"))
STRING = ox.NamedNode(names.expand("xsd:string"))
LANG_STRING = ox.NamedNode(names.expand("rdf:langString"))
DIR_LANG_STRING = ox.NamedNode(names.expand("rdf:dirLangString"))
HTML = ox.NamedNode(names.expand("rdf:HTML"))
INTEGER = ox.NamedNode(names.expand("xsd:integer"))
BOOLEAN = ox.NamedNode(names.expand("xsd:boolean"))


class Unsupported(Exception):  # noqa: N818  # not an error: the shape goes to the other engine
    """A shape that is right and that this engine cannot do: `shape` and `why`."""

    def __init__(self, shape: Node, why: str) -> None:
        super().__init__(why)
        self.shape = shape
        self.why = why


@cache
def iri(curie: str) -> ox.NamedNode:
    """Return the term of a prefixed name with one of our prefixes."""
    return ox.NamedNode(names.expand(curie))


def named(term: Term) -> str:
    """Return how a message calls a term: its prefixed name, its IRI, or that it has no name."""
    if isinstance(term, ox.NamedNode):
        return names.shorten(term.value)
    return "a shape without a name" if isinstance(term, ox.BlankNode) else str(term)


def is_whole(text: str) -> bool:
    """Tell whether a text is an IRI with its scheme."""
    try:
        return bool(_SCHEME.match(ox.NamedNode(text).value))
    except ValueError:
        return False


class IllFormed(KgError):  # noqa: N818  # the standard's word
    """A shape that the specification calls ill-formed: which, and why; nothing is validated with it."""

    def __init__(self, shape: Node, why: str, text: str = "") -> None:
        super().__init__(f"the shapes cannot be used: {named(shape)}: {why}")
        self.shape = shape
        self.why = why
        self.text = text


def ill_formed(shape: Node, why: str, text: str = "") -> IllFormed:
    """Return the error of a shape that the specification calls ill-formed; `text` is that of the query at fault."""
    return IllFormed(shape, why, text)
