"""Work without a clock: how many calls it takes, and a limit of processor time that nothing but a hang reaches."""

import signal
import sys
from contextlib import contextmanager


def calls(work, *given):
    """Return how many functions, of Python and of C, are called in some work: the same number on every machine."""
    counted = 0

    def count(_frame, event, _arg):
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work(*given)
    finally:
        sys.setprofile(None)
    return counted


@contextmanager
def processor(*, seconds):
    """Fail after some seconds of this process's own time, however busy the machine is; a pattern is interrupted too."""

    def stop(_signal, _frame):
        raise AssertionError(f"more than {seconds} seconds of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
