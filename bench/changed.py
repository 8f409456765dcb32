"""Promises of incremental validation: one page changed, against everything and at two sizes: changed.py [PAGES …].

Results are held against a full run in the same script. Times are wall and, behind them, CPU seconds in the process.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measure import row
from newsroom import make

from kg.check import incremental, validate
from kg.check.validate import Report
from kg.ingest.ingest import ingest
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds at one size: everything, `--changed` after an edit, and a plain check after one."""

    pages: int
    full: float
    changed: float
    plain: float
    wall: float


def cpu(work: Callable[[], Report]) -> tuple[float, float, Report]:
    wall, start = time.perf_counter(), time.process_time()
    found = work()
    return time.process_time() - start, time.perf_counter() - wall, found


def measure(folder: Path, pages: int) -> Measured:
    """Check a wiki of so many pages, then again after each of several edits."""
    count = make(folder / "wiki", pages)
    kept, base = folder / "kg", Config().base
    settings = (kept, folder / "wiki", Config(), dialect.load("newsroom"))
    ingest(*settings)
    first = generations.require(kept)
    quads = generations.open_reader(kept, first)
    validate.validate(quads, base, source=incremental.kept(kept, first))
    paths = sorted((folder / "wiki").rglob("*.md"))
    changed, plain, walls = [], [], []
    for number in range(2 * ROUNDS):
        page = paths[number * 7]
        page.write_text(f"{page.read_text(encoding='utf-8')}\nOne more sentence, {number}.\n", encoding="utf-8")
        ingest(*settings)
        now = generations.require(kept)
        quads = generations.open_reader(kept, now)
        source = incremental.changed_since(kept, now) if number % 2 else incremental.kept(kept, now)
        spent, wall, found = cpu(lambda quads=quads, source=source: validate.validate(quads, base, source=source))
        (changed if number % 2 else plain).append(spent)
        walls += [wall] if number % 2 else []
        if "checked again" not in found.how:
            sys.exit(f"not incremental: {found.how}")
    full, _, whole = cpu(lambda: validate.validate(quads, base))
    there = validate.validate(quads, base, source=incremental.kept(kept, now))
    if (there.findings, there.results) != (whole.findings, whole.results):
        sys.exit("the findings are not those of a full run")
    generations.release()
    middle = statistics.median
    return Measured(count, full, middle(changed), middle(plain), middle(walls))


def main(sizes: list[int]) -> None:
    measured = []
    for pages in sizes:
        folder = Path(tempfile.mkdtemp(prefix="kg-bench-"))
        try:
            measured.append(measure(folder, pages))
        finally:
            shutil.rmtree(folder)
        one = measured[-1]
        row(
            f"--changed after one edit of {one.pages} pages against everything", one.changed / one.full, 0.01,
            f"{one.changed:.3f} s CPU ({one.wall:.3f} s) against {one.full:.1f} s; a plain check {one.plain:.3f} s",
        )  # fmt: skip
    few, many = measured[0], measured[-1]
    row(
        f"--changed after one edit of {many.pages} pages against one of {few.pages}", many.changed / few.changed, 1.5,
        f"{many.changed:.3f} s against {few.changed:.3f} s CPU",
    )  # fmt: skip


# Processes that are spawned import this script.
if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_000, 10_000])
