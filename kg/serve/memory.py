"""A limit of memory for one piece of work: the system refuses more, and the process ends of it."""

import resource
import sys
from pathlib import Path

from kg.serve.limits import MEGABYTE

_STATUS = Path("/proc/self/status")


def limit(megabytes: int | None) -> None:
    """
    Let this process take so many megabytes beside what it has; None sets no limit. Linux alone heeds it.

    A limit that the process was started with stays the last word.
    """
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if megabytes is None or not _STATUS.exists():
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        return
    has = next(int(line.split()[1]) * 1024 for line in _STATUS.read_text().splitlines() if line.startswith("VmData:"))
    wanted = min(has + megabytes * MEGABYTE, sys.maxsize)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
