"""Nanopublications: one a claim, with what is claimed, where that is from, and which publication it is."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg.ask import graph_formats
from kg.exports.facts import Facts
from kg.rdf import names

_NP = "http://www.nanopub.org/nschema#"
_PARTS = {"Assertion": "assertion", "Provenance": "provenance", "PublicationInfo": "pubinfo"}
Term = NamedNode | Literal


def written(facts: Facts) -> bytes:
    """Return the nanopublications as TriG, in the order of the claims' places. They are neither signed nor trusty."""
    quads = [quad for claim in facts.nodes("nr:Claim") for quad in _Nanopub(facts, claim).quads()]
    prefixes = {**graph_formats.prefixes(quads), "np": _NP}
    return (serialize(quads, format=RdfFormat.TRIG, prefixes=prefixes) or b"") if quads else b""


def _iri(word: str) -> NamedNode:
    return NamedNode(names.expand(word))


class _Nanopub:
    """One claim as a nanopublication."""

    def __init__(self, facts: Facts, claim: str) -> None:
        self._facts, self._claim = facts, claim
        below = claim.removeprefix(facts.base).removeprefix("claim/")
        self._name = f"{facts.base}nanopub/{below if below != claim else names.escape(claim)}"

    def quads(self) -> Iterator[Quad]:
        """Yield the four graphs, each sorted."""
        parts = {
            "head": self._head(),
            "assertion": self._assertion(),
            "provenance": self._provenance(),
            "pubinfo": self._pubinfo(),
        }
        for name, triples in parts.items():
            graph = self._graph(name)
            found = {Quad(subject, predicate, value, graph) for subject, predicate, value in triples}
            yield from sorted(found, key=lambda quad: (quad.subject.value != self._name, str(quad)))  # type: ignore[union-attr]

    def _graph(self, name: str) -> NamedNode:
        return NamedNode(f"{self._name}#{name}")

    def _head(self) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        node = NamedNode(self._name)
        yield node, _iri("rdf:type"), NamedNode(_NP + "Nanopublication")
        for word, name in _PARTS.items():
            yield node, NamedNode(f"{_NP}has{word}"), self._graph(name)

    def _assertion(self) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        yield NamedNode(self._claim), _iri("rdf:type"), _iri("nr:Claim")
        yield from self._texts(self._claim, "schema:text", "nr:certainty")
        yield from self._nodes(self._claim, "nr:epistemicType", "nr:claimant", "schema:mentions")
        for topic in (
            *self._facts.links(self._claim, "nr:claimant"),
            *self._facts.links(self._claim, "schema:mentions"),
        ):
            yield NamedNode(topic), _iri("rdfs:label"), Literal(self._facts.label(topic))

    def _provenance(self) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        facts, assertion = self._facts, self._graph("assertion")
        claimants = facts.links(self._claim, "nr:claimant")
        for claimant in claimants:
            yield assertion, _iri("prov:wasAttributedTo"), NamedNode(claimant)
        sources = facts.links(self._claim, "nr:reportedIn")
        for source in sources or [facts.base]:
            yield assertion, _iri("prov:wasDerivedFrom"), NamedNode(source)
        for source in sources:
            yield from self._texts(source, "schema:name", "schema:url", "dcterms:issued")
        for quote in facts.quotes_of(self._claim):
            yield assertion, _iri("cito:citesAsEvidence"), NamedNode(quote)
            yield from self._texts(quote, "schema:text")
            yield from self._nodes(quote, "nr:speaker")

    def _pubinfo(self) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        facts, node = self._facts, NamedNode(self._name)
        yield node, _iri("rdfs:label"), Literal(facts.one(self._claim, "schema:text"))
        yield node, _iri("dcterms:isPartOf"), NamedNode(facts.base)
        place = facts.place(self._claim)
        if place.path:
            yield (
                node,
                _iri("dcterms:source"),
                Literal(":".join(str(one) for one in (place.path, place.line, place.column) if one)),
            )
        for source in facts.links(self._claim, "nr:reportedIn"):
            for page in facts.links(source, "nr:describedOn"):
                for day in facts.terms(page, "dcterms:modified"):
                    yield node, _iri("dcterms:created"), day

    def _texts(self, node: str, *words: str) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        for word in words:
            for value in self._facts.terms(node, word):
                yield NamedNode(node), _iri(word), value

    def _nodes(self, node: str, *words: str) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
        for word in words:
            for value in self._facts.links(node, word):
                yield NamedNode(node), _iri(word), NamedNode(value)
