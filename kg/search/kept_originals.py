"""The texts of the originals of a generation in an index of their own, kept beside it, made when they are first asked.

It hangs on the paths and the digests of the originals alone: a generation with the same ones has the same file.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from pyoxigraph import Literal, NamedNode

from kg.model import program, progress
from kg.originals import paragraphs, read_original
from kg.originals.locate import Project
from kg.originals.read_original import Unread
from kg.rdf import sparql_text
from kg.search import kept_file
from kg.search.index import About, Index, Original
from kg.search.texts import Group, Part
from kg.store.reading import Reading

Answer = TypeVar("Answer")
NAME = "originals.db"
# So many characters are looked through of one original, and of all of them, in the order of their paths.
MOST_EACH, MOST_ALL = 5_000_000, 50_000_000
TOO_MANY = f"the originals before it have {MOST_ALL // 1_000_000} million characters, and no more are looked through"
TOO_LONG = f"only its first {MOST_EACH // 1_000_000} million characters are looked through"
AWAY = "it is not there any more"
CHANGED = "it changed since the ingest; `kg ingest` brings it in"
_AT_ONCE = 5_000_000


class Named(NamedTuple):
    """An original that pages name: its IRI, and the digest of its bytes."""

    iri: str
    sha256: str


def named(reading: Reading) -> dict[str, Named]:
    """Return the originals whose text was read at the ingest, by their paths."""
    rows = sparql_text.select(reading.quads, sparql_text.declared_query("search/named-originals").text)
    found = {}
    for row in rows:
        original, path, sha = row["original"], row["path"], row["sha"]
        if isinstance(original, NamedNode) and isinstance(path, Literal) and isinstance(sha, Literal):
            found[path.value] = Named(original.value, sha.value)
    return dict(sorted(found.items()))


class Originals:
    """
    The texts of the originals of a generation; nothing is opened or made before they are asked for.

    `whole` is the generation with the pages that are left out of `reading`, where any are.
    """

    def __init__(self, reading: Reading, whole: Reading, passages: Index) -> None:
        self._reading, self._whole, self._passages = reading, whole, passages

    def best(self, expressions: Sequence[str], most: int) -> list[Part]:
        """
        Return at most so many parts of originals that fit expressions of FTS5, as Index.best does, the best first.

        Of those without their texts there are the passages that quotes were held against.
        """
        if not self._named:
            return self._passages.best(expressions, {Group.ORIGINAL}, most)
        found = self._asked(lambda texts: texts.best(expressions, {Group.ORIGINAL}, most))
        there = {path for path, one in self._index.listed_originals().items() if one.characters}
        self._passages.hide(lambda row: not row.graph and row.path in there)
        return [*found, *self._passages.best(expressions, {Group.ORIGINAL}, most - len(found))]

    def having(self, expression: str) -> list[str]:
        """Return the IRIs of the originals of which a paragraph fits an expression of FTS5, sorted."""
        found = self._asked(lambda texts: texts.nodes(expression)) if self._named else []
        return sorted({node for node, _ in found})

    def missing(self) -> list[Original]:
        """Return the originals whose texts are not looked through, or not whole, in the order of their paths."""
        listed = self._index.listed_originals().values() if self._named else ()
        seen = named(self._reading) if self._reading.left_out else self._named
        return [one for one in listed if one.why and one.path in seen]

    def _asked(self, question: Callable[[Index], Answer]) -> Answer:
        """Return what a question to the index is answered; where that is damaged, a new one answers."""
        try:
            return question(self._index)
        except kept_file.DAMAGED:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
            self.__dict__.pop("_index", None)
            return question(self._index)

    @cached_property
    def _named(self) -> dict[str, Named]:
        return named(self._whole)

    @property
    def _path(self) -> Path:
        return self._whole.generation.folder / NAME

    @cached_property
    def _index(self) -> Index:
        about, project = _about(self._named), Project(self._whole.root)
        if (kept := kept_file.opened(self._path, about)) and _may_be_read_now(project, kept):
            kept.close()
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
        with progress.stage("indexing originals"):
            found = kept_file.index(self._whole.folder, self._path, about, self._make)
        if self._reading.left_out:
            seen = {one.iri for one in named(self._reading).values()}
            found.hide(lambda row: row.node not in seen)
        return found

    def _make(self, beside: Path | None) -> Index:
        for older in kept_file.older(self._whole.folder, self._whole.generation.number, NAME) if beside else ():
            beside = cast("Path", beside)
            try:
                if made := self._taken_over(older.folder / NAME, beside):
                    return made
            except (OSError, *kept_file.DAMAGED):
                beside.unlink(missing_ok=True)  # damaged: the one before it, or all is read
        return self._filled(Index.new(beside, _about(self._named)))

    def _taken_over(self, older: Path, beside: Path) -> Index | None:
        """
        Return the index of an earlier generation, None where another program made it.

        It is the same file where it has the same originals, and none that could not be read and is another file now;
        else a copy in which the others are read.
        """
        about, project = _about(self._named), Project(self._whole.root)
        with closing(Index.of_file(older)) as index:
            before, is_same = index.about(), index.about() == about and not _may_be_read_now(project, index)
        if is_same:
            os.link(older, beside)
            return Index.of_file(beside)
        if before is None or before.program != about.program:
            return None
        shutil.copyfile(older, beside)
        return self._filled(Index.to_change(beside))

    def _filled(self, index: Index) -> Index:
        try:
            _fill(index, self._named, Project(self._whole.root))
            index.finish()
            index.is_about(_about(self._named))
        except kept_file.DAMAGED:
            index.close()
            raise
        return index


def _about(originals: Mapping[str, Named]) -> About:
    said = json.dumps([(path, *one) for path, one in originals.items()])
    libraries = f"pypdf {read_original.libraries()}"
    return About(program.digest(libraries), hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest())


def _may_be_read_now(project: Project, index: Index) -> bool:
    """Tell whether an original whose text was not there when the index was made is another file now."""
    try:
        missing = [one for one in index.listed_originals().values() if not one.characters and one.why != TOO_MANY]
    except kept_file.DAMAGED:
        return True
    return any(_stamp(project, one.path) != one.stamp for one in missing)


def _stamp(project: Project, path: str) -> str:
    file = project.at(path)
    return file.stamp if file else ""


def _fill(index: Index, originals: Mapping[str, Named], project: Project) -> None:
    """Put the texts of originals into an index, and take out those of others."""
    known = index.listed_originals()
    for path, old in known.items():
        if path not in originals or originals[path].sha256 != old.sha256 or not old.characters:
            index.take_original(path)
    listed, waiting, total = list[Original](), list[Part](), 0
    for path, one in originals.items():
        before = known.get(path)
        is_there = before is not None and before.sha256 == one.sha256 and before.characters > 0
        if total >= MOST_ALL:
            if is_there:
                index.take_original(path)
            listed.append(Original(path, one.sha256, "", 0, TOO_MANY))
            continue
        if before is not None and is_there:
            listed.append(before)
        else:
            fresh, parts = _read(project, path, one)
            listed.append(fresh)
            waiting += parts
        total += listed[-1].characters
        if sum(len(part.text) for part in waiting) > _AT_ONCE:
            index.put(waiting)
            waiting = []
    index.put(waiting)
    index.list_originals(listed)


def _read(project: Project, path: str, one: Named) -> tuple[Original, list[Part]]:
    """Return what is known of an original, and its paragraphs, none where it is not the one that was ingested."""
    file = project.at(path)
    if file is None:
        return Original(path, one.sha256, "", 0, AWAY), []
    data = project.read(file, read_original.MOST_BYTES)
    if data is None or hashlib.sha256(data).hexdigest() != one.sha256:
        return Original(path, one.sha256, file.stamp, 0, CHANGED), []
    text = read_original.read(path, data)
    if isinstance(text, Unread):
        return Original(path, one.sha256, file.stamp, 0, text.why), []
    why = TOO_LONG if len(text.text) > MOST_EACH else ""
    parts = [*_parts(path, one.iri, paragraphs.paragraphs(text))]
    return Original(path, one.sha256, file.stamp, min(len(text.text), MOST_EACH), why), parts


def _parts(path: str, iri: str, pieces: Iterator[paragraphs.Paragraph]) -> Iterator[Part]:
    count = 0
    for one in pieces:
        count += len(one.text)
        if count > MOST_EACH:
            return
        first = one.spots[0]
        spots = " ".join(f"{spot.offset}:{spot.line}:{spot.column}:{spot.page}" for spot in one.spots)
        yield Part(Group.ORIGINAL, path, first.line, first.column, iri, "", text=one.text, spots=spots)
