"""Commands as processes of their own: their wall time, CPU time and peak memory, with those of their children."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KG = (sys.executable, "-c", "from kg.cli import main; main()")
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds, CPU seconds and bytes of memory at the peak, and what the command wrote."""

    wall: float
    cpu: float
    peak: int
    out: str = ""


Turn = tuple[Spent, Spent]


def run(command: Sequence[object], *, tree: Path = ROOT, codes: Collection[int] = (0,)) -> Spent:
    """Run a command to its end with the modules of a tree; RuntimeError for an exit code that is none of `codes`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=errors, cwd=tree,
            env={**environment, "PYTHONPATH": str(tree)},
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        said = out.read().decode("utf-8", "replace")
        if process.returncode not in codes:
            last = (errors.read().decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
            raise RuntimeError(f"exit {process.returncode}: {last}")
    return Spent(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _KIB, said)


def kg(*words: object, tree: Path = ROOT) -> Spent:
    """Run `kg`; findings and drift are no failure."""
    return run([*KG, *words], tree=tree, codes=(0, 1))


def program(text: str, *words: object) -> Spent:
    """Run a program of Python."""
    return run([sys.executable, "-c", text, *words])


def turns(ours: Callable[[], Spent], theirs: Callable[[], Spent], runs: int, seconds: float) -> list[Turn]:
    """Run both in turn, `runs` times, or until so many seconds are over; once at least."""
    start, done = time.perf_counter(), []
    while len(done) < runs and (not done or time.perf_counter() - start < seconds):
        done.append((ours(), theirs()))
    return done
