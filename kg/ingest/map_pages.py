"""Mappers: pages read and mapped one by one, in this process or in several."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.files import walk
from kg.files.walk import File
from kg.front_matter import page_titles
from kg.front_matter.page_titles import Titles, Top
from kg.ingest import map_page, processes
from kg.ingest.map_page import Mapped
from kg.links.name_tables import NameIndex
from kg.model.records import dataclass
from kg.rdf.names import PageName
from kg.settings.dialect import Dialect


class ChangedMeanwhile(Exception):  # noqa: N818  # no error: the ingest begins anew
    """A page is not any more what the plan was made from."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What every page of a wiki is mapped with."""

    root: Path
    index: NameIndex
    base: str
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Task:
    """
    One page to map; `titles` are what the plan was made with, None for a page that did not change.

    They were read from bytes with the SHA-256 `read`; `top` is all of their top, where it was kept.
    """

    name: PageName
    titles: Titles | None
    read: str = ""
    top: Top | None = None


def mapped(shared: Shared, tasks: Iterable[Task], count: int, *, jobs: int | None) -> Iterator[Mapped]:
    """
    Yield `count` pages, mapped, in the order of the tasks, by as many processes as were asked for, or as are worth it.

    An index that is read as it is asked cannot be sent to another process: it is there where few pages are mapped.
    Raises ChangedMeanwhile for a page that is not what its task says.
    """
    many = 1 if shared.index.every else processes.chosen(jobs, count)
    return processes.ordered(_mapper, shared, tasks, jobs=many)


def _mapper(shared: Shared) -> Callable[[Task], Mapped]:
    def work(task: Task) -> Mapped:
        data, top = _read(shared, task)
        return map_page.map_page(data, task.name, shared.index, shared.base, shared.dialect, top)

    return work


def _read(shared: Shared, task: Task) -> tuple[bytes, Top | None]:
    """
    Return a page's bytes, and what was read of their top before.

    It begins anew where others need to know that the page changed since the plan was made.
    """
    path = task.name.path
    try:
        _, data = walk.read(shared.root, File(path, 0, 0))
    except walk.UnreadError:
        if not (shared.root / path).exists():
            raise ChangedMeanwhile(path) from None
        raise
    if task.titles is None or hashlib.sha256(data).hexdigest() == task.read:
        return data, task.top
    now = page_titles.top(data, path, shared.dialect)
    if now.titles != task.titles:
        raise ChangedMeanwhile(path)
    return data, now
