"""What is wrong with a store, and what to type: everything that a generation promises, held against what is there."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pyoxigraph import NamedNode, Store

from kg.check import kept_verdicts
from kg.imports import kept
from kg.ingest import moved_pages
from kg.ingest.ingest import mapper
from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.rdf import names
from kg.search import soundness
from kg.search.soundness import Unsound
from kg.store import generations, graph_digest, lock, manifest, whereabouts
from kg.store.generations import Generation
from kg.store.manifest import Entry
from kg.store.manifest_head import FORMAT, Head

_ROOM = 64 << 20
_SHOWN = 3
REBUILD = (
    "delete the store's folder and run `kg ingest` on the wiki to build it anew; the pages are not touched by this"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a store, what to do, and whether `kg doctor --fix` does it."""

    check: str
    what: str
    advice: str
    fixable: bool = False


def examine(folder: Path) -> list[Problem]:
    """Return what is wrong with a store, all of it; raise KgError where the folder holds no store at all."""
    if not (folder / "HEAD").exists() and not (folder / "generations").exists():
        raise KgError(f"{folder}: no store here; run `kg ingest WIKI` first, or name the store with --store")
    found = [*_room(folder), *_locks(folder)]
    try:
        generation = generations.current(folder)
        if generation is None:
            return [*found, *_without_head(folder)]
        generations.lease(generation)
        head = generations.read_manifest(folder, generation)
    except KgError as error:
        return [*found, _broken_head(folder, str(error))]
    return [
        *found,
        *_left(folder),
        *_stray(folder, head),
        *_versions(head),
        *_verdicts(folder),
        *_indexes(folder),
        *_imports(folder),
        *_earlier(folder, generation),
        *_content(folder, generation, head),
    ]


def fix(folder: Path) -> list[str]:
    """Remove leftovers, and point a lost HEAD to the newest complete generation; return what was done, line by line."""
    done: list[str] = []
    with generations.writer(folder) as notes:
        done += notes
        whole = _newest_complete(folder) if _head_is_lost(folder) else None
        if whole:
            generations.set_head(folder, whole)
            done.append(
                f"HEAD names generation {whole.number} now, the newest complete one; `kg ingest` brings it up to date"
            )
        done += [f"removed {path.relative_to(folder)}" for path in generations.sweep(folder)]
        for path in [] if _head_is_lost(folder) else _damaged_verdicts(folder):
            kept_verdicts.remove(path)
            done.append(f"removed {path.relative_to(folder)}")
        for one in [] if _head_is_lost(folder) else _unsound(folder):
            one.path.unlink()
            done.append(f"removed {one.path.relative_to(folder)}")
    return done


def notes(folder: Path) -> list[str]:
    """Return what is no problem, and may be asked about: that nothing was looked for yet."""
    try:
        generation = generations.current(folder)
    except KgError:
        return []
    if generation and soundness.is_missing(generation):
        return ["this generation has no index of words yet; the first `kg search` makes it"]
    return []


def _room(folder: Path) -> Iterator[Problem]:
    free = shutil.disk_usage(folder).free
    if free < _ROOM:
        what = f"{free >> 20} MB are free where the store lies, and an ingest may need more"
        yield Problem("space", what, "free some space, or put the store elsewhere with --store")


def _locks(folder: Path) -> Iterator[Problem]:
    named = lock.holder(folder)
    if named and not lock.is_held(folder):
        what = f"the lock names {named}, which ended before it was done"
        yield Problem(
            "lock", what, "nothing is lost, the next ingest takes it over; or `kg doctor --fix`", fixable=True
        )


def _without_head(folder: Path) -> Iterator[Problem]:
    if generations.leftovers(folder):
        what = "a first ingest was interrupted: there is no complete generation yet"
        yield Problem("leftovers", what, "run `kg ingest` again", fixable=True)


def _stray(folder: Path, head: Head) -> Iterator[Problem]:
    if whereabouts.is_stray(folder, head):
        what = f"the store was made elsewhere, of the wiki {head.root}, and may be a copy"
        yield Problem("wiki", what, "run `kg ingest` with the folder of the wiki that is meant")


def _imports(folder: Path) -> Iterator[Problem]:
    for path in kept.files(folder):
        try:
            kept.load(folder, path.stem)
        except KgError as error:
            what, _, advice = str(error).partition("; ")
            yield Problem("import", what, advice)


def _head_is_lost(folder: Path) -> bool:
    try:
        generation = generations.current(folder)
    except KgError:
        return True
    return generation is not None and not _complete(generation)


def _complete(generation: Generation) -> bool:
    try:
        generations.manifest_that_fits(generation.folder, generation)
        Store.read_only(str(generation.quads))
    except (KgError, OSError, RuntimeError):
        return False
    return True


def _newest_complete(folder: Path) -> Generation | None:
    return next((one for one in reversed(generations.all_generations(folder)) if _complete(one)), None)


