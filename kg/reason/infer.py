"""What follows from the ontology: OWL 2 RL, on the graph without its text, kept with the generation."""

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, Store, parse

from kg.model import declared, program
from kg.model.finding import Finding, Level, Related, Span
from kg.rdf import names
from kg.reason import contradiction, kept_premises, owlrl_reference, premises, reasoned_store
from kg.reason.closure import Closure, Source, Triple, closure
from kg.reason.contradiction import RULE
from kg.reason.kept_premises import Kept
from kg.reason.premises import Remembered
from kg.reason.reasoned_store import Patch
from kg.reason.rule_file import TYPE
from kg.store import generation_delta, generations
from kg.store.generation_delta import Delta, Side
from kg.store.generations import Generation
from kg.store.reading import Reading

ENGINES = ("fast", "owlrl")
_MEMORY = "inferred.json"
_TRIVIAL = frozenset(f"<{names.expand(name)}>" for name in ("owl:Thing", "rdfs:Resource"))


@dataclass(frozen=True, slots=True)
class Inferred:
    """What was inferred: N-Quads of the graph of inferred triples, sorted, how many, and contradictions as findings."""

    quads: bytes
    count: int
    findings: tuple[Finding, ...]


def infer(
    quads: Store, base: str, *, strict: bool = False, engine: str = "fast", source: Source | None = None
) -> Inferred:
    """
    Return the OWL 2 RL closure of a store less what it says itself; `strict` adds the ontology's strict module.

    The engine `owlrl` is the reference: it says the same, more than a hundred times slower. The facts of the store are
    read from `source` where that has them at hand.
    """
    ontology = _ontology(strict=strict)
    graph = f" <{names.common_graph_iri(base, 'inferred')}> .\n"
    if engine == "owlrl":
        reference = owlrl_reference.close(quads, base, ontology)
        lines = [f"{s} {p} {o}{graph}" for s, p, o in reference.triples if _tells((s, p, o), base)]
        findings = contradiction.reference_findings(quads, reference.errors)
    else:
        axioms = [_triple(quad) for quad in parse(ontology, format=RdfFormat.TURTLE)]
        whole = closure(axioms, source or premises.Stored(quads))
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
        key = _key(strict=strict, engine=engine)
        result = _remembered(generation.folder / _MEMORY, generation, key)
        if result is None:
            same = reading is not None and reading.generation == generation
            quads = reading.quads if reading and same else generations.open_reader(folder, generation)
            job = _Job(folder, generation, quads, base, key, strict=strict, engine=engine)
            result = _by_what_differs(job) or _anew(job)
    return result


@dataclass(frozen=True, slots=True)
class _Job:
    """An inference: of which generation, and how."""

    folder: Path
    generation: Generation
    quads: Store
    base: str
    key: str
    strict: bool
    engine: str

    @property
    def graph(self) -> str:
        """The graph of what is inferred."""
        return names.common_graph_iri(self.base, "inferred")


def _anew(job: _Job) -> Inferred:
    """Infer from everything that the store holds."""
    source = premises.Remembered(job.quads)
    result = infer(job.quads, job.base, strict=job.strict, engine=job.engine, source=source)
    source.complete &= job.engine == "fast"
    disk = generations.open_reader(job.folder, job.generation)  # what was handed over may be a copy in memory
    _keep(job, source, result, lambda fresh: reasoned_store.fill(fresh, disk, result.quads, job.graph))
    return result


def _by_what_differs(job: _Job) -> Inferred | None:
    """Infer from what was read for the generation before and what differs since; None where that is not to be had."""
    older = [one for one in generations.generations(job.folder) if one.number < job.generation.number]
    kept = kept_premises.load(older[-1], job.key) if older and job.engine == "fast" else None
    before = _remembered(older[-1].folder / _MEMORY, older[-1], job.key) if kept else None
    if kept is None or before is None:
        return None
    head = generations.manifest_that_fits(job.folder, job.generation)
    try:
        since = generation_delta.since(job.folder, older[-1], Side(job.generation, head, job.quads))
        return None if since is None else _patched(job, kept, before, *since)
    except generation_delta.UNREADABLE:
        return None  # the generation before is damaged; a fault of this one shows again when all of it is read


def _patched(job: _Job, memory: Kept, before: Inferred, old: Side, delta: Delta) -> Inferred:
    """Infer from what was kept of an earlier generation, brought up to date, and write what differs."""
    source = kept_premises.remembered(memory, job.quads)
    if source.update(delta.before | delta.now | delta.places) or before.findings:
        result = infer(job.quads, job.base, strict=job.strict, source=source)
    else:
        result = Inferred("".join(memory.lines).encode(), before.count, ())
    lines, earlier = set(kept_premises.lines(result.quads)), set(memory.lines)
    change = Patch(delta, earlier - lines, lines - earlier)
    reasoned = generations.open_reader(job.folder, old.generation, reasoned=True)
    _keep(job, source, result, lambda fresh: reasoned_store.patch(fresh, reasoned, job.quads, change))
    return result


def _keep(job: _Job, source: Remembered, result: Inferred, fill: Callable[[Path], None]) -> None:
    """Give the generation its reasoned store, and keep what was inferred and from what."""
    memory = job.generation.folder / _MEMORY
    memory.unlink(missing_ok=True)
    kept_premises.drop(job.generation)
    generations.replace_reasoned(job.generation, fill)
    record = {
        "key": job.key,
        "count": result.count,
        "findings": [_record(finding) for finding in result.findings],
    }
    generations.write_atomically(memory, json.dumps(record, ensure_ascii=False).encode())
    kept_premises.save(job.generation, job.key, source, result.quads)


def _record(finding: Finding) -> dict[str, object]:
    related = [(*astuple(one.span), one.words) for one in finding.related]
    return {"place": astuple(finding.span), "message": finding.message, "focus": finding.focus, "related": related}


def _key(*, strict: bool, engine: str) -> str:
    """Return what an inference depends on beside the generation: the program, what it declares, and the engine."""
    libraries = ("pyoxigraph", "owlrl", "rdflib") if engine == "owlrl" else ("pyoxigraph",)
    reasoner = (f"{library} {version(library)}" for library in libraries)
    return program.digest(engine, *reasoner, "strict" if strict else "plain")


def _remembered(file: Path, generation: Generation, key: str) -> Inferred | None:
    """Return what was inferred for a generation before, without its quads, or None."""
    if not file.is_file() or not generation.reasoned.is_dir():
        return None
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["key"] != key:
            return None
        return Inferred(b"", record["count"], tuple(_finding(one) for one in record["findings"]))
    except (ValueError, KeyError, TypeError):
        return None  # damaged: it is inferred again


def _finding(record: dict[str, Any]) -> Finding:
    related = tuple(Related(Span(*place), words) for *place, words in record["related"])
    span = Span(*record["place"])
    return Finding(span, RULE, record["message"], Level.VIOLATION, focus=record["focus"], related=related)
