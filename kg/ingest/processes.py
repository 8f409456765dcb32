"""Jobs: a pure function over many tasks in several processes, the results in the order of the tasks."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from kg.model.finding import KgError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")
_BATCH = 16
_AHEAD = 3
_WORTH_A_PROCESS = 300
_work: Callable[[Any], Any]


def available() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chosen(jobs: int | None, tasks: int) -> int:
    """
    Return how many processes to use: as many as asked for, else one for few tasks, for many one a processor but one.

    The engine, which takes in what is mapped, keeps that one busy.
    """
    if jobs is not None:
        return max(1, jobs)
    return max(1, min(available() - 1, tasks // _WORTH_A_PROCESS))


def ordered(
    prepare: Callable[[Shared], Callable[[Task], Result]], shared: Shared, tasks: Iterable[Task], *, jobs: int
) -> Iterator[Result]:
    """
    Yield `prepare(shared)(task)` for each task, in the order of the tasks; with one job in this process.

    Each process calls `prepare` once. `prepare`, what it is given, tasks and results must be picklable. Only a few
    batches are under way at any time, so that memory does not grow with the number of tasks. What the function raises
    is raised here; KgError where a process dies.
    """
    if jobs <= 1:
        yield from map(prepare(shared), tasks)
        return
    from concurrent.futures.process import BrokenProcessPool

    with _pool(prepare, shared, jobs) as pool:
        try:
            yield from _in_order(pool, iter(tasks), jobs * _AHEAD)
        except BrokenProcessPool:
            raise KgError("a process that maps pages died, perhaps for want of memory; try --jobs 1", code=1) from None


def each_once(
    prepare: Callable[[Shared], Callable[[Task], Result]],
    shared: Shared,
    tasks: Sequence[Task],
    *,
    jobs: int,
    retries: int,
) -> Iterator[Result]:
    """
    Yield `prepare(shared)(task)` for each task, as they are done; for few large tasks.

    It is as `ordered`, but what was under way when a process died is done again by others, so many times; KgError after
    that.
    """
    if jobs <= 1:
        yield from map(prepare(shared), tasks)
        return
    from concurrent.futures import as_completed
    from concurrent.futures.process import BrokenProcessPool

    left = dict(enumerate(tasks))
    for _ in range(retries + 1):
        with _pool(prepare, shared, min(jobs, len(left))) as pool, suppress(BrokenProcessPool):
            with _deaf_to_interrupts():
                numbers = {pool.submit(_batch, [task]): number for number, task in left.items()}
            for future in as_completed(numbers):
                if not isinstance(future.exception(), BrokenProcessPool):
                    (result,) = future.result()
                    del left[numbers[future]]
                    yield result
        if not left:
            return
    raise KgError(
        "processes that map pages keep dying, perhaps for want of memory; try more shards, or --jobs 1", code=1
    )


@contextmanager
def _pool(prepare: Callable[[Any], Callable[[Any], Any]], shared: object, jobs: int) -> Iterator["ProcessPoolExecutor"]:
    """Have processes that are prepared; what they are doing when the block is left is not waited for."""
    import multiprocessing  # where one process is enough it costs a twentieth of its start
    from concurrent.futures import ProcessPoolExecutor

    # Spawned, not forked: a forked child would keep the locks and the store's files of this process open.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(prepare, shared)) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """
    Have processes that begin in this block, and threads, not hear Ctrl-C: a terminal sends it to all of them.

    It is for this process alone, which ends the others; it hears after the block what came within.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_order(pool: "ProcessPoolExecutor", tasks: Iterator[Task], ahead: int) -> Iterator[Any]:
    under_way: deque[Future[list[Any]]] = deque()
    while True:
        while len(under_way) < ahead and (batch := list(islice(tasks, _BATCH))):
            with _deaf_to_interrupts():
                under_way.append(pool.submit(_batch, batch))
        if not under_way:
            return
        yield from under_way.popleft().result()


def _begin(prepare: Callable[[Any], Callable[[Any], Any]], shared: object) -> None:
    """Prepare the work of this process, and see to it that it ends when its parent does, however that ends."""
    global _work  # noqa: PLW0603  # one process does one work; this is how the pool hands it over
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _work = prepare(shared)


def _end_with(sentinel: int) -> None:
    from multiprocessing import connection

    connection.wait([sentinel])
    os._exit(1)


def _batch(tasks: list[Any]) -> list[Any]:
    return [_work(task) for task in tasks]
