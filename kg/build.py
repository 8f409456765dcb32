"""Build: everything that has to be true of a wiki, in one go: ingest, reason, validate, render --check."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import profiles, reason, render, stats, store, validate
from kg.config import Config
from kg.dialect import Dialect
from kg.finding import Finding
from kg.ingest import Ingested, ingest
from kg.render import Drift


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did and found."""

    ingested: Ingested
    counts: dict[str, Any]
    inferred: int
    findings: tuple[Finding, ...]
    not_applicable: tuple[str, ...]
    drift: tuple[Drift, ...]


def build(folder: Path, root: Path, config: Config, dialect: Dialect) -> Built:
    """Bring the store up to date, infer, check every rule, and hold every page against its file."""
    ingested = ingest(folder, root, config, dialect)
    generation = store.require(folder)
    quads = store.open_reader(folder, generation)
    inferred = reason.infer_into(folder, config.base)
    profile = profiles.chosen(config, dialect.profile)
    checked = validate.validate(quads, config.base, profile, more=(*ingested.findings, *inferred.findings))
    return Built(
        ingested=ingested,
        counts=stats.count(quads),
        inferred=inferred.count,
        findings=checked.findings,
        not_applicable=checked.not_applicable,
        drift=tuple(render.drift(quads, root)),
    )
