"""Ingest: what is new in a wiki becomes the next generation of its store."""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.files import walk
from kg.files.walk import Corpus
from kg.front_matter import page_titles, yaml_nodes
from kg.front_matter.page_titles import Titles, Top
from kg.ingest import fact_changes, file_stamps, fill_generation, plan
from kg.ingest.file_stamps import Seen
from kg.ingest.fill_generation import Job, Then
from kg.ingest.map_pages import ChangedMeanwhile
from kg.ingest.plan import Known
from kg.links import resolve
from kg.map import common_graphs
from kg.model import program, progress
from kg.model.finding import Finding, KgError
from kg.model.records import dataclass
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations, manifest, whereabouts
from kg.store.generations import Generation, Keep
from kg.store.manifest import Pages
from kg.store.manifest_head import Change, Head

if TYPE_CHECKING:
    from pyoxigraph import Store

_TRIES = 5
# Pages whose top is read once, for names and for mapping: some 5.6 kB each.
_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Ingested:
    """
    What an ingest did: the generation that is current now (None: none yet), and which paths it mapped or dropped.

    `copy` holds its quads in memory, where that was wanted and all pages were mapped.
    """

    generation: Generation | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    relinked: tuple[str, ...]
    unchanged: int
    findings: tuple[Finding, ...]
    why_all: str = ""
    moved: tuple[tuple[str, str], ...] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    copy: "Store | None" = None

    @property
    def mapped(self) -> int:
        """How many pages were mapped."""
        return len(self.added) + len(self.changed) + len(self.moved) + len(self.relinked)


@dataclass(frozen=True, slots=True)
class How:
    """
    How an ingest goes about it.

    `wait` is how many seconds to wait for another writer, `rehash` reads every file whatever its times of change say,
    `max_shrink` is how many percent of a kind of fact may be lost; None is what the configuration says. `jobs` is how
    many processes map pages; None is one for each processor but one where there are many pages. `then` is called with a
    copy of all quads in memory and the number of pages, where all are mapped, while the last are still written to disk.
    """

    dry_run: bool = False
    wait: float = 0.0
    rehash: bool = False
    max_shrink: float | None = None
    jobs: int | None = None
    then: Then | None = None


def ingest(
    folder: Path, root: Path, config: Config, dialect: Dialect, *, only: Sequence[str] = (), how: How | None = None
) -> Ingested:  # fmt: skip
    """
    Bring the store in `folder` up to date with the wiki at `root` and return what changed.

    Only pages that are new, that changed, or whose links mean something else now are mapped; `only` leaves changes
    outside these files and folders (below the root) for another time. Raises KgError for a folder that is no wiki, a
    store of another wiki or one that is damaged (exit 2), one that is being written, and a wiki that shrank (exit 1).
    """
    task = _Task(folder, root, config, dialect, tuple(only), how or How())
    found = _walk(task)
    with _writing(task) as notes:
        if task.how.wait:
            found = _walk(task)
        for _ in range(_TRIES):
            with contextlib.suppress(ChangedMeanwhile):
                return _attempt(task, found, notes)
            found = _walk(task)
    raise KgError(f"{root}: its pages keep changing while they are read; try again when they are left alone", code=1)


@dataclass(frozen=True, slots=True)
class _Task:
    """What an ingest was asked to do."""

    folder: Path
    root: Path
    config: Config
    dialect: Dialect
    only: tuple[str, ...]
    how: How


def _walk(task: _Task) -> Corpus:
    with progress.stage("finding the pages"):
        return walk.walk(task.root, task.config.exclude, task.config.max_page_bytes)


@contextmanager
def _writing(task: _Task) -> Iterator[tuple[str, ...]]:
    """Be the one writer, unless nothing is to be written, and give what a person should be told."""
    with nullcontext(()) if task.how.dry_run else generations.writer(task.folder, wait=task.how.wait) as notes:
        swept = [] if task.how.dry_run else generations.sweep(task.folder)
        left = f"removed what an interrupted run had left: {', '.join(path.name for path in swept)}"
        yield (*notes, left) if swept else notes


def _attempt(task: _Task, corpus: Corpus, notes: tuple[str, ...]) -> Ingested:
    old = generations.current(task.folder, writing=True)
    head = _head(task, old)
    fitting = head if head and generations.fits(head) else None
    with closing(manifest.opened(old.folder, fitting) if old and fitting else Pages(())) as pages:
        known = Known(fitting, pages)
        stays = head is None or _is_at(task, head)
        before = file_stamps.load(task.folder) if stays else Seen({})
        job, now = _job(task, corpus, known, before, _why_all(task, head))
        written = None
        changed: Mapping[str, Change] = {}
        if task.how.dry_run:
            changed = fill_generation.preview(job)
            what = fact_changes.lost(changed, _max_shrink(task)) if known.head else ""
            notes = (*notes, f"an ingest would be stopped: {what}") if what else notes
        elif not (stays and fill_generation.nothing_new(job)) or (old and fill_generation.originals_touched(old, job)):
            written = fill_generation.write(task.folder, old, job, _max_shrink(task), then=task.how.then)
        if not task.how.dry_run:
            _remember(task, before, now)
    done = _ingested(job, old, changed, notes)
    return replace(done, generation=written.generation, changes=written.changes, copy=written.copy) if written else done


