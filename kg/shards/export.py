"""Shards of a wiki brought up to date: those are made of which a page, what its names mean, or kg itself changed."""

import contextlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import kg
from kg.files import walk
from kg.ingest import fill_generation, ingest
from kg.ingest.map_pages import ChangedMeanwhile
from kg.map import common_graphs
from kg.model import progress
from kg.model.finding import Finding, KgError
from kg.model.records import dataclass
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.shards import engines, map_shard, records, wiki_pages
from kg.shards.engines import Where
from kg.shards.places import Folder, Place
from kg.shards.records import COMMON, FORMAT, Failed, Kept, Settings, Shard, Shared, Task
from kg.shards.wiki_pages import Wiki
from kg.store import graph_digest

MANIFEST = "manifest.json"
RULE = "the first 8 bytes of the SHA-256 of the page's name in UTF-8, big-endian, modulo the number of shards"
_TRIES = 5
_WHAT_NOW = "name a folder that is not there yet, or one that `kg export --shards` made"


@dataclass(frozen=True, slots=True)
class Source:
    """The wiki that is exported, and how it is read."""

    root: Path
    config: Config
    dialect: Dialect

    @property
    def settings(self) -> Settings:
        """What the quads of its pages depend on beside them."""
        return Settings(self.config.base, f"{self.dialect.name} {self.dialect.digest}", ingest.mapper())


