"""An answer as PROV-O in Turtle: what was derived from what, as entities with their words and places."""

from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg.model.finding import Span
from kg.rdf import names
from kg.why.records import Answers, Derivation, Part, Why

_PREFIXES = ("nr", "prov", "rdf", "rdfs", "xsd")


def text(answers: Answers) -> str:
    """Return the answers as one graph in Turtle, sorted."""
    quads = sorted({quad for one in answers.answers for quad in _answer(one, answers.base)}, key=str)
    prefixes = {prefix: names.PREFIXES[prefix] for prefix in _PREFIXES}
    written = serialize(quads, format=RdfFormat.TURTLE, prefixes=prefixes, base_iri=None)
    return (written or b"").decode()


def _quad(subject: str, curie: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(names.expand(curie)), value)


def _answer(one: Why, base: str) -> Iterator[Quad]:
    if one.proof:
        yield from _proof(one.proof, base)
        return
    yield _quad(one.iri, "rdf:type", NamedNode(names.expand("prov:Entity")))
    if one.part:
        yield from _part(one.part)
        for iri, voice in zip(one.part.voice_iris, one.part.voices, strict=True):
            yield _quad(one.iri, "prov:wasAttributedTo", NamedNode(iri))
            yield _quad(iri, "rdfs:label", Literal(voice))
    if one.about and one.about.topic != one.iri:
        yield _quad(one.iri, "prov:wasDerivedFrom", NamedNode(one.about.topic))
    yield from _upstream(one)
    for resting in one.resting:
        yield from _part(resting.part)
        yield _quad(resting.part.iri, _derived(resting.way), NamedNode(resting.on_iri))
    yield from _invalid(one)


def _upstream(one: Why) -> Iterator[Quad]:
    """Yield from what a target was derived: its originals, statements and pages."""
    for verdict in one.verdicts:
        if verdict.original:
            way = "quoted" if verdict.verdict == "exact" else ""
            yield _quad(one.iri, _derived(way), NamedNode(verdict.original))
    for ground in one.grounds:
        part = ground.part if ground.part and ground.part.kind in ("claim", "quote") else None
        if ground.way != "about":
            yield _quad(one.iri, _derived(ground.way), NamedNode(part.iri if part else ground.about.topic))
        if part:
            yield from _part(part)
            yield _quad(part.iri, "prov:wasDerivedFrom", NamedNode(ground.about.topic))


def _derived(way: str) -> str:
    """Return the property of PROV-O for a way of resting on something."""
    return "prov:wasQuotedFrom" if way == "quoted" else "prov:wasDerivedFrom"


def _invalid(one: Why) -> Iterator[Quad]:
    """Yield what is not current any more, as words: PROV has a revision for what was superseded."""
    for state in one.states:
        yield _quad(one.iri, "rdfs:comment", Literal(f"{state.state}: {state.words}"))
    for gone in one.gone:
        yield _quad(one.iri, "rdfs:comment", Literal(f"the words are gone: {gone.words}"))


def _part(part: Part) -> Iterator[Quad]:
    yield _quad(part.iri, "rdf:type", NamedNode(names.expand("prov:Entity")))
    yield _quad(part.iri, "prov:value", Literal(part.words))
    yield from _place(part.iri, part.span)


def _place(subject: str, span: Span) -> Iterator[Quad]:
    integer = NamedNode(names.expand("xsd:integer"))
    yield _quad(subject, "nr:path", Literal(span.path))
    yield _quad(subject, "nr:line", Literal(str(span.line), datatype=integer))
    yield _quad(subject, "nr:column", Literal(str(span.column), datatype=integer))


# ---- a triple --------------------------------------------------------------------------------------------------------


def _proof(proof: Derivation, base: str) -> Iterator[Quad]:
    """Yield a triple as an rdf:Statement that an inference by its rule generated from its premises."""
    node = _node(proof, base)
    subject, predicate, value = proof.triple
    yield _quad(node, "rdf:type", NamedNode(names.expand("rdf:Statement")))
    yield _quad(node, "rdf:type", NamedNode(names.expand("prov:Entity")))
    for curie, term in (("rdf:subject", subject), ("rdf:predicate", predicate), ("rdf:object", value)):
        yield _quad(node, curie, _term(term))
    if proof.span:
        yield from _place(node, proof.span)
    if proof.rule:
        activity = f"{node}#inference"
        yield _quad(node, "prov:wasGeneratedBy", NamedNode(activity))
        yield _quad(activity, "rdf:type", NamedNode(names.expand("prov:Activity")))
        yield _quad(activity, "rdfs:label", Literal(proof.rule))
        yield _quad(activity, "rdfs:comment", Literal(proof.form))
        for premise in proof.premises:
            yield _quad(activity, "prov:used", NamedNode(_node(premise, base)))
            yield _quad(node, "prov:wasDerivedFrom", NamedNode(_node(premise, base)))
            yield from _proof(premise, base)


def _node(proof: Derivation, base: str) -> str:
    return f"{base}triple/{names.statement_key(' '.join(proof.triple))}"


def _term(term: str) -> NamedNode | Literal:
    from kg.reason import datatypes  # only a triple has terms of every kind

    if term[0] == "<":
        return NamedNode(term[1:-1])
    return datatypes.literal(term) if term[0] == '"' else Literal(quote(term))
