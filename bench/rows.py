"""The promises of `make bench`: each a small function that measures one at one size, and its place in the list."""

import json
import os
import re
import shutil
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import against
import children
import programs
import stage
from children import ROOT, Spent, Turn
from stage import EXAMPLE, NotMeasured, Stage
from table import LINEAR, Row, Target

Measured = tuple[list[float], list[float], str]
WALK_TWICE = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A promise: what it is held against, in which unit, the target, and at which of the sizes it is measured."""

    key: str
    promise: str
    reference: str
    target: Target
    measure: Callable[[Stage, int], Measured]
    unit: str = "s"
    sizes: str = "each"  # or: first, last, example
    growth: float = LINEAR

    def at(self, pages: list[int]) -> list[int]:
        """Return the sizes to measure at."""
        some = {"each": pages, "first": pages[:1], "last": pages[-1:], "example": [stage.example_pages()]}
        return some[self.sizes]

    def row(self, job: Stage, pages: int) -> Row:
        """Measure it."""
        ours, theirs, note = self.measure(job, pages)
        return Row(
            self.key, self.promise, self.reference, pages, self.unit, tuple(ours), tuple(theirs), self.target, note,
            self.growth,
        )  # fmt: skip


def columns(turns: Iterable[Turn], what: str = "wall") -> tuple[list[float], list[float]]:
    """Return one figure of every turn, ours and the reference's."""
    ours, theirs = zip(*((getattr(one, what), getattr(other, what)) for one, other in turns), strict=True)
    return list(ours), list(theirs)


def _in_process(spent: Spent) -> Spent:
    """Return what a program timed itself: it prints its seconds."""
    return Spent(float(spent.out.split()[-1]), spent.cpu, spent.peak, spent.out)


# ---- build -----------------------------------------------------------------------------------------------------------


def _builds(job: Stage, pages: int) -> list[Turn]:
    """Return cold builds beside bulk_load of the same quads to disk; measured once for several rows."""
    if pages not in job.builds:
        wiki, quads = job.wiki(pages), job.quads(pages)
        job.builds[pages] = job.turns(
            lambda: children.kg("--store", job.fresh("built"), "build", wiki),
            lambda: children.program(programs.LOAD, quads, job.fresh("loaded")),
        )
    return job.builds[pages]


def build_wall(job: Stage, pages: int) -> Measured:
    return *columns(_builds(job, pages)), f"{job.count(pages):,} quads"


def build_memory(job: Stage, pages: int) -> Measured:
    ours, theirs = columns(_builds(job, pages), "peak")
    per_million = job.count(pages)
    return [one / per_million for one in ours], [one / per_million for one in theirs], f"{max(ours) / 1e6:,.0f} MB"


def ingest_wall(job: Stage, pages: int) -> Measured:
    wiki, quads = job.wiki(pages), job.quads(pages)
    turns = job.turns(
        lambda: children.kg("--store", job.fresh("ingested"), "ingest", wiki),
        lambda: children.program(programs.LOAD, quads, job.fresh("loaded")),
    )
    return *columns(turns), ""


def build_large(job: Stage, _: int) -> Measured:
    wiki = job.wiki(20_000)
    return [children.kg("--store", job.fresh("large"), "build", wiki).peak / 1e6], [1_000], ""


def build_cpu(job: Stage, _: int) -> Measured:
    with against.worktree(job.revision) as other:
        turns = job.turns(
            lambda: against.cold(ROOT, ("build", EXAMPLE)), lambda: against.cold(other, ("build", EXAMPLE))
        )  # fmt: skip
    return *columns(turns, "cpu"), f"against {job.revision}"


def build_edited(job: Stage, pages: int) -> Measured:
    """Measure a build after one edit, less the walk of the files, against the cold one."""
    wiki, store = job.fresh("edited"), job.copy(pages)
    shutil.rmtree(store)
    shutil.copytree(job.wiki(pages), wiki)
    children.kg("--store", store, "build", wiki)
    page = sorted(wiki.glob("sources/*.md"))[7]
    ours = []
    for number in range(job.runs):
        page.write_text(f"{page.read_text(encoding='utf-8')}\nOne more sentence, {number}.\n", encoding="utf-8")
        spent = children.kg("--store", store, "build", wiki).wall
        walk = float(children.program(programs.WALK, wiki).out)
        ours.append(max(spent - WALK_TWICE * walk, 0.0))
    cold = statistics.median(one.wall for one, _ in _builds(job, pages))
    return ours, [cold] * len(ours), "without the walk of the files"


