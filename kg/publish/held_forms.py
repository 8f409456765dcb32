"""What a store gives back otherwise than it was given: forms of literals, by the kind of server and its version."""

from collections.abc import Callable, Mapping

from pyoxigraph import Literal, NamedNode

from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Term

_STRING = NamedNode(names.expand("xsd:string"))


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that a store does not hold: what it is, in which version that was seen, and what it gives instead."""

    name: str
    seen: str
    held: Callable[[Literal], Literal]


def held(term: Term, forms: tuple[Form, ...]) -> tuple[Term, tuple[str, ...]]:
    """Return what a store gives back for a term, and the names of what it does not hold of it."""
    if not isinstance(term, Literal):
        return term, ()
    named = []
    for form in forms:
        other = form.held(term)
        if other != term:
            named.append(form.name)
            term = other
    return term, tuple(named)


FORMS: Mapping[str, tuple[Form, ...]] = {}
