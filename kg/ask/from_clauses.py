"""The graphs that FROM names in a query, where they are several: the engine counts a fact for each of them."""

from collections.abc import Iterator

from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.ask.scope import Graphs, Scope
from kg.rdf import sparql_text

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


def merged(question: str, scope: Scope) -> Graphs | None:
    """
    Return the graphs that a query asks, where several stand outside GRAPH as one; None where FROM names one, or none.

    Their merge is a set of triples (SPARQL 1.1, 13.2), in which a fact of two graphs stands once; pyoxigraph 0.5.13 has
    a row for each (findings/pyoxigraph-several-graphs.sh).
    """
    if not sparql_text.names_graphs(question):
        return None
    prologue, clauses = _read(question)
    default = dict.fromkeys(iri for for_graph, word in clauses if not for_graph for iri in _iri(prologue, word, scope))
    named = dict.fromkeys(iri for for_graph, word in clauses if for_graph for iri in _iri(prologue, word, scope))
    several = sum(not for_graph for for_graph, _ in clauses) > 1
    return Graphs(tuple(default), tuple(named)) if several else None


def _read(question: str) -> tuple[str, list[tuple[bool, str]]]:
    """Return the prologue of a query, and each graph that FROM names, as it is written, and whether it is for GRAPH."""
    read = [(kind, word) for kind, word in sparql_text.tokens(question) if kind != "comment" and word.strip()]
    first = next((at for at, (kind, word) in enumerate(read) if kind == "word" and word.upper() in _FORMS), 0)
    clauses = []
    for at, (kind, word) in enumerate(read):
        if kind == "word" and word.upper() == "FROM" and at + 2 < len(read):
            named = read[at + 1][1].upper() == "NAMED"
            clauses.append((named, read[at + 1 + named][1]))
    return " ".join(word for _, word in read[:first]), clauses


def _iri(prologue: str, word: str, scope: Scope) -> Iterator[str]:
    """Yield the IRI that a word of a query stands for."""
    query = f"{prologue} {sparql_text.compose('once/term', TERM=word)}"
    rows = Store().query(query, base_iri=scope.base, prefixes=dict(scope.prefixes))
    for row in rows if isinstance(rows, QuerySolutions) else ():
        if isinstance(row[0], NamedNode):
            yield row[0].value
