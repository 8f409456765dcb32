"""
Work that a second thread of this process does meanwhile.

The engine lets other threads run while it loads, plans and answers, and most of what is long here is its work. A thread
sees what its original has in memory, without a second copy of any of it. Where there is one processor the work is done
when it is asked for, and the result is the same.
"""

import contextvars
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Thread
from typing import Generic, TypeVar

from kg.model import progress
from kg.model.records import dataclass

Result = TypeVar("Result")


class Turns:
    """The numbers below a count, each given once, to whichever thread asks first, until somebody calls it off."""

    def __init__(self, count: int) -> None:
        self._numbers = iter(range(count))  # a step of it is never half done

    def __iter__(self) -> Iterator[int]:
        return self._numbers

    def call_off(self) -> None:
        """Give no further number to anybody."""
        for _ in self._numbers:
            pass


@dataclass(slots=True)
class _Outcome(Generic[Result]):
    """What came of work: what it returned, or what it raised."""

    returned: list[Result]
    raised: BaseException | None = None

    def told(self) -> Result:
        """Return or raise it again."""
        if self.raised is not None:
            raise self.raised
        return self.returned[0]


def settled(work: Callable[[], Result]) -> Callable[[], Result]:
    """Do work now; what comes of it, be it an error, is told when it is asked for."""
    outcome = _Outcome[Result]([])
    _do(work, outcome)
    return outcome.told


def _do(work: Callable[[], Result], outcome: _Outcome[Result], passed: type[BaseException] = Exception) -> None:
    try:
        outcome.returned.append(work())
    except passed as error:
        outcome.raised = error


@contextmanager
def begun(work: Callable[[], Result], *, worth: bool = True) -> Iterator[Callable[[], Result]]:
    """
    Have `work` done by another thread while the block goes on, which may ask for its result, again and again.

    What it raises is raised where the result is asked for. The block does not end before the work does.
    """
    if not worth or not _has_second_processor():
        yield cache(work)
        return
    outcome, context = _Outcome[Result]([]), contextvars.copy_context()

    def unheard() -> None:
        with progress.heard_by(None):
            _do(work, outcome, BaseException)

    thread = Thread(target=context.run, args=(unheard,), daemon=True)
    thread.start()

    def result() -> Result:
        thread.join()
        return outcome.told()

    try:
        yield result
    finally:
        thread.join()


def _has_second_processor() -> bool:
    return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) > 1
