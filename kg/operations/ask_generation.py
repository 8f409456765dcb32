"""A query asked of a generation, with the facts of the network and the words of texts where it names them."""

from collections.abc import Mapping

from kg.ask import engine_text, query
from kg.ask.query import Answer
from kg.ask.scope import Scope
from kg.operations import network_facts
from kg.rdf.expression_failures import Failures
from kg.rdf.sparql_text import Term
from kg.search import matches
from kg.store.reading import Reading


def answer(generation: Reading, text: str, terms: Mapping[str, Term | int], scope: Scope) -> Answer:
    """Return what a generation answers, as `kg query` does; raise KgError for a text that is no query."""
    quads = network_facts.asked(generation, text)
    placed = matches.of(generation, text) if matches.is_in(text) else str
    asked = engine_text.for_engine(quads, text, terms, Failures(), scope, placed)
    return query.answered(quads, asked, scope)
