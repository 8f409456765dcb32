"""Build: everything that has to be true of a wiki, in one go: ingest, reason, validate, render --check."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.ingest.ingest import How, Ingested, ingest
from kg.model import progress
from kg.operations import held_pages, kept_counts
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
    """Bring the store up to date, infer, check every rule, and hold every page against its file."""
    before = generations.current(folder, writing=True)
    ingested = ingest(folder, root, config, dialect, how=How(copying=True))
    due = held_pages.due(before, ingested)
    read = reading(folder, ingested.generation.number if ingested.generation else None, copy=ingested.copy)
    with progress.stage("reasoning"):
        inferred = infer.infer_into(folder, config.base, reading=read)
    checked = check_wiki(read, config, more=inferred.findings)
    drift = tuple(render.drift(read.quads, root, due))
    held_pages.mark(ingested.generation, drift)
    return Built(ingested, kept_counts.count(read), inferred.count, checked, drift)
