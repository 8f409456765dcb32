"""Work in several processes: the same results in the same order, errors as they are, and no process left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.places import ROOT

from kg.ingest import processes
from kg.model.finding import KgError


def times(factor):
    """Return the function that a process works with."""
    return lambda number: (factor * number, os.getpid())


def refusing(_shared):
    def refuse(number):
        if number == 40:
            raise KgError(f"{number} is refused", code=1)
        return number

    return refuse


def dying(_shared):
    return lambda _task: os._exit(9)


@pytest.mark.parametrize("count", [1, 3])
def test_results_come_in_the_order_of_the_tasks(count):
    results = list(processes.ordered(times, 3, range(100), jobs=count))

    assert [number for number, _ in results] == [3 * number for number in range(100)]
    assert (os.getpid() in {process for _, process in results}) is (count == 1)


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_task_raises_is_raised_here(count):
    with pytest.raises(KgError, match="40 is refused") as error:
        list(processes.ordered(refusing, None, range(100), jobs=count))

    assert error.value.code == 1


def test_a_process_that_dies_is_said():
    with pytest.raises(KgError, match="try --jobs 1"):
        list(processes.ordered(dying, None, range(3), jobs=2))


def test_only_a_few_tasks_are_taken_ahead():
    taken = []
    tasks = (taken.append(number) or number for number in range(10_000))

    first = next(iter(processes.ordered(times, 1, tasks, jobs=2)))

    assert first[0] == 0
    assert len(taken) < 300


@pytest.mark.parametrize(("asked", "tasks", "expected"), [(None, 10, 1), (5, 10, 5), (0, 10, 1)])
def test_few_tasks_are_no_work_for_many(asked, tasks, expected):
    assert processes.chosen(asked, tasks) == expected


@pytest.mark.parametrize(
    ("processors", "tasks", "expected"), [(1, 9_000, 1), (2, 9_000, 1), (4, 9_000, 3), (8, 900, 3)]
)
def test_one_processor_is_left_to_the_engine_that_takes_in_what_is_mapped(monkeypatch, processors, tasks, expected):
    monkeypatch.setattr(processes, "available", lambda: processors)

    assert processes.chosen(None, tasks) == expected


SLOW = """
import sys, time
from kg.ingest import processes as jobs
sys.path.insert(0, "tests")
from support.sleeping import sleeping
if __name__ == "__main__":
    for pid in jobs.ordered(sleeping, None, range(1000), jobs=2):
        print(pid, flush=True)
"""


def alive(process):
    """Whether a process runs; one that ended and was not yet waited for does not."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_the_processes_end_when_their_parent_is_killed():
    parent = subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    end = time.monotonic() + 60
    while alive(child) and time.monotonic() < end:
        time.sleep(0.05)
    parent.stdout.close()

    assert not alive(child)
