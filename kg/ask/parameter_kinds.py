"""The kinds of parameters whose values are words of a short list, grades, relations and choices, and pages."""

from pyoxigraph import Literal, NamedNode, Store

from kg.model import did_you_mean
from kg.model.grades import GRADES
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.rdf.sparql_text import Parameter, Term

_RELATES = (NamedNode(names.expand("nr:relatesTo")), NamedNode(names.expand("nr:references")))
_BELOW, _LABEL = NamedNode(names.expand("rdfs:subPropertyOf")), NamedNode(names.expand("rdfs:label"))
_DESCRIBED_ON = NamedNode(names.expand("nr:describedOn"))


LISTED = ("grade", "relation", "choice")


def listed(parameter: Parameter, value: str, store: Store) -> Term:
    """Return what a word of a list means: an epistemic type, a relation, a text; raise KgError for no such word."""
    if parameter.kind == "grade":
        return NamedNode(names.NR + _one_of(parameter, value, GRADES, "grade"))
    if parameter.kind == "relation":
        return _relation(parameter, value, store)
    return Literal(_one_of(parameter, value, parameter.choices, "value"))


def _one_of(parameter: Parameter, value: str, words: tuple[str, ...], what: str) -> str:
    if value in words:
        return value
    hint = did_you_mean.hint(value, words, f"use one of {', '.join(words)}")
    raise KgError(f"--{parameter.name}: unknown {what} '{value}'; {hint}")


def _relation(parameter: Parameter, value: str, store: Store) -> NamedNode:
    known = relations(store)
    found = known.get(" ".join(value.casefold().split()))
    if found is None:
        hint = did_you_mean.hint(value, known, f"use one of {', '.join(known)}" if known else "it has none", most=3)
        raise KgError(f"--{parameter.name}: no connection of this wiki has the relation '{value}'; {hint}")
    return found


def relations(store: Store) -> dict[str, NamedNode]:
    """Return the relations between topics, of the vocabulary and of the wiki, by their names in lower case."""
    found: dict[str, NamedNode] = {}
    for above in _RELATES:
        for quad in store.quads_for_pattern(None, _BELOW, above, None):
            if isinstance(quad.subject, NamedNode) and quad.subject not in _RELATES[:1]:
                labels = (label.object for label in store.quads_for_pattern(quad.subject, _LABEL, None, None))
                words = [label.value for label in labels if isinstance(label, Literal)]
                for name in [*words, quad.subject.value.rpartition("#")[2]]:
                    if name and "/" not in name:
                        found[name.casefold()] = quad.subject
    return dict(sorted(found.items()))


def page(value: str, topic: NamedNode, store: Store) -> NamedNode:
    """Return the page that a topic is described on; raise KgError where no page of the wiki is about it."""
    for quad in store.quads_for_pattern(topic, _DESCRIBED_ON, None, None):
        if isinstance(quad.object, NamedNode):
            return quad.object
    raise KgError(f"no page of this wiki is about '{value}'; name a page by its path, file name, title or alias")
