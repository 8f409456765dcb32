"""The counts of a generation, kept beside it; after an edit only the graphs that changed are counted.

A cache: where it is not, or cannot be read, everything is counted.
"""

import contextlib
import json
from collections.abc import Iterable
from typing import Any

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Store

from kg.ask import stats
from kg.ask.stats import Rows
from kg.model import program
from kg.store import generation_delta, generations, sealed_file
from kg.store.generation_delta import Side
from kg.store.generations import Generation
from kg.store.reading import Reading

_FILE = "counts"


def count(generation: Reading, counted: Rows | None = None) -> dict[str, Any]:
    """
    Return the counts of a generation, as stats.count does, and keep them with it.

    What was `counted` of its quads before it was current is not counted again.
    """
    rows = _kept(generation.generation)
    if rows is None:
        rows = counted or _updated(generation) or stats.rows(generation.quads)
        record = {"program": _program(), "rows": rows}
        with contextlib.suppress(OSError):
            data = json.dumps(record, ensure_ascii=False, sort_keys=True).encode()
            sealed_file.write(generation.generation.folder / _FILE, sealed_file.COUNTS, data)
    return stats.told(rows)


def _kept(generation: Generation) -> Rows | None:
    """Return what this very program counted of a generation before: another one may count otherwise."""
    data = sealed_file.read(generation.folder / _FILE, sealed_file.COUNTS)
    record = json.loads(data) if data is not None else {}
    if record.get("program") != _program():
        return None
    rows: Rows = record["rows"]
    return rows


def _program() -> str:
    return program.digest(f"pyoxigraph {pyoxigraph.__version__}")


def _updated(generation: Reading) -> Rows | None:
    """Return the counts of the generation before, less those of the graphs that changed, and these as they are now."""
    older = [one for one in generations.generations(generation.folder) if one.number < generation.generation.number]
    rows = _kept(older[-1]) if older else None
    if rows is None:
        return None
    new = Side(generation.generation, generation.head, generation.quads)
    try:
        if (since := generation_delta.since(generation.folder, older[-1], new)) is None:
            return None
        old, delta = since
        before = stats.rows(_part(old.quads, delta.names))
    except generation_delta.UNREADABLE:
        return None  # the generation before is damaged, which is no concern of this one
    return stats.plus(stats.plus(rows, before, -1), stats.rows(_part(generation.quads, delta.names)))


def _part(quads: Store, graphs: Iterable[str]) -> Store:
    """Return some graphs of a store, in memory."""
    part = Store()
    for name in sorted(graphs):
        lines = quads.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(name)) or b""
        part.bulk_load(input=lines, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(name), lenient=True)
    return part
