"""Filling a generation: what a plan changes is mapped, streamed into the store, counted, and made current."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Store

from kg import __version__
from kg.files.walk import Corpus
from kg.front_matter.page_titles import Titles, Top
from kg.ingest import fact_changes, map_pages, moved_pages, plan
from kg.ingest.fact_changes import Facts
from kg.ingest.map_pages import ChangedMeanwhile, Shared, Task
from kg.ingest.plan import Known, Naming, Plan
from kg.map import common_graphs
from kg.model import declared, page_files, progress
from kg.model.finding import Finding
from kg.model.records import dataclass
from kg.originals import hold, match_quads
from kg.originals.hold import Held
from kg.rdf import names
from kg.rdf.names import PageName
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations, graph_change, graph_digest, manifest, manifest_head, whereabouts
from kg.store.generations import Generation
from kg.store.kept_lines import KeptLines
from kg.store.loading import Loading, MemoryCopy, Target
from kg.store.manifest import Segment
from kg.store.manifest_head import Change, Head

_REBUILD_SHARE = 0.5
# Below so many pages one transaction in memory is faster than the files that the bulk loader writes.
_FEW = 300
# The least and the most that the bulk loader is given at once, of which it needs four times the memory; and how much of
# that for each byte of the pages, which makes eight parts of dense ones: it works while the next part is mapped.
_SMALL, _PART, _OF_A_BYTE = 2**23, 2**27, 10
# Quads from which putting the files of a store in order is worth its time (decision 0039).
_LARGE = 200_000
ONTOLOGY, CORPUS = "graph/ontology", "graph/corpus"


@dataclass(frozen=True, slots=True)
class Job:
    """What the next generation is made from; `side` are lines of side files, `titles` have their bytes' SHA-256."""

    found: Corpus
    plan: Plan
    naming: Naming
    known: Known
    side: Mapping[str, list[str]]
    findings: tuple[Finding, ...]
    config: Config
    dialect: Dialect
    settings: Mapping[str, str]
    titles: Mapping[str, tuple[Titles, str, Top | None]]
    jobs: int | None = None

    @property
    def paths(self) -> list[str]:
        """The pages to map, in order."""
        return sorted(self.plan.fresh | self.naming.relinked)

    @property
    def anew(self) -> bool:
        """Whether the generation is loaded from scratch: nothing to copy, or more to map than to keep."""
        much = not self.plan.part and len(self.paths) > _REBUILD_SHARE * len(self.plan.hashes)
        return not self.known.head or bool(self.plan.why_all) or much

    @property
    def moved_from(self) -> dict[str, str]:
        """The old paths of the pages that moved, by their new ones."""
        return {new: old for old, new in self.plan.moved}


@dataclass(slots=True)
class Tally:
    """What has been mapped so far, of which the manifest keeps the sums."""

    total: str
    hashes: dict[str, str]
    pairs: list[tuple[Facts | None, Facts | None]] = field(default_factory=list)
    scraped: list[str] = field(default_factory=list)
    unscraped: list[str] = field(default_factory=list)


def nothing_new(job: Job) -> bool:
    """Tell whether the current generation is what this job would write."""
    head = job.known.head
    if not head or job.plan.why_all or job.paths or job.plan.lost:
        return False
    same = all(graph_digest.lines(lines) == head.common.get(name) for name, lines in job.side.items())
    return same and head.ontology == ontology_digest() and head.findings == manifest_head.kept(job.findings)


def ontology_digest() -> str:
    """Return the digest of the ontology's file, which tells whether its graph must be made again."""
    return graph_digest.lines(
        [(declared.folder("ontology") / "newsroom.ttl").read_text(encoding="utf-8").replace("\\u", "")]
    )


def originals_touched(old: Generation, job: Job) -> bool:
    """Tell whether an original is not any more what it was when the current generation was written."""
    try:
        quads = Store.read_only(str(old.quads))
    except (OSError, RuntimeError):
        return False  # it is damaged, which is said where it is read
    return hold.is_touched(quads, job.found.root, hold.load(old.folder))


