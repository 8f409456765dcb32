"""The messages of what a query found: its own, those of its node or its shape, with the values in their places."""

import html
import re
from collections.abc import Mapping

import pyoxigraph as ox

from kg.rdf.terms import Term
from kg.shacl.shapes import Constraint, Shape, messages
from kg.shacl.shapes_graph import Graph
from kg.shacl.sparql_constraints import Solution
from kg.shacl.terms import HTML, iri

_SLOT = re.compile(r"\{[?$](\w+)\}")


def said(graph: Graph, shape: Shape, constraint: Constraint, solution: Solution) -> tuple[ox.Literal, ...]:
    """Return the messages of a solution: its own, those of the query's node, those of the shape; with their `{?x}`."""
    if isinstance(solution.message, ox.Literal):
        return (solution.message,)
    texts = messages(graph, constraint.node, shape.node) if constraint.node is not None else ()
    if constraint.word == "custom" and not texts and not shape.messages:
        labels = graph.objects(constraint.component, iri("sh:labelTemplate"))
        texts = tuple(label for label in labels if isinstance(label, ox.Literal))
    terms = dict(solution.bindings)
    return tuple(_filled(one, terms) for one in texts or shape.messages)


def _filled(message: ox.Literal, terms: Mapping[str, Term]) -> ox.Literal:
    def spelled(slot: re.Match[str]) -> str:
        words = terms[slot[1]].value if slot[1] in terms else slot[0]
        return html.escape(words) if message.datatype == HTML and slot[1] in terms else words

    words = _SLOT.sub(spelled, message.value)
    if message.language:
        return ox.Literal(words, language=message.language, direction=message.direction)
    return ox.Literal(words, datatype=message.datatype)
