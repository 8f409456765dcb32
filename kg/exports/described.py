"""VoID and DCAT: what the data set is, how much is in it, and in which forms it is to be had."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from kg.ask import graph_formats
from kg.exports import forms, graphs
from kg.exports.facts import Facts
from kg.rdf import names

MEDIA_TYPES = {
    "turtle": "text/turtle", "trig": "application/trig", "ntriples": "application/n-triples",
    "nquads": "application/n-quads", "jsonld": "application/ld+json", "rdfxml": "application/rdf+xml",
    "jsonld-framed": "application/ld+json", "schema-org": "application/ld+json", "nanopub": "application/trig",
    "graphml": "application/graphml+xml", "csv": "text/csv", "llms-txt": "text/markdown",
}  # fmt: skip
_MEDIA = "https://www.iana.org/assignments/media-types/"
_TYPE = f"<{names.expand('rdf:type')}>".encode()


def written(lines: Sequence[bytes], facts: Facts) -> bytes:
    """Return the description of what leaves."""
    data = NamedNode(facts.base)
    quads = [*_about(data, lines, facts), *_parts(data, lines, facts), *_distributions(data, facts)]
    return graph_formats.write(sorted(quads, key=_order), "turtle")


def _order(quad: Quad) -> tuple[str, bool, str]:
    return str(quad.subject), quad.predicate != _iri("rdf:type"), str(quad)


def _iri(word: str) -> NamedNode:
    return NamedNode(names.expand(word))


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_iri("xsd:integer"))


def _about(data: NamedNode, lines: Sequence[bytes], facts: Facts) -> Iterator[Quad]:
    for kind in ("void:Dataset", "dcat:Dataset"):
        yield Quad(data, _iri("rdf:type"), _iri(kind))
    yield Quad(data, _iri("dcterms:title"), Literal(f"The claims of {facts.base}"))
    yield Quad(data, _iri("void:uriSpace"), Literal(facts.base))
    yield Quad(data, _iri("dcterms:conformsTo"), NamedNode(names.NR.rstrip("#")))
    for day in facts.terms(facts.base, "nr:asOf"):
        yield Quad(data, _iri("dcterms:modified"), day)
    subjects = {line[: line.index(b" ")] for line in lines}
    counts = {
        "void:triples": len(graphs.triples(lines)),
        "void:entities": len(facts.topics),
        "void:distinctSubjects": len(subjects),
    }
    for word, count in counts.items():
        yield Quad(data, _iri(word), _number(count))
    for example in facts.nodes("nr:Claim")[:1]:
        yield Quad(data, _iri("void:exampleResource"), NamedNode(example))


def _parts(data: NamedNode, lines: Sequence[bytes], facts: Facts) -> Iterator[Quad]:
    """Yield a partition for each class and each property, and the vocabularies that they are from."""
    triples = [line.split(b" ", 2) for line in graphs.triples(lines)]
    properties = Counter(predicate[1:-1].decode() for _, predicate, _ in triples)
    classes = Counter(value[1 : value.rindex(b">")].decode() for _, predicate, value in triples if predicate == _TYPE)
    spaces = {space for space in names.PREFIXES.values() for iri in (*classes, *properties) if iri.startswith(space)}
    for space in sorted(spaces):
        yield Quad(data, _iri("void:vocabulary"), NamedNode(space))
    for role, counts in (("class", classes), ("property", properties)):
        for iri, count in sorted(counts.items()):
            part = NamedNode(f"{facts.base}void/{role}/{names.escape(names.shorten(iri).replace('/', ':'))}")
            yield Quad(data, _iri(f"void:{role}Partition"), part)
            yield Quad(part, _iri(f"void:{role}"), NamedNode(iri))
            yield Quad(part, _iri("void:entities" if role == "class" else "void:triples"), _number(count))


def _distributions(data: NamedNode, facts: Facts) -> Iterator[Quad]:
    for form in forms.FORMS:
        if form.name in MEDIA_TYPES:
            node = NamedNode(f"{facts.base}void/distribution/{form.name}")
            yield Quad(data, _iri("dcat:distribution"), node)
            yield Quad(node, _iri("rdf:type"), _iri("dcat:Distribution"))
            yield Quad(node, _iri("dcterms:title"), Literal(form.about))
            yield Quad(node, _iri("dcat:mediaType"), NamedNode(_MEDIA + MEDIA_TYPES[form.name]))
