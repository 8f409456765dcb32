"""
The reasoner's rules beside reasonable, on the same premises, with the same conclusions: reason.py [--json] STORE.

CPU seconds of a whole inference: ours reads the facts from the store on disk, reasonable from two files of Turtle. What
only one of them infers of the wiki ends the run. (`kg reason --engine owlrl` is the reference of the row beside it.)
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from measure import row
from pyoxigraph import RdfFormat, parse

from kg.model import declared
from kg.rdf import names
from kg.reason import infer, owlrl_reference
from kg.store.reading import Reading, reading

TARGET = 0.5
Result = TypeVar("Result")
Told = set[tuple[str, ...]]


def main(words: list[str]) -> None:
    folder = Path(next(word for word in words if word != "--json"))
    read = reading(folder)
    mine, fast = cpu(lambda: infer.infer(read.quads, read.base), runs=3)
    graph = f" <{names.common_graph_iri(read.base, 'inferred')}> ."
    ours = {tuple(line.removesuffix(graph).split(" ", 2)) for line in fast.quads.decode().splitlines()}
    theirs, told = beside(read)
    if told != ours:
        sys.exit(f"inferred by one alone: {len(ours - told)} by the rules, {len(told - ours)} by reasonable")
    if "--json" in words:
        print(json.dumps({"ours": mine, "theirs": theirs, "inferences": fast.count}))
        return
    detail = f"{mine:.2f} s against {theirs:.2f} s CPU, {fast.count:,} inferences, identical"
    row("rules ÷ reasonable", mine / theirs, TARGET, detail)


def cpu(work: Callable[[], Result], runs: int = 1) -> tuple[float, Result]:
    """Return the least CPU seconds of some runs, and what the last returned."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return best, result


def beside(read: Reading) -> tuple[float, Told]:
    """Return the CPU seconds of reasonable, and what it infers of the wiki that nobody stated."""
    with tempfile.TemporaryDirectory() as name:
        facts, ontology = Path(name) / "facts.ttl", Path(name) / "ontology.ttl"
        facts.write_text(owlrl_reference._premises(read.quads, read.base), encoding="utf-8")  # noqa: SLF001  # the same facts for both
        ontology.write_text(declared.read("ontology/newsroom.ttl"), encoding="utf-8")
        seconds, triples = cpu(lambda: by_reasonable(facts, ontology))
        stated = {str(quad) for file in (facts, ontology) for quad in parse(path=file, format=RdfFormat.TURTLE)}
    return seconds, {t for t in triples if infer._tells(t, read.base) and " ".join(t) not in stated}  # noqa: SLF001  # the same filter


def by_reasonable(*files: Path) -> Told:
    """Return all that reasonable says of some files, as N-Triples."""
    import reasonable

    reasoner = reasonable.PyReasoner()
    for file in files:
        reasoner.load_file(str(file))
    # It writes the datatype of a plain text, which is the same.
    text = f"^^<{names.expand('xsd:string')}>"
    return {tuple(term.n3().removesuffix(text) for term in triple) for triple in reasoner.reason()}


if __name__ == "__main__":
    main(sys.argv[1:])
