"""Holding a wiki against its originals: what changed since the last time is read again, and nothing else."""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, field, replace
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.model import program, progress
from kg.model.records import dataclass
from kg.originals import locate, match_quads, named_originals, read_original, verdicts
from kg.originals.locate import OriginalFile, Project
from kg.originals.match_quads import Located, Match, OriginalState
from kg.originals.named_originals import Naming
from kg.originals.read_original import Unread
from kg.originals.verdicts import Original
from kg.store import sealed_file

FILE = "originals"
MISSING = "it is not there"
_TICK = 20_000_000  # as for pages, in nanoseconds
TOO_LARGE = f"it is larger than {read_original.MOST_BYTES // 1_000_000} MB"


@dataclass(frozen=True, slots=True)
class Held:
    """
    What a wiki's originals have of its quotes: the lines of the two graphs, and what to keep for the next time.

    Where no page names an original that is there, there are no lines.
    """

    lines: Mapping[str, list[str]]
    record: Mapping[str, Any]

    @property
    def read(self) -> int:
        """How many originals were read this time."""
        return int(self.record.get("read", 0))


@dataclass(slots=True)
class _Files:
    """The originals of a project as they are now, each looked at once; what was known is read again only if touched."""

    project: Project
    known: Mapping[str, Sequence[str]]
    since: int
    now: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    read: int = 0
    _last: tuple[str, bytes] = ("", b"")

    def digest(self, file: OriginalFile) -> str:
        """Return the SHA-256 of a file, empty where it cannot be read."""
        if file.path not in self.now:
            before = self.known.get(file.path)
            sha, why = (before[1], before[2]) if before and before[0] == file.stamp else self._hashed(file)
            if before and sha and before[1] == sha:
                why = before[2]  # it was touched, and says what it said
            # What changed within this tick of the clock may change again unseen: it is read the next time, too.
            self.now[file.path] = "" if file.changed + _TICK >= self.since else file.stamp, sha, why
        return self.now[file.path][1]

    def _hashed(self, file: OriginalFile) -> tuple[str, str]:
        data = self.bytes_of(file)
        return ("", TOO_LARGE if file.size > read_original.MOST_BYTES else "it cannot be read") if data is None else (
            hashlib.sha256(data).hexdigest(), ""
        )  # fmt: skip

    def bytes_of(self, file: OriginalFile) -> bytes | None:
        """Return what a file holds; the last one is at hand."""
        if self._last[0] == file.path:
            return self._last[1]
        data = self.project.read(file, read_original.MOST_BYTES)
        self.read += 1
        if data is not None:
            self._last = file.path, data
        return data

    def original(self, file: OriginalFile) -> Original:
        """Return an original with its text."""
        if not self.digest(file):
            return verdicts.Unreadable(file.path, self.now[file.path][2])
        data = self.bytes_of(file)
        text = Unread("it cannot be read") if data is None else read_original.read(file.path, data)
        if isinstance(text, Unread):
            stamp, sha, _ = self.now[file.path]
            self.now[file.path] = stamp, sha, text.why
        return verdicts.original(file.path, text)


@dataclass(frozen=True, slots=True)
class _Source:
    """
    A page that names originals, and the files that its names mean; `missing` are the names of none.

    `words` is a digest of what it quotes, empty where nobody had to know it yet.
    """

    page: Naming
    files: tuple[OriginalFile, ...]
    missing: tuple[str, ...]
    words: str


def load(generation: Path) -> Mapping[str, Any]:
    """Return what was kept with a generation; nothing where that was another program's, or is damaged."""
    data = sealed_file.read(generation / FILE, sealed_file.ORIGINALS)
    record: dict[str, Any] = json.loads(data) if data is not None else {}
    return record if record.get("program") == _program() else {}


