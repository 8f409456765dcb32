"""A query asked of a generation, with the facts of the network and the words of texts where it names them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.ask import engine_text, query
from kg.ask.query import Answer
from kg.ask.scope import Scope
from kg.network import terms as network_terms
from kg.operations import network_facts
from kg.rdf.expression_failures import Failures
from kg.rdf.sparql_text import Term
from kg.search import matches
from kg.store.reading import Reading

if TYPE_CHECKING:
    from kg.ask.question_shapes import Shape, Shapes


def answer(
    generation: Reading, text: str, terms: Mapping[str, Term | int], scope: Scope, shapes: "Shapes | None" = None
) -> Answer:
    """
    Return what a generation answers, as `kg query` does; raise KgError for a text that is no query.

    With `shapes`, which are those of this scope's prefixes, a text of a shape that came before is not read again.
    """
    shape = _shape(text, generation.base) if shapes is not None and not terms and scope.graphs is None else None
    known = shapes.find(shape) if shapes is not None and shape else None
    if known and (found := query.of_known(generation.quads, known, scope)) is not None:
        return found
    quads = network_facts.asked(generation, text)
    placed = matches.of(generation, text) if matches.is_in(text) else str
    asked = engine_text.for_engine(quads, text, terms, Failures(), scope, placed)
    if shapes is not None and shape and not known and quads is generation.quads:
        shapes.learn(shape, asked, lambda other: engine_text.for_engine(quads, other, {}, Failures(), scope))
    return query.answered(quads, asked, scope)


def _shape(text: str, base: str) -> "Shape | None":
    """Return the shape of a text; None where it has none, or one of its IRIs is a name of the network."""
    from kg.ask import question_shapes  # who asks once needs none

    shape = question_shapes.taken_apart(text)
    if shape and network_terms.asks((("iri", one) for one in shape.others), base):
        return None
    return shape
