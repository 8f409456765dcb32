"""
Measures `kg export --shards` by each engine that is installed: wall time, processor time of all it started, the digest.

Usage: shards.py WIKI [SHARDS] [ENGINE…]. The lines are those of the table in docs/shards.md. Processor time counts
whatever ran below the command, also what outlived it: this process takes in orphans, and waits for them.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUBREAPER = 36
WORDS = {
    "one process": ["--jobs", "1"],
    "local": ["--jobs", "2"],
    "dask": ["--on", "dask", "--jobs", "2"],
    "ray": ["--on", "ray", "--jobs", "2"],
    "spark": ["--on", "spark", "--cluster", "local-cluster[2,1,1024]"],
}


def measured(command: list[str], seconds: float = 10.0) -> tuple[float, float]:
    """Run a command, and return its wall time and the processor time of everything below it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - start
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    ctypes.CDLL(None).prctl(SUBREAPER, 1)
    wiki, count = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "8"  # noqa: PLR2004  # the words of the usage
    for engine in sys.argv[3:] or WORDS:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            program = [sys.executable, "-c", "from kg.cli import main; main()", "--store", f"{folder}/store"]
            command = [*program, "export", "--shards", count, *WORDS[engine], "--out", str(out), str(wiki)]
            first = measured(command)
            again = measured(command)
            manifest = json.loads((out / "manifest.json").read_bytes())
            size = sum(path.stat().st_size for path in out.iterdir())
        times = " | ".join(f"{one:.1f}" for one in (*first, *again))
        words = f"{manifest['pages']:,} | {manifest['quads']:,} | {size / 1e6:.1f} MB | `{manifest['digest'][:12]}…`"
        print(f"| {engine} | {times} | {words} |", flush=True)


if __name__ == "__main__":
    main()
