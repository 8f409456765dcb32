"""What topics and speakers are called: by their one name, for the cells of a table."""

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode, Store

from kg.rdf import names

_NAMES = ("schema:name", "foaf:name")


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
        quads = store.quads_for_pattern(node, NamedNode(names.expand(word)), None, None)
        said = {quad.object.value for quad in quads if isinstance(quad.object, Literal)}
        if said:
            return said.pop() if len(said) == 1 else None
    return None