def preview(job: Job) -> dict[str, Change]:
    """Return how the facts would change; writes nothing."""
    tally = _tally(job)
    for _ in _pages(job, tally, job.paths, None):
        pass
    _count_lost(job, tally)
    return fact_changes.changes(tally.pairs, job.known.head.facts if job.known.head else {})


@dataclass(frozen=True, slots=True)
class Written:
    """A new generation, how the facts changed, and its quads in memory where a copy was wanted and all were loaded."""

    generation: Generation
    changes: Mapping[str, Change]
    copy: Store | None = None


# What else is done with a copy as soon as it is complete, while the store is still being written.
Then = Callable[[Store, int], None]


def write(folder: Path, old: Generation | None, job: Job, max_shrink: float, *, then: Then | None = None) -> Written:
    """
    Write the next generation, make it current, and return it; KgError if the facts shrank.

    With `then` the quads are loaded into memory at the same time, if all of them are written, and it is called with
    the copy, and the number of pages, before the last of them are on disk.
    """
    anew = job.anew
    with (
        generations.filling(folder, old, source=None if anew else old) as generation,
        progress.stage("writing the store"),
    ):
        tally = _tally(job)
        with manifest.writing(generation.folder, [] if anew or not old else _older(old, job)) as (segment, listed):
            fill = _Fill(generation, old, job, tally, segment, max_shrink)
            filled = _all(fill, then) if anew else _some(fill)
        head = _described(folder, job, tally, filled.common, filled.changes)
        generations.commit(folder, generation, replace(head, page_files=tuple(listed), generation=generation.number))
    return Written(generation, filled.changes, filled.copy)


class _Fill(NamedTuple):
    """A generation that is being filled, from what, and what is counted meanwhile."""

    generation: Generation
    old: Generation | None
    job: Job
    tally: Tally
    segment: Segment
    max_shrink: float


class _Filled(NamedTuple):
    """The graphs that belong to no page, how the facts changed, and the copy."""

    common: "_Common"
    changes: Mapping[str, Change]
    copy: Store | None = None


def _all(fill: _Fill, then: Then | None) -> _Filled:
    """Map every page and load all quads anew."""
    generation, job = fill.generation, fill.job
    paths = sorted(job.plan.hashes)
    most = min(_PART, max(_SMALL, _OF_A_BYTE * job.found.size))
    with ExitStack() as stack:
        lines = stack.enter_context(KeptLines(generation))
        copy = stack.enter_context(MemoryCopy()) if then and MemoryCopy.fits(job.found.size) else None
        loading = stack.enter_context(Loading(Store(str(generation.quads)), most, large=_LARGE))
        target = Target(loading.store, loading, lines, copy)
        target.load(_pages(job, fill.tally, paths, fill.segment))
        changes = _changes(fill)
        held = _held(fill, (copy.so_far() if copy else None) or loading.so_far())
        common = _put_common(target, fill.old, job, fill.tally, held)
        loading.send(last=True)
        copied = copy.store() if copy else None
        if then and copied is not None:
            then(copied, len(paths))
        loading.end()
        if loading.failure is not None:
            raise loading.failure
        loading.store.flush()
    return _Filled(common, changes, copied)


def _some(fill: _Fill) -> _Filled:
    """Put what is mapped again in the place of what the generation had, and take out what is gone."""
    job, quads = fill.job, Store(str(fill.generation.quads))
    target, pages = Target(quads), _pages(job, fill.tally, job.paths, fill.segment)
    if len(job.paths) < _FEW:
        graph_change.replace_all(quads, _outdated(job), pages)
    else:
        graph_change.drop(quads, _outdated(job))
        target.load(pages)
    for path in sorted(job.plan.lost):
        fill.segment.gone(path)
    changes = _changes(fill)
    common = _put_common(target, fill.old, job, fill.tally, _held(fill, quads))
    quads.flush()
    return _Filled(common, changes)


