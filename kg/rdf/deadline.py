"""A limit of time for what the engine does: it cannot be interrupted, so the process ends."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


def _nothing() -> None:
    """Leave everything: who only reads has nothing to take away."""


@contextmanager
def deadline(seconds: float, words: str, clear: Callable[[], None] = _nothing) -> Iterator[None]:
    """
    End the process with exit code 1 and one line when its body takes longer; 0 sets no limit.

    The line begins with `words`, such as `the query took longer than`, which docs/errors.md finds whole in the source.
    `clear` is called before: it takes away what must not stay.
    """
    if not seconds > 0:  # so that "nan" sets none either
        yield
        return
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), _give_up, [seconds, words, clear])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _give_up(seconds: float, words: str, clear: Callable[[], None]) -> None:
    clear()
    with suppress(OSError, ValueError):
        sys.stderr.write(f"kg: {words} {seconds:g} s and was stopped; --timeout sets the limit\n")
        sys.stderr.flush()
    os._exit(1)
