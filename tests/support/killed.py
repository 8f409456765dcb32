"""
A `kg` that kills its own process at the n-th thing that it does to a file of the store: `-m support.killed N WORD…`.

It prints how many there were where it ends. It is a fork (support/warm.py), so that each of a hundred steps costs what
the command costs, and not a new interpreter with its imports.
"""

import os
import signal
import sys
from pathlib import Path

import kg.cli

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "sqlite3.connect", "fsync")  # fmt: skip


def counted(at, seen):
    """Have each step counted in `seen`, and this process killed at one of them."""
    real = os.fsync

    def step(event, arguments):
        opened = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if (opened or event in CHANGES) and "/.kg" in str(arguments[0]):
            seen.append(event)
            if len(seen) == at:
                os.kill(os.getpid(), signal.SIGKILL)

    def fsync(handle):
        number = handle if isinstance(handle, int) else handle.fileno()
        sys.audit("fsync", str(Path(f"/proc/self/fd/{number}").readlink()))
        real(handle)

    os.fsync = fsync
    sys.addaudithook(step)


def main():
    at, *words = sys.argv[sys.argv.index("support.killed") + 1 :]
    seen = []
    counted(int(at), seen)
    try:
        kg.cli.main(words)
    finally:
        sys.stdout.write(f"{len(seen)}\n")


if __name__ == "__main__":
    main()
