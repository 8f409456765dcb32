"""Making one shard, wherever an engine has it made: its pages read and mapped, its lines sorted, packed and written."""

import gzip
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from kg.files import walk
from kg.files.walk import File
from kg.ingest import ingest, map_page
from kg.ingest.map_page import Mapped
from kg.ingest.map_pages import ChangedMeanwhile
from kg.links import resolve
from kg.model.kg_error import KgError
from kg.rdf.names import PageName
from kg.shards import records
from kg.shards.places import Place
from kg.shards.records import COMMON, PAGES, QUADS, Failed, Kept, KeptPage, Result, Shard, Shared, Task
from kg.store import graph_digest

_LEVEL = 6
_AT_ONCE = 10_000


def made(shared: Shared, task: Task) -> Result:
    """
    Return what a shard holds, once it is written: the one that was kept where its pages are mapped to the same.

    What goes wrong is returned: an error of ours need not travel.
    """
    try:
        _check_program(shared)
        return _still_right(shared, task) or _mapped(shared, task)
    except ChangedMeanwhile as error:
        return Failed(str(error), changed=True)
    except KgError as error:
        return Failed(str(error), error.code)
    except OSError as error:
        return Failed(f"{shared.place}: cannot be written: {error.strerror or error}")


def _check_program(shared: Shared) -> None:
    """Raise KgError on a machine with another kg: what it makes would be called by the name of what ours makes."""
    if ingest.mapper() != shared.settings.mapper:
        raise KgError(
            f"{os.uname().nodename}: has another kg, or another PyYAML, than this machine; install the same there"
        )


def _still_right(shared: Shared, task: Task) -> Shard | None:
    """Return the shard that was made of the same pages, if all names in them mean what they meant; say so beside it."""
    kept = kept_shard(shared.place, task.kept) if task.kept else None
    if kept is None or not is_whole(shared.place, kept.shard):
        return None
    rules, names = resolve.rules(shared.dialect), [name for name, _ in task.pages]
    for name, page in zip(names, kept.pages, strict=True):
        answers = map_page.answers(shared.index, name, page.used, rules)
        if map_page.answers_digest(name, answers) != page.answers:
            return None
    _put_beside(shared.place, task.of, replace(kept, names=shared.names))
    return kept.shard


def kept_shard(place: Place, name: str) -> Kept | None:
    """Return what stands in a list of pages; None where it is damaged."""
    data = place.read(name)
    try:
        return records.read(gzip.decompress(data)) if data else None
    except (OSError, EOFError, ValueError):
        return None


def is_whole(place: Place, shard: Shard) -> bool:
    """Tell whether the file of a shard is there as it was written."""
    return place.has(shard.file, shard.size, shard.sha256)


def _mapped(shared: Shared, task: Task) -> Shard:
    """Map the pages of a shard and write it."""
    lines: list[bytes] = []
    pages: list[KeptPage] = []
    graphs, total, scraped = 0, "", ""
    for name, sha256 in task.pages:
        data = _bytes(shared, name, sha256)
        mapped = map_page.map_page(data, name, shared.index, shared.settings.base, shared.dialect)
        quads = _canonical(mapped)
        lines += quads
        graphs += len({line[line.rindex(b" <") :] for line in quads})
        entry = mapped.entry
        total = graph_digest.with_(total, entry.path, entry.graphs)
        scraped = max(scraped, entry.scraped)
        pages.append(KeptPage(entry.path, sha256, entry.title, entry.aliases, entry.used, entry.answers))
    shard = put(shared.place, task.number, task.of, lines)
    shard = replace(shard, pages=len(pages), graphs=graphs, digest=total, scraped=scraped)
    _put_beside(shared.place, task.of, Kept(shared.settings, task.inputs, shared.names, shard, tuple(pages)))
    return shard


def _bytes(shared: Shared, name: PageName, sha256: str) -> bytes:
    """Return a page's bytes; raise ChangedMeanwhile where they are not those that the names were read from."""
    if not shared.root.is_dir():
        raise KgError(
            f"{os.uname().nodename}: does not see the wiki at {shared.root}; every machine needs it at this path"
        )
    try:
        _, data = walk.read(shared.root, File(name.path, 0, 0))
    except walk.UnreadError:
        if not (shared.root / name.path).exists():
            raise ChangedMeanwhile(name.path) from None
        raise
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ChangedMeanwhile(name.path)
    return data


def _canonical(page: Mapped) -> list[bytes]:
    """Return a page's lines as RDFC-1.0 spells them: that is how the engine spells control characters."""
    if b"\\u" not in page.quads:
        return page.quads.splitlines(keepends=True)
    lines = [f"{line}\n" for line in page.quads.decode().split("\n")[:-1]]
    return [line.encode() for line in graph_digest.spelled(lines)]


def put(place: Place, number: int, of: int, lines: Iterable[bytes]) -> Shard:
    """Write the lines of a shard, sorted, each once, and return what it holds, but for its pages and graphs."""
    distinct = [line for line, _ in groupby(sorted(lines))]
    whole = hashlib.sha256()
    for start in range(0, len(distinct), _AT_ONCE):
        whole.update(b"".join(distinct[start : start + _AT_ONCE]))
    digest, data = whole.hexdigest(), _packed(distinct)
    name = records.file_name(number, of, digest, QUADS)
    place.write(name, data)
    return Shard(number, name, len(data), hashlib.sha256(data).hexdigest(), digest, len(distinct), 0, 0, "")


def _packed(lines: Sequence[bytes]) -> bytes:
    """Return lines as a gzip without a name or a time in it: the same lines are the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=packed, mtime=0) as file:
        for start in range(0, len(lines), _AT_ONCE):
            file.write(b"".join(lines[start : start + _AT_ONCE]))
    return packed.getvalue()


def _put_beside(place: Place, of: int, beside: Kept) -> None:
    """Write what a shard was made from, after the shard: where this stands, that is whole."""
    shard = beside.shard
    if shard.number != COMMON:
        place.write(records.file_name(shard.number, of, shard.lines, PAGES), _packed([records.written(beside)]))
