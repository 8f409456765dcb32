"""The two sides of a comparison: a generation, a git revision, a folder or a file, each opened as a store."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from kg.compare.records import Item
from kg.files import git_revisions
from kg.files.git_revisions import Pages
from kg.links import resolve
from kg.links.name_tables import Named, NameIndex
from kg.map import in_memory
from kg.map.page_quads import names_used
from kg.model import page_files
from kg.model.finding import Finding, KgError, Span
from kg.model.page import Page
from kg.model.records import dataclass
from kg.parse.parse_page import parse
from kg.rdf import names
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.generations import Generation
from kg.store.shown_pages import Shown

_GENERATION = re.compile(r"[0-9]{1,6}")
_MEANT = tuple(NamedNode(names.expand(name)) for name in ("nr:target", "nr:resolution"))


@dataclass(frozen=True, slots=True)
class Side:
    """
    One side of a comparison: what it is called, its quads, the base of their IRIs, and its pages.

    `only` holds the names of the pages to read: all others are on both sides, to the byte and with the same links.
    `files` gives the name by which places call a page where that is not its path in the wiki.
    """

    label: str
    quads: Store
    base: str
    pages: tuple[Item, ...]
    only: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a side comes from: pages in memory, or a generation of the store."""

    label: str
    pages: Pages = field(default_factory=lambda: Pages({}))
    generation: Generation | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of a side before anything is mapped; `records` are there for pages in memory alone."""

    origin: _Origin
    base: str
    named: Mapping[str, Named]
    digests: Mapping[str, str]
    settings: Mapping[str, str] | None
    records: Mapping[str, tuple[Page, list[Finding]]]


@dataclass(frozen=True, slots=True)
class Home:
    """Where sides are looked for: the store's folder, the wiki's root, and how its pages are read."""

    folder: Path
    root: Path
    config: Config
    dialect: Dialect
    base: str


def sides(home: Home, old: str | None, new: str | None) -> tuple[Side, Side, dict[str, str] | None]:
    """
    Return both sides of a comparison, and which pages are each other where only the user can know.

    Without `new`, a generation is compared with the current one and all else with the wiki's files as they are;
    without both, the current generation with the files. Raises KgError for what is no side.
    """
    kinds = [_kind(home, written) for written in (old, new) if written is not None]
    if old is not None and new is not None and "file" in kinds:
        if kinds != ["file", "file"]:
            raise KgError(f"{old} and {new}: a file is compared with another file, a wiki with another wiki")
        path, before, after = _two_files(home, Path(old), Path(new))
        return *_opened(home, before, after), {path: path}
    return *_opened(home, *_origins(home, old, new, kinds)), None


def _origins(home: Home, old: str | None, new: str | None, kinds: list[str]) -> tuple[_Origin, _Origin]:
    if old is None:
        return _current(home), _files(home)
    if new is not None:
        return _origin(home, kinds[0], old), _origin(home, kinds[1], new)
    if kinds[0] == "file":
        raise KgError(f"{old}: a file is compared with another file; name that one, too")
    if kinds[0] == "revision" and (ends := git_revisions.parted(home.root, old)):
        return _revision(home, ends[0]), _revision(home, ends[1])
    return _origin(home, kinds[0], old), _current(home) if kinds[0] == "generation" else _files(home)


def _kind(home: Home, text: str) -> str:
    """Return what a user named: generation, folder, file or revision."""
    if _GENERATION.fullmatch(text):
        return "generation"
    path = Path(text)
    if not path.exists():
        return "revision"
    if "/" not in text and text != "." and git_revisions.is_revision(home.root, text):
        raise KgError(f"'{text}' is a file or folder and a git revision; write ./{text} or refs/heads/{text}")
    return "folder" if path.is_dir() else "file"


def _origin(home: Home, kind: str, text: str) -> _Origin:
    match kind:
        case "generation":
            return _generation(home, int(text))
        case "folder":
            found = git_revisions.in_folder(Path(text), home.config.exclude, home.config.max_page_bytes)
            return _Origin(text, found)
        case _:
            return _revision(home, text)


def _current(home: Home) -> _Origin:
    generation = generations.require(home.folder)
    return _Origin(f"generation {generation.number}", generation=generation)


def _generation(home: Home, number: int) -> _Origin:
    generation = Generation(number, home.folder / "generations" / f"{number:06d}")
    if not (generation.folder / "manifest.json").is_file():
        kept = sorted(int(one.parent.name) for one in home.folder.glob("generations/*/manifest.json"))
        has = f"it keeps {', '.join(map(str, kept))}" if kept else "there is no store yet"
        raise KgError(f"no generation {number} in the store at {home.folder}; {has} (a folder is written ./{number})")
    return _Origin(f"generation {number}", generation=generation)


def _files(home: Home) -> _Origin:
    return _Origin("the files", git_revisions.in_folder(home.root, home.config.exclude, home.config.max_page_bytes))


def _revision(home: Home, revision: str) -> _Origin:
    found = git_revisions.at_revision(home.root, revision, home.config.exclude, home.config.max_page_bytes)
    return _Origin(revision, found)


def _two_files(home: Home, old: Path, new: Path) -> tuple[str, _Origin, _Origin]:
    """Return two files as two states of one page: of the newer one, where it lies in the wiki; and that page's path."""
    root, file = home.root.resolve(), new.resolve()
    path = file.relative_to(root).as_posix() if file.is_relative_to(root) else new.name
    path = path if page_files.is_page(path) else f"{path}.md"
    before, after = (_Origin(str(one), git_revisions.in_file(one, path), files={path: str(one)}) for one in (old, new))
    return path, before, after


