"""Promises of the store: one page changed, nothing changed, and what a generation takes: store.py [PAGES [PAGES]]."""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from measure import row, seconds
from newsroom import make

from kg.ingest import ingest
from kg.links import name_keys
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations, manifest

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each kind of ingest, without the walk of the files, which stands apart; and bytes a generation."""

    pages: int
    full: float
    one: float
    one_broken: float
    nothing: float
    walk: float
    stat: float
    growth: int
    first: int


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of an ingest without its walk, and of the walk."""
    spent = []
    real = ingest.corpus.walk

    def walk(*given: object) -> object:
        start = time.perf_counter()
        found = real(*given)
        spent.append(time.perf_counter() - start)
        return found

    ingest.corpus.walk = walk
    try:
        whole = seconds(work)
    finally:
        ingest.corpus.walk = real
    return whole - sum(spent), sum(spent)


def measure(folder: Path, pages: int) -> Measured:
    """Make a wiki of so many pages and ingest it whole, then with one page changed, then as it is."""
    count = make(folder / "wiki", pages)
    settings = (folder / "kg", folder / "wiki", Config(), dialect.load("newsroom"))
    full, _ = timed(lambda: ingest.ingest(*settings))
    first = size(folder / "kg")
    ingest.ingest(*settings)
    paths = sorted((folder / "wiki").rglob("*.md"))
    broken = with_broken_links(folder / "kg")
    sound = [path for path in paths if path.relative_to(folder / "wiki").as_posix() not in broken]
    ones, ones_broken, nothings, walks, stats, growths = [], [], [], [], [], []
    for number in range(ROUNDS):
        page = sound[number * 7]
        page.write_text(f"{page.read_text(encoding='utf-8')}\nOne more sentence, {number}.\n", encoding="utf-8")
        before = size(folder / "kg")
        ones.append(timed(lambda: ingest.ingest(*settings))[0])
        growths.append(size(folder / "kg") - before)
        other = folder / "wiki" / broken[number]
        other.write_text(f"{other.read_text(encoding='utf-8')}\nOne more sentence, {number}.\n", encoding="utf-8")
        ones_broken.append(timed(lambda: ingest.ingest(*settings))[0])
        time.sleep(0.05)
        ingest.ingest(*settings)
        nothing, walk = timed(lambda: ingest.ingest(*settings))
        nothings.append(nothing)
        walks.append(walk)
        stats.append(seconds(lambda: [path.stat() for path in paths]))
    middle = statistics.median
    return Measured(
        count, full, middle(ones), middle(ones_broken), middle(nothings), middle(walks), middle(stats),
        int(middle(growths)), first,
    )  # fmt: skip


def with_broken_links(folder: Path) -> list[str]:
    """Return the paths of the pages that name something that is not there: any new name could be what is meant."""
    generation = generations.require(folder)
    with closing(manifest.opened(generation.folder, generations.read_manifest(folder, generation))) as pages:
        return sorted(pages.having(manifest.USES, [name_keys.ANY_NAME]))


def size(folder: Path) -> int:
    """Return the bytes of a folder, a file of several names once."""
    found = {(status.st_dev, status.st_ino): status.st_blocks * 512 for status in map(os.lstat, folder.rglob("*"))}
    return sum(found.values())


def main(small: int, large: int) -> None:
    measured = []
    for pages in (small, large):
        folder = Path(tempfile.mkdtemp(prefix="kg-bench-"))
        try:
            measured.append(measure(folder, pages))
        finally:
            shutil.rmtree(folder)
    few, many = measured
    row(
        f"one page changed of {many.pages} against one of {few.pages}, without the walk", many.one / few.one, 1.5,
        f"{many.one:.3f} s against {few.one:.3f} s",
    )  # fmt: skip
    row(
        "the same, the page with a link to nothing", many.one_broken / few.one_broken, 1.5,
        f"{many.one_broken:.3f} s against {few.one_broken:.3f} s",
    )  # fmt: skip
    row(
        f"one page changed of {many.pages} against a full ingest, without the walk", many.one / many.full, 0.015,
        f"{many.one:.3f} s against {many.full:.1f} s",
    )  # fmt: skip
    for one in measured:
        row(
            f"nothing changed in {one.pages} pages against stat of them", (one.nothing + one.walk) / one.stat, 3,
            f"{one.nothing:.3f} s and {one.walk:.3f} s of walk against {one.stat:.3f} s",
        )  # fmt: skip
    row(
        f"disk for one page changed of {many.pages} against {many.pages // few.pages} x fewer pages",
        many.growth / few.growth, 1.5, f"{many.growth / 1e6:.2f} MB against {few.growth / 1e6:.2f} MB",
    )  # fmt: skip
    share = many.growth / many.first
    row("disk for one page changed against the first generation", share, 0.015, f"of {many.first / 1e6:.0f} MB")


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:]] or [1_000, 10_000]
    main(sizes[0], sizes[-1])
