"""Build: everything that has to be true of a wiki, in one go: ingest, reason, validate, render --check."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.ask import stats
from kg.ingest.ingest import How, Ingested, ingest
from kg.model import progress
from kg.operations import held_pages
from kg.operations.check_wiki import Checked, check_wiki
from kg.reason import infer
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.reading import reading
from kg.write import render
from kg.write.render import Drift


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did and found."""

    ingested: Ingested
    counts: dict[str, Any]
    inferred: int
    checked: Checked
    drift: tuple[Drift, ...]


def build(folder: Path, root: Path, config: Config, dialect: Dialect) -> Built:
    """
    Bring the store up to date, infer, check every rule, and hold every page against its file.

    The last needs nothing of the others and runs beside them: the engine works without Python's lock.
    """
    before = generations.current(folder, writing=True)
    ingested = ingest(folder, root, config, dialect, how=How(copying=True))
    due = held_pages.due(before, ingested)
    read = reading(folder, copy=ingested.copy)
    with ThreadPoolExecutor(1, "held-against-files") as beside:
        counts = beside.submit(stats.count, read.quads)
        drift = beside.submit(_drift, read.quads, root, due)
        with progress.stage("reasoning"):
            inferred = infer.infer_into(folder, config.base, reading=read)
        checked = check_wiki(read, config, more=inferred.findings)
        held_pages.mark(ingested.generation, drift.result())
        return Built(ingested, counts.result(), inferred.count, checked, drift.result())


def _drift(quads: Store, root: Path, only: frozenset[str] | None) -> tuple[Drift, ...]:
    return tuple(render.drift(quads, root, only))