def _opened(home: Home, old: _Origin, new: _Origin) -> tuple[Side, Side]:
    """Return both sides, with quads of the pages that can differ and of those that name them."""
    before = _state(home, old, {})
    after = _state(home, new, {path: (old.pages.pages[path], before.records[path]) for path in before.records})
    attachments = new.pages.others or old.pages.others
    indices = [
        resolve.index(state.named.values(), state.origin.pages.others or attachments) for state in (before, after)
    ]
    wanted = _differing(before, after)
    wanted |= _relinked(home, before, after, wanted, indices) if before.records or after.records else set()
    stores = [
        _mapped(home, state, index, wanted) if state.origin.generation is None else _read(home, state)
        for state, index in zip((before, after), indices, strict=True)
    ]
    if not before.records and not after.records:
        wanted |= _retargeted(before, stores[0], after, stores[1])
    left, right = (
        Side(state.origin.label, quads, state.base, _pages(state), _names(state, wanted), state.origin.files)
        for state, quads in zip((before, after), stores, strict=True)
    )
    return left, right


def _state(home: Home, origin: _Origin, earlier: Mapping[str, tuple[bytes, tuple[Page, list[Finding]]]]) -> _State:
    """Return what a side's pages are called; a page that the other side has to the byte is not parsed again."""
    if origin.generation is not None:
        head = generations.manifest_that_fits(home.folder, origin.generation)
        entries = Shown(origin.generation.folder, head)
        named = {path: resolve.named(entry) for path, entry in entries.items()}
        digests = {path: entry.sha256 for path, entry in entries.items()}
        return _State(origin, head.base, named, digests, head.settings, {})
    pages = origin.pages.pages
    records = {
        path: earlier[path][1] if path in earlier and earlier[path][0] == data else parse(data, path, home.dialect)
        for path, data in pages.items()
    }
    called = names.page_names(pages)
    named = {path: Named(called[path], page.title, page.aliases) for path, (page, _) in records.items()}
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in pages.items()}
    return _State(origin, home.base, named, digests, None, records)


def _differing(old: _State, new: _State) -> set[str]:
    """Return the paths whose bytes are not the same on both sides, all where generations were not read alike."""
    if old.settings != new.settings and None not in (old.settings, new.settings):
        return {*old.digests, *new.digests}
    return {path for path in {**old.digests, **new.digests} if old.digests.get(path) != new.digests.get(path)}


def _relinked(home: Home, old: _State, new: _State, differing: set[str], indices: list[NameIndex]) -> set[str]:
    """Return the other pages on which a name means something else now, or a page that differs."""
    topics = {state.named[path].name.topic for state in (old, new) for path in differing if path in state.named}
    records, rules = new.records or old.records, resolve.rules(home.dialect)

    def touched(path: str) -> bool:
        me = old.named[path].name, new.named[path].name
        for slug, anchored in names_used(records[path][0], home.dialect):
            before, after = (
                resolve.resolve(index, name, slug, anchored=anchored, rules=rules)
                for index, name in zip(indices, me, strict=True)
            )
            if after.topic in topics or (before.topic, before.resolution) != (after.topic, after.resolution):
                return True
        return False

    return {path for path in new.digests if path not in differing and touched(path)}


def _mapped(home: Home, state: _State, index: NameIndex, paths: set[str]) -> Store:
    quads = Store()
    lines = (
        line
        for path in sorted(paths & state.records.keys())
        for line in in_memory.of_page(
            *state.records[path], state.named[path].name, index, base=state.base, dialect=home.dialect
        )
    )
    quads.bulk_load(input="".join(lines).encode(), format=RdfFormat.N_QUADS)
    return quads


def _read(home: Home, state: _State) -> Store:
    if state.origin.generation is None:
        raise TypeError("pages in memory are mapped, not read")
    return generations.open_reader(home.folder, state.origin.generation)


def _retargeted(old: _State, before: Store, new: _State, after: Store) -> set[str]:
    """Return the pages of two generations whose links do not mean the same on both."""
    meant = _meant(old, before), _meant(new, after)
    return {path for path in new.named if meant[0].get(path) != meant[1].get(path)}


def _meant(state: _State, quads: Store) -> dict[str, set[tuple[str, str]]]:
    paths = {names.graph_iri(state.base, one.name.name): path for path, one in state.named.items()}
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for predicate in _MEANT:
        for quad in quads.quads_for_pattern(None, predicate, None, None):
            part, value, graph = (_iri(term) for term in (quad.subject, quad.object, quad.graph_name))
            if graph in paths:
                found[paths[graph]].add((part.removeprefix(state.base), value.removeprefix(state.base)))
    return found


def _iri(term: object) -> str:
    return str(getattr(term, "value", term))


def _pages(state: _State) -> tuple[Item, ...]:
    """Return every page of a side, whether or not it is read."""
    return tuple(
        Item(
            "page", path, Span(state.origin.files.get(path, path), 1, 1), one.title or names.stem(path),
            content=one.title or "", iri=names.topic_iri("", one.name.topic), key=state.digests[path],
        )
        for path, one in sorted(state.named.items())
    )  # fmt: skip


def _names(state: _State, paths: set[str]) -> tuple[str, ...]:
    return tuple(state.named[path].name.name for path in sorted(paths) if path in state.named)
