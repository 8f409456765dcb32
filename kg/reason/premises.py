"""The facts of a store that can entail something: no text, no structure of lines, and what rules ask for alone."""

from collections.abc import Iterable, Mapping
from functools import cache

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, Store

from kg.rdf import names, sparql_text


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
        prop = NamedNode(predicate[1:-1])
        if next(self._quads.quads_for_pattern(None, prop, None, None), None) is None:
            return set()
        return {(str(row[0]), str(row[1])) for row in select(self._quads, "pairs", property=prop)}

    def members(self) -> Mapping[str, set[str]]:
        """Return what belongs to each class; asked class by class and as text, this is what takes most of the time."""
        members = {}
        for row in select(self._quads, "classes"):
            if isinstance(row[0], NamedNode):
                table = _solutions(self._quads, "members", {"class": row[0]}).serialize(format=QueryResultsFormat.TSV)
                members[str(row[0])] = set((table or b"").decode().split("\n")[1:-1])
        return members


def select(quads: Store, name: str, **terms: NamedNode | Literal) -> QuerySolutions:
    """Return the rows of a query of queries/reason, asked of all graphs."""
    return _solutions(quads, name, terms)


def _solutions(quads: Store, name: str, terms: Mapping[str, NamedNode | Literal]) -> QuerySolutions:
    text = sparql_text.bind(_query(name), terms)
    solutions = quads.query(text, use_default_graph_as_union=True)
    if not isinstance(solutions, QuerySolutions):
        raise TypeError(name)
    return solutions


@cache
def _query(name: str) -> str:
    return sparql_text.declared_query(f"reason/{name}").text
