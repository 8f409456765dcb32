"""Ingest: what is new in a wiki becomes the next generation of its store."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg import common, corpus, frontmatter, links, names, store, triples
from kg.config import Config
from kg.corpus import Corpus, File
from kg.dialect import Dialect
from kg.finding import Finding, KgError, Level, Span
from kg.links import Answer, Named, NameIndex
from kg.names import PageName
from kg.parse import parse
from kg.store import Generation
from kg.text import Places, decode

MAPPER_VERSION = 1
_REBUILD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did: the generation that is current now (None: none yet), and which paths it mapped or dropped."""

    generation: Generation | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    relinked: tuple[str, ...]
    unchanged: int
    findings: tuple[Finding, ...]
    why_all: str = ""

    @property
    def mapped(self) -> int:
        """How many pages were mapped."""
        return len(self.added) + len(self.changed) + len(self.relinked)


@dataclass(slots=True)
class _Entry:
    """What the manifest keeps of one page."""

    file: File
    sha256: str
    title: str
    aliases: tuple[str, ...]
    used: list[list[Any]] = field(default_factory=list)
    answers: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which pages are what, against the current generation; `gone` ones are kept although their files are not there."""

    entries: dict[str, _Entry]
    gone: set[str]
    part: bool
    added: set[str]
    changed: set[str]
    removed: set[str]
    why_all: str


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of a wiki: of every page, and the index that links are resolved with."""

    pages: Mapping[str, PageName]
    index: NameIndex

    def answers(self, path: str, used: set[tuple[str, bool]]) -> dict[tuple[str, bool], Answer]:
        """Return what the names that a page uses mean."""
        me = self.pages[path]
        return {(slug, anchored): links.resolve(self.index, me, slug, anchored=anchored) for slug, anchored in used}


def ingest(
    folder: Path, root: Path, config: Config, dialect: Dialect, *, only: Sequence[str] = (), dry_run: bool = False
) -> Ingested:  # fmt: skip
    """
    Bring the store in `folder` up to date with the wiki at `root` and return what changed.

    Only pages that are new, that changed, or whose links mean something else now are mapped; `only` leaves changes
    outside these files and folders (below the root) for another time. Raises KgError for a folder that is no wiki, a
    store of another wiki, or a store that is damaged or being written.
    """
    found = corpus.walk(root, config.exclude, config.max_page_bytes)
    with nullcontext() if dry_run else store.writer(folder):
        old = store.current(folder, writing=True)
        known = store.manifest(folder, old) if old else {}
        _check_root(folder, root, known)
        plan = _plan(found, known, _settings(config, dialect), tuple(only))
        named = _names(found, plan)
        shared, beside = common.quads(root, config.base, dialect, named.pages)
        findings = sorted([*found.findings, *beside])
        job = _Job(found, plan, named, _relinked(plan, named), shared, config, dialect, findings)
        generation = old
        if not dry_run and not (old and job.nothing_new(known)):
            generation = _write(folder, old, job)
    return _ingested(job, generation)


def _ingested(job: "_Job", generation: Generation | None) -> Ingested:
    plan = job.plan
    return Ingested(
        generation=generation,
        added=tuple(sorted(plan.added)),
        changed=tuple(sorted(plan.changed)),
        removed=tuple(sorted(plan.removed)),
        relinked=tuple(sorted(job.relinked)),
        unchanged=len(plan.entries) - len(plan.added) - len(plan.changed) - len(job.relinked),
        findings=tuple(job.findings),
        why_all=plan.why_all,
    )


def _check_root(folder: Path, root: Path, known: dict[str, Any]) -> None:
    if known and known["root"] != str(root.resolve()):
        raise KgError(
            f"{folder}: this store holds the wiki {known['root']}; name another store for {root} with --store"
        )


