"""Build: everything that has to be true of a wiki, in one go: ingest, reason, validate, render --check."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.ask import stats
from kg.check import incremental, profiles, validate
from kg.check.validate import Report
from kg.ingest.ingest import Ingested, ingest
from kg.reason import infer
from kg.report import baseline, gate
from kg.report.baseline import Looked
from kg.report.gate import Judged
from kg.report.reported import Lines
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.write import render
from kg.write.render import Drift


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did and found."""

    ingested: Ingested
    counts: dict[str, Any]
    inferred: int
    judged: Judged
    not_applicable: tuple[str, ...]
    drift: tuple[Drift, ...]
    lines: Lines


def build(folder: Path, root: Path, config: Config, dialect: Dialect) -> Built:
    """Bring the store up to date, infer, check every rule, and hold every page against its file."""
    ingested = ingest(folder, root, config, dialect)
    generation = generations.require(folder)
    quads = generations.open_reader(folder, generation)
    inferred = infer.infer_into(folder, config.base)
    profile = profiles.chosen(config, dialect.profile)
    more = (*ingested.findings, *inferred.findings)
    checked = validate.validate(quads, config.base, profile, more=more, source=incremental.kept(folder, generation))
    counting = judged(checked, config, generations.manifest(folder, generation))
    return Built(
        ingested=ingested,
        counts=stats.count(quads),
        inferred=inferred.count,
        judged=counting,
        not_applicable=checked.not_applicable,
        drift=tuple(render.drift(quads, root)),
        lines=render.lines(quads),
    )


def judged(checked: Report, config: Config, described: Mapping[str, Any]) -> Judged:
    """Return what counts of a report on a whole wiki, by the baseline of kg.toml; `described` is the manifest."""
    entries = baseline.read(config.baseline) if config.baseline else None
    looked = Looked(frozenset(described["pages"].hashes()), checked.off)
    return gate.judge(checked.findings, checked.suppressed, entries, looked)
