"""The shards made by Dask: what is shared is sent to every worker before the first task."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from kg.model.kg_error import KgError
from kg.shards import libraries
from kg.shards.engines import RETRIES, Where

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")
_SECONDS = 60


def run(
    work: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task], where: Where
) -> Iterator[Result]:
    """Yield `work(shared, task)` for each task, as they are done."""
    distributed = libraries.loaded("distributed", "--on dask")
    with _client(distributed, where) as client:
        there = client.scatter(shared, broadcast=True, hash=False)
        futures = client.map(call, tasks, work=work, shared=there, pure=False, retries=RETRIES)
        for future in distributed.as_completed(futures):
            try:
                result: Result = future.result()
            except Exception as error:  # noqa: BLE001  # Dask raises what it lacks as errors of many libraries
                raise KgError(f"--on dask: {(str(error) or type(error).__name__).splitlines()[0]}", code=1) from None
            yield result


def call(task: Task, work: Callable[[Shared, Task], Result], shared: Shared) -> Result:
    """Do one task, in a worker."""
    return work(shared, task)


@contextmanager
def _client(distributed: Any, where: Where) -> Iterator[Any]:  # noqa: ANN401  # the library
    """Yield a client: of the cluster that is named, here or in DASK_SCHEDULER_ADDRESS, else of one of this machine."""
    import dask

    address = where.cluster or dask.config.get("scheduler-address", None)
    with ExitStack() as stack:
        try:
            if not address:
                address = stack.enter_context(
                    distributed.LocalCluster(
                        n_workers=where.jobs, threads_per_worker=1, memory_limit=0, dashboard_address=None,
                        silence_logs=logging.CRITICAL,
                    )
                )  # fmt: skip
            client = stack.enter_context(distributed.Client(address, timeout=_SECONDS))
        except Exception as error:  # noqa: BLE001  # what does not start is said by errors of many libraries
            raise KgError(f"--on dask: cannot be reached: {(str(error) or 'no answer').splitlines()[0]}") from None
        yield client
