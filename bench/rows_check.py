"""The promises of checking and reasoning, and of pages held against their files."""

import importlib.util
import json
import sys
from collections.abc import Callable

import against
import children
import programs
from children import ROOT, Spent
from kind import Measured, columns
from stage import NotMeasured, Stage

_ENOUGH = 42  # times our time: the promise is a fortieth


def validate_load(job: Stage, pages: int) -> Measured:
    turns = job.turns(
        lambda: children.kg("--store", job.copy(pages, "verdicts-*"), "validate", "--format", "json"),
        lambda: children.program(programs.LOAD, job.quads(pages)),
    )
    found = len(json.loads(turns[0][0].out)["findings"])
    return *columns(turns), f"{found:,} findings"


def validate_before(job: Stage, pages: int) -> Measured:
    """Measure once; what it is held against is stopped when it has taken longer than the promise needs."""
    words, first = ("validate", "--format", "json"), ("ingest", job.wiki(pages))
    ours = against.cold(ROOT, words, first)
    with against.worktree(job.revision) as other:
        theirs = against.cold(other, words, first, enough=_ENOUGH * ours.wall)
    return [ours.wall], [theirs.wall], f"{job.revision}, {'stopped: at most' if theirs.stopped else 'to its end'}"


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


def reasonable(job: Stage, pages: int) -> Measured:
    """Measure the rules beside reasonable, on the same premises, with the same conclusions, where it is installed."""
    if importlib.util.find_spec("reasonable") is None:
        raise NotMeasured("reasonable is not installed: pip install 'newsroom-kg[test]'")
    told = json.loads(children.run([sys.executable, ROOT / "bench/reason.py", "--json", job.store(pages)]).out)
    return [told["ours"]], [told["theirs"]], f"{told['inferences']:,} inferences, identical"


def render_check(job: Stage, pages: int) -> Measured:
    store = job.store(pages)
    turns = job.turns(
        lambda: children.kg("--store", store, "render", "--check"),
        lambda: children.program(programs.READ, job.kept(pages)),
    )
    return *columns(turns), ""


def shacl(what: str) -> Callable[[Stage, int], Measured]:
    """Return the row of the SHACL engine alone, beside pyshacl until it ends or has taken more than the promise."""

    def measured(job: Stage, pages: int) -> Measured:  # noqa: ARG001  # the script makes its own wiki
        spent = children.run([sys.executable, ROOT / "bench/shacl.py", "--json", "--enough", f"{what}-{pages}"])
        told = json.loads(spent.out)
        return [told["ours"]], [told["theirs"]], told["said"]

    return measured