@dataclass(frozen=True, slots=True)
class How:
    """How many shards there are to be, which engine makes them, and with how many workers; None is as fits the wiki."""

    shards: int
    engine: str = "local"
    jobs: int | None = None
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: its digest, how much it is, which shards were made anew, and what could not be taken."""

    digest: str
    pages: int
    quads: int
    made: tuple[int, ...]
    shards: int
    findings: tuple[Finding, ...]


def export(source: Source, place: Place, how: How) -> Exported:
    """
    Write the shards of a wiki, and a manifest last: until then the one before holds, and its files are there.

    Raises KgError for a place that holds what no such export wrote, an engine that is not there or gives up, and a wiki
    whose pages keep changing.
    """
    if isinstance(place, Folder) and place.path.resolve().is_relative_to(source.root.resolve()):
        raise KgError(f"{place}: lies in the wiki {source.root}, whose files it would be among; name another place")
    with place.prepared():
        _check(place)
        for _ in range(_TRIES):
            with contextlib.suppress(ChangedMeanwhile):
                return _attempt(source, place, how)
    raise KgError(
        f"{source.root}: its pages keep changing while they are read; try again when they are left alone", code=1
    )


def _check(place: Place) -> None:
    """Raise KgError for a place that holds something and no manifest of ours."""
    found = place.read(MANIFEST)
    foreign = [name for name in place.names() if not records.is_ours(name)]
    with contextlib.suppress(ValueError, AttributeError):
        if found is not None and json.loads(found).get("format") == FORMAT:
            return
    if foreign:
        raise KgError(f"{place}: holds '{foreign[0]}', which is no shard of ours; {_WHAT_NOW}")


def _attempt(source: Source, place: Place, how: How) -> Exported:
    with progress.stage("finding the pages"):
        corpus = walk.walk(source.root, source.config.exclude, source.config.max_page_bytes)
        kept = _kept(place)
    settings = source.settings
    wiki = wiki_pages.read(corpus, source.dialect, wiki_pages.called(kept.values(), settings))
    shared = Shared(source.root.resolve(), place, wiki.index, wiki.digest, settings, source.dialect)
    ready, tasks = _sorted_out(shared, wiki_pages.deal(wiki, how.shards), kept)
    before = {shard.file for shard in ready} | {one.shard.file for one in kept.values()}
    done = _done(shared, tasks, how)
    shards = sorted([*ready, *done], key=lambda shard: shard.number)
    common, beside = _common(source, place, wiki, shards)
    manifest = _manifest(source, wiki, shards, common)
    place.write(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    _sweep(place, how.shards, [*shards, common])
    return Exported(
        manifest["digest"], manifest["pages"], manifest["quads"],
        tuple(shard.number for shard in done if shard.file not in before), how.shards,
        tuple(sorted([*wiki.findings, *beside])),
    )  # fmt: skip


def _kept(place: Place) -> dict[str, Kept]:
    """Return what lies there of this export or others, whole or not, by the names of the lists of pages."""
    read = ((name, map_shard.kept_shard(place, name)) for name in place.names() if records.dealt(name))
    return {name: kept for name, kept in read if kept is not None}


def _sorted_out(shared: Shared, tasks: Iterable[Task], lists: dict[str, Kept]) -> tuple[list[Shard], list[Task]]:
    """Return the shards that are there, and what is to be done: to be looked at where only names changed, or made."""
    there: dict[tuple[int, int] | None, list[tuple[str, Kept]]] = defaultdict(list)
    for name, one in lists.items():
        if one.settings == shared.settings:
            there[records.dealt(name)].append((name, one))
    ready: list[Shard] = []
    left: list[Task] = []
    for task in tasks:
        inputs = task.inputs
        fitting = [(name, one) for name, one in there[task.number, task.of] if one.inputs == inputs]
        same = (one.shard for _, one in fitting if one.names == shared.names)
        whole = next((shard for shard in same if map_shard.is_whole(shared.place, shard)), None)
        if whole:
            ready.append(whole)
        else:
            left.append(replace(task, kept=next((name for name, _ in fitting), "")))
    return ready, left


def _done(shared: Shared, tasks: Sequence[Task], how: How) -> list[Shard]:
    """Have the shards made that are not there; the driver sees nothing of them but what they hold."""
    if not tasks:
        return []
    jobs = min(engines.chosen(how.engine, how.jobs, sum(len(task.pages) for task in tasks)), len(tasks))
    if not shared.place.shared and (how.engine != "local" or jobs > 1):
        raise KgError(f"{shared.place}: no other process sees it; name a folder, or work with --on local --jobs 1")
    results = engines.named(how.engine)(map_shard.made, shared, tasks, Where(jobs, how.cluster))
    found: list[Shard] = []
    for result in progress.each("making shards", results, len(tasks)):
        if isinstance(result, Failed):
            raise ChangedMeanwhile(result.words) if result.changed else KgError(result.words, code=result.code)
        found.append(result)
    return found


def _common(source: Source, place: Place, wiki: Wiki, shards: Iterable[Shard]) -> tuple[Shard, list[Finding]]:
    """Write what belongs to no page: ontology, corpus and side files; return that, and what is wrong with those."""
    base, names = source.config.base, {path: name for path, (name, _) in wiki.pages.items()}
    beside, findings = common_graphs.side_files(source.root, base, names.get)
    as_of = max((shard.scraped for shard in shards), default="")
    homonyms = common_graphs.homonyms(names.values())
    graphs = {
        **beside,
        fill_generation.CORPUS: common_graphs.corpus(base, source.dialect, homonyms, as_of),
        fill_generation.ONTOLOGY: common_graphs.ontology(base),
    }
    total = ""
    for name, lines in graphs.items():
        total = graph_digest.with_(total, name, graph_digest.lines(lines))
    spelled = (line.encode() for lines in graphs.values() for line in graph_digest.spelled(lines))
    shard = map_shard.put(place, COMMON, 0, spelled)
    return replace(shard, graphs=sum(map(bool, graphs.values())), digest=total, scraped=as_of), findings


def _manifest(source: Source, wiki: Wiki, shards: Sequence[Shard], common: Shard) -> dict[str, Any]:
    """Return what the manifest says: the same whoever made the shards, and whichever of them were there before."""
    settings, every = source.settings, [*shards, common]
    return {
        "format": FORMAT,
        "kg": kg.__version__,
        "base": settings.base,
        "dialect": settings.dialect,
        "mapper": settings.mapper,
        "ontology": fill_generation.ontology_digest(),
        "names": wiki.digest,
        "rule": RULE,
        "digest": graph_digest.together(shard.digest for shard in every),
        "pages": sum(shard.pages for shard in every),
        "quads": sum(shard.quads for shard in every),
        "graphs": sum(shard.graphs for shard in every),
        "shards": [_row(shard) for shard in shards],
        "common": _row(common),
    }


def _row(shard: Shard) -> dict[str, Any]:
    return {
        "file": shard.file,
        "bytes": shard.size,
        "sha256": shard.sha256,
        "lines_sha256": shard.lines,
        "quads": shard.quads,
        "pages": shard.pages,
        "graphs": shard.graphs,
    }


def _sweep(place: Place, count: int, shards: Iterable[Shard]) -> None:
    """Remove the files of earlier exports, now that the manifest names those of this one."""
    named = chain.from_iterable(
        (shard.file, records.file_name(shard.number, count, shard.lines, records.PAGES)) for shard in shards
    )
    stay = frozenset(named)
    for name in place.names():
        if records.is_ours(name) and name not in stay:
            place.remove(name)
