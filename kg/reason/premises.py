"""The facts of a store that can entail something: no text, no structure of lines, and of the rest what rules ask for."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions, Store

from kg.rdf import names, sparql_text
from kg.reason.rule_file import TYPE


def silent(quads: Store) -> frozenset[str]:
    """
    Return the properties that the ontology marks as carrying text or structure: they entail nothing.

    All that a provenance graph holds, the places of parts, is of this kind.
    """
    carries = NamedNode(names.expand("nr:carries"))
    return frozenset(str(quad.subject) for quad in quads.quads_for_pattern(None, carries, None, None))


class Stored:
    """The facts of a store by property, read when they are asked for."""

    def __init__(self, quads: Store) -> None:
        self._quads = quads
        self._silent = silent(quads)

    def predicates(self) -> Iterable[str]:
        """Return every property that is not silent."""
        return {str(row[0]) for row in select(self._quads, "properties")} - self._silent

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """Return what a property says, nothing for a silent one: pairs of terms as in N-Triples."""
        if predicate in self._silent:
            return set()
        if predicate == TYPE:
            return self._types()
        prop = NamedNode(predicate[1:-1])
        if next(self._quads.quads_for_pattern(None, prop, None, None), None) is None:
            return set()
        return {(str(row[0]), str(row[1])) for row in select(self._quads, "pairs", property=prop)}

    def _types(self) -> set[tuple[str, str]]:
        """Return what belongs to which class; each class is made a term once and not for each of its members."""
        pairs = {(str(row[0]), str(row[1])) for row in select(self._quads, "unnamed-members")}
        for row in select(self._quads, "members"):
            name = str(row[0])
            pairs.update((f"<{thing}>", name) for thing in row[1].value.split(" "))
        return pairs


def select(quads: Store, name: str, **terms: NamedNode | Literal) -> Iterator[QuerySolution]:
    """Yield the rows of a query of queries/reason, asked of all graphs."""
    text = sparql_text.bind(sparql_text.declared_query(f"reason/{name}").text, terms)
    solutions = quads.query(text, use_default_graph_as_union=True)
    return iter(solutions) if isinstance(solutions, QuerySolutions) else iter(())
