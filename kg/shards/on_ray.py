"""The shards made by Ray: what is shared lies once in its object store, and each worker unpacks it once."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from kg.model.kg_error import KgError
from kg.shards import libraries
from kg.shards.engines import RETRIES, Where

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")
# What this worker was handed, by the name of the object.
_unpacked: dict[str, Any] = {}


def run(
    work: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task], where: Where
) -> Iterator[Result]:
    """Yield `work(shared, task)` for each task, as they are done."""
    ray = libraries.loaded("ray", "--on ray")
    with _cluster(ray, where):
        remote = ray.remote(max_retries=RETRIES)(call)
        # In a list, so that a worker gets the name of the object, and not all of it with every task.
        box = [ray.put(shared)]
        pending = [remote.remote(work, box, task) for task in tasks]
        while pending:
            ready, pending = ray.wait(pending)
            try:
                results: list[Result] = ray.get(ready)
            except ray.exceptions.RayError as error:
                raise KgError(f"--on ray: {str(error).splitlines()[0]}", code=1) from None
            yield from results


def call(work: Callable[[Shared, Task], Result], box: Sequence[Any], task: Task) -> Result:
    """Do one task, in a worker."""
    import ray

    name = box[0].hex()
    if name not in _unpacked:
        _unpacked.clear()
        _unpacked[name] = ray.get(box[0])
    return work(_unpacked[name], task)


@contextmanager
def _cluster(ray: Any, where: Where) -> Iterator[None]:  # noqa: ANN401  # the library
    """Be connected: to the cluster that is named, here or in RAY_ADDRESS, else to one of this machine alone."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    known: dict[str, Any] = {"logging_level": logging.CRITICAL, "log_to_driver": False}
    if where.cluster or os.environ.get("RAY_ADDRESS"):
        known["address"] = where.cluster or None
    else:
        known |= {"num_cpus": where.jobs, "include_dashboard": False}
    try:
        ray.init(**known)
    except Exception as error:  # noqa: BLE001  # where it does not start in time Ray raises just that
        raise KgError(f"--on ray: cannot be reached: {(str(error) or type(error).__name__).splitlines()[0]}") from None
    try:
        yield
    finally:
        ray.shutdown()