def _broken_head(folder: Path, text: str) -> Problem:
    whole = _newest_complete(folder)
    what = text.partition("; ")[0]
    if whole is None:
        return Problem("head", what, REBUILD)
    return Problem(
        "head", what, f"`kg doctor --fix` goes to generation {whole.number}, which is complete", fixable=True
    )


def _left(folder: Path) -> Iterator[Problem]:
    found = generations.leftovers(folder)
    if found and not lock.is_held(folder):
        shown = ", ".join(str(path.relative_to(folder)) for path in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        what = f"an interrupted run left {shown}{more}"
        yield Problem(
            "leftovers", what, "nothing is lost, the next ingest removes it; or `kg doctor --fix`", fixable=True
        )


def _versions(head: Head) -> Iterator[Problem]:
    if not generations.fits(head):
        what = f"the store's format is {head.format}, this version of kg reads {FORMAT}"
        yield Problem("version", what, "run `kg ingest`, which maps every page anew")
    elif head.settings.get("mapper") != mapper():
        what = "the pages were mapped by another version of the mapper"
        yield Problem("version", what, "run `kg ingest`, which maps every page anew")


def _damaged_verdicts(folder: Path) -> list[Path]:
    kept = (path for one in generations.generations(folder) for path in generations.verdicts(one))
    return [path for path in kept if not kept_verdicts.is_sound(path)]


def _verdicts(folder: Path) -> Iterator[Problem]:
    found = _damaged_verdicts(folder)
    if found:
        what = f"kept verdicts cannot be read: {', '.join(str(path.relative_to(folder)) for path in found[:_SHOWN])}"
        advice = "nothing is lost, the next `kg validate` checks everything; or `kg doctor --fix`"
        yield Problem("verdicts", what, advice, fixable=True)


def _unsound(folder: Path) -> list[Unsound]:
    found: list[Unsound] = []
    for one in generations.generations(folder):
        try:
            head = generations.read_manifest(folder, one)
        except KgError:
            continue  # said where earlier generations are looked at
        found += soundness.unsound(one, head)
    return found


def _indexes(folder: Path) -> Iterator[Problem]:
    for one in _unsound(folder):
        advice = "nothing is lost, the next `kg search` makes it anew; or `kg doctor --fix`"
        yield Problem("search", f"{one.path.relative_to(folder)} {one.why}", advice, fixable=True)


def _earlier(folder: Path, current: Generation) -> Iterator[Problem]:
    for one in generations.generations(folder):
        if one.number != current.number and not _complete(one):
            what = f"generation {one.number} cannot be read, so there is no way back to it"
            yield Problem("history", what, f"delete {one.folder}; the current generation does not need it")


def _content(folder: Path, generation: Generation, head: Head) -> Iterator[Problem]:
    """Yield where the current generation is not what its manifest says."""
    if not generations.fits(head):
        return
    try:
        quads = generations.open_reader(folder, generation)
        yield from _graphs(generation, head, quads)
    except KgError as error:
        yield Problem("open", str(error).partition("; ")[0], REBUILD)
    except (OSError, RuntimeError) as error:
        yield Problem("open", f"the store cannot be read: {' '.join(str(error).split())}", REBUILD)


def _graphs(generation: Generation, head: Head, quads: Store) -> Iterator[Problem]:
    base, total = head.base, ""
    expected = {names.common_graph_iri(base, "history")}
    missing, wrong = [], []
    with closing(manifest.opened(generation.folder, head)) as pages:
        for entry in sorted(pages.entries(), key=lambda one: one.path):
            pair = _pair(base, entry)
            expected.update(pair)
            if not quads.contains_named_graph(NamedNode(pair[0])):
                missing.append(entry.path)
            elif graph_digest.stored(quads, pair) != entry.graphs:
                wrong.append(entry.path)
            total = graph_digest.with_(total, entry.path, entry.graphs)
    for name, known in head.common.items():
        expected.add(f"{base}{name}")
        total = graph_digest.with_(total, name, known)
        if graph_digest.stored(quads, [f"{base}{name}"]) != known:
            wrong.append(name)
    if graph_digest.lines(moved_pages.lines(moved_pages.stored(quads, base), base)) != head.history:
        wrong.append("graph/history")
    ghosts = sorted({graph.value for graph in quads.named_graphs() if isinstance(graph, NamedNode)} - expected)
    yield from _told("pages", missing, "in the manifest, without their graphs")
    yield from _told("ghosts", ghosts, "graphs of no page")
    yield from _told("digest", wrong, "not what the manifest has the digest of")
    if total != head.digest:
        yield Problem(
            "digest", f"generation {generation.number} does not have the digest that its manifest names", REBUILD
        )


def _pair(base: str, entry: Entry) -> tuple[str, str]:
    return names.graph_iri(base, entry.name), names.provenance_iri(base, entry.name)


def _told(check: str, places: list[str], what: str) -> Iterator[Problem]:
    if places:
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        yield Problem(check, f"{', '.join(places[:_SHOWN])}{more}: {what}", REBUILD)
