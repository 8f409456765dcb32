"""Build: everything that has to be true of a wiki, in one go: ingest, reason, validate, render --check."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import reason, render, revalidate, stats, store, validate
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
    profile = config.profile or dialect.profile
    source = revalidate.kept(folder, generation)
    checked = validate.validate(quads, config.base, profile, more=ingested.findings, source=source)
    return Built(
        ingested=ingested,
        counts=stats.count(quads),
        inferred=inferred.count,
        findings=tuple(sorted([*inferred.findings, *checked.findings])),
        not_applicable=checked.not_applicable,
        drift=tuple(render.drift(quads, root)),
    )
