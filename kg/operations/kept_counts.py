"""The counts of a generation, kept beside it; after an edit only the graphs that changed are counted.

A cache: where it is not, or cannot be read, everything is counted.
"""

import contextlib
import json
from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store

from kg.ask import stats
from kg.ask.stats import Rows
from kg.model import program
from kg.store import generation_delta, generations, sealed_file
from kg.store.generation_delta import Side
from kg.store.generations import Generation
from kg.store.reading import Reading

_FILE = "counts"


def count(generation: Reading) -> dict[str, Any]:
    """Return the counts of a generation, as stats.count does, and keep them with it."""
    rows = _kept(generation.generation)
    if rows is None:
        rows = _updated(generation) or stats.rows(generation.quads)
        record = {"program": program.digest(), "rows": rows}
        with contextlib.suppress(OSError):
            data = json.dumps(record, ensure_ascii=False, sort_keys=True).encode()
            sealed_file.write(generation.generation.folder / _FILE, generations.COUNTS, data)
    return stats.told(rows)


def _kept(generation: Generation) -> Rows | None:
    """Return what this very program counted of a generation before: another one may count otherwise."""
    data = sealed_file.read(generation.folder / _FILE, generations.COUNTS)
    record = json.loads(data) if data is not None else {}
    if record.get("program") != program.digest():
        return None
    rows: Rows = record["rows"]
    return rows


def _updated(generation: Reading) -> Rows | None:
    """Return the counts of the generation before, less those of the graphs that changed, and these as they are now."""
    older = [one for one in generations.generations(generation.folder) if one.number < generation.generation.number]
    rows = _kept(older[-1]) if older else None
    if rows is None:
        return None
    head = generations.manifest_that_fits(generation.folder, older[-1])
    old = Side(older[-1], head, generations.open_reader(generation.folder, older[-1]))
    delta = generation_delta.between(old, Side(generation.generation, generation.head, generation.quads))
    if delta is None or head.history != generation.head.history:
        return None
    before, now = (stats.rows(_part(quads, delta.names)) for quads in (old.quads, generation.quads))
    return stats.plus(stats.plus(rows, before, -1), now)


def _part(quads: Store, graphs: Iterable[str]) -> Store:
    """Return some graphs of a store, in memory."""
    part = Store()
    for name in sorted(graphs):
        lines = quads.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(name)) or b""
        part.bulk_load(input=lines, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(name), lenient=True)
    return part
