"""A limit of memory for one piece of work: the system refuses more, and the process ends of it."""

import os
import resource
import sys
from functools import cache
from pathlib import Path

from kg.serve.limits import MEGABYTE

# In pages; the sixth number is what the process has for data, its stack with it.
_SIZES = Path("/proc/self/statm")
_DATA, _LINE = 5, 200
_LINUX = _SIZES.exists()


def limit(megabytes: int | None) -> None:
    """
    Let this process take so many megabytes beside what it has; None sets no limit. Linux alone heeds it.

    A limit that the process was started with stays the last word.
    """
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if megabytes is None or not _LINUX:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        return
    has = int(os.pread(_sizes(), _LINE, 0).split()[_DATA]) * resource.getpagesize()
    wanted = min(has + megabytes * MEGABYTE, sys.maxsize)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


@cache
def _sizes() -> int:
    """Return the file with the sizes of this process, open: it says them anew each time that it is read."""
    return os.open(_SIZES, os.O_RDONLY)
