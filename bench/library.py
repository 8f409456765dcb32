"""
Every query of the library on a store on disk, beside rdflib with the same graph in memory: seconds of each, as JSON.

`python bench/library.py STORE [TIMES]`: rdflib is stopped where it took TIMES as long as we did (30), or a second; then
its seconds are those that it had, and the ratio is at least that.
"""

import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import rdflib

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.library import LIBRARY, bound, rows  # noqa: E402

from kg.ask import query  # noqa: E402
from kg.store.reading import reading  # noqa: E402

TIMES, LEAST, TURNS = 30, 1.0, 3


class Stopped(Exception):  # noqa: N818  # no error: rdflib had its time
    """Rdflib had its time."""


def main(store: Path, times: float) -> dict[str, list[float | bool]]:
    """Return seconds of ours and of rdflib by the queries' names, and whether rdflib came to its end."""
    read = reading(store)
    known = query.Vocabulary(read.base, read.pages)
    memory = rdflib.Dataset(default_union=True)
    memory.parse(data=read.quads.dump(format=ox.RdfFormat.N_QUADS), format="nquads")
    signal.signal(signal.SIGALRM, stop)
    found = {}
    for name in LIBRARY:
        text = bound(query.find(name), read.quads, known)
        ours = min(timed(lambda text=text: rows(read.quads.query(text, use_default_graph_as_union=True)))
                   for _ in range(TURNS))  # fmt: skip
        theirs, whole = limited(memory, text, max(LEAST, times * ours))
        found[name] = [ours, theirs, whole]
        print(
            f"{name:28} {ours:8.4f} {theirs:8.3f} {'' if whole else '>'}{theirs / ours:.1f}",
            file=sys.stderr,
            flush=True,
        )
    return found


def limited(memory: rdflib.Dataset, text: str, seconds: float) -> tuple[float, bool]:
    """Return how long rdflib took, and whether it came to its end."""
    start = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        list(memory.query(text))
    except Stopped:
        return time.perf_counter() - start, False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.perf_counter() - start, True


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def stop(*_: object) -> None:
    """Stop rdflib."""
    raise Stopped


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), float(sys.argv[2]) if sys.argv[2:] else TIMES)))
