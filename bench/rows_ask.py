"""The promises of questions, exports, generated pages, search and small commands."""

import json
import os
import shutil
import sys
from collections.abc import Callable

import children
import programs
from children import ROOT, Spent
from kind import Measured, columns, in_process
from stage import NotMeasured, Stage

# What rdflib holds in memory for a quad.
RDFLIB_QUAD = 1_300


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
        lambda: in_process(children.program(programs.TURTLE, store, "ours")),
        lambda: in_process(children.program(programs.TURTLE, store, "rdflib")),
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


def serving(key: str) -> Callable[[Stage, int], Measured]:
    """Return a row of `kg serve` beside the oxigraph server: seconds a request, of both."""

    def measured(job: Stage, pages: int) -> Measured:
        if shutil.which("wrk") is None:
            raise NotMeasured("wrk is not installed: apt-get install wrk")
        if pages not in job.served:
            spent = children.run([sys.executable, ROOT / "bench/serve.py", job.store(pages), 30, job.runs])
            job.served[pages] = json.loads(spent.out)
        told = job.served[pages][key]
        ours, theirs = ([1 / one["requests"] for one in told[side]] for side in ("ours", "theirs"))
        p99 = max(one["p99"] for one in told["ours"]), max(one["p99"] for one in told["theirs"])
        return ours, theirs, f"99 of 100 within {p99[0]:.0f} and {p99[1]:.0f} ms"

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
