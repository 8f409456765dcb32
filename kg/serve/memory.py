"""A limit of memory for one piece of work: the system refuses more, and the process ends of it."""

import resource
import sys
from pathlib import Path

from kg.serve.limits import MEGABYTE

# In pages; the sixth number is what the process has for data, its stack with it.
_SIZES = Path("/proc/self/statm")
_DATA = 5
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
    has = int(_SIZES.read_bytes().split()[_DATA]) * resource.getpagesize()
    wanted = min(has + megabytes * MEGABYTE, sys.maxsize)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