# ---- check and reason ------------------------------------------------------------------------------------------------


def validate_load(job: Stage, pages: int) -> Measured:
    turns = job.turns(
        lambda: children.kg("--store", job.copy(pages, "verdicts-*"), "validate", "--format", "json"),
        lambda: children.program(programs.LOAD, job.quads(pages)),
    )
    found = len(json.loads(turns[0][0].out)["findings"])
    return *columns(turns), f"{found:,} findings"


def validate_before(job: Stage, pages: int) -> Measured:
    wiki = job.wiki(pages)
    words, first = ("validate", "--format", "json"), ("ingest", wiki)
    with against.worktree(job.revision) as other:
        turns = job.turns(
            lambda: against.cold(ROOT, words, first), lambda: against.cold(other, words, first), runs=1
        )  # fmt: skip
    return *columns(turns), f"against {job.revision}"


def placing(job: Stage, pages: int) -> Measured:
    spent = children.program(programs.PLACING, job.copy(pages, "verdicts-*"))
    told = json.loads(spent.out)
    return [max(told["whole"] - told["check"], 0.0)], [told["check"]], f"{told['findings']:,} findings"


def reasoning(job: Stage, pages: int) -> Measured:
    if "--engine" not in children.kg("reason", "--help").out:
        raise NotMeasured("`kg reason` has no other engine yet; its own is owlrl")

    def with_engine(*engine: str) -> Spent:
        return children.kg("--store", job.copy(pages, "inferred.json"), "reason", *engine)

    turns = job.turns(with_engine, lambda: with_engine("--engine", "owlrl"), runs=1)
    return *columns(turns), ""


def render_check(job: Stage, pages: int) -> Measured:
    store = job.store(pages)
    turns = job.turns(
        lambda: children.kg("--store", store, "render", "--check"),
        lambda: children.program(programs.READ, job.kept(pages)),
    )
    return *columns(turns), ""


def shacl(what: str) -> Callable[[Stage, int], Measured]:
    """Return the row of the SHACL engine alone, beside pyshacl with identical results."""

    def measured(job: Stage, pages: int) -> Measured:  # noqa: ARG001  # the script makes its own wiki
        spent = children.run([sys.executable, ROOT / "bench/shacl.py", "--json", f"{what}-{pages}"])
        told = json.loads(spent.out)
        return [told["ours"]], [told["theirs"]], f"{told['results']:,} results, identical"

    return measured


# ---- ask -------------------------------------------------------------------------------------------------------------


def export_json_ld(job: Stage, pages: int) -> Measured:
    store = job.store(pages)

    def form(name: str) -> Spent:
        return children.kg("--store", store, "export", "--format", name, "-o", job.folder / f"export.{name}")

    return *columns(job.turns(lambda: form("jsonld"), lambda: form("trig"))), ""


def export_quads(job: Stage, pages: int) -> Measured:
    store, target = job.store(pages), job.folder / "export.nq"
    turns = job.turns(
        lambda: children.kg("--store", store, "export", "--format", "nquads", "-o", target),
        lambda: children.program(programs.DUMP, job.kept(pages), target),
    )
    return *columns(turns), ""


def export_okf(job: Stage, pages: int) -> Measured:
    """Measure an export of a generation that was exported before, whose files are kept, against copying the wiki."""
    wiki, store, target = job.wiki(pages), job.store(pages), job.folder / "bundle"

    def export() -> Spent:
        return children.kg("--store", store, "export", "--format", "okf", "-o", target)

    first = export()
    turns = job.turns(export, lambda: children.program(programs.COPY, wiki, job.fresh("copied")))
    return *columns(turns), (
        f"the files are kept, and synced, which the copy is not; the first export took {first.wall:.1f} s, "
        f"{first.cpu:.1f} of processor"
    )


def export_turtle(job: Stage, pages: int) -> Measured:
    store = job.kept(pages)
    turns = job.turns(
        lambda: _in_process(children.program(programs.TURTLE, store, "ours")),
        lambda: _in_process(children.program(programs.TURTLE, store, "rdflib")),
    )
    return *columns(turns), "of 80 pages"


