"""What follows from the ontology: OWL 2 RL, on the graph without its text, kept with the generation."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pyoxigraph
from pyoxigraph import Quad, RdfFormat, Store, parse

from kg.model import declared, libraries, program
from kg.model.finding import Finding, Level, Related, Span
from kg.model.records import dataclass
from kg.rdf import names
from kg.reason import contradiction, each_fact, kept_premises, owlrl_reference, premises, reasoned_store
from kg.reason.closure import Closure, Source, Triple, closure
from kg.reason.contradiction import RULE
from kg.reason.each_fact import EachFact, NotAloneError, Stores
from kg.reason.kept_premises import Record
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
    if engine == "owlrl":
        reference = owlrl_reference.close(quads, base, _ontology(strict=strict))
        lines = _lines((one for one in reference.triples if _tells(one, base)), _end(base))
        return _inferred(lines, contradiction.reference_findings(quads, reference.errors))
    whole = closure(axioms(strict=strict), source or premises.Stored(quads))
    return _of_closure(quads, base, whole)


def _of_closure(quads: Store, base: str, whole: Closure) -> Inferred:
    return _inferred(list(told(whole, base, _end(base))), contradiction.findings(quads, base, whole))


def _inferred(lines: Sequence[str], findings: Iterable[Finding]) -> Inferred:
    return Inferred("".join(sorted(lines)).encode(), len(lines), tuple(sorted(findings)))


def _end(base: str) -> str:
    return f" <{names.common_graph_iri(base, 'inferred')}> .\n"


def _lines(triples: Iterable[Triple], end: str) -> list[str]:
    return [f"{s} {p} {o}{end}" for s, p, o in triples]


def axioms(*, strict: bool) -> list[Triple]:
    """Return the ontology that rules are made of."""
    return [_triple(quad) for quad in parse(_ontology(strict=strict), format=RdfFormat.TURTLE)]


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


@dataclass(frozen=True, slots=True)
class Closed:
    """What was inferred from everything, and what the next generation needs to infer from what differs."""

    result: Inferred
    memory: Record | None


def infer_into(
    folder: Path,
    base: str,
    *,
    strict: bool = False,
    engine: str = "fast",
    reading: Reading | None = None,
    ahead: Closed | None = None,
) -> Inferred:
    """
    Give the current generation of a store its inferred graph, if it has not got it, and return what was inferred.

    Where the current generation is being read already (`reading`), it is not opened again; what was inferred of all of
    it `ahead`, by the fast engine and not strictly, is not inferred again. Where another process has made another one
    current meanwhile, neither is of use.
    """
    with generations.writer(folder):
        generation = generations.require(folder)
        key = _key(strict=strict, engine=engine)
        result = _remembered(generation.folder / _MEMORY, generation, key)
        if result is None:
            same = reading is not None and reading.generation == generation
            quads = reading.quads if reading and same else generations.open_reader(folder, generation)
            job = _Job(folder, generation, quads, base, key, strict=strict, engine=engine)
            result = _put(job, ahead) if ahead and same else _by_what_differs(job) or _put(job, _anew(job))
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


def close(quads: Store, base: str, *, strict: bool = False) -> Closed:
    """Return what follows from everything that a store holds, by the fast engine."""
    source, stated = premises.Remembered(quads), axioms(strict=strict)
    whole = closure(stated, source)
    result = _of_closure(quads, base, whole)
    rules = None if result.findings else each_fact.of_closure(whole, stated, source.asked(), base)
    return Closed(result, rules.record() if rules else kept_premises.of_source(source, result.quads))


def _anew(job: _Job) -> Closed:
    """Infer from everything that the store holds."""
    if job.engine == "fast":
        return close(job.quads, job.base, strict=job.strict)
    return Closed(infer(job.quads, job.base, strict=job.strict, engine=job.engine), None)


def _put(job: _Job, whole: Closed) -> Inferred:
    """Keep what was inferred with its generation."""
    result = whole.result
    disk = generations.open_reader(job.folder, job.generation)  # what was handed over may be a copy in memory
    _keep(job, result, lambda fresh: reasoned_store.fill(fresh, disk, result.quads, job.graph))
    kept_premises.save(job.generation, job.key, whole.memory)
    return result


def _by_what_differs(job: _Job) -> Inferred | None:
    """Infer from what was kept of the generation before and what differs since; None where that is not to be had."""
    older = [one for one in generations.generations(job.folder) if one.number < job.generation.number]
    kept = kept_premises.load(older[-1], job.key) if older and job.engine == "fast" else None
    before = _remembered(older[-1].folder / _MEMORY, older[-1], job.key) if kept else None
    if kept is None or before is None:
        return None
    head = generations.manifest_that_fits(job.folder, job.generation)
    try:
        since = generation_delta.since(job.folder, older[-1], Side(job.generation, head, job.quads))
        if since is None:
            return None
        old, delta = since
        reasoned = generations.open_reader(job.folder, old.generation, reasoned=True)
        if "rules" in kept:
            return _fact_by_fact(job, each_fact.of_record(kept), before, (old.generation, reasoned, delta))
        return _patched(job, kept, before, reasoned, delta)
    except NotAloneError:
        return None
    except generation_delta.UNREADABLE:
        return None  # the generation before is damaged; a fault of this one shows again when all of it is read


def _fact_by_fact(
    job: _Job, rules: EachFact, before: Inferred, since: tuple[Generation, Store, Delta]
) -> Inferred:  # fmt: skip
    """Infer from the facts that came and went, and write what that makes another."""
    older, reasoned, delta = since
    stores = Stores(reasoned, job.graph, job.quads)
    gone, come = each_fact.changed(rules, stores, delta, lambda triple: _tells(triple, job.base))
    change = Patch(delta, _lines(gone, _end(job.base)), _lines(come, _end(job.base)))
    result = Inferred(b"", before.count + len(come) - len(gone), ())
    _keep(job, result, lambda fresh: reasoned_store.patch(fresh, reasoned, job.quads, change))
    kept_premises.hand_on(older, job.generation)
    return result


def _patched(job: _Job, memory: Record, before: Inferred, reasoned: Store, delta: Delta) -> Inferred:
    """Infer from what was kept of an earlier generation, brought up to date, and write what differs."""
    source = kept_premises.remembered(memory, job.quads)
    kept = kept_premises.lines(memory["lines"])
    if source.update(delta.before | delta.now | delta.places) or before.findings:
        result = infer(job.quads, job.base, strict=job.strict, source=source)
    else:
        result = Inferred("".join(kept).encode(), before.count, ())
    lines, earlier = set(kept_premises.lines(result.quads.decode())), set(kept)
    change = Patch(delta, earlier - lines, lines - earlier)
    _keep(job, result, lambda fresh: reasoned_store.patch(fresh, reasoned, job.quads, change))
    kept_premises.save(job.generation, job.key, kept_premises.of_source(source, result.quads))
    return result


def _keep(job: _Job, result: Inferred, fill: Callable[[Path], None]) -> None:
    """Give the generation its reasoned store, and keep how much was inferred."""
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


def _record(finding: Finding) -> dict[str, object]:
    related = [(*astuple(one.span), one.words) for one in finding.related]
    return {"place": astuple(finding.span), "message": finding.message, "focus": finding.focus, "related": related}


def _key(*, strict: bool, engine: str) -> str:
    """Return what an inference depends on beside the generation: the program, what it declares, and the engine."""
    reference = [f"{library} {libraries.version(library)}" for library in ("owlrl", "rdflib")]
    reasoner = (f"pyoxigraph {pyoxigraph.__version__}", *(reference if engine == "owlrl" else ()))
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
