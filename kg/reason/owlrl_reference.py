"""The reference: owlrl's closure of the facts of a store, much slower, by code that shares nothing with ours."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg.model.records import dataclass
from kg.reason.premises import silent

if TYPE_CHECKING:
    import rdflib

_ERRORS = "http://www.daml.org/2002/03/agents/agent-ont#error"
_IRI = re.compile(r"https?://[^\s,;()'\"<>]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """What follows and was not stated, as triples in N-Triples' terms, and owlrl's errors: what about, and words."""

    triples: frozenset[tuple[str, str, str]]
    errors: tuple[tuple[str, str], ...]


def close(quads: Store, base: str, ontology: str) -> Reference:
    """Return what owlrl says of the facts of a store and an ontology in Turtle."""
    import owlrl  # 200 ms that only this engine needs
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data=_premises(quads, base), format="nt")
    graph.parse(data=ontology, format="turtle")
    stated = set(graph)
    with _conversions_kept():
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False).expand(graph)
    new = (triple for triple in set(graph) - stated if type(triple[0]).__name__ == "URIRef")
    triples = frozenset((_written(s), _written(p), _written(o)) for s, p, o in new)
    return Reference(triples, tuple(sorted(_errors(graph))))


@contextmanager
def _conversions_kept() -> Iterator[None]:
    """
    Give rdflib's reading of literals back: owlrl replaces that of ten datatypes for good.

    What pyshacl finds in the same process would depend on whether somebody reasoned before
    (findings/owlrl-changes-rdflib.sh).
    """
    from rdflib import term

    conversions = term._toPythonMapping  # noqa: SLF001  # it has no other way to take one back
    before = dict(conversions)
    try:
        yield
    finally:
        conversions.clear()
        conversions.update(before)


def _written(term: "rdflib.term.Node") -> str:
    """Return a term as in N-Triples."""
    kind, language, datatype = type(term).__name__, getattr(term, "language", None), getattr(term, "datatype", None)
    if kind == "URIRef":
        return f"<{term}>"
    if kind == "BNode":
        return f"_:{term}"
    return str(Literal(str(term), language=language, datatype=NamedNode(str(datatype)) if datatype else None))


def _premises(quads: Store, base: str) -> str:
    """Return the facts that can entail something, as N-Triples: no provenance, no text, no structure of lines."""
    left_out = silent(quads)
    places = f"{base}prov/"
    facts = {
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in quads
        if str(quad.predicate) not in left_out and not getattr(quad.graph_name, "value", "").startswith(places)
    }
    return (serialize(sorted(facts, key=str), format=RdfFormat.N_TRIPLES) or b"").decode()


def _errors(graph: "rdflib.Graph") -> Iterator[tuple[str, str]]:
    """Yield owlrl's errors with the last thing that each names, which is mostly what it is about."""
    for _, predicate, words in graph:
        if str(predicate) == _ERRORS:
            named = _IRI.findall(str(words))
            yield (named[-1] if named else "", " ".join(str(words).split()))
