"""Promises of ingest, render and export against bulk-loading, reading, dumping the same quads: ingest.py [PAGES]."""

import io
import shutil
import sys
import tempfile
from pathlib import Path

import rdflib
from measure import promise, row, seconds
from pyoxigraph import RdfFormat, Store
from wiki import make

from kg.ask import export
from kg.ingest.ingest import How, ingest
from kg.ingest.processes import available
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.write import render


def main(pages: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = make(folder / "wiki", pages)
        settings = (folder / "wiki", Config(), dialect.load("newsroom"))
        times = {}
        for jobs in (1, available()):
            how = How(jobs=jobs)
            times[jobs] = seconds(lambda how=how: ingest(folder / f"kg{how.jobs}", *settings, how=how))
        kept = folder / "kg1"
        reader = generations.open_reader(kept, generations.require(kept))
        dumped = io.BytesIO()
        reader.dump(dumped, format=RdfFormat.N_QUADS)
        floor = seconds(lambda: _load(folder, dumped.getvalue()))
        for jobs, ours in times.items():
            row(
                f"full ingest of {count} pages, {jobs} process(es), against reading them and bulk_load of their quads",
                ours / floor,
                1.5,
                f"{ours:.2f} s, {floor:.2f} s; {count / ours:.0f} pages a second, {count / floor:.0f}",
            )
        paths = sorted((folder / "wiki").rglob("*.md"))
        promise(
            "nothing changed against stat of the files", 3.0,
            lambda: ingest(kept, *settings), lambda: [path.stat() for path in paths],
        )  # fmt: skip
        promise(
            "full render against reading the quads once", 1.3,
            lambda: [render.render(reader, page) for page in render.pages(reader)],
            lambda: sum(1 for _ in reader), runs=3,
        )  # fmt: skip
        _exports(reader)


def _load(folder: Path, quads: bytes) -> None:
    for path in (folder / "wiki").rglob("*.md"):
        path.read_bytes()
    target = folder / "floor"
    made = Store(str(target))
    made.bulk_load(input=quads, format=RdfFormat.N_QUADS)
    made.flush()
    shutil.rmtree(target, ignore_errors=True)


def _exports(reader: Store) -> None:
    base = Config().base
    promise(
        "sorted N-Quads against Store.dump", 1.4,
        lambda: b"".join(export.lines(reader, base, ())),
        lambda: reader.dump(io.BytesIO(), format=RdfFormat.N_QUADS), runs=3,
    )  # fmt: skip
    merged = export.merged(export.quads(reader, base, ["sources/osi-osaid-1-0-0", "concepts/OpenWeights-0"]))
    graph = rdflib.Graph()
    graph.parse(data=export.write(merged, "ntriples"), format="nt")
    mine = min(seconds(lambda: export.write(merged, "turtle")) for _ in range(5))
    theirs = min(seconds(lambda: graph.serialize(format="turtle")) for _ in range(5))
    row("Turtle against rdflib's", theirs / mine, 20, f"{mine:.4f} s, {theirs:.4f} s", at_least=True)


# Processes that are spawned import this script.
if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
