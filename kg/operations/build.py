"""Build: everything that has to be true of a wiki, in one go: ingest, reason, validate, render --check."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kg.check.tally import Tally
from kg.ingest.ingest import How, Ingested, ingest
from kg.model import meanwhile, progress
from kg.operations import check_wiki, held_pages, kept_counts
from kg.operations.check_wiki import Checked
from kg.reason import infer
from kg.report.reported import Lines
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.reading import reading
from kg.write import render
from kg.write.render import Drift

# How many findings a build shows.
SHOWN = 20
# From how many pages on a second process compares them.
_MANY = 30


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did and found: how many findings, and the first; `check` returns all of them."""

    ingested: Ingested
    counts: dict[str, Any]
    inferred: int
    tally: Tally
    drift: tuple[Drift, ...]
    lines: Lines
    check: Callable[[], Checked]


def build(folder: Path, root: Path, config: Config, dialect: Dialect) -> Built:
    """Bring the store up to date, infer, check every rule, and hold every page against its file."""
    before = generations.current(folder, writing=True)
    ingested = ingest(folder, root, config, dialect, how=How(copying=True))
    due = held_pages.due(before, ingested)
    read = reading(folder, ingested.generation.number if ingested.generation else None, copy=ingested.copy)
    with meanwhile.begun(lambda: tuple(render.drift(read.quads, root, due)), worth=_many(ingested, due)) as compared:
        with progress.stage("reasoning"):
            inferred = infer.infer_into(folder, config.base, reading=read)
        tally = check_wiki.tally_wiki(read, config, inferred.findings, SHOWN)
        drift = compared()
    held_pages.mark(ingested.generation, drift)
    counts, check = kept_counts.count(read), partial(check_wiki.check_wiki, read, config, more=inferred.findings)
    return Built(ingested, counts, inferred.count, tally, drift, check_wiki.lines(read), check)


def _many(ingested: Ingested, due: frozenset[str] | None) -> bool:
    """Tell whether many pages are to be held against their files, out of a store that is in memory."""
    return due is None and ingested.copy is not None and ingested.mapped >= _MANY
