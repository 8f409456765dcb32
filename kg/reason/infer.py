"""What follows from the ontology: OWL 2 RL, on the graph without its text, kept with the generation."""

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, Store, parse

from kg.model import declared, program
from kg.model.finding import Finding, Level, Related, Span
from kg.rdf import names
from kg.reason import contradiction, owlrl_reference, premises
from kg.reason.closure import Closure, Triple, closure
from kg.reason.contradiction import RULE
from kg.reason.rule_file import TYPE
from kg.store import generations
from kg.store.generations import Generation
from kg.store.reading import Reading

ENGINES = ("fast", "owlrl")
_TRIVIAL = frozenset(f"<{names.expand(name)}>" for name in ("owl:Thing", "rdfs:Resource"))


@dataclass(frozen=True, slots=True)
class Inferred:
    """What was inferred: N-Quads of the graph of inferred triples, sorted, how many, and contradictions as findings."""

    quads: bytes
    count: int
    findings: tuple[Finding, ...]


def infer(quads: Store, base: str, *, strict: bool = False, engine: str = "fast") -> Inferred:
    """
    Return the OWL 2 RL closure of a store less what it says itself; `strict` adds the ontology's strict module.

    The engine `owlrl` is the reference: it says the same, more than a hundred times slower.
    """
    ontology = _ontology(strict=strict)
    graph = f" <{names.common_graph_iri(base, 'inferred')}> .\n"
    if engine == "owlrl":
        reference = owlrl_reference.close(quads, base, ontology)
        lines = [f"{s} {p} {o}{graph}" for s, p, o in reference.triples if _tells((s, p, o), base)]
        findings = contradiction.reference_findings(quads, reference.errors)
    else:
        axioms = [_triple(quad) for quad in parse(ontology, format=RdfFormat.TURTLE)]
        whole = closure(axioms, premises.Stored(quads))
        lines = list(told(whole, base, graph))
        findings = contradiction.findings(quads, base, whole)
    return Inferred("".join(sorted(lines)).encode(), len(lines), tuple(sorted(findings)))


def _ontology(*, strict: bool) -> str:
    return declared.read("ontology/newsroom.ttl") + (declared.read("ontology/newsroom-strict.ttl") if strict else "")


def _triple(quad: Quad) -> Triple:
    return str(quad.subject), str(quad.predicate), str(quad.object)


def told(whole: Closure, base: str, end: str) -> Iterator[str]:
    """Yield what a closure says of this wiki beyond what was stated, as lines with an end."""
    own = f"<{base}"
    for key, elements in whole.facts.sets.items():
        new = elements - whole.stated.get(key, frozenset())
        if key[0] == "a":
            if key[1] != "_" and key[1:] not in _TRIVIAL:
                rest = f" {TYPE} {key[1:]}{end}"
                yield from [f"{term}{rest}" for term in new if term.startswith(own) and term != key[1:]]
        elif key != TYPE:
            yield from [f"{s} {key} {o}{end}" for s, o in new if _tells((s, key, o), base)]


def _tells(triple: Triple, base: str) -> bool:
    """Tell whether an inferred triple says something of this wiki: not of the vocabularies, and not x sameAs x."""
    subject, predicate, value = triple
    if subject == value or not subject.startswith(f"<{base}") or value[0] == "_":
        return False
    return not (predicate == TYPE and value in _TRIVIAL)


def infer_into(
    folder: Path, base: str, *, strict: bool = False, engine: str = "fast", reading: Reading | None = None
) -> Inferred:  # fmt: skip
    """
    Give the current generation of a store its inferred graph, if it has not got it, and return what was inferred.

    Where the current generation is being read already (`reading`), it is not opened again.
    """
    with generations.writer(folder):
        generation = generations.require(folder)
        memory = generation.folder / "inferred.json"
        key = _key(strict=strict, engine=engine)
        result = _remembered(memory, generation, key)
        if result is None:
            same = reading is not None and reading.generation == generation
            quads = reading.quads if reading and same else generations.open_reader(folder, generation)
            result = infer(quads, base, strict=strict, engine=engine)
            memory.unlink(missing_ok=True)
            generations.replace_reasoned(folder, generation, result.quads, names.common_graph_iri(base, "inferred"))
            record = {
                "key": key,
                "count": result.count,
                "findings": [_record(finding) for finding in result.findings],
            }
            generations.write_atomically(memory, json.dumps(record, ensure_ascii=False).encode())
    return result


def _record(finding: Finding) -> dict[str, object]:
    related = [(*astuple(one.span), one.words) for one in finding.related]
    return {"place": astuple(finding.span), "message": finding.message, "focus": finding.focus, "related": related}


def _key(*, strict: bool, engine: str) -> str:
    """Return what an inference depends on beside the generation: the program, what it declares, and the engine."""
    libraries = ("owlrl", "rdflib") if engine == "owlrl" else ()
    reasoner = (f"{library} {version(library)}" for library in libraries)
    return program.digest(engine, *reasoner, "strict" if strict else "plain")


def _remembered(file: Path, generation: Generation, key: str) -> Inferred | None:
    """Return what was inferred for a generation before, without its quads, or None."""
    if not file.is_file() or not generation.reasoned.is_dir():
        return None
    record = json.loads(file.read_text(encoding="utf-8"))
    if record.get("key") != key:
        return None
    return Inferred(b"", record["count"], tuple(_finding(one) for one in record["findings"]))


def _finding(record: dict[str, Any]) -> Finding:
    related = tuple(Related(Span(*place), words) for *place, words in record["related"])
    span = Span(*record["place"])
    return Finding(span, RULE, record["message"], Level.VIOLATION, focus=record["focus"], related=related)
