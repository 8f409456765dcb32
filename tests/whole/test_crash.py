"""A kill, a full disk, a folder that cannot be written: the old state or the new one, complete, and said which."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support.commands import ENTRY, kg
from support.tier import LARGER, TIER, but

from kg.ingest.ingest import How, ingest
from kg.operations import doctor
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations

NEWSROOM = dialect.load("newsroom")
PAGE = "---\ntitle: {name}\ntype: concept\n---\n\n## Overview\n\n{text} [[{name}]]\n"


def write(root, name, text):
    path = root / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(name=path.stem, text=text))


def edit(root):
    """Change, move, remove and add a page: every kind of step in one ingest."""
    write(root, "a", "Changed.")
    (root / "b.md").rename(root / "moved.md")
    (root / "c.md").unlink()
    write(root, "new", "New.")


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A wiki with a store of its first state; and the digests of the state before and after `edit`."""
    place = tmp_path_factory.mktemp("before")
    (place / "kg.toml").write_text('wiki = "wiki"\ndialect = "newsroom"\n')
    for number in range(12):
        write(place / "wiki", f"p{number}", f"Page {number}.")
    for name in "abc":
        write(place / "wiki", name, f"Page {name}.")
    (place / "kg.toml").write_text('dialect = "newsroom"\n')
    ingest(place / ".kg", place / "wiki", Config(), NEWSROOM)
    after = place.with_name(place.name + "-after")
    shutil.copytree(place / "wiki", after / "wiki")
    edit(after / "wiki")
    ingest(after / ".kg", after / "wiki", Config(), NEWSROOM)
    generations.release()
    return place, digest(place / ".kg"), digest(after / ".kg")


def digest(folder):
    return generations.read_manifest(folder, generations.current(folder)).digest


def case(before, tmp_path, *, first=False):
    """Return a copy of the wiki, edited, with the store of before; without a store for a `first` ingest."""
    place, *_ = before
    here = tmp_path / "case"
    shutil.rmtree(here, ignore_errors=True)
    shutil.copytree(place, here, ignore=shutil.ignore_patterns(".kg") if first else None)
    if not first:
        edit(here / "wiki")
        # The store knows its wiki by its place.
        said = here / ".kg/generations/000001/manifest.json"
        said.write_text(said.read_text().replace(str(place.resolve()), str(here.resolve())))
    return here


def killed(at, here, *words):
    """Run a command that kills itself at its step `at`, unless it ended before."""
    return kg("-m", "support.killed", at, "--store", here / ".kg", *words)


def steps(here, *words):
    done = killed(0, here, *words)
    assert done.returncode == 0, done
    return int(done.stdout.split()[-1])


def kill_at(at, here, *words):
    """
    Kill a command at its step `at`, unless it ended before.

    How many files the storage engine has, and so how many are synced, is not the same in every run.
    """
    done = killed(at, here, *words)
    if done.returncode != -signal.SIGKILL:
        assert done.returncode == 0, (at, done)
        assert int(done.stdout.split()[-1]) < at, (at, done)


def verify(here, before, *, first=False):
    """The store is the old or the new one, whole; what is left over is named; and the next ingest makes it the new one."""
    _, old, new = before
    left = doctor.examine(here / ".kg") if (here / ".kg/generations").is_dir() else []
    assert all(problem.fixable for problem in left), left
    head = generations.current(here / ".kg", writing=True)
    if head or not first:
        assert digest(here / ".kg") in (old, new)
    done = ingest(here / ".kg", here / "wiki", Config(), NEWSROOM, how=How(max_shrink=100))
    assert digest(here / ".kg") == (old if first else new)
    assert doctor.examine(here / ".kg") == []
    if left:
        assert done.notes
    generations.release()


# Every thirtieth step, in the longer tiers each; and 2, 40 or 200 kills of new interpreters at random times. Each of the
# parts of a row takes its share, beside the others.
EVERY = 1 if LARGER else 30
AT_RANDOM = {"": 1, "full": 8, "nightly": 40}[TIER]


@pytest.mark.tiered
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("first", [False, True], ids=["a later ingest", "the first ingest"])
def test_a_kill_at_any_step_leaves_the_old_state_or_the_new(before, tmp_path, first, part):
    here = case(before, tmp_path, first=first)
    total = steps(here, "ingest", str(here / "wiki"))
    assert total > 20

    for at in sorted({*range(1, total, EVERY), *range(total - 4, total + 1)})[part::4]:
        here = case(before, tmp_path, first=first)
        kill_at(at, here, "ingest", str(here / "wiki"))
        verify(here, before, first=first)


@pytest.mark.tiered
def test_a_kill_at_any_step_of_a_rollback_leaves_the_old_state_or_the_new(before, tmp_path):
    here = case(before, tmp_path)
    ingest(here / ".kg", here / "wiki", Config(), NEWSROOM)
    kept = shutil.copytree(here / ".kg", tmp_path / "kept")
    total = steps(here, "rollback", "1")

    for at in range(1, total + 1, EVERY):
        shutil.rmtree(here / ".kg")
        shutil.copytree(kept, here / ".kg")
        kill_at(at, here, "rollback", "1")
        assert generations.current(here / ".kg").number in (2, 3)
        verify(here, before)


