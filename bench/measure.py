"""Measures promises as ratios: ours against a reference, in one run, taking turns, on whatever machine this is."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

RUNS = 7


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def process(*args: object) -> Callable[[], object]:
    """Return a call that runs a command to its end."""
    line = [str(arg) for arg in args]
    return lambda: subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def promise(
    what: str, target: float, ours: Callable[[], object], reference: Callable[[], object], runs: int = RUNS
) -> None:
    """Print one row: the ratio of the medians, the target, and whether it holds."""
    pairs = [(seconds(ours), seconds(reference)) for _ in range(runs)]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    row(what, mine / theirs, target, f"{mine:.3f} s against {theirs:.3f} s")


def row(what: str, ratio: float, target: float, detail: str, *, at_least: bool = False) -> None:
    """Print a measured ratio against its target; a miss is said and stays a miss."""
    holds = ratio >= target if at_least else ratio <= target
    sign = "≥" if at_least else "≤"
    sys.stdout.write(f"{'holds' if holds else 'MISS ':5} {ratio:7.2f} {sign} {target:<5} {what}  ({detail})\n")
    sys.stdout.flush()