def save(generation: Path, result: Held) -> None:
    """Keep with a generation what the next one need not find again."""
    if result.record.get("asked"):
        data = json.dumps(result.record, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
        sealed_file.write(generation / FILE, sealed_file.ORIGINALS, data)


def _program() -> str:
    return program.digest(f"pypdf {read_original.libraries()}")


def hold(
    quads: Store, base: str, root: Path, before: Mapping[str, Any], edits: Collection[str] | None = None
) -> Held:  # fmt: skip
    """
    Hold every quote of a wiki against its originals; what was found before of the same words and bytes stays.

    What a page quotes is asked where its graph is one of `edits` (None: any may be), or its originals changed.
    """
    sources, files = _sources(quads, root, before, edits)
    if not any(source.files for source in sources):
        return Held({}, _record(sources, files, {}))
    done = before.get("done", {})
    quoted = _Quoted(quads)
    sources = [source if source.words else replace(source, words=quoted.digest(source.page)) for source in sources]
    keys = {source.page.page: _key(source, files) for source in sources}
    found: dict[str, list[Match]] = {
        key: [_match(one) for one in done[key]] for key in keys.values() if key in done
    }  # fmt: skip
    fresh = [source for source in sources if keys[source.page.page] not in found]
    last: dict[str, Original] = {}
    for source in progress.each("looking into originals", _by_file(fresh), len(fresh)):
        last = {file.path: last.get(file.path) or files.original(file) for file in source.files}
        originals = [*last.values(), *(verdicts.Unreadable(name, MISSING) for name in source.missing)]
        found[keys[source.page.page]] = verdicts.matches(quoted.by(source.page), originals)
    states = [OriginalState(path, sha, why) for path, (_, sha, why) in sorted(files.now.items())]
    states += [OriginalState(name, "", MISSING) for name in sorted({name for one in sources for name in one.missing})]
    of: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        of[source.page.topic] += [*(file.path for file in source.files), *source.missing]
    lines = match_quads.lines(base, (one for key in keys.values() for one in found[key]), states, of)
    return Held(lines, _record(sources, files, {keys[one.page.page]: found[keys[one.page.page]] for one in sources}))


def is_touched(quads: Store, root: Path, before: Mapping[str, Any]) -> bool:
    """
    Tell whether originals are not any more what they were, where no page changed.

    A file whose times of change are those known is not read.
    """
    project = Project(root)
    if not before:
        with_folder = project.has_folder(named_originals.FOLDER)
        return bool(named_originals.naming(quads, with_folder=with_folder, pages={}))
    if bool(before["folder"]) != project.has_folder(named_originals.FOLDER):
        return True
    files = _Files(project, before["files"], time.time_ns())
    for page, name, path, sha in before["asked"]:
        file = None if locate.is_address(name) else project.find(name, page)
        if (file.path if file else "") != path or (file is not None and files.digest(file) != sha):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Quoted:
    """What pages quote, read from the graph once."""

    quads: Store
    read: dict[Naming, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def by(self, page: Naming) -> tuple[tuple[str, str], ...]:
        """Return the parts of a page that quote, with the words."""
        if page not in self.read:
            self.read[page] = tuple(named_originals.quotes(self.quads, page.graph, page.topic))
        return self.read[page]

    def digest(self, page: Naming) -> str:
        """Return a digest of what a page quotes."""
        return hashlib.sha256(json.dumps([page.topic, self.by(page)]).encode()).hexdigest()


def _sources(
    quads: Store, root: Path, before: Mapping[str, Any], edits: Collection[str] | None
) -> tuple[list[_Source], _Files]:  # fmt: skip
    project = Project(root)
    files = _Files(project, before.get("files", {}), time.time_ns())
    known = {} if edits is None else _kept(before, edits)
    found = []
    for page in _naming(quads, project, before, known, edits):
        local = [name for name in page.names if not locate.is_address(name)]
        located = {name: project.find(name, page.page) for name in local}
        there = {file.path: file for file in located.values() if file}
        missing = tuple(name for name, file in located.items() if file is None and name.strip())
        if there or missing:
            _, words = known.get((page.graph, page.topic), (page, ""))
            found.append(_Source(page, tuple(there[path] for path in sorted(there)), missing, words))
    return found, files


def _kept(before: Mapping[str, Any], edits: Collection[str]) -> dict[tuple[str, str], tuple[Naming, str]]:
    """Return what was kept of the pages whose graphs stay: the names, and a digest of what each quotes."""
    rows = (row for row in before.get("said", ()) if row[0] not in edits)
    return {
        (graph, topic): (Naming(page, graph, topic, tuple(said)), words) for graph, topic, page, words, said in rows
    }


def _naming(
    quads: Store,
    project: Project,
    before: Mapping[str, Any],
    staying: Mapping[tuple[str, str], tuple[Naming, str]],
    edits: Collection[str] | None,
) -> list[Naming]:
    """Return the pages that name originals: those whose graphs stay, and those of an edit, or all of them anew."""
    with_folder = project.has_folder(named_originals.FOLDER)
    if edits is None or before.get("folder") != with_folder:
        pages = {place: page.page for place, (page, _) in staying.items()}
        return named_originals.naming(quads, with_folder=with_folder, pages=pages)
    fresh = named_originals.naming(quads, with_folder=with_folder, pages={}, graphs=edits)
    return sorted([*fresh, *(page for page, _ in staying.values())], key=lambda one: (one.page, one.topic))


def _by_file(sources: Sequence[_Source]) -> Iterator[_Source]:
    """Yield pages such that those of one original follow each other: it is read once."""
    yield from sorted(sources, key=lambda one: ([file.path for file in one.files], one.page.page))


def _key(source: _Source, files: _Files) -> str:
    """Return what the verdicts on a page depend on: the words, and the bytes of its originals."""
    known = [(file.path, files.digest(file)) for file in source.files]
    said = json.dumps([source.words, known, source.missing])
    return hashlib.sha256(said.encode()).hexdigest()


def _record(sources: Sequence[_Source], files: _Files, by_key: Mapping[str, Sequence[Match]]) -> dict[str, Any]:
    asked = []
    for source in sources:
        for name in source.page.names:
            file = None if locate.is_address(name) else files.project.find(name, source.page.page)
            asked.append([source.page.page, name, file.path if file else "", files.digest(file) if file else ""])
    return {
        "program": _program(),
        "folder": files.project.has_folder(named_originals.FOLDER),
        "files": {path: list(row) for path, row in sorted(files.now.items())},
        "asked": asked,
        "said": [[one.page.graph, one.page.topic, one.page.page, one.words, list(one.page.names)] for one in sources],
        "done": {key: [astuple(one) for one in rows] for key, rows in by_key.items()},
        "read": files.read,
    }


def _match(row: Sequence[Any]) -> Match:
    part, words, verdict, path, why, likeness, pieces, passages = row
    places = tuple(Located(*passage) for passage in passages)
    return Match(part, words, verdict, path, why, likeness, pieces, places)
