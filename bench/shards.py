"""
Measures `kg export --shards` by each engine that is installed: wall time, processor time of all it started, the digest.

Usage: shards.py WIKI [SHARDS] [ENGINE…]. The lines are those of the table in docs/shards.md. Processor time counts
whatever ran below the command, also what outlived it: this process takes in orphans, and waits for them.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SUBREAPER, SAMPLE = 36, 0.1
WORDS = {
    "one process": ["--jobs", "1"],
    "local": ["--jobs", "2"],
    "dask": ["--on", "dask", "--jobs", "2"],
    "ray": ["--on", "ray", "--jobs", "2"],
    "spark": ["--on", "spark", "--cluster", "local-cluster[2,1,1024]"],
}


def measured(command: list[str], seconds: float = 10.0) -> tuple[float, float]:
    """Run a command, and return its wall time and the processor time of everything below it, as last seen of each."""
    seen: dict[int, float] = {}
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            seen.update(below(os.getpid()))
            time.sleep(SAMPLE)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    wall = time.monotonic() - start
    end = time.monotonic() + seconds
    while time.monotonic() < end and (left := dict(below(os.getpid()))):
        seen.update(left)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(SAMPLE)
    return wall, sum(seen.values())


def below(pid: int) -> Iterator[tuple[int, float]]:
    """Yield every process below one with the seconds of processor time that it took itself."""
    with contextlib.suppress(OSError):
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, listed.read_text().split()):
                fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
                yield child, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                yield from below(child)


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
