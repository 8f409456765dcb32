"""What follows from the ontology: OWL 2 RL by owlrl, on the graph without its text."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, serialize

from kg.model import declared, program
from kg.model.finding import Finding, Level, Span
from kg.rdf import names
from kg.store import generations
from kg.store.generations import Generation

if TYPE_CHECKING:
    import rdflib

_ERRORS = "http://www.daml.org/2002/03/agents/agent-ont#error"
_IRI = re.compile(r"https?://[^\s,;()'\"<>]+")


@dataclass(frozen=True, slots=True)
class Inferred:
    """What was inferred: N-Quads of the graph of inferred triples, sorted, how many, and contradictions as findings."""

    quads: bytes
    count: int
    findings: tuple[Finding, ...]


def infer(quads: Store, base: str, *, strict: bool = False) -> Inferred:
    """Return the OWL 2 RL closure of a store less what it says itself; `strict` adds the ontology's strict module."""
    import owlrl  # 200 ms that only this command needs
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data=_premises(quads, base), format="nt")
    graph.parse(data=declared.read("ontology/newsroom.ttl"), format="turtle")
    if strict:
        graph.parse(data=declared.read("ontology/newsroom-strict.ttl"), format="turtle")
    known = set(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False).expand(graph)
    target = NamedNode(names.common_graph_iri(base, "inferred"))
    lines = sorted(_line(triple, target) for triple in set(graph) - known if _tells(triple, base))
    return Inferred("".join(lines).encode(), len(lines), tuple(sorted(_contradictions(graph, quads))))


def infer_into(folder: Path, base: str, *, strict: bool = False) -> Inferred:
    """Give the current generation of a store its inferred graph, if it has not got it, and return what was inferred."""
    with generations.writer(folder):
        generation = generations.require(folder)
        known = generation.folder / "inferred.json"
        key = _key(strict=strict)
        found = _remembered(known, generation, key)
        if found is None:
            found = infer(generations.open_reader(folder, generation), base, strict=strict)
            known.unlink(missing_ok=True)
            generations.replace_reasoned(folder, generation, found.quads, names.common_graph_iri(base, "inferred"))
            said = {
                "key": key,
                "count": found.count,
                "findings": [_record(finding) for finding in found.findings],
            }
            generations.write_atomically(known, json.dumps(said, ensure_ascii=False).encode())
    return found


def _record(finding: Finding) -> list[str]:
    return [finding.span.path, finding.message, finding.focus]


def _key(*, strict: bool) -> str:
    """Return what an inference depends on beside the generation: the program, the ontology in it, the reasoner."""
    reasoner = (f"{library} {version(library)}" for library in ("owlrl", "rdflib"))
    return program.digest(*reasoner, "strict" if strict else "plain")


def _remembered(file: Path, generation: Generation, key: str) -> Inferred | None:
    """Return what was inferred for a generation before, without its quads, or None."""
    if not file.is_file() or not generation.reasoned.is_dir():
        return None
    said = json.loads(file.read_text(encoding="utf-8"))
    if said.get("key") != key:
        return None
    findings = (
        Finding(Span(p, 1, 1), "inconsistent", message, Level.VIOLATION, focus=f) for p, message, f in said["findings"]
    )
    return Inferred(b"", said["count"], tuple(findings))


def _premises(quads: Store, base: str) -> str:
    """Return the facts that can entail something, as N-Triples: no provenance, no text, no structure of lines."""
    silent = _silent(quads)
    places = f"{base}prov/"
    found = {
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in quads
        if quad.predicate not in silent and not getattr(quad.graph_name, "value", "").startswith(places)
    }
    return (serialize(sorted(found, key=str), format=RdfFormat.N_TRIPLES) or b"").decode()


def _silent(quads: Store) -> set[object]:
    """Return the properties that the ontology marks as carrying text or structure: they entail nothing."""
    carries = NamedNode(names.expand("nr:carries"))
    return {quad.subject for quad in quads.quads_for_pattern(None, carries, None, None)}


def _tells(triple: "tuple[rdflib.term.Node, ...]", base: str) -> bool:
    """Tell whether an inferred triple says something of this wiki: not of the vocabularies, and not x sameAs x."""
    subject, predicate, value = triple
    if type(subject).__name__ != "URIRef" or subject == value:
        return False
    if not str(subject).startswith(base):
        return False
    if type(value).__name__ == "BNode":
        return False
    return not (str(predicate).endswith("#type") and str(value) in _TRIVIAL)


_TRIVIAL = frozenset({names.expand("owl:Thing"), names.expand("rdfs:Resource")})


def _line(triple: "tuple[rdflib.term.Node, ...]", graph: NamedNode) -> str:
    subject, predicate, value = triple
    term = NamedNode(str(value)) if type(value).__name__ == "URIRef" else _literal(value)
    return f"{Quad(NamedNode(str(subject)), NamedNode(str(predicate)), term, graph)} .\n"


def _literal(value: "rdflib.term.Node") -> Literal:
    language, datatype = getattr(value, "language", None), getattr(value, "datatype", None)
    if language:
        return Literal(str(value), language=language)
    return Literal(str(value), datatype=NamedNode(str(datatype)) if datatype else None)


def _contradictions(graph: "rdflib.Graph", quads: Store) -> Iterable[Finding]:
    """Yield owlrl's error messages as findings about the things that they name."""
    for _, predicate, said in graph:
        if str(predicate) == _ERRORS:
            found = _IRI.findall(str(said))
            focus = found[-1] if found else ""
            message = "the facts contradict the ontology: " + " ".join(str(said).split())
            yield Finding(_span(quads, focus), "inconsistent", message, Level.VIOLATION, focus=focus)


def _span(quads: Store, focus: str) -> Span:
    """Return the page that describes a topic, else the whole wiki."""
    described = NamedNode(names.expand("nr:describedOn")), NamedNode(names.expand("nr:path"))
    if focus:
        for page in quads.quads_for_pattern(NamedNode(focus), described[0], None, None):
            for path in quads.quads_for_pattern(page.object, described[1], None, None):  # type: ignore[arg-type]  # a page
                return Span(getattr(path.object, "value", ""), 1, 1)
    return Span(".", 1, 1)
