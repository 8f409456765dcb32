"""A part of a foreign store in memory: what some constraints read, fetched graph by graph."""

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.rdf import sparql_text
from kg.remote_check.questions import NotThere, Questions, Row
from kg.remote_check.remote_quads import pieces
from kg.remote_check.scope import Scope
from kg.shacl.data import Data

# Graphs whose facts one query asks for: of a page there are some hundred facts with the properties of a few rules.
_TOGETHER = 64


def fetched(questions: Questions, scope: Scope, properties: frozenset[ox.NamedNode] | None) -> Data:
    """Return the stated facts with some properties (None: all of them), with the ontology, as data to validate."""
    store = ox.Store()
    for subject, key, value in scope.ontology:
        store.add(ox.Quad(subject, key, value))
    graphs = list(scope.stated)
    for start in range(0, len(graphs), _TOGETHER):
        store.extend(_quads(questions, graphs[start : start + _TOGETHER], properties))
    return Data(store)


def _quads(
    questions: Questions, graphs: Sequence[ox.NamedNode], properties: frozenset[ox.NamedNode] | None
) -> Iterator[ox.Quad]:
    """Yield what some graphs say; of half of them at a time where the store refuses so many."""
    try:
        rows = list(_rows(questions, graphs, properties))
    except NotThere:
        if len(graphs) == 1:
            raise
        half = len(graphs) // 2
        yield from _quads(questions, graphs[:half], properties)
        yield from _quads(questions, graphs[half:], properties)
        return
    for subject, key, value in rows:
        if isinstance(key, ox.NamedNode) and value is not None and not isinstance(subject, ox.Literal | None):
            yield ox.Quad(subject, key, value)


def _rows(
    questions: Questions, graphs: Sequence[ox.NamedNode], properties: frozenset[ox.NamedNode] | None
) -> Iterator[Row]:
    named = " ".join(map(str, graphs))
    if properties is None:
        yield from questions.rows(sparql_text.compose("remote/whole", GRAPHS=named)).rows
        return
    for some in pieces(questions, sorted(properties, key=str)):
        text = sparql_text.compose("remote/part", GRAPHS=named, PROPERTIES=" ".join(map(str, some)))
        yield from questions.rows(text).rows
