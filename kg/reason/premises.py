"""The facts of a store that can entail something: no text, no structure of lines, and what rules ask for alone."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, Store

from kg.rdf import names, sparql_text
from kg.rdf.terms import Fact
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
        self.silent = silent(quads)

    def predicates(self) -> Iterable[str]:
        """Return every property that is not silent."""
        return {str(row[0]) for row in select(self._quads, "properties")} - self.silent

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """Return what a property says, nothing for a silent one: pairs of terms as in N-Triples."""
        if predicate in self.silent:
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


class Remembered:
    """
    The facts of a store by property; what is remembered of them is not read again.

    `pairs_by` and `members_by` are what was read or remembered, by property and by class; `complete` is false once
    something was asked that is not remembered there.
    """

    def __init__(self, quads: Store) -> None:
        self._quads = quads
        self._stored = Stored(quads)
        self.pairs_by: dict[str, set[tuple[str, str]]] = {}
        self.members_by: dict[str, set[str]] | None = None
        self.complete = True

    def predicates(self) -> Iterable[str]:
        """Return every property that is not silent."""
        self.complete = False
        return self._stored.predicates()

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """Return what a property says, nothing for a silent one: pairs of terms as in N-Triples."""
        if predicate not in self.pairs_by:
            self.pairs_by[predicate] = self._stored.pairs(predicate)
        return self.pairs_by[predicate]

    def asked(self) -> frozenset[str]:
        """Return the properties that were asked for and can entail something."""
        return frozenset(self.pairs_by) - self._stored.silent

    def members(self) -> Mapping[str, set[str]]:
        """Return what belongs to each class."""
        if self.members_by is None:
            self.members_by = dict(self._stored.members())
        return self.members_by

    def update(self, facts: Iterable[Fact]) -> bool:
        """Bring what is remembered up to date with the store, of which some facts may differ; tell whether any did."""
        differs = False
        for fact in facts:
            subject, predicate, value = map(str, fact)
            if predicate in self._stored.silent:
                continue
            there = next(self._quads.quads_for_pattern(*fact, None), None) is not None
            if predicate in self.pairs_by:
                differs |= _put(self.pairs_by[predicate], (subject, value), there=there)
            elif predicate == TYPE and self.members_by is not None and isinstance(fact[2], NamedNode):
                differs |= _put(self.members_by.setdefault(value, set()), subject, there=there)
        return differs


def _put(elements: set[Any], element: object, *, there: bool) -> bool:
    """Put an element into a set, or out of it, and tell whether it was otherwise."""
    if there == (element in elements):
        return False
    (elements.add if there else elements.remove)(element)
    return True


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
