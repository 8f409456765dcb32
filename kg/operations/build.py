"""Build: everything that has to be true of a wiki, in one go: ingest, reason, validate, render --check."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.ask import stats
from kg.ask.stats import Rows
from kg.check import validate, whole_check
from kg.check.tally import Tally
from kg.ingest.ingest import How, Ingested, ingest
from kg.model import progress, second_thread, unfreed
from kg.model.records import dataclass
from kg.operations import block_findings, check_wiki, held_pages, kept_counts
from kg.operations.check_wiki import Checked
from kg.reason import infer
from kg.reason.infer import Closed, Inferred
from kg.report.reported import Lines
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.shacl.data import Data
from kg.store import generations
from kg.store.reading import Reading, reading
from kg.write import render
from kg.write.render import Drift

# How many findings a build shows.
SHOWN = 20
# From how many pages on what is to be done with all of them begins before they are written.
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
    ahead = _Ahead(root, config, dialect)
    ingested = ingest(folder, root, config, dialect, how=How(then=ahead.begin))
    read = reading(folder, ingested.generation.number if ingested.generation else None, copy=ingested.copy)
    unfreed.left(ingested.copy)
    closed = ahead.closed

    def infer_into() -> Inferred:
        with progress.stage("reasoning"):
            return infer.infer_into(folder, config.base, reading=read, ahead=closed)

    with second_thread.begun(infer_into, worth=closed is not None) as inferring:
        found = closed.result if closed else inferring()
        more = (*found.findings, *block_findings.of(read, config))
        tally = check_wiki.tally_wiki(read, config, more, SHOWN, ahead.checked)
        inferred = inferring()
    due = held_pages.due(before, ingested)
    drift = _drift(ahead, read, due)
    held_pages.mark(ingested.generation, drift)
    counts, check = kept_counts.count(read, ahead.counted), partial(check_wiki.check_wiki, read, config, more=more)
    return Built(ingested, counts, inferred.count, tally, drift, check_wiki.lines(read), check)


def _drift(ahead: "_Ahead", generation: Reading, due: frozenset[str] | None) -> tuple[Drift, ...]:
    """Return the pages whose files differ: as they were found ahead, or of those that are due."""
    if ahead.compared is None:
        return tuple(render.drift(generation.quads, ahead.root, due))
    return ahead.compared()


@dataclass(slots=True)
class _Ahead:
    """What is done of a build as soon as all pages are mapped, while the store is still written."""

    root: Path
    config: Config
    dialect: Dialect
    compared: Callable[[], tuple[Drift, ...]] | None = None
    checked: Callable[[], whole_check.Checked] | None = None
    closed: Closed | None = None
    counted: Rows | None = None

    def begin(self, quads: Store, pages: int) -> None:
        """
        Compare the pages, reason, count and check every rule, where all of it is worth a thread more.

        What comparing and checking raise is raised when the generation has been published: its graph is right.
        """
        if pages < _MANY:
            return
        base = self.config.base
        with second_thread.begun(lambda: validate.stated_facts(quads, base)) as facts:
            with progress.stage("comparing pages"):
                self.compared = second_thread.settled(lambda: tuple(render.drift(quads, self.root)))
            with progress.stage("reasoning"):
                self.closed = infer.close(quads, base)
            self.counted = stats.rows(quads)
            self.checked = second_thread.settled(lambda: self._check(quads, facts()))

    def _check(self, quads: Store, facts: Data) -> whole_check.Checked:
        unfreed.left(facts)
        return check_wiki.check_ahead(quads, self.config, self.config.profile or self.dialect.profile, facts)