def render_generated(job: Stage, pages: int) -> Measured:
    """Measure all generated pages of our kinds, asked and written into another folder."""
    store = job.store(pages)
    turns = job.turns(
        lambda: children.kg("--store", store, "render", "--only", "generated", "--out", job.fresh("generated")),
        lambda: children.program(programs.READ, job.kept(pages)),
    )
    return *columns(turns, "cpu"), "CPU"


def render_edited(job: Stage, pages: int) -> Measured:
    """Measure the generated pages after one edited claim, once they were written, against writing all of them."""
    wiki, store = job.fresh("answers"), job.copy(pages)
    shutil.rmtree(store)
    shutil.copytree(job.wiki(pages), wiki)
    words = ("--store", store, "render", "--write", "--only", "generated")
    children.kg("--store", store, "ingest", wiki)
    whole = children.kg(*words).cpu
    page = next(one for one in sorted(wiki.glob("sources/*.md")) if "- [fact] " in one.read_text(encoding="utf-8"))
    ours = []
    for number in range(job.runs):
        old, new = ("[fact]", "[analysis]") if number % 2 == 0 else ("[analysis]", "[fact]")
        page.write_text(page.read_text(encoding="utf-8").replace(f"- {old} ", f"- {new} ", 1), encoding="utf-8")
        children.kg("--store", store, "ingest", wiki)
        ours.append(children.kg(*words).cpu)
    return ours, [whole] * len(ours), "CPU, with the ingest of what was written"


def query_cold(job: Stage, pages: int) -> Measured:
    library = ROOT / "queries/library/claimants.rq"
    turns = job.turns(
        lambda: children.kg("--store", job.store(pages), "query", "claimants"),
        lambda: children.program(programs.QUERY, job.kept(pages), library),
        runs=3 * job.runs,
    )
    return *columns(turns), ""


def search(job: Stage, pages: int) -> Measured:
    """Measure finding the best twenty texts with a word beside a scan of all texts, in one process, both opened."""
    scan = job.folder / "scan.rq"
    scan.write_text(programs.SCAN, encoding="utf-8")
    told = json.loads(children.program(programs.SEARCH, job.copy(pages, "search.db"), scan).out)
    note = f"{told['texts']:,} texts; the first search made the index in {told['made']:.1f} s CPU"
    return told["ours"], told["theirs"], note