def _held(fill: _Fill, quads: Store) -> Held:
    """Return what the originals have of the quotes of all pages, and keep it with the generation."""
    before, job = hold.load(fill.old.folder) if fill.old else {}, fill.job
    now = (job.naming.name(path) for path in job.paths)
    changed = {*_outdated(job), *(names.graph_iri(job.config.base, one.name) for one in now if one)}
    held = hold.hold(quads, job.config.base, job.found.root, before, None if job.anew else changed)
    hold.save(fill.generation.folder, held)
    return held


def _changes(fill: _Fill) -> dict[str, Change]:
    """Return how the facts changed, once all pages are mapped; KgError if they shrank too much."""
    job, head = fill.job, fill.job.known.head
    _count_lost(job, fill.tally)
    found = fact_changes.changes(fill.tally.pairs, head.facts if head else {})
    if head:
        fact_changes.check(found, fill.max_shrink)
    return found


def _tally(job: Job) -> Tally:
    return Tally("" if job.anew or not job.known.head else job.known.head.digest, dict(job.plan.hashes))


def _older(old: Generation, job: Job) -> list[tuple[Path, int]]:
    return [(old.folder / "pages" / name, rows) for name, rows in job.known.head.page_files] if job.known.head else []


class _Common(NamedTuple):
    """What the manifest keeps of the graphs that belong to no page, and of all graphs together (`digest`)."""

    as_of: str
    ontology: str
    common: dict[str, str]
    digest: str
    history: str
    moves: int


def _outdated(job: Job) -> Iterator[str]:
    """Yield the graphs of pages that the next generation does not share with the current one."""
    base = job.config.base
    for path in sorted({*job.paths, *job.plan.lost}):
        entry = job.known.pages.entry(path)
        if entry:
            yield names.graph_iri(base, entry.name)
            yield names.provenance_iri(base, entry.name)


def _pages(job: Job, tally: Tally, paths: Iterable[str], segment: Segment | None) -> Iterator[bytes]:
    """Yield the quads of pages, and keep count of them."""
    moved_from, listed = job.moved_from, list(paths)
    shared = Shared(job.found.root, job.naming.index, job.config.base, job.dialect)
    pages = map_pages.mapped(shared, _tasks(job, listed), len(listed), jobs=job.jobs)
    for mapped in progress.each("mapping pages", pages, len(listed)):
        path = mapped.entry.path
        entry, before = mapped.entry, job.known.pages.entry(moved_from.get(path, path))
        tally.hashes[path] = entry.sha256
        tally.pairs.append((before.facts if before else None, entry.facts))
        tally.scraped.append(entry.scraped)
        if before and path not in moved_from:
            tally.unscraped.append(before.scraped)
            tally.total = tally.total if job.anew else graph_digest.without(tally.total, path, before.graphs)
        tally.total = graph_digest.with_(tally.total, path, entry.graphs)
        if segment:
            segment.put(entry, mapped.keys)
        yield mapped.quads


def _tasks(job: Job, paths: Iterable[str]) -> Iterator[Task]:
    for path in paths:
        name = job.naming.name(path)
        if name is None:
            raise ChangedMeanwhile(path)
        yield Task(name, *job.titles.get(path, (None, "")))


def _count_lost(job: Job, tally: Tally) -> None:
    for path in sorted(job.plan.lost):
        entry = job.known.pages.entry(path)
        if entry:
            tally.unscraped.append(entry.scraped)
            tally.total = tally.total if job.anew else graph_digest.without(tally.total, path, entry.graphs)
            if path in job.plan.removed:
                tally.pairs.append((entry.facts, None))


def _as_of(job: Job, tally: Tally) -> str:
    """Return the corpus' own today: the newest date on which a source was scraped."""
    before = "" if job.anew or not job.known.head else job.known.head.as_of
    newest = max(tally.scraped, default="")
    if newest >= before or before not in tally.unscraped:
        return max(newest, before)
    replaced = {*job.paths, *job.plan.lost}
    return max([newest, *(entry.scraped for entry in job.known.pages.entries() if entry.path not in replaced)])


