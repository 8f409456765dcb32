"""Promises of reasoning: the rules against owlrl, and against reasonable where that is installed: reason.py [PART …].

PART is one of example (55 pages, owlrl), owlrl-447 (minutes), alone-1441 (with reasonable, where it is
installed); without, all of them run. CPU seconds of a whole inference: facts read from the store on disk, rules, lines.
What owlrl and the rules infer must be the same: a difference ends the run.
"""

import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from measure import row
from pyoxigraph import RdfFormat, Store, parse
from wiki import EXAMPLE, make

from kg.ingest.ingest import ingest
from kg.model import declared
from kg.rdf import names
from kg.reason import infer, owlrl_reference
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations

BASE = Config().base
Found = TypeVar("Found")


def main(parts: Iterable[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        for part in parts:
            PARTS[part](Path(name))


def stored(folder: Path, wiki: Path) -> Store:
    """Return the store of a wiki, opened for reading."""
    ingest(folder, wiki, Config(), dialect.load("newsroom"))
    return generations.open_reader(folder, generations.require(folder))


def made(folder: Path, pages: int) -> tuple[Store, int]:
    """Return the store of a wiki of that many pages, and how many it has."""
    count = make(folder / f"wiki{pages}", pages)
    return stored(folder / f"kg{pages}", folder / f"wiki{pages}"), count


def cpu(work: Callable[[], Found], runs: int = 1) -> tuple[float, Found]:
    """Return the least CPU seconds of some runs, and what the last returned."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        found = work()
        best = min(best, time.process_time() - start)
    return best, found


def against_owlrl(quads: Store, pages: int, target: float) -> None:
    mine, fast = cpu(lambda: infer.infer(quads, BASE), runs=3)
    theirs, slow = cpu(lambda: infer.infer(quads, BASE, engine="owlrl"))
    if fast.quads != slow.quads:
        sys.exit("the engines differ")
    detail = f"{mine:.3f} s against {theirs:.1f} s CPU, {fast.count:,} inferences, identical"
    row(f"owlrl ÷ rules, {pages} pages", theirs / mine, target, detail, at_least=True)


def example(folder: Path) -> None:
    against_owlrl(stored(folder / "example", EXAMPLE), 55, 100)


def owlrl_447(folder: Path) -> None:
    against_owlrl(*made(folder, 447), 100)


def alone(folder: Path) -> None:
    quads, pages = made(folder, 1_441)
    mine, fast = cpu(lambda: infer.infer(quads, BASE), runs=3)
    print(f"      {pages} pages, {len(quads):,} quads, {fast.count:,} inferences: {mine:.2f} s CPU")
    if importlib.util.find_spec("reasonable") is None:
        print("      reasonable is not installed: not compared")
        return
    facts, ontology = folder / "facts.ttl", folder / "ontology.ttl"
    facts.write_text(owlrl_reference._premises(quads, BASE), encoding="utf-8")  # noqa: SLF001  # the same facts for both
    ontology.write_text(declared.read("ontology/newsroom.ttl"), encoding="utf-8")
    theirs, triples = cpu(lambda: by_reasonable(facts, ontology))
    graph = f" <{BASE}graph/inferred> ."
    stated = {str(quad) for file in (facts, ontology) for quad in parse(path=file, format=RdfFormat.TURTLE)}
    told = {t for t in triples if infer._tells(t, BASE) and " ".join(t) not in stated}  # noqa: SLF001  # the same filter
    ours = {tuple(line.removesuffix(graph).split(" ", 2)) for line in fast.quads.decode().splitlines()}
    if told != ours:
        sys.exit(f"inferred by one alone: {len(ours - told)} by the rules, {len(told - ours)} by reasonable")
    row(f"rules ÷ reasonable, {pages} pages", mine / theirs, 0.5, f"{mine:.2f} s against {theirs:.2f} s CPU, identical")


def by_reasonable(*files: Path) -> set[tuple[str, ...]]:
    import reasonable

    reasoner = reasonable.PyReasoner()
    for file in files:
        reasoner.load_file(str(file))
    # It writes the datatype of a plain text, which is the same.
    text = f"^^<{names.expand('xsd:string')}>"
    return {tuple(term.n3().removesuffix(text) for term in triple) for triple in reasoner.reason()}


PARTS: dict[str, Callable[[Path], None]] = {"example": example, "owlrl-447": owlrl_447, "alone-1441": alone}

if __name__ == "__main__":
    main(sys.argv[1:] or PARTS)