def library(which: str) -> Callable[[Stage, int], Measured]:
    """Return the row of the library beside rdflib: its query that gains least, or the one in the middle."""

    def measured(job: Stage, pages: int) -> Measured:
        needed, free = RDFLIB_QUAD * job.count(pages), _free_memory()
        if free < needed:
            raise NotMeasured(f"rdflib would need {needed / 1e9:.0f} GB of memory, and {free / 1e9:.0f} are free")
        if pages not in job.libraries:
            spent = children.run([sys.executable, ROOT / "bench/library.py", job.store(pages)])
            job.libraries[pages] = json.loads(spent.out)
        ranked = sorted((theirs / ours, name) for name, (ours, theirs, _) in job.libraries[pages].items())
        name = ranked[0 if which == "least" else len(ranked) // 2][1]
        ours, theirs, whole = job.libraries[pages][name]
        return [ours], [theirs], f"{name}{'' if whole else ', stopped'}; of {len(ranked)} queries"

    return measured


def _free_memory() -> int:
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def help_cold(job: Stage, _: int) -> Measured:
    turns = job.turns(
        lambda: children.kg("--help"), lambda: children.program("import click"), runs=3 * job.runs
    )  # fmt: skip
    return *columns(turns), ""


def originals(job: Stage, _: int) -> Measured:
    """Measure 10,000 quotes against 100 MB of originals, in a process that reads and normalises these bytes, too."""
    ours, theirs = [], []
    for _turn in range(job.runs):
        out = children.program(programs.ORIGINALS, job.fresh("originals"), 1_000).out.split()
        theirs.append(float(out[-2]))
        ours.append(float(out[-1]))
    return ours, theirs, "10,000 quotes, 100 MB, CPU"


# What rdflib holds in memory for a quad.
RDFLIB_QUAD = 1_300
# 1.3 times as long for 10,000 pages as for 1,441.
STILL = 0.14
LOADED = "`bulk_load` to disk of the same quads"
KINDS = (
    Kind("build-wall", "`kg build`, cold", LOADED, Target(2.5), build_wall),
    Kind("build-memory", "`kg build`, bytes at the peak a quad", LOADED, Target(1.5), build_memory, unit="B"),
    Kind("build-edited", "`kg build` after one edited page", "the cold build", Target(0.01), build_edited,
         growth=STILL),
    Kind("ingest-wall", "`kg ingest`, cold", LOADED, Target(1.5), ingest_wall),
    Kind("validate-load", "`kg validate`, cold", "`bulk_load` into memory of the same quads", Target(2), validate_load),
    Kind("placing", "places, words and fixes of all findings", "the check without them", Target(0.3), placing),
    Kind("render-check", "`kg render --check`", "reading the same quads once", Target(1.2), render_check),
    Kind("render-generated", "all generated pages, `kg render --out`", "reading the same quads once", Target(1.3),
         render_generated, sizes="first"),
    Kind("render-edited", "generated pages after one edited claim", "writing all of them", Target(0.01), render_edited,
         sizes="first"),
    Kind("query-cold", "`kg query claimants`, cold", "a bare script, same query", Target(1.25), query_cold),
    Kind("search", "`kg search`, top 20, CPU", "a SPARQL CONTAINS scan", Target(1_000, at_least=True),
         search, sizes="last"),
    Kind("export-jsonld", "JSON-LD export", "TriG export", Target(1.5), export_json_ld),
    Kind("export-nquads", "sorted N-Quads", "`Store.dump`", Target(1.4), export_quads),
    Kind("export-okf", "OKF bundle, written again", "copying the files", Target(2), export_okf),
    Kind("export-turtle", "Turtle that a person reads", "rdflib's Turtle", Target(25, at_least=True), export_turtle,
         sizes="first"),
    Kind("help-cold", "`kg --help`", '`python -c "import click"`', Target(1.2), help_cold, sizes="first"),
    Kind("build-cpu", "`kg build` of the example, CPU", "the same of REV", Target(0.125), build_cpu, sizes="example"),
    Kind("originals", "quotes held against originals", "reading and normalising the same bytes", Target(3), originals,
         sizes="first"),
    Kind("reason", "`kg reason`", "owlrl, same entailments", Target(100, at_least=True), reasoning, sizes="first"),
    Kind("shacl-core", "SHACL engine, Core rules", "pyshacl", Target(100, at_least=True), shacl("core"), sizes="first"),
)  # fmt: skip
# Those that take minutes of what they are held against.
FULL = (
    Kind("memory-20000", "`kg build` of 20,000 pages, memory", "1 GB", Target(1), build_large, unit="MB", sizes="last"),
    Kind("validate-before", "`kg validate`, cold, as it was", "the same of REV", Target(0.025), validate_before,
         sizes="last"),
    Kind("shacl-all", "SHACL engine, all rules", "pyshacl", Target(400, at_least=True), shacl("all"), sizes="example"),
    Kind("shacl-all-300", "SHACL engine, all rules, 300 pages", "pyshacl", Target(400, at_least=True),
         lambda job, _: shacl("all")(job, 300), sizes="first"),
    Kind("shacl-core-1000", "SHACL engine, Core rules, 1,000 pages", "pyshacl", Target(100, at_least=True),
         lambda job, _: shacl("core")(job, 1_000), sizes="first"),
    Kind("library-10000", "every query of the library, on disk", "rdflib in memory, same rows",
         Target(3, at_least=True), lambda job, _: library("least")(job, 10_000), sizes="first"),
    Kind("library-10000-median", "the queries of the library, on disk, the one in the middle",
         "rdflib in memory, same rows", Target(10, at_least=True), lambda job, _: library("median")(job, 10_000),
         sizes="first"),
    Kind("library", "every query of the library, on disk", "rdflib in memory, same rows", Target(3, at_least=True),
         library("least"), sizes="first"),
    Kind("library-median", "the queries of the library, on disk, the one in the middle", "rdflib in memory, same rows",
         Target(10, at_least=True), library("median"), sizes="first"),
)  # fmt: skip


def plain(promise: str) -> str:
    """Return a promise without its marks."""
    return re.sub("[`*]", "", promise)