@pytest.mark.tiered
def test_a_kill_at_any_step_of_reasoning_leaves_the_old_state_or_the_new(before, tmp_path):
    place, *_ = before
    kept = shutil.copytree(place / ".kg", tmp_path / "kept")
    here = tmp_path / "case"
    shutil.copytree(kept, here / ".kg")
    total = steps(here, "reason")

    for at in sorted({*range(1, total, 3 * EVERY), total}):
        shutil.rmtree(here / ".kg")
        shutil.copytree(kept, here / ".kg")
        kill_at(at, here, "reason")
        assert all(problem.fixable for problem in doctor.examine(here / ".kg"))
        kg("--store", here / ".kg", "reason", code=0)
        kg("--store", here / ".kg", "query", "--inferred", "-e", "ASK { ?s ?p ?o }", code=0)
        kg("--store", here / ".kg", "doctor", "--fix", code=0)
        generations.release()


@pytest.mark.tiered
@pytest.mark.parametrize("part", but(range(5), range(2, 5)))
def test_a_kill_at_any_time_leaves_the_old_state_or_the_new(before, tmp_path, part):
    chance = random.Random(part)  # noqa: S311  # reproducible, no secret
    here = case(before, tmp_path)
    command = [*ENTRY, "--store", here / ".kg", "ingest", here / "wiki"]
    started = time.monotonic()
    subprocess.run(command, capture_output=True, check=True)
    usual = time.monotonic() - started

    for _ in range(AT_RANDOM):
        here = case(before, tmp_path)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1.1) * usual)
        process.kill()
        process.wait()
        verify(here, before)


# A disk that is full, a folder that cannot be written: on file systems of their own, in memory.


@pytest.fixture
def disk(tmp_path):
    """Mount a small file system in memory, and return its folder and a way to mount it again with other options."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options):
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "kg-test", folder], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"cannot mount a file system here: {done.stderr.decode().strip()}")

    mount("size=12m")
    yield folder, mount
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_leaves_the_old_state_and_is_said(before, disk, tmp_path, monkeypatch):
    folder, _ = disk
    monkeypatch.setattr("kg.operations.doctor._ROOM", 0)
    outcomes = set()
    for free in (0, 8, 40, 100, 200, 300, 400, 600, 4000):
        here = case(before, tmp_path)
        shutil.rmtree(folder / "kg", ignore_errors=True)
        shutil.copytree(here / ".kg", folder / "kg")
        room = os.statvfs(folder)
        (folder / "filler").write_bytes(b"\0" * max(0, room.f_bavail * room.f_bsize - free * 1024))
        done = kg("--store", folder / "kg", "ingest", here / "wiki")
        (folder / "filler").unlink()

        outcomes.add(done.returncode)
        assert done.returncode in (0, 2), done.stderr
        assert done.stderr.count("\n") == (done.returncode == 2), done.stderr
        assert digest(folder / "kg") == before[1 + (done.returncode == 0)]
        assert all(problem.fixable for problem in doctor.examine(folder / "kg"))
        generations.release()
        kg("--store", folder / "kg", "ingest", here / "wiki", code=0)
        assert digest(folder / "kg") == before[2]
        assert doctor.examine(folder / "kg") == []
        generations.release()
    assert outcomes == {0, 2}


def test_a_store_that_can_only_be_read_is_read_and_not_written(before, disk, tmp_path):
    folder, mount = disk
    here = case(before, tmp_path)
    shutil.copytree(here / ".kg", folder / "kg")
    mount("remount,ro,size=200m")
    command = ["--store", folder / "kg"]

    assert json.loads(kg(*command, "stats", "--json", code=0).stdout)["pages"]["total"] == 15
    kg(*command, "query", "-e", "ASK { ?s ?p ?o }", code=0)
    assert kg(*command, "history", code=0).stdout.startswith("*    1  ")
    assert kg(*command, "doctor", code=0).stdout == ""
    assert "1 changed" not in kg(*command, "validate").stderr
    assert json.loads(kg(*command, "ingest", here / "wiki", "--dry-run", "--json", code=0).stdout)["changed"] == [
        "a.md"
    ]
    refused = kg(*command, "ingest", here / "wiki", code=2)
    assert (refused.stderr.count("\n"), "cannot be written: Read-only file system" in refused.stderr) == (1, True)
    assert "cannot be written" in kg(*command, "reason", code=2).stderr
    assert "cannot be written" in kg(*command, "rollback", "1", code=2).stderr


def test_a_place_for_the_store_that_is_no_folder_is_said(tmp_path):
    write(tmp_path / "wiki", "a", "x")
    (tmp_path / "file").write_text("x")

    assert "cannot be written" in kg("--store", tmp_path / "file/kg", "ingest", tmp_path / "wiki", code=2).stderr
    assert Path(tmp_path / "file").read_text() == "x"
