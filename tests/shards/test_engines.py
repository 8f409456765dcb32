"""Who makes the shards changes no byte of them, and neither does a worker that is killed half-way."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import newsroom
import pytest
from support.commands import ENTRY
from support.dying import dying
from support.shards import exported, files

from kg.ingest import processes
from kg.model.kg_error import KgError

SHARDS = 8
ENGINES = {
    "local": ("concurrent", ["--jobs", "2"]),
    "dask": ("distributed", ["--jobs", "2"]),
    "ray": ("ray", ["--jobs", "2"]),
    "spark": ("pyspark", ["--cluster", "local-cluster[2,1,1024]"]),
}
# Dask is in CI; Ray and Spark are hundreds of megabytes, of which the nightly run has what is installed.
NIGHTLY = ("ray", "spark")
PARAMETERS = [pytest.param(name, marks=pytest.mark.nightly if name in NIGHTLY else ()) for name in ENGINES]


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """A generated wiki, and its shards as one process makes them."""
    place = tmp_path_factory.mktemp("engines")
    newsroom.make(place / "wiki", 160)
    (place / "kg.toml").write_text('wiki = "wiki"\nbase = "https://wiki.example/"\ndialect = "newsroom"\n')
    exported(place / "wiki", place / "one", SHARDS)
    return place


def command(engine, place, out):
    """The words of the command for an engine of two workers; the test skips where it is not installed."""
    library, words = ENGINES[engine]
    if importlib.util.find_spec(library) is None or (engine == "spark" and shutil.which("java") is None):
        pytest.skip(f"{library} is not installed")
    return [
        *ENTRY,
        "--config",
        place / "kg.toml",
        "export",
        "--shards",
        str(SHARDS),
        "--on",
        engine,
        *words,
        "--out",
        out,
    ]


@pytest.mark.parametrize("engine", PARAMETERS)
def test_two_workers_of_any_engine_write_the_bytes_of_one_process(engine, generated, tmp_path):
    done = subprocess.run(
        command(engine, generated, tmp_path / "out"), capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert files(tmp_path / "out") == files(generated / "one")


@pytest.mark.parametrize("engine", PARAMETERS)
def test_a_worker_that_is_killed_half_way_changes_nothing(engine, generated, tmp_path):
    out = tmp_path / "out"
    with subprocess.Popen(
        command(engine, generated, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        until(lambda: [*out.glob("part-*.nq.gz")], process)
        os.kill(worker(engine, process.pid), signal.SIGKILL)
        unfinished = not (out / "manifest.json").exists()
        _, said = process.communicate()

    assert unfinished
    assert (process.returncode, "Traceback" in said) == (0, False), said
    assert files(out) == files(generated / "one")


def test_the_driver_killed_half_way_leaves_what_the_next_run_takes_up(generated, tmp_path):
    out = tmp_path / "out"
    with subprocess.Popen(
        command("local", generated, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path
    ) as process:
        until(lambda: [*out.glob("part-*.pages.json.gz")], process)
        process.kill()
    made = {path.name: path.stat().st_mtime_ns for path in out.glob("part-*.nq.gz")}
    exported(generated / "wiki", out, SHARDS)

    assert not (made.keys() - {path.name for path in out.glob("part-*")})
    assert any(made[path.name] == path.stat().st_mtime_ns for path in out.glob("part-*.nq.gz") if path.name in made)
    assert files(out) == files(generated / "one")


def until(holds, process):
    """Wait until something holds while a process runs."""
    end = time.monotonic() + 400
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def below(pid):
    """The processes that a process started, theirs too, each with its command line."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
            yield child, Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            yield from below(child)


def worker(engine, pid):
    """The process of a worker that an engine of a command started."""
    words = {"local": "spawn_main", "dask": "spawn_main", "ray": "ray::call", "spark": "pyspark.daemon"}[engine]
    return [child for child, line in below(pid) if words in line][-1]


# ---- Processes of this machine ---------------------------------------------------------------------------------------


def test_a_task_whose_process_died_is_done_again(tmp_path):
    done = processes.each_once(dying, str(tmp_path), ["a", "dies", "b", "c"], jobs=2, retries=3)

    assert sorted(done) == ["A", "B", "C", "DIES"]


def test_what_kills_every_process_ends_in_one_line(tmp_path):
    with pytest.raises(KgError, match="keep dying"):
        list(processes.each_once(dying, str(tmp_path), ["a", "dies always"], jobs=2, retries=1))
