"""The engine of SHACL against pyshacl, with identical results, and alone: shacl.py [--json] [--enough] [PART …].

PART is all-N or core-N for all rules or those of Core at N pages, or alone (the fast engine at 1,000 and 10,000 pages);
without one all-100, all-300, core-1000 and alone run. With --json each comparison is an object on a line. With --enough
pyshacl is stopped as soon as it has taken longer than the promise needs: what is said then is the least that the ratio
is, and results are not compared.
Both engines get their data ready in memory; what it takes to get it there is a line of its own, in CPU seconds too.
"""

import json
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import rdflib
from measure import row
from newsroom import make
from pyoxigraph import BlankNode, Literal, NamedNode, Store
from pyshacl import validate as pyshacl

from kg.check import python_patterns, validate
from kg.check import rules as kg_rules
from kg.ingest.ingest import ingest
from kg.rdf import names
from kg.rdf.terms import Term, Triple
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.shacl import data, run_shapes, shapes_graph
from kg.shacl.results import Report
from kg.store import generations

SH = names.PREFIXES["sh"]
SPARQL = NamedNode(SH + "sparql")
Compared = tuple[str, ...]
Found = TypeVar("Found")
# The kernel stops a process by ticks, which may be a little more than the time that it tells afterwards.
_SURELY = 1.01


def main(words: Iterable[str]) -> None:
    parts = [word for word in words if word[:2] != "--"] or ["all-100", "all-300", "core-1000", "alone"]
    with tempfile.TemporaryDirectory() as name:
        for part in parts:
            what, _, pages = part.partition("-")
            if what == "alone":
                alone(Path(name))
                continue
            measured = against(Path(name), int(pages), what, TARGETS[what] if "--enough" in words else 0)
            if "--json" in words:
                print(json.dumps(asdict(measured) | {"said": measured.said}))
            else:
                say(part, measured, TARGETS[what])


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of both engines, of getting the data ready for each, and how many results ours has."""

    ours: float
    theirs: float
    copied: float
    filled: float
    results: int
    ended: bool  # the reference did, and has the same results

    @property
    def said(self) -> str:
        """How far the results were compared."""
        return f"{self.results:,} results, {'identical' if self.ended else 'the reference was stopped: at least'}"


def wiki(folder: Path, pages: int) -> tuple[Store, str, int]:
    """Return the store of a wiki of that many pages, its base, and how many pages it has."""
    target = folder / str(pages)
    count = make(target / "wiki", pages)
    settings = Config()
    ingest(target / "kg", target / "wiki", settings, dialect.load("newsroom"))
    shutil.rmtree(target / "wiki")
    return generations.open_reader(target / "kg", generations.require(target / "kg")), settings.base, count


def rules(*, core: bool) -> list[Triple]:
    """Return the shapes that ship; the Core ones are those without a query."""
    said = kg_rules.shapes_with()
    queried = {subject for subject, word, _ in said if word == SPARQL} if core else set()
    return [one for one in said if one[0] not in queried and one[2] not in queried]


def cpu(work: Callable[[], Found]) -> tuple[float, Found]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def against(folder: Path, pages: int, what: str, enough: float) -> Measured:
    """Measure both at so many pages; if `enough` is not 0, pyshacl for no more than that times our seconds."""
    reader, base, _ = wiki(folder, pages)
    said = rules(core=what == "core")
    copied, ready = cpu(lambda: validate.facts(reader, base))
    triples = list(data.facts(ready))
    filled, theirs = cpu(lambda: rdf(triples))
    mine, report = cpu(lambda: run_shapes.validate(ready, shapes_graph.read(said)))
    # In its own dialect of patterns: it reads XPath's in Python's way, or not at all.
    asked = rdf(python_patterns.with_patterns_of_python(said)[0])
    slow, reference = within(lambda: reference_results(theirs, asked), enough * mine)
    ours = compared(report)
    if report.refused or (reference is not None and ours != reference):
        sys.exit(f"the engines differ: {report.refused} {ours - (reference or ours)} {(reference or ours) - ours}")
    return Measured(mine, slow, copied, filled, len(report.results), reference is not None)


def reference_results(facts: rdflib.Graph, shapes: rdflib.Graph) -> Counter[Compared]:
    return compared_rdf(pyshacl(facts, shacl_graph=shapes, inference="none", inplace=True, advanced=False)[1])


def within(work: Callable[[], Found], seconds: float) -> tuple[float, Found | None]:
    """
    Return the CPU seconds that a copy of this process takes for some work, and its outcome.

    If `seconds` is not 0 the kernel stops the work when it has taken them, rounded up: there is no outcome then.
    ChildProcessError where it ends in any other way.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _answer(work, seconds, write)
    os.close(write)
    with open(read, "rb") as answer:  # noqa: PTH123  # a descriptor
        told = answer.read()
    _, status, spent = os.wait4(child, 0)
    took = spent.ru_utime + spent.ru_stime
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return took, None
    if status:
        raise ChildProcessError(f"the copy ended with {os.waitstatus_to_exitcode(status)} after {took:.1f} s")
    return pickle.loads(told)  # type: ignore[no-any-return]  # noqa: S301  # of our own copy


