"""
Every query of the library on a store on disk, beside rdflib with the same graph in memory: CPU seconds, as JSON.

`python bench/library.py STORE [QUERY …]`: rdflib loads the graph once, and each question is asked in a copy of the
process that the kernel ends where it took 12 times as long as we did (or 1 s); of a query that takes us more than 2 s,
4 times. Then its seconds are those that it had, and the ratio is at least that. So the whole takes no more than some 12
times what ours take. Rows of a query that came to its end are compared; where they differ, it says so and ends.
"""

import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support import rdflib_process  # noqa: E402
from support.library import LIBRARY, asked, bound  # noqa: E402

from kg.ask import query  # noqa: E402
from kg.operations import network_facts  # noqa: E402
from kg.store.reading import Reading, reading  # noqa: E402

TIMES, FEWER, DEAR, LEAST, TURNS = 12, 4, 2.0, 1, 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What we made of a query: its text with its values, its rows, and our CPU seconds."""

    name: str
    text: str
    rows: list[object] | bool
    seconds: float

    @property
    def limit(self) -> int:
        """How many CPU seconds rdflib has for the same."""
        return max(LEAST, math.ceil((FEWER if self.seconds > DEAR else TIMES) * self.seconds))


def main(store: Path, names: Sequence[str]) -> dict[str, list[float | bool]]:
    """Return seconds of ours and of rdflib by the queries' names, and whether rdflib came to its end."""
    read = reading(store)
    ours = sorted((ours_of(read, name) for name in names), key=lambda one: one.seconds)
    say(f"ours: {sum(one.seconds for one in ours):.1f} s for {len(ours)} queries")
    memory = rdflib_process.dataset(_quads(read))
    say(f"rdflib has the graph after {time.process_time():.0f} s")
    found: dict[str, list[float | bool]] = {}
    for one in ours:
        rows, theirs = rdflib_process.asked(memory, one.text, one.limit)
        if rows is not None and rows != one.rows:
            sys.exit(f"{one.name}: rdflib has other rows")
        found[one.name] = [one.seconds, theirs, rows is not None]
        many = len(one.rows) if isinstance(one.rows, list) else one.rows
        sign = "" if rows is not None else "≥ "
        say(f"{one.name:28} {many:>8} rows {one.seconds:8.4f} s {theirs:8.3f} s {sign}{theirs / one.seconds:.1f}")
    return found


def ours_of(read: Reading, name: str) -> Asked:
    found = query.find(name)
    store = network_facts.asked(read, found.text)
    text = bound(found, store, query.Vocabulary(read.base, read.pages))
    spent: list[float] = []
    while len(spent) < TURNS and sum(spent) < DEAR:
        start = time.process_time()
        rows = asked(store, text)
        spent.append(time.process_time() - start)
    return Asked(name, text, rows, min(spent))


def _quads(read: Reading) -> ox.Store:
    """Return the quads of a generation with the facts of its network."""
    return network_facts.asked(read, "ASK { ?topic nr:inCommunity ?community }")


def say(line: str) -> None:
    """Tell at once how far it is."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:] or LIBRARY)))