def _plan(found: Corpus, known: dict[str, Any], settings: dict[str, str], only: tuple[str, ...]) -> _Plan:
    why = ""
    if known and known["settings"] != settings:
        why = next(f"the {key} changed" for key, value in settings.items() if known["settings"].get(key) != value)
    old = {} if why else known.get("pages", {})
    entries: dict[str, _Entry] = {}
    added: set[str] = set()
    changed: set[str] = set()
    kept = {path: before for path, before in old.items() if only and not _within(path, only)}
    for path, before in kept.items():
        entries[path] = _restored(File(path, before["size"], before["mtime"]), before)
    for file in found.pages:
        before = old.get(file.path)
        if old and only and not _within(file.path, only):
            continue
        if before and before["size"] == file.size and before["mtime"] == file.mtime:
            entries[file.path] = _restored(file, before)
            continue
        entry = _read_entry(found.root, file)
        if before and before["sha256"] == entry.sha256:
            entry = _restored(file, before)
        else:
            (changed if file.path in known.get("pages", {}) else added).add(file.path)
        entries[file.path] = entry
    gone = set(kept) - {file.path for file in found.pages}
    return _Plan(entries, gone, bool(kept), added, changed, set(known.get("pages", {})) - set(entries), why)


def _within(path: str, only: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in only)


def _settings(config: Config, dialect: Dialect) -> dict[str, str]:
    return {"base IRI": config.base, "dialect": f"{dialect.name} {dialect.digest}", "mapper": str(MAPPER_VERSION)}


def _restored(file: File, before: dict[str, Any]) -> _Entry:
    return _Entry(file, before["sha256"], before["title"], tuple(before["aliases"]), before["used"], before["answers"])


def _read_entry(root: Path, file: File) -> _Entry:
    """Return what other pages need to know of a page, without mapping it."""
    data = corpus.read(root, file)
    lines = decode(data).lines
    front, _ = frontmatter.read(file.path, lines, Places(lines))
    values = {entry.key: [scalar.text for scalar in entry.values] for entry in front.fields}
    aliases = tuple(values.get("aliases", values.get("alias", [])))
    return _Entry(file, hashlib.sha256(data).hexdigest(), " ".join(values.get("title", [])[:1]), aliases)


def _names(found: Corpus, plan: _Plan) -> _Names:
    pages = names.page_names(plan.entries)
    named = [Named(pages[path], entry.title, entry.aliases) for path, entry in plan.entries.items()]
    return _Names(pages, links.index(named, [file.path for file in found.others]))


def _relinked(plan: _Plan, named: _Names) -> set[str]:
    """Return the unchanged pages for which a name that they use means something else now."""
    fresh = plan.added | plan.changed | plan.gone
    return {
        path
        for path, entry in plan.entries.items()
        if path not in fresh
        and entry.answers != _digest(named.pages[path], named.answers(path, {(s, a) for s, a in entry.used}))
    }


def _digest(name: PageName, answers: Mapping[tuple[str, bool], Answer]) -> str:
    said = repr((name, sorted(answers.items(), key=lambda item: item[0])))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Job:
    """Everything that the next generation is made from."""

    found: Corpus
    plan: _Plan
    named: _Names
    relinked: set[str]
    shared: list[str]
    config: Config
    dialect: Dialect
    findings: list[Finding]

    @property
    def paths(self) -> list[str]:
        """The pages to map, in order."""
        return sorted(self.plan.added | self.plan.changed | self.relinked)

    @property
    def digest(self) -> str:
        """A digest of the graphs that belong to no page, and of what could not be taken."""
        said = "".join(self.shared) + repr(self.findings)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def nothing_new(self, known: Mapping[str, Any]) -> bool:
        """Tell whether the generation with this manifest is what this job would write."""
        return not self.paths and not self.plan.removed and known.get("shared") == self.digest


def _write(folder: Path, old: Generation | None, job: _Job) -> Generation:
    entries = job.plan.entries
    many = not job.plan.part and len(job.paths) > _REBUILD_SHARE * len(entries)
    fresh = old is None or bool(job.plan.why_all) or many
    paths = sorted(entries) if fresh else job.paths
    generation = store.begin(folder, old, copy=not fresh)
    quads = Store(str(generation.quads))
    if not fresh and old:
        for name in _outdated(folder, old, job):
            quads.remove_graph(NamedNode(name))
    quads.bulk_load(input=cast("IO[bytes]", _Stream(_lines(job, paths))), format=RdfFormat.N_QUADS)
    _put_as_of(quads, job.config.base)
    quads.flush()
    del quads
    store.commit(folder, generation, _described(job, generation))
    return generation