def _answer(work: Callable[[], object], seconds: float, write: int) -> NoReturn:
    """Write the outcome of some work, and end this process whatever happens: its parent clears what it made itself."""
    code = 1
    try:
        if seconds:
            most = int(seconds * _SURELY) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))  # then it is sent SIGXCPU
        with open(write, "wb") as answer:  # a descriptor
            pickle.dump(cpu(work), answer)
        code = 0
    except Exception:  # noqa: BLE001  # it is shown, and the parent tells that there is no outcome
        traceback.print_exc()
    finally:
        os._exit(code)


def say(part: str, one: Measured, target: float) -> None:
    detail = f"{one.ours:.2f} s against {one.theirs:.1f} s CPU, {one.said}"
    row(f"pyshacl ÷ fast engine, {part}", one.theirs / one.ours, target, detail, at_least=True)
    whole = (one.filled + one.theirs) / (one.copied + one.ours)
    detail = f"{one.copied:.2f} + {one.ours:.2f} s against {one.filled:.1f} + {one.theirs:.1f} s CPU"
    row(f"the same with the copy out of the store on disk, {part}", whole, 0, detail, at_least=True)


def compared(report: Report) -> Counter[Compared]:
    """Count the results by focus node, value, component, severity and the name of the shape."""
    return Counter(
        tuple(map(plain, (one.focus, one.value, one.component, one.severity, one.shape))) for one in report.results
    )


def compared_rdf(report: rdflib.Graph) -> Counter[Compared]:
    sh = rdflib.SH
    words = (sh.focusNode, sh.value, sh.sourceConstraintComponent, sh.resultSeverity, sh.sourceShape)
    return Counter(
        tuple(plain(report.value(result, word)) for word in words)
        for result in report.subjects(rdflib.RDF.type, sh.ValidationResult)
    )


def plain(term: object) -> str:
    if term is None or isinstance(term, BlankNode | rdflib.BNode):
        return "" if term is None else "_"
    return str(getattr(term, "value", None) if isinstance(term, NamedNode | Literal) else term)


def rdf(triples: Iterable[Triple]) -> rdflib.Graph:
    found = rdflib.Graph()
    for triple in triples:
        found.add(tuple(map(term, triple)))  # type: ignore[arg-type]
    return found


def term(one: Term) -> rdflib.term.Node:
    if isinstance(one, Literal):
        simple = bool(one.language) or one.datatype.value.endswith("#string")
        return rdflib.Literal(one.value, lang=one.language, datatype=None if simple else one.datatype.value)
    return rdflib.URIRef(one.value) if isinstance(one, NamedNode) else rdflib.BNode(one.value)


def alone(folder: Path) -> None:
    spent = {}
    for pages in (1_000, 10_000):
        reader, base, count = wiki(folder, pages)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        copied, ready = cpu(lambda reader=reader, base=base: validate.facts(reader, base))
        triples = len(ready.store)
        mine, report = cpu(lambda ready=ready: run_shapes.validate(ready, shapes_graph.read(rules(core=False))))
        spent[pages] = mine, copied
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"      {count} pages, {triples:,} triples: copy {copied:.2f} s, check {mine:.2f} s CPU,")
        print(
            f"      {len(report.results)} results, {grown / triples * 1e6:.0f} MB more per million triples at its peak"
        )
        del ready
    for at, what in enumerate(("validation", "copy out of the store on disk")):
        small, large = spent[1_000][at], spent[10_000][at]
        row(f"{what}, 1,000 → 10,000 pages", large / small, 11, f"{small:.2f} s, {large:.2f} s CPU")


TARGETS = {"all": 400.0, "core": 100.0}

if __name__ == "__main__":
    main(sys.argv[1:])
