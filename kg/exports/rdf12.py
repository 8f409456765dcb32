"""RDF 1.2: a connection reifies what it says, a triple term, in place of subject, predicate and object."""

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.rdf import names

_PARTS = tuple(NamedNode(names.expand(f"rdf:{word}")) for word in ("subject", "predicate", "object"))
_REIFIES = NamedNode(names.expand("rdf:reifies"))
Node = tuple[NamedNode | BlankNode | Triple, NamedNode | BlankNode | DefaultGraph]


def with_reifiers(lines: Sequence[bytes]) -> list[bytes]:
    """Return lines of N-Quads in which a statement about a triple reifies it; one that lacks a part stays as it is."""
    told: dict[Node, list[Quad]] = defaultdict(list)
    kept: list[Quad] = []
    for quad in parse(input=b"".join(lines), format=RdfFormat.N_QUADS):
        if quad.predicate in _PARTS:
            told[quad.subject, quad.graph_name].append(quad)
        else:
            kept.append(quad)
    for (node, graph), quads in told.items():
        terms = [_triple(*three) for three in _triples(quads)]
        whole = bool(terms) and None not in terms
        kept += [Quad(node, _REIFIES, term, graph) for term in terms if term] if whole else quads
    text: bytes = serialize(kept, format=RdfFormat.N_QUADS) or b""
    return sorted({*text.splitlines(keepends=True)})


Term = NamedNode | BlankNode | Literal | Triple


def _triples(quads: Sequence[Quad]) -> list[tuple[Term, Term, Term]]:
    """Return every subject with every predicate and every object that is told of one statement."""
    subjects, predicates, objects = ([one.object for one in quads if one.predicate == part] for part in _PARTS)
    return [(one, two, three) for one in subjects for two in predicates for three in objects]


def _triple(subject: Term, predicate: Term, value: Term) -> Triple | None:
    if isinstance(subject, Literal) or not isinstance(predicate, NamedNode):
        return None
    return Triple(subject, predicate, value)