def _head(task: _Task, old: Generation | None) -> Head | None:
    """Return the head of the current manifest, None where there is none; raise KgError where it is of another wiki."""
    head = generations.read_manifest(task.folder, old) if old else None
    if head and head.root != str(task.root.resolve()) and not whereabouts.is_free(task.folder, head):
        message = f"this store holds the wiki {head.root}; name another store for {task.root} with --store"
        raise KgError(f"{task.folder}: {message}")
    return head


def _is_at(task: _Task, head: Head) -> bool:
    """Tell whether a manifest names the wiki that is ingested, from where the store is now."""
    now = whereabouts.of(task.folder, task.root, None)
    return (head.root, head.home) == (str(task.root.resolve()), now["home"])


def _why_all(task: _Task, head: Head | None) -> str:
    """Return why every page must be mapped anew, empty where that need not be."""
    if not head:
        return ""
    if not generations.fits(head):
        return "the store's format changed"
    settings = _settings(task)
    return next((f"the {key} changed" for key, value in settings.items() if head.settings.get(key) != value), "")


def _settings(task: _Task) -> dict[str, str]:
    spoken = f"{task.dialect.name} {task.dialect.digest}"
    return {"base IRI": task.config.base, "dialect": spoken, "mapper": mapper()}


def mapper() -> str:
    """Return what names the mapper: pages that another one mapped are mapped anew."""
    return program.digest(f"PyYAML {yaml_nodes.LIBRARY_VERSION}")


def _job(task: _Task, corpus: Corpus, current: Known, before: Seen, why_all: str) -> tuple[Job, Seen]:
    """Return what is to be done, and what the files were seen to hold."""
    meant = plan.in_scope(task.only if current.head and not why_all else ())
    files = [file for file in corpus.pages if meant(file.path)]
    now, unread = file_stamps.look(corpus.root, files, before, rehash=task.how.rehash)
    hashes = {path: digest for path, (_, digest) in now.files.items()}
    planned = plan.decide(corpus, hashes, current, why_all, task.only)
    fresh = progress.each("reading titles", sorted(planned.fresh))
    titles = {path: _titles(corpus.root, path, task.dialect, keep=at < _KEPT) for at, path in enumerate(fresh)}
    called = {path: known for path, (known, _, _) in titles.items()}
    named = plan.naming(planned, current, called, fill_generation.attachments(corpus), resolve.rules(task.dialect))
    side, beside = common_graphs.side_files(corpus.root, task.config.base, named.name)
    findings = tuple(sorted([*corpus.findings, *unread, *beside]))
    settings, jobs = _settings(task), task.how.jobs
    job = Job(corpus, planned, named, current, side, findings, task.config, task.dialect, settings, titles, jobs)
    return job, now


def _titles(root: Path, path: str, dialect: Dialect, *, keep: bool) -> tuple[Titles, str, Top | None]:
    """Return what a page is called, the SHA-256 of the bytes that say so, and all that stands at its top, to `keep`."""
    try:
        _, data = walk.read(root, walk.File(path, 0, 0))
    except walk.UnreadError:
        raise ChangedMeanwhile(path) from None
    top = page_titles.top(data, path, dialect)
    return top.titles, hashlib.sha256(data).hexdigest(), top if keep else None


def _max_shrink(task: _Task) -> float:
    return task.config.max_shrink if task.how.max_shrink is None else task.how.max_shrink


def _remember(task: _Task, before: Seen, now: Seen) -> None:
    """Keep what was seen of the files, and only so many generations; the new one is safe whatever becomes of this."""
    files = {**before.files, **now.files} if task.only else now.files
    with contextlib.suppress(OSError):
        if files != before.files:
            file_stamps.save(task.folder, Seen(files))
        generations.prune(task.folder, Keep(task.config.keep, task.config.keep_days))


def _ingested(
    job: Job, generation: Generation | None, changes: Mapping[str, Change], notes: tuple[str, ...]
) -> Ingested:  # fmt: skip
    planned = job.plan
    return Ingested(
        generation=generation,
        added=tuple(sorted(planned.added)),
        changed=tuple(sorted(planned.changed)),
        removed=tuple(sorted(planned.removed)),
        relinked=tuple(sorted(job.naming.relinked)),
        unchanged=len(planned.hashes) - len(planned.fresh) - len(job.naming.relinked),
        findings=job.findings,
        why_all=planned.why_all,
        moved=planned.moved,
        changes=changes,
        notes=notes,
    )
