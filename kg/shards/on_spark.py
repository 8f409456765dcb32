"""The shards made by Spark: each is a partition of its own, what is shared a broadcast variable."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import kg
from kg.model.kg_error import KgError
from kg.shards import libraries
from kg.shards.engines import RETRIES, Where

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}


def run(
    work: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task], where: Where
) -> Iterator[Result]:
    """Yield `work(shared, task)` for each task, once all are done."""
    pyspark = libraries.loaded("pyspark", "--on spark")
    with _context(pyspark, where) as context:
        there = context.broadcast(shared)
        try:
            done: list[Result] = (
                context.parallelize(tasks, max(1, len(tasks))).map(lambda task: work(there.value, task)).collect()
            )
        except Exception as error:  # noqa: BLE001  # errors of Java and of Python alike
            raise KgError(f"--on spark: {_first(error)}", code=1) from None
    yield from done


@contextmanager
def _context(pyspark: Any, where: Where) -> Iterator[Any]:  # noqa: ANN401  # the library
    """Yield a context: of the master that is named, here or in PYSPARK_SUBMIT_ARGS, else of one in this process."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    home = str(Path(kg.__file__).resolve().parents[1])
    conf = pyspark.SparkConf().setAppName("kg export --shards").set("spark.task.maxFailures", str(RETRIES + 1))
    for key, value in _QUIET.items():
        conf.set(key, value)
    master = where.cluster or ("" if os.environ.get("PYSPARK_SUBMIT_ARGS") else f"local[{where.jobs},{RETRIES + 1}]")
    if master:
        conf.setMaster(master)
    if master.startswith("local"):
        conf.setExecutorEnv("PYTHONPATH", os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH", "")))))
    try:
        context = pyspark.SparkContext(conf=conf)
    except Exception as error:  # noqa: BLE001  # errors of Java and of Python alike
        raise KgError(f"--on spark: cannot be reached: {_first(error)}") from None
    try:
        yield context
    finally:
        context.stop()


def _first(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if not line.startswith("An error occurred")), "") or type(error).__name__
