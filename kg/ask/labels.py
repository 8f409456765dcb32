"""What topics and speakers are called: by their one name, for the cells of a table."""

from collections.abc import Callable
from itertools import islice

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.rdf import names, sparql_text

_NAMES = ("schema:name", "foaf:name")
_FEW = 100  # quads that are read as they are; of more the engine tells the values, and gives only those


def reader(store: Store, base: str) -> Callable[[str], str | None]:
    """Return what gives the name of a topic or a speaker of a wiki by its IRI, None where it has none or several."""
    found: dict[str, str | None] = {}

    def label(iri: str) -> str | None:
        if not iri.startswith((f"{base}id/", f"{base}agent/")):
            return None
        if iri not in found:
            found[iri] = _name(store, NamedNode(iri))
        return found[iri]

    return label


def _name(store: Store, node: NamedNode) -> str | None:
    for word in _NAMES:
        said = _said(store, node, NamedNode(names.expand(word)))
        if said:
            return said.pop() if len(said) == 1 else None
    return None


def _said(store: Store, node: NamedNode, word: NamedNode) -> set[str]:
    """Return the texts that a node has of a property: a speaker of a large wiki has one name on thousands of pages."""
    quads = store.quads_for_pattern(node, word, None, None)
    values = [quad.object for quad in islice(quads, _FEW)]
    if next(quads, None) is not None:
        text = sparql_text.compose("ask/said", NODE=str(node), PROPERTY=str(word))
        answer = store.query(text, use_default_graph_as_union=True)
        values = [row[0] for row in answer] if isinstance(answer, QuerySolutions) else []
    return {value.value for value in values if isinstance(value, Literal)}
