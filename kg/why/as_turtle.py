"""An answer as PROV-O in Turtle: what was derived from what, as entities with their words and places."""

from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg.model.finding import Span
from kg.rdf import names
from kg.why.records import Answers, Derivation, Part, Why

_PREFIXES = ("nr", "oa", "prov", "rdf", "rdfs", "schema", "xsd")


def text(found: Answers) -> str:
    """Return the answers as one graph in Turtle, sorted."""
    quads = sorted({quad for one in found.answers for quad in _answer(one, found.base)}, key=str)
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
        for voice in one.part.voices:
            yield _quad(one.iri, "prov:wasAttributedTo", NamedNode(_voice(voice, base)))
            yield _quad(_voice(voice, base), "rdfs:label", Literal(voice))
    if one.about and one.about.topic != one.iri:
        yield _quad(one.iri, "prov:wasDerivedFrom", NamedNode(one.about.topic))
    for verdict in one.verdicts:
        if verdict.original:
            yield _quad(one.iri, "prov:wasQuotedFrom" if verdict.verdict == "exact" else "prov:wasDerivedFrom", NamedNode(verdict.original))
    for ground in one.grounds:
        if ground.way != "about":
            target = ground.part.iri if ground.part and ground.part.kind in ("claim", "quote") else ground.about.topic
            yield _quad(one.iri, "prov:wasQuotedFrom" if ground.way == "quoted" else "prov:wasDerivedFrom", NamedNode(target))
            if ground.part and ground.part.kind in ("claim", "quote"):
                yield from _part(ground.part)
                yield _quad(target, "prov:wasDerivedFrom", NamedNode(ground.about.topic))
    for resting in one.resting:
        yield from _part(resting.part)
        if resting.step == 1:
            yield _quad(resting.part.iri, "prov:wasQuotedFrom" if resting.way == "quoted" else "prov:wasDerivedFrom", NamedNode(one.iri))
    yield from _invalid(one)


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


def _voice(voice: str, base: str) -> str:
    return names.agent_iri(base, voice)


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
