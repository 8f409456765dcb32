"""What leaves with a part so that it can be understood alone: labels, source, place, the claimant's own words."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.rdf import names

# How a statement names a topic: the topic leaves with its name.
NAMING = (
    "nr:claimant",
    "nr:speaker",
    "schema:mentions",
    "rdf:object",
    "nr:heldBy",
    "nr:evidence",
    "nr:sideOf",
    "nr:leadsTo",
)
# What leads from a quote or claim to what an original has of its words: that leaves whole.
_MATCHED = ("nr:inOriginal", "nr:nearestPassage", "oa:hasSelector")
# What a statement comes from: that leaves with all that is said of it as a source.
ORIGIN = ("nr:reportedIn", "rdf:subject")
_LABEL = ("rdf:type", "schema:name", "foaf:name", "nr:describedOn")
_SOURCE = (*_LABEL, "schema:alternateName", "schema:url", "dcterms:issued", "dcterms:dateSubmitted", "nr:sourceFile")
_ORIGINAL = ("rdf:type", "nr:path", "schema:sha256", "nr:unreadable")
_PAGE = ("rdf:type", "nr:path", "dcterms:title", "dcterms:modified")
STATEMENTS = ("nr:Claim", "nr:Quote", "nr:Connection", "nr:Position")


def iri(curie: str) -> NamedNode:
    """Return the node of a prefixed name."""
    return NamedNode(names.expand(curie))


class Closure:
    """Collects the quads of parts of a generation, each once, with what they need."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.quads: set[Quad] = set()
        self._parts: set[NamedNode] = set()
        self._described: set[tuple[NamedNode, tuple[str, ...]]] = set()

    @cached_property
    def _roles(self) -> dict[NamedNode, tuple[str, ...]]:
        origin = {iri(word): _SOURCE for word in ORIGIN}
        originals = {iri(word): _ORIGINAL for word in ("nr:original", "oa:hasSource")}
        return {**{iri(word): _LABEL for word in NAMING}, **origin, **originals}

    @cached_property
    def _whole(self) -> frozenset[NamedNode]:
        return frozenset(map(iri, _MATCHED))

    def add(self, parts: Iterable[NamedNode]) -> None:
        """Add all that is said of some parts, and what each of them needs."""
        waiting = sorted(set(parts) - self._parts, key=lambda node: node.value)
        while waiting:
            self._parts.update(waiting)
            needed: set[NamedNode] = set()
            for node in waiting:
                quads = [*self._store.quads_for_pattern(node, None, None, None)]
                self.quads.update(quads)
                needed.update(self._needed(node, quads))
            waiting = sorted(needed - self._parts, key=lambda node: node.value)

    def name(self, quads: Iterable[Quad]) -> None:
        """Add the names of what some quads lead to."""
        for quad in quads:
            if isinstance(quad.object, NamedNode):
                self._describe(quad.object, self._roles.get(quad.predicate, _LABEL))

    def _needed(self, node: NamedNode, quads: Iterable[Quad]) -> Iterator[NamedNode]:
        """Yield what leaves whole with a part: what originals have of it, and the words that a claim rests on."""
        claim = False
        for quad in quads:
            if not isinstance(quad.object, NamedNode):
                continue
            if quad.predicate in self._whole:
                yield quad.object
            elif quad.predicate in self._roles:
                self._describe(quad.object, self._roles[quad.predicate])
            claim = claim or quad.object == iri("nr:Claim")
        if claim:
            yield from self._quotes(node)

    def _quotes(self, claim: NamedNode) -> Iterator[NamedNode]:
        """Yield the quotes of the claim's source that a claimant spoke, and those below a heading that it links to."""
        voices = {*self.objects(claim, "nr:claimant")}
        for source in self.objects(claim, "nr:reportedIn"):
            yield from (quote for quote in self._quotes_in(source) if voices & {*self.objects(quote, "nr:speaker")})
        for link in self.subjects("schema:isPartOf", claim):
            slugs = {*self._texts(link, "nr:anchorSlug")}
            for source in self.objects(link, "nr:target") if slugs else ():
                yield from (quote for quote in self._quotes_in(source) if slugs & self._headings(quote))

    def _quotes_in(self, source: NamedNode) -> list[NamedNode]:
        speaker = iri("nr:speaker")
        return [
            one for one in self.subjects("nr:reportedIn", source)
            if next(self._store.quads_for_pattern(one, speaker, None, None), None) is not None
        ]  # fmt: skip

    def _headings(self, quote: NamedNode) -> set[str]:
        sections = self.objects(quote, "nr:inSection")
        return {
            slug
            for one in sections
            for word in ("nr:headingSlug", "nr:headingAnchor")
            for slug in self._texts(one, word)
        }

    def _describe(self, node: NamedNode, words: tuple[str, ...]) -> None:
        if (node, words) in self._described:
            return
        self._described.add((node, words))
        page = iri("nr:describedOn")
        for word in words:
            for quad in self._store.quads_for_pattern(node, iri(word), None, None):
                self.quads.add(quad)
                if quad.predicate == page and isinstance(quad.object, NamedNode):
                    self._describe(quad.object, _PAGE)

    def objects(self, node: NamedNode, word: str) -> list[NamedNode]:
        """Return the nodes that a property of a node leads to."""
        found = self._store.quads_for_pattern(node, iri(word), None, None)
        return sorted({one.object for one in found if isinstance(one.object, NamedNode)}, key=lambda one: one.value)

    def subjects(self, word: str, node: NamedNode) -> list[NamedNode]:
        """Return the nodes from which a property leads to a node."""
        found = self._store.quads_for_pattern(None, iri(word), node, None)
        return sorted({one.subject for one in found if isinstance(one.subject, NamedNode)}, key=lambda one: one.value)

    def _texts(self, node: NamedNode, word: str) -> list[str]:
        found = self._store.quads_for_pattern(node, iri(word), None, None)
        return [one.object.value for one in found if isinstance(one.object, Literal)]
