"""Who has the shards made: each engine is a function from work and tasks to results, in whatever order they are done.

An engine is given a function of ours by its name, what all tasks share, and the tasks; it hands what is shared to each
of its workers once, has a task done again whose worker died, and hands back small records. What the function does
wrong it returns; what an engine cannot do is a KgError.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import Protocol, TypeVar

from kg.ingest import processes
from kg.model.records import dataclass

NAMES = ("local", "ray", "dask", "spark")
# How often a task is begun again whose worker died.
RETRIES = 3
# Below so many pages for each, another process costs more than it does.
_WORTH_A_PROCESS = 300
Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Where:
    """How many workers there are on this machine, or at which address the engine runs; an empty one is none."""

    jobs: int
    cluster: str = ""


class Engine(Protocol):
    """Has a function called for each task, and yields what it returns."""

    def __call__(
        self, work: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task], where: Where
    ) -> Iterator[Result]:
        """Yield `work(shared, task)` for each task, in any order."""


def named(name: str) -> Engine:
    """Return the engine of a name; its library is loaded when it is called."""
    if name == "local":
        return local
    engine: Engine = import_module(f"kg.shards.on_{name}").run
    return engine


def chosen(name: str, jobs: int | None, pages: int) -> int:
    """Return how many workers to use: as many as asked for, else one a processor; of ours one where pages are few."""
    if jobs is not None:
        return jobs
    few = max(1, pages // _WORTH_A_PROCESS) if name == "local" else processes.available()
    return min(processes.available(), few)


def local(
    work: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task], where: Where
) -> Iterator[Result]:
    """Have the tasks done by processes of this machine, with one job by this one."""
    return processes.each_once(partial(partial, work), shared, tasks, jobs=where.jobs, retries=RETRIES)
