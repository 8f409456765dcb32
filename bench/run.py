"""
Every promise as a row of one table: run.py [--pages N,N] [--runs N] [--rows KEY,KEY] [--full] [--keep] [--docs].

Ours and the reference take turns in one run, each a process of its own, cold. What comes out is table.md, table.json
and a picture of each growth curve; `--docs` puts the same into docs/performance.md. A miss is said and stays a miss:
bench/misses.toml says why it is one, and what was tried. With `--keep` rows of the table before that are not measured
again stay in it, with their commit and day.
"""

import argparse
import platform
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import children
import plot
import table
from children import ROOT
from kind import Kind, plain
from rows import FULL, KINDS
from stage import NotMeasured, Stage
from table import Row

PAGE = ROOT / "docs/performance.md"
_PART = re.compile(r"(<!-- bench: begin -->\n).*?(<!-- bench: end -->)", re.DOTALL)


@dataclass(slots=True)
class Measured:
    """The rows so far, and what was not measured, with the reason."""

    rows: list[Row]
    missing: dict[str, str]


def measure(job: Stage, kinds: list[Kind], pages: list[int], after: Callable[[Measured], None], done: Measured) -> None:
    """
    Measure the rows as long as there is time, put them among those that are `done`, and have each kept at once.

    Every row is measured at its smallest size before one is at the next, so that none goes without a figure.
    """
    order = {kind.key: at for at, kind in enumerate((*KINDS, *FULL))}
    turns = [(size, one) for one in kinds for size in one.at(pages)]
    for size, kind in sorted(turns, key=lambda turn: turn[0]):
        start = time.monotonic()
        try:
            row = kind.row(job, size)
        except (NotMeasured, RuntimeError, subprocess.CalledProcessError) as why:
            done.missing[f"{kind.promise}, {size:,} pages"] = str(why)
        else:
            done.rows = [*(one for one in done.rows if (one.key, one.pages) != (row.key, row.pages)), row]
            done.missing.pop(f"{kind.promise}, {size:,} pages", None)
        _say(kind, size, done.rows, time.monotonic() - start)
        done.rows.sort(key=lambda row: (order[row.key], row.pages))
        after(done)


def _say(kind: Kind, size: int, rows: list[Row], seconds: float) -> None:
    last = next((row for row in rows if (row.key, row.pages) == (kind.key, size)), None)
    said = "not measured".rjust(23)
    if last:
        said = f"{last.ratio:8.3g}  {last.target!s:8} {'holds' if last.holds else 'MISS ':5}"
    print(f"{said}  {plain(kind.promise)}, {size:,} pages  ({seconds:.0f} s)", flush=True)


def write(folder: Path, done: Measured, about: dict[str, object]) -> None:
    """Write the table as Markdown and JSON, and the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(table.markdown(done.rows, done.missing, explained()), encoding="utf-8")
    (folder / "table.json").write_text(table.as_json(done.rows, done.missing, about), encoding="utf-8")
    pictures(folder, done.rows)


def before(folder: Path, about: dict[str, object]) -> Measured:
    """Return the rows of the table that is in a folder, and what was not measured for it."""
    return Measured(*table.from_json((folder / "table.json").read_text(encoding="utf-8"), table.stamp(about)))


def pictures(folder: Path, rows: list[Row]) -> None:
    """Write the picture of each growth curve."""
    folder.mkdir(parents=True, exist_ok=True)
    for growth in table.growths(rows):
        (folder / f"growth-{growth.key}.svg").write_text(plot.svg(growth), encoding="utf-8")


def document(done: Measured, about: dict[str, object], page: Path = PAGE) -> None:
    """Put the table, the misses and the pictures into the page of the documentation."""
    pictures(page.parent / "performance", done.rows)
    head = f"{about['taken']}, commit {about['commit']}, {about['machine']}; medians of up to {about['runs']} turns."
    body = f"{head}\n\n" + table.markdown(done.rows, done.missing, explained(), "performance/")
    text = page.read_text(encoding="utf-8")
    page.write_text(_PART.sub(lambda part: f"{part[1]}{body}{part[2]}", text), encoding="utf-8")


def explained() -> dict[str, str]:
    """Return why promises are missed, by the keys of their rows."""
    return dict(tomllib.loads((ROOT / "bench/misses.toml").read_text(encoding="utf-8")))


def described(runs: int) -> dict[str, object]:
    """Return what has to be known of a measurement: when, what and where."""
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True, check=False  # noqa: S607
    ).stdout.strip()  # fmt: skip
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return {"taken": f"{datetime.now(UTC):%Y-%m-%d}", "commit": commit, "machine": machine, "runs": runs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", default="447,1441", help="sizes of the wikis (with --full also 10000)")
    parser.add_argument("--runs", type=int, default=3, help="turns of each row, where there is time")
    parser.add_argument("--rows", default="", help="keys of rows; all of them by default")
    parser.add_argument(
        "--keep", action="store_true", help="rows of the table before that are not measured again stay in it"
    )
    parser.add_argument(
        "--budget", type=float, default=570, help="seconds until the end, whatever is not measured then"
    )
    parser.add_argument("--revision", default="9482fb4", help="the commit that some rows are held against")
    parser.add_argument("--out", type=Path, default=ROOT / "build/bench")
    parser.add_argument("--full", action="store_true", help="10,000 pages, the slow references, no limit of time")
    parser.add_argument("--docs", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    pages = sorted({int(word) for word in asked.pages.split(",")} | ({10_000} if asked.full else set()))
    wanted = asked.rows.split(",") if asked.rows else []
    kinds = [one for one in (*KINDS, *(FULL if asked.full or wanted else ())) if not wanted or one.key in wanted]
    if not kinds or len(kinds) < len(wanted):
        sys.exit(f"no such row; there are {', '.join(one.key for one in (*KINDS, *FULL))}")
    about = described(asked.runs)
    budget = float("inf") if asked.full else asked.budget
    children.LIMIT.end = time.monotonic() + budget
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as folder:
        job = Stage(Path(folder), asked.runs, budget / len(kinds) / len(pages), asked.revision)
        done = before(asked.out, about) if asked.keep else Measured([], {})
        measure(job, kinds, pages, lambda so_far: write(asked.out, so_far, about), done)
    if asked.docs:
        document(done, about)
    missed = sum(not row.holds for row in done.rows)
    print(f"{missed} of {len(done.rows)} promises missed; the table is in {asked.out}")


if __name__ == "__main__":
    main()