def _outdated(folder: Path, old: Generation, job: _Job) -> Iterator[str]:
    """Yield the graphs that the next generation does not share with the old one."""
    base = job.config.base
    before = store.manifest(folder, old)["pages"]
    for path in sorted({*job.paths, *job.plan.removed} & set(before)):
        yield names.graph_iri(base, before[path]["name"])
        yield names.provenance_iri(base, before[path]["name"])
    for name in ("ontology", "corpus", "register", "clusters"):
        yield names.common_graph_iri(base, name)
    yield f"{base}prov/register"


def _lines(job: _Job, paths: list[str]) -> Iterator[str]:
    yield from job.shared
    for path in paths:
        entry = job.plan.entries[path]
        data = corpus.read(job.found.root, entry.file)
        page, findings = parse(data, path, job.dialect)
        used = triples.names_used(page, job.dialect)
        answers = job.named.answers(path, used)
        entry.sha256, entry.title, entry.aliases = page.sha256, page.title, page.aliases
        entry.used = [[slug, anchored] for slug, anchored in sorted(used)]
        entry.answers = _digest(job.named.pages[path], answers)
        yield from triples.quads(page, findings, job.named.pages[path], answers, job.config.base, job.dialect)


class _Stream(io.RawIOBase):
    """A file of N-Quads that is written while it is read."""

    def __init__(self, lines: Iterator[str]) -> None:
        super().__init__()
        self._lines = lines
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  # a writable buffer; typing names it from 3.12 on
        while len(self._rest) < len(buffer):
            batch = [line for _, line in zip(range(1000), self._lines, strict=False)]
            if not batch:
                break
            self._rest += "".join(batch).encode()
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _put_as_of(quads: Store, base: str) -> None:
    """Write the corpus' own today: the newest date on which a source was scraped."""
    scraped = NamedNode(names.expand("dcterms:dateSubmitted"))
    objects = (quad.object for quad in quads.quads_for_pattern(None, scraped, None, None))
    dates = sorted(
        term.value for term in objects if isinstance(term, Literal) and term.datatype.value.endswith("#date")
    )
    if dates:
        graph = names.common_graph_iri(base, "corpus")
        line = f'<{base}> <{names.expand("nr:asOf")}> "{dates[-1]}"^^<{names.expand("xsd:date")}> <{graph}> .\n'
        quads.load(input=line.encode(), format=RdfFormat.N_QUADS)


def stored_findings(described: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what a manifest keeps of the files that could not be taken."""
    return tuple(
        Finding(Span(path, line, min(line, 1)), rule, message, Level(level))
        for path, line, rule, message, level in described["findings"]
    )


def _described(job: _Job, generation: Generation) -> dict[str, Any]:
    return {
        "generation": generation.number,
        "root": str(job.found.root.resolve()),
        "config": str(job.config.file.resolve()) if job.config.file else None,
        "base": job.config.base,
        "settings": _settings(job.config, job.dialect),
        "dialect": job.dialect.source,
        "profile": job.config.profile or job.dialect.profile,
        "shared": job.digest,
        "findings": [[f.span.path, f.span.line, f.rule, f.message, f.level] for f in job.findings],
        "pages": {
            path: {
                "name": job.named.pages[path].name,
                "topic": job.named.pages[path].topic,
                "size": entry.file.size,
                "mtime": entry.file.mtime,
                "sha256": entry.sha256,
                "title": entry.title,
                "aliases": list(entry.aliases),
                "used": entry.used,
                "answers": entry.answers,
            }
            for path, entry in sorted(job.plan.entries.items())
        },
    }


def stale(described: Mapping[str, Any]) -> int:
    """Return how many pages of a generation are not what they were when it was made, by size and time of change."""
    root = Path(described["root"])
    return sum(1 for path, entry in described["pages"].items() if not _as_before(root / path, entry))


def _as_before(file: Path, entry: Mapping[str, Any]) -> bool:
    try:
        status = file.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (entry["size"], entry["mtime"])