def _put_common(target: Target, old: Generation | None, job: Job, tally: Tally, originals: Held) -> _Common:
    """Write the graphs that belong to no page where they changed, and return what the manifest keeps of them."""
    base, head, anew = job.config.base, job.known.head, job.anew
    as_of, ontology = _as_of(job, tally), ontology_digest()
    made: dict[str, list[str]] = {
        **job.side, CORPUS: common_graphs.corpus(base, job.dialect, job.naming.homonyms, as_of)
    }  # fmt: skip
    if anew or not head or head.ontology != ontology:
        made[ONTOLOGY] = common_graphs.ontology(base)
    known = {} if anew or not head else dict(head.common)
    if originals.lines or match_quads.FACTS in known:
        made |= {name: originals.lines.get(name, []) for name in (match_quads.FACTS, match_quads.PLACES)}
    fresh = {name: graph_digest.lines(lines) for name, lines in made.items()}
    other = [name for name, found in fresh.items() if known.get(name) != found]
    for name in other:
        if not anew:
            target.quads.remove_graph(NamedNode(f"{base}{name}"))
        tally.total = graph_digest.without(tally.total, name, known[name]) if name in known else tally.total
        tally.total = graph_digest.with_(tally.total, name, fresh[name])
    target.load("".join(made[name]).encode() for name in other)
    pairs = _put_history(target, old, job, anew=anew)
    history = graph_digest.lines(moved_pages.lines(pairs, base))
    return _Common(as_of, ontology, known | fresh, tally.total, history, len(pairs))


def _put_history(target: Target, old: Generation | None, job: Job, *, anew: bool) -> moved_pages.Pairs:
    """Carry over where pages went, add where pages go now, and return all of it."""
    base, head = job.config.base, job.known.head
    before: moved_pages.Pairs = frozenset()
    if old and head and head.moves:
        before = moved_pages.stored(Store.read_only(str(old.quads)), head.base)
    carried = moved_pages.rebased(before, head.base, base) if head and head.base != base else before
    moved = moved_pages.moved_names(job.plan.moved, lambda path: _name_before(job, path), job.naming.name)
    pairs = moved_pages.after(carried, moved, job.naming.renamed.values(), base)
    if anew or pairs != before:
        if not anew:
            target.quads.remove_graph(moved_pages.graph(base))
        target.load(["".join(moved_pages.lines(pairs, base)).encode()])
    return pairs


def _name_before(job: Job, path: str) -> PageName | None:
    entry = job.known.pages.entry(path)
    return PageName(path, entry.name, entry.topic) if entry else None


def _described(folder: Path, job: Job, tally: Tally, common: _Common, changes: Mapping[str, Change]) -> Head:
    """Return the head of the manifest, but for what is known when the generation is complete."""
    did = {
        "added": len(job.plan.added), "changed": len(job.plan.changed), "moved": len(job.plan.moved),
        "removed": len(job.plan.removed), "relinked": len(job.naming.relinked),
    }  # fmt: skip
    return Head(
        kg=__version__,
        made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **whereabouts.of(folder, job.found.root, job.config.file),
        base=job.config.base,
        settings=dict(job.settings),
        dialect=job.dialect.source,
        profile=job.config.profile or job.dialect.profile,
        content=plan.content(tally.hashes),
        count=len(tally.hashes),
        attachments=tuple(sorted(attachments(job.found))),
        homonyms=dict(job.naming.homonyms),
        findings=manifest_head.kept(job.findings),
        facts={kind: change.total for kind, change in changes.items()},
        changes=changes,
        did=did,
        why_all=job.plan.why_all,
        **common._asdict(),
    )


def attachments(corpus: Corpus) -> frozenset[str]:
    """
    Return the names of a wiki's files that are no pages.

    What is a page in other markup than Markdown is named by its stem and a full stop, too: links leave its ending out.
    """
    files = [file.path.rpartition("/")[2] for file in corpus.others]
    return frozenset([*files, *(f"{name.rpartition('.')[0]}." for name in files if page_files.markup(name))])
