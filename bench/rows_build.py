"""The promises of a build: cold, after an edit, its memory, and beside another revision."""

import os
import shutil
import statistics

import against
import children
import programs
from children import ROOT, Turn
from kind import Measured, columns
from stage import EXAMPLE, Stage

WALK_TWICE = 2


def _builds(job: Stage, pages: int) -> list[Turn]:
    """Return cold builds beside bulk_load of the same quads to disk; measured once for several rows."""
    if pages not in job.builds:
        wiki, quads = job.wiki(pages), job.quads(pages)
        job.builds[pages] = job.turns(
            lambda: children.kg("--store", job.fresh(f"built-{pages}"), "build", wiki),
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


def build_large(job: Stage, pages: int) -> Measured:
    return [children.kg("--store", job.fresh("large"), "build", job.wiki(pages)).peak / 1e6], [1_000], ""


def build_cpu(job: Stage, _: int) -> Measured:
    with against.worktree(job.revision) as other:
        turns = job.turns(
            lambda: against.cold(ROOT, ("build", EXAMPLE)), lambda: against.cold(other, ("build", EXAMPLE))
        )  # fmt: skip
    return *columns(turns, "cpu"), f"against {job.revision}"


def build_edited(job: Stage, pages: int) -> Measured:
    """Measure a build after one edit, less the walk of the files, against the cold one, whose store it goes on with."""
    cold = statistics.median(one.wall for one, _ in _builds(job, pages))
    wiki, store = job.wiki(pages), job.folder / f"built-{pages}"
    page = sorted(wiki.glob("sources/*.md"))[7]
    text, stamps = page.read_text(encoding="utf-8"), page.stat()
    ours = []
    for number in range(job.runs):
        page.write_text(f"{text}\nOne more sentence, {number}.\n", encoding="utf-8")
        spent = children.kg("--store", store, "build", wiki).wall
        walk = float(children.program(programs.WALK, wiki).out)
        ours.append(max(spent - WALK_TWICE * walk, 0.0))
    page.write_text(text, encoding="utf-8")
    os.utime(page, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))
    shutil.rmtree(store)
    return ours, [cold] * len(ours), "without the walk of the files"
