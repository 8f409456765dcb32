"""
Work that a copy of this process does meanwhile, on what is in memory already: nothing is handed over but the result.

A copy of a process (fork) sees all that its original has loaded and costs milliseconds; only what either of them then
writes is there twice. So it is for work that reads a great deal and returns little. Where there is one processor, no
such call, or the copy dies, the work is done here, later: the result is the same. So it is in a program that is not
ours: only whoever knows all threads of a process may copy it, so the command line allows it and a library does not.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from kg.model import progress

Result = TypeVar("Result")
_ROOM = 3
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


_allowed: ContextVar[bool] = ContextVar("allowed", default=False)


@contextmanager
def allowed() -> Iterator[None]:
    """Let this process be copied in the block."""
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)


def possible() -> bool:
    """Tell whether this process may be copied, and a copy would have a processor and memory of its own."""
    return _allowed.get() and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and _has_room()


def _has_room() -> bool:
    """Tell whether three times the memory of this process is free; a copy may come to need as much as it."""
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    with Path("/proc/meminfo").open(encoding="ascii") as file:
        rows = dict(line.split(":", 1) for line in file)
    return int(rows.get("MemAvailable", "0 kB").split()[0]) * 1024 >= _ROOM * resident


@contextmanager
def begun(work: Callable[[], Result], *, worth: bool = True) -> Iterator[Callable[[], Result]]:
    """
    Have `work` done in a copy of this process while the block goes on, which may ask for its result, once.

    The result must be picklable, and the work touch no store on disk and no file that is open already.
    It must be safe to do twice: where the copy fails the work is done here, so that an error shows as it would without
    a copy; so it is where a copy is not `worth` its beginning. A copy that nobody waited for is ended with the block.
    """
    if not worth or not possible():
        yield work
        return
    reading, writing = os.pipe()
    original, copy = os.getpid(), os.fork()
    if copy == 0:
        _as_copy(work, writing, original)
    os.close(writing)
    waiting = [copy]

    def result() -> Result:
        with os.fdopen(reading, "rb", closefd=False) as pipe:
            data = pipe.read()
        _, status = os.waitpid(waiting.pop(), 0)
        if status != 0:
            return work()
        import pickle  # a process without copies does without

        answer: Result = pickle.loads(data)  # noqa: S301  # written by the copy of this very process
        return answer

    try:
        yield result
    finally:
        os.close(reading)
        for one in waiting:
            os.kill(one, signal.SIGKILL)
            os.waitpid(one, 0)


def _as_copy(work: Callable[[], object], writing: int, original: int) -> None:
    """Do the work and end, whatever comes of it: nothing of the original's is flushed or told."""
    failed = 1
    try:
        import ctypes  # a copy alone needs them
        import pickle

        gc.freeze()  # or looking for garbage would write to, and so copy, all that the original has
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both; the original ends this one
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == original:
            with progress.heard_by(None), os.fdopen(writing, "wb") as pipe:
                pickle.dump(work(), pipe, protocol=pickle.HIGHEST_PROTOCOL)
            failed = 0
    finally:
        os._exit(failed)
