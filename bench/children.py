"""Commands as processes of their own: their wall time, CPU time and peak memory, with those of their children."""

import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KG = (sys.executable, "-c", "from kg.cli import main; main()")
_KIB = 1024
_SELDOM = 20
_EVERY = 0.05


@dataclass(slots=True)
class Limit:
    """When every command has to be at its end, by `time.monotonic`."""

    end: float = math.inf


LIMIT = Limit()


@dataclass(frozen=True, slots=True)
class Spent:
    """
    Seconds, CPU seconds and bytes of memory at the peak, those of its children with them, and what it wrote.

    What was stopped, because it had taken enough, would have taken more.
    """

    wall: float
    cpu: float
    peak: int
    out: str = ""
    stopped: bool = False


Turn = tuple[Spent, Spent]


def run(
    command: Sequence[object], *, tree: Path = ROOT, codes: Collection[int] = (0,), enough: float = math.inf
) -> Spent:
    """
    Run a command to its end with the modules of a tree; RuntimeError for another exit code, or where time is up.

    After `enough` seconds it is stopped, and what it spent until then is told.
    The kernel takes the memory of the process that calls this for the least that the command needs: call it from a
    small one.
    """
    compile_modules(tree)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=errors, cwd=tree,
            env={**environment, "PYTHONPATH": str(tree)},
        )  # fmt: skip
        seen, limit = _Watched(process.pid), _limited(process, enough)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        limit.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        said = out.read().decode("utf-8", "replace")
        if time.monotonic() > LIMIT.end:
            raise RuntimeError(f"the time was up, {wall:.0f} s after it began")
        stopped = process.returncode == -signal.SIGKILL and wall >= enough
        if process.returncode not in codes and not stopped:
            last = (errors.read().decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]
            raise RuntimeError(f"exit {process.returncode}: {last}")
    return Spent(wall, used.ru_utime + used.ru_stime, max(used.ru_maxrss * _KIB, seen.peak()), said, stopped)


@cache
def compile_modules(tree: Path) -> None:
    """
    Compile the modules of a tree once, as whoever installs kg has them.

    Where Python may not write what it compiles (PYTHONDONTWRITEBYTECODE), every process would compile 250 modules
    again, which is none of ours to measure: the libraries of the reference come compiled.
    """
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(tree / "kg")], check=False)


def _limited(process: "subprocess.Popen[bytes]", enough: float) -> threading.Timer:
    """Return what ends a process when the time is up, or it has taken enough."""
    left = min(max(LIMIT.end - time.monotonic(), 0.0), enough, threading.TIMEOUT_MAX)
    timer = threading.Timer(left, process.kill)
    timer.daemon = True
    timer.start()
    return timer


class _Watched:
    """
    The memory of a process and all that it began, looked at again and again.

    What the kernel tells at the end is the peak of the largest of them alone.
    """

    def __init__(self, pid: int) -> None:
        self._peak, self._ended = 0, threading.Event()
        self._thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        self._thread.start()

    def peak(self) -> int:
        """Return the most that was seen, and look no more."""
        self._ended.set()
        self._thread.join()
        return self._peak

    def _look(self, pid: int) -> None:
        """Look at the process often, and at what it began a twentieth of the time: the kernel sums up pages."""
        others, due = 0, 0.0
        while not self._ended.wait(_EVERY):
            start = time.monotonic()
            if start >= due:
                others = sum(map(_private, _begun(pid)))
                end = time.monotonic()
                due = end + _SELDOM * (end - start)
            self._peak = max(self._peak, _resident(pid) + others)


def _resident(pid: int) -> int:
    """Return the bytes of memory of a process, 0 where nothing tells."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _begun(pid: int) -> list[int]:
    """Return the processes that a process began, and those that they began."""
    try:
        said = " ".join(file.read_text(encoding="ascii") for file in Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:
        return []
    return [one for child in map(int, said.split()) for one in (child, *_begun(child))]


def _private(pid: int) -> int:
    """
    Return the bytes of a process that it shares with none, 0 where nothing tells.

    A copy of a process shares all that neither of them wrote since: only the kernel's own sums leave that out.
    """
    try:
        sums = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * _KIB for line in sums if line.startswith("Private_"))


def kg(*words: object, tree: Path = ROOT, enough: float = math.inf) -> Spent:
    """Run `kg`, for `enough` seconds at most; findings and drift are no failure."""
    return run([*KG, *words], tree=tree, codes=(0, 1), enough=enough)


def program(text: str, *words: object) -> Spent:
    """Run a program of Python."""
    return run([sys.executable, "-c", text, *words])


def turns(ours: Callable[[], Spent], theirs: Callable[[], Spent], runs: int, seconds: float) -> list[Turn]:
    """Run both in turn, `runs` times, or until so many seconds are over; once at least."""
    start, done = time.perf_counter(), []
    while len(done) < runs and (not done or time.perf_counter() - start < seconds):
        done.append((ours(), theirs()))
    return done
