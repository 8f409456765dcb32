"""The store as people share it: generations, who writes, who reads, the way back, and what is wrong with it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from pyoxigraph import NamedNode, Quad, Store
from support.commands import kg
from support.tier import LARGER

from kg.ingest import fact_changes
from kg.ingest.ingest import How, ingest
from kg.model.finding import KgError
from kg.operations import doctor, history
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations, lock
from kg.store.generations import Keep
from kg.store.manifest_head import Change

PAGE = "---\ntitle: {name}\ntype: concept\n---\n\n## Overview\n\nRound {round}. Links to [[B]].\n"
NEWSROOM = dialect.load("newsroom")


def write(root, round_, names="ABC"):
    (root / "concepts").mkdir(parents=True, exist_ok=True)
    for name in names:
        (root / f"concepts/{name}.md").write_text(PAGE.format(name=name, round=round_))


@pytest.fixture(scope="module")
def stored_once(tmp_path_factory):
    """A folder with a wiki of three pages and a store of it, in its first generation."""
    place = tmp_path_factory.mktemp("stored")
    write(place / "wiki", 1)
    kg("ingest", "wiki", cwd=place, code=0)
    return place


@pytest.fixture
def stored_wiki(stored_once, tmp_path):
    """A copy of it: a store beside its wiki goes where that goes."""
    return Path(shutil.copytree(stored_once, tmp_path, dirs_exist_ok=True))


def rounds(wiki, *numbers):
    for number in numbers:
        write(wiki / "wiki", number)
        kg("ingest", cwd=wiki, code=0)


@pytest.fixture(scope="module")
def stored_twice(stored_once, tmp_path_factory):
    """The same, with a second generation."""
    place = Path(shutil.copytree(stored_once, tmp_path_factory.mktemp("twice") / "wiki"))
    rounds(place, 2)
    return place


@pytest.fixture
def two_generations(stored_twice, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(stored_twice, tmp_path, dirs_exist_ok=True))


def numbers(folder):
    return [one.number for one in generations.generations(folder)]


ASK = "SELECT ?text { ?s a nr:Sentence ; nr:markup ?text FILTER(STRSTARTS(?text, 'Round')) } ORDER BY ?text"


def said(wiki, *options):
    return sorted(set(kg("query", "-e", ASK, "--format", "csv", *options, cwd=wiki, code=0).stdout.split()[1:]))


# Generations, and which of them are kept.


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_happens_after_head_names_a_generation_does_not_take_it_away(stored_wiki, monkeypatch, error):
    store, real = stored_wiki / ".kg", generations.set_head

    def late(folder, generation):
        real(folder, generation)
        raise error

    write(stored_wiki / "wiki", 2)
    monkeypatch.setattr(generations, "set_head", late)
    with pytest.raises(error):
        ingest(store, stored_wiki / "wiki", Config(), NEWSROOM)
    monkeypatch.undo()

    assert numbers(store) == [1, 2]
    assert kg("doctor", cwd=stored_wiki).returncode == 0


def test_only_so_many_generations_are_kept(stored_wiki):
    (stored_wiki / "kg.toml").write_text('wiki = "wiki"\n[store]\nkeep = 3\n')

    rounds(stored_wiki, 2, 3, 4, 5)

    assert numbers(stored_wiki / ".kg") == [3, 4, 5]


def test_those_of_the_last_days_are_kept_whatever_their_number(stored_wiki):
    (stored_wiki / "kg.toml").write_text('wiki = "wiki"\n[store]\nkeep = 2\nkeep_days = 7\n')
    rounds(stored_wiki, 2, 3, 4)
    old = stored_wiki / ".kg/generations/000001/manifest.json"
    os.utime(old, (1, 1))

    rounds(stored_wiki, 5)

    assert numbers(stored_wiki / ".kg") == [2, 3, 4, 5]


def test_a_generation_that_somebody_reads_is_not_removed(stored_wiki):
    held = generations.require(stored_wiki / ".kg")
    reader = generations.open_reader(stored_wiki / ".kg", held)
    write(stored_wiki / "wiki", 2)
    (stored_wiki / "kg.toml").write_text('wiki = "wiki"\n[store]\nkeep = 2\n')
    rounds(stored_wiki, 2, 3, 4)

    assert numbers(stored_wiki / ".kg") == [1, 3, 4]
    assert list(reader.quads_for_pattern(None, None, None, NamedNode("https://wiki.invalid/graph/concepts/A")))
    generations.release()
    assert generations.prune(stored_wiki / ".kg", Keep(2)) == [1]


def test_what_the_configuration_says_of_the_store_is_checked(stored_wiki):
    (stored_wiki / "kg.toml").write_text('wiki = "wiki"\n[store]\nkeeep = 3\n')
    assert "unknown key 'store.keeep'; use one of store.keep," in kg("ingest", cwd=stored_wiki, code=2).stderr
    (stored_wiki / "kg.toml").write_text('wiki = "wiki"\nstore = 3\n')
    assert "store: expected a table" in kg("ingest", cwd=stored_wiki, code=2).stderr


def test_generations_share_what_they_have_in_common(stored_wiki):
    write(stored_wiki / "wiki", 2, "A")
    kg("ingest", cwd=stored_wiki, code=0)

    shared = [
        path
        for path in (stored_wiki / ".kg/generations/000002").rglob("*")
        if path.is_file() and path.stat().st_nlink > 1
    ]
    assert {".sst", ".db"} <= {path.suffix for path in shared}


# The way back.


def test_an_earlier_generation_can_be_asked(two_generations):
    assert said(two_generations) == ["Round 2."] or said(two_generations) == ["2.", "Round"]
    assert "1." in "".join(said(two_generations, "--at", "1"))
    assert json.loads(kg("stats", "--json", "--at", "1", cwd=two_generations, code=0).stdout)["generation"] == 1
    assert "Round 1" in kg("export", "--format", "nquads", "--at", "1", cwd=two_generations, code=0).stdout
    kg("render", "--at", "1", "--out", "before", cwd=two_generations, code=0)
    assert "Round 1" in (two_generations / "before/concepts/A.md").read_text()
    kg("validate", "--at", "1", "--profile", "lenient", cwd=two_generations)
    assert "no generation 7; kept are 1, 2" in kg("stats", "--at", "7", cwd=two_generations, code=2).stderr


def test_history_says_what_each_generation_changed(stored_wiki):
    (stored_wiki / "wiki/concepts/A.md").unlink()
    (stored_wiki / "wiki/concepts/B.md").rename(stored_wiki / "wiki/concepts/D.md")
    write(stored_wiki / "wiki", 2, "E")
    kg("ingest", cwd=stored_wiki, code=0)

    newest, first = json.loads(kg("history", "--json", cwd=stored_wiki, code=0).stdout)
    text = kg("history", cwd=stored_wiki, code=0).stdout

    assert (newest["generation"], newest["current"], newest["pages"]) == (2, True, 3)
    assert newest["did"] == {"added": 1, "changed": 0, "moved": 1, "removed": 1, "relinked": 1}
    assert newest["changes"]["pages"] == {"total": 3, "added": 1, "dropped": 1}
    assert first["changes"]["links"] == {"total": 3, "added": 3, "dropped": 0}
    assert text.startswith("*    2  ")
    assert "1 added, 1 moved, 1 removed, 1 relinked; pages +1 −1" in text


def test_the_digest_is_that_of_the_content_whatever_the_way_to_it(stored_wiki):
    rounds(stored_wiki, 2, 1)

    third, second, first = json.loads(kg("history", "--json", cwd=stored_wiki, code=0).stdout)

    assert third["digest"] == first["digest"] != second["digest"]


def test_a_rollback_makes_the_old_content_a_new_generation_and_loses_nothing(two_generations):
    done = kg("rollback", "1", cwd=two_generations, code=0)

    assert done.stdout == "generation 3 holds what generation 1 does\n"
    assert "the next `kg ingest`" in done.stderr
    assert "1." in "".join(said(two_generations))
    assert "2." in "".join(said(two_generations, "--at", "2"))
    assert "rolled back to generation 1" in kg("history", cwd=two_generations, code=0).stdout
    assert kg("doctor", cwd=two_generations, code=0).stdout == ""
    assert json.loads(kg("ingest", "--json", cwd=two_generations, code=0).stdout)["changed"] == [
        f"concepts/{x}.md" for x in "ABC"
    ]
    assert "nothing to go back to" in kg("rollback", "4", cwd=two_generations, code=2).stderr


# What an ingest says, and when it stops.


def test_an_ingest_says_how_many_facts_of_each_kind_came_and_went(stored_wiki):
    text = PAGE.format(name="A", round=9) + "\nOne more. [[C]]\n\n## Key Claims\n- [fact] X — y\n"
    (stored_wiki / "wiki/concepts/A.md").write_text(text)

    planned = kg("ingest", "--dry-run", cwd=stored_wiki, code=0).stdout
    done = kg("ingest", cwd=stored_wiki, code=0).stdout

    assert "facts     claims +1, links +1, sentences +3 −1\n" in planned
    assert planned.replace("generation 1", "generation 2") == done


@pytest.fixture(scope="module")
def large_once(tmp_path_factory):
    place = tmp_path_factory.mktemp("large")
    write(place / "wiki", 1, [f"P{number}" for number in range(60)])
    kg("ingest", "wiki", cwd=place, code=0)
    return place


@pytest.fixture
def large(large_once, tmp_path):
    return Path(shutil.copytree(large_once, tmp_path, dirs_exist_ok=True))


def test_an_ingest_that_would_lose_more_than_a_fifth_stops_and_says_of_what(large):
    for number in range(15):
        (large / f"wiki/concepts/P{number}.md").unlink()

    planned = kg("ingest", "--dry-run", cwd=large, code=0)
    done = kg("ingest", cwd=large, code=1)

    assert (
        "stopped, nothing was written: the wiki would lose 15 of 60 pages, 15 of 60 links, 30 of 120 sentences"
        in done.stderr
    )
    assert "pages −15" in planned.stdout
    assert "note: an ingest would be stopped: the wiki would lose 15 of 60 pages, " in planned.stderr
    assert numbers(large / ".kg") == [1]
    assert kg("doctor", cwd=large, code=0).stdout == ""
    kg("ingest", "--max-shrink", "30", cwd=large, code=0)


def test_the_limit_stands_in_the_configuration_too(large):
    (large / "wiki/concepts/P0.md").unlink()
    (large / "kg.toml").write_text('wiki = "wiki"\n[store]\nmax_shrink = 0\n')

    kg("ingest", cwd=large, code=0)
    for number in range(1, 11):
        (large / f"wiki/concepts/P{number}.md").unlink()

    assert "10 of 59 pages" in kg("ingest", cwd=large, code=1).stderr


def test_few_facts_may_go_without_being_asked():
    fact_changes.check({"claims": Change(1, 0, 9)}, 20)
    fact_changes.check({"claims": Change(80, 0, 20)}, 20)
    with pytest.raises(KgError, match=r"10 of 11 claims, more than 20 %"):
        fact_changes.check({"claims": Change(1, 0, 10)}, 20)


def test_a_page_that_moves_takes_its_facts_with_it(large):
    for number in range(60):
        (large / f"wiki/concepts/P{number}.md").rename(large / f"wiki/P{number}.md")

    assert "facts" not in kg("ingest", cwd=large, code=0).stdout


# Who writes.

HOLD = "import sys, time\nfrom pathlib import Path\nfrom kg.store import generations as store\nwith store.writer(Path('.kg')):\n    print('held', flush=True)\n    time.sleep(float(sys.argv[1]))\n"


@pytest.fixture
def holder(stored_wiki):
    """Start a process that is the store's writer for so many seconds."""
    started = []

    def hold(seconds):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(seconds)], cwd=stored_wiki, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_second_writer_is_told_the_name_of_the_first(stored_wiki, holder):
    first = holder(60)
    write(stored_wiki / "wiki", 2)

    done = kg("ingest", cwd=stored_wiki, code=1)

    assert f"process {first.pid} on {os.uname().nodename} (`-c 60`, since 2" in done.stderr
    assert "--wait SECONDS" in done.stderr
    assert numbers(stored_wiki / ".kg") == [1]
    assert "3 pages" in kg("ingest", "--dry-run", cwd=stored_wiki, code=0).stdout


def test_a_second_writer_can_wait_for_its_turn(stored_wiki, holder):
    first = holder(1)
    write(stored_wiki / "wiki", 2)

    done = kg("ingest", "--wait", "60", cwd=stored_wiki, code=0)

    assert "generation 2" in done.stdout
    assert first.wait() == 0
    assert "took over" not in done.stderr


def test_a_second_writer_waits_no_longer_than_it_was_told(stored_wiki, holder):
    holder(60)

    assert "is writing to this store" in kg("ingest", "--wait", "0.3", cwd=stored_wiki, code=1).stderr


def test_the_lock_of_a_dead_process_is_taken_over_and_that_is_said(stored_wiki, holder):
    first = holder(60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    write(stored_wiki / "wiki", 2)

    sick = kg("doctor", cwd=stored_wiki, code=1).stdout
    done = kg("ingest", cwd=stored_wiki, code=0)

    assert f"lock     the lock names process {first.pid}" in sick
    assert f"note: took over the lock of process {first.pid} on " in done.stderr
    assert "generation 2" in done.stdout
    assert kg("doctor", cwd=stored_wiki, code=0).stdout == ""


def test_a_writer_on_another_machine_is_named_with_the_way_to_break_its_lock(stored_wiki):
    said = {"pid": 7, "host": "elsewhere", "since": "2026-01-01T00:00:00Z", "command": "kg ingest"}
    with lock.hold(stored_wiki / ".kg"):
        (stored_wiki / ".kg/lock").write_text(json.dumps(said))

        done = kg("ingest", cwd=stored_wiki, code=1)

    assert "process 7 on elsewhere (`kg ingest`, since 2026-01-01T00:00:00Z)" in done.stderr
    assert "if that machine is gone, delete .kg/lock" in done.stderr


def test_a_lock_file_that_was_deleted_under_a_writer_gives_the_next_one_a_lock_of_its_own(stored_wiki):
    with lock.hold(stored_wiki / ".kg"):
        (stored_wiki / ".kg/lock").unlink()
        with lock.hold(stored_wiki / ".kg"):
            assert lock.is_held(stored_wiki / ".kg")


def test_a_forked_worker_does_not_keep_the_lock_of_a_writer_that_is_gone(stored_wiki):
    code = (
        "import os, sys, time\nfrom pathlib import Path\nfrom kg.store import lock\n"
        "with lock.hold(Path('.kg')):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n        os.close(1)\n        os.close(2)\n        time.sleep(30)\n        os._exit(0)\n"
        "    print(child, flush=True)\n    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=stored_wiki, capture_output=True, text=True, check=False)
    child = int(done.stdout)

    try:
        assert not lock.is_held(stored_wiki / ".kg")
    finally:
        os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize(
    ("kind", "told"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("9p", True), ("ext4", False)]
)
def test_a_store_on_a_network_file_system_is_said_to_be(tmp_path, monkeypatch, kind, told):
    mounts = tmp_path / "mounts"
    (tmp_path / "my disk").mkdir()
    shown = str(tmp_path / "my disk").replace(" ", r"\040")
    mounts.write_text(f"/dev/root / ext4 rw 0 0\nserver:/x {shown} {kind} rw 0 0\n")
    monkeypatch.setattr("kg.store.lock.MOUNTS", mounts)

    with lock.hold(tmp_path / "my disk") as notes:
        assert [f"({kind})" in note for note in notes] == [True] * told


def test_a_place_where_two_locks_are_granted_at_once_is_refused(tmp_path, monkeypatch):
    (tmp_path / "mounts").write_text("server:/x / nfs rw 0 0\n")
    monkeypatch.setattr("kg.store.lock.MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr("kg.store.lock.fcntl.flock", lambda _handle, _how: None)

    with pytest.raises(KgError, match="two locks were granted at once"), lock.hold(tmp_path):
        pass


# Who reads.

READ = """
import sys
import time
from pathlib import Path
from kg.rdf import sparql_text as sparql
from kg.store import generations as store
folder = Path(".kg")
ask = sys.argv[1]
print("ready", flush=True)
while not Path("stop").exists():
    generation = store.require(folder)
    reader = store.open_reader(folder, generation)
    found = sorted({row["text"].value for row in reader.query(ask, use_default_graph_as_union=True)})
    count = len(list(reader.query(ask, use_default_graph_as_union=True)))
    print(generation.number, count, *found, sep="|", flush=True)
    del reader
    store.release()
    time.sleep(0.02)  # the writer's turn: readers that only spin take its processor
"""
TEXTS = "PREFIX nr: <https://w3id.org/newsroom-kg/ns#> SELECT ?s ?text { ?s a nr:Sentence ; nr:markup ?text FILTER(STRSTARTS(?text, 'Round')) }"


MADE = 21 if LARGER else 8


@pytest.mark.tiered
def test_eight_readers_each_see_one_generation_while_others_are_made(stored_wiki):
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, TEXTS],
            cwd=stored_wiki,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    for number in range(2, MADE + 1):
        write(stored_wiki / "wiki", number)
        ingest(stored_wiki / ".kg", stored_wiki / "wiki", Config(keep=2), NEWSROOM)
        generations.release()
    (stored_wiki / "stop").touch()
    told = [reader.communicate(timeout=120) for reader in readers]

    assert [reader.returncode for reader in readers] == [0] * 8
    assert [errors for _, errors in told] == [""] * 8
    answers = {line for out, _ in told for line in out.splitlines()}
    assert answers <= {f"{number}|3|Round {number}." for number in range(1, MADE + 1)}
    assert len(answers) > 2
    assert doctor.examine(stored_wiki / ".kg") == []
    assert generations.prune(stored_wiki / ".kg", Keep(2)) is not None
    assert numbers(stored_wiki / ".kg") == [MADE - 1, MADE]


# What is wrong with a store.


def torn(folder):
    for path in folder.iterdir():
        if path.suffix in (".sst", ".db"):
            path.unlink()
            path.write_bytes(b"torn")


def less(current, graph, *, whole=False):
    """Take a fact out of a graph of a finished generation, or all of them."""
    quads, graph = Store(str(current / "quads")), NamedNode(f"https://wiki.invalid/graph/{graph}")
    for quad in list(quads.quads_for_pattern(None, None, None, graph))[: None if whole else 1]:
        quads.remove(quad)
    if whole:
        quads.remove_graph(graph)
    quads.flush()


def more(current):
    quads = Store(str(current / "quads"))
    quads.add(Quad(*(NamedNode(f"http://x/{name}") for name in "spog")))
    quads.flush()


def newer(current):
    said = json.loads((current / "manifest.json").read_text())
    (current / "manifest.json").write_text(json.dumps({**said, "format": 99}))


DAMAGE = {
    "temporary file": lambda folder, current: ((folder / ".kg-123.new").touch(), (current / ".kg-9.new").touch()),
    "unfinished generation": lambda folder, _: (folder / "generations/000003/quads").mkdir(parents=True),
    "half removed generation": lambda folder, _: (folder / "generations/.gone-000000").mkdir(),
    "unfinished reasoning": lambda _, current: (current / "reasoned-2").mkdir(),
    "no HEAD": lambda folder, _: (folder / "HEAD").unlink(),
    "torn HEAD": lambda folder, _: (folder / "HEAD").write_text("\0\0"),
    "missing generation": lambda _, current: shutil.rmtree(current / "quads"),
    "manifest": lambda _, current: (current / "manifest.json").write_text("{"),
    "quads": lambda _, current: torn(current / "quads"),
    "pages": lambda _, current: torn(current / "pages"),
    "ghost": lambda _, current: more(current),
    "lost page": lambda _, current: less(current, "concepts/A", whole=True),
    "changed fact": lambda _, current: less(current, "concepts/A"),
    "changed ontology": lambda _, current: less(current, "ontology"),
    "earlier generation": lambda folder, _: (folder / "generations/000001/quads/CURRENT").unlink(),
    "newer version": lambda _, current: newer(current),
}


def hurt(wiki, kind):
    """Damage a store of two generations."""
    DAMAGE[kind](wiki / ".kg", wiki / ".kg/generations/000002")


FIXED = ["temporary file", "unfinished generation", "half removed generation", "unfinished reasoning"]
TURNED = ["no HEAD", "torn HEAD", "missing generation", "manifest"]
LOST = {
    "quads": "open", "pages": "open", "ghost": "ghosts", "lost page": "pages", "changed fact": "digest",
    "changed ontology": "digest", "earlier generation": "history", "newer version": "version",
}  # fmt: skip


@pytest.mark.parametrize("kind", FIXED)
def test_the_doctor_removes_what_an_interrupted_run_left(two_generations, kind):
    hurt(two_generations, kind)

    sick = json.loads(kg("doctor", "--json", cwd=two_generations, code=1).stdout)
    cured = json.loads(kg("doctor", "--json", "--fix", cwd=two_generations, code=0).stdout)

    assert [(problem["check"], problem["fixable"]) for problem in sick["problems"]] == [("leftovers", True)]
    assert cured["ok"]
    assert all(line.startswith("removed ") for line in cured["fixed"])
    said, *notes = kg("doctor", cwd=two_generations, code=0).stderr.splitlines()
    assert said == "the store is sound"
    assert all(note.startswith("note: this generation has no index of words") for note in notes), notes


@pytest.mark.parametrize("kind", FIXED)
def test_the_next_ingest_removes_it_too(two_generations, kind):
    hurt(two_generations, kind)

    assert "removed what an interrupted run had left" in kg("ingest", cwd=two_generations, code=0).stderr
    kg("doctor", cwd=two_generations, code=0)


@pytest.mark.parametrize("kind", TURNED)
def test_the_doctor_turns_to_the_newest_complete_generation_where_the_current_one_is_lost(two_generations, kind):
    hurt(two_generations, kind)
    whole = 1 if kind in ("missing generation", "manifest") else 2

    assert "kg doctor" in kg("stats", cwd=two_generations, code=2).stderr
    sick = kg("doctor", cwd=two_generations, code=1).stdout
    cured = kg("doctor", "--fix", cwd=two_generations, code=0).stdout
    kg("ingest", cwd=two_generations, code=0)

    assert f"`kg doctor --fix` goes to generation {whole}" in sick
    assert f"HEAD names generation {whole} now" in cured
    assert "2." in "".join(said(two_generations))


@pytest.mark.parametrize(("kind", "check"), LOST.items())
def test_the_doctor_finds_what_is_damaged_and_says_what_to_type(two_generations, kind, check):
    hurt(two_generations, kind)

    found = json.loads(kg("doctor", "--json", cwd=two_generations, code=1).stdout)["problems"]

    assert check in [problem["check"] for problem in found]
    assert all(
        "kg ingest" in one["advice"] or "delete" in one["advice"] or "kg doctor" in one["advice"] for one in found
    )


def test_a_store_of_an_older_format_is_made_anew_by_the_next_ingest(stored_wiki):
    said = json.loads((stored_wiki / ".kg/generations/000001/manifest.json").read_text())
    del said["format"]
    (stored_wiki / ".kg/generations/000001/manifest.json").write_text(json.dumps(said))

    assert "store format 1, this one reads 2" in kg("stats", cwd=stored_wiki, code=2).stderr
    assert "the store's format changed" in kg("ingest", cwd=stored_wiki, code=0).stdout
    kg("doctor", cwd=stored_wiki)


def test_an_ingest_never_takes_a_lost_head_for_a_new_store(two_generations):
    (two_generations / ".kg/HEAD").unlink()

    assert "kg doctor" in kg("ingest", "wiki", cwd=two_generations, code=2).stderr
    assert (two_generations / ".kg/generations/000002/quads").is_dir()


def test_the_doctor_says_where_no_store_is(tmp_path):
    assert "no store here" in kg("doctor", cwd=tmp_path, code=2).stderr


def test_reasoning_again_replaces_the_old_conclusions_in_one_step(stored_wiki):
    kg("reason", cwd=stored_wiki, code=0)
    first = (stored_wiki / ".kg/generations/000001/reasoned").resolve().name
    kg("reason", "--strict", cwd=stored_wiki)

    assert (first, (stored_wiki / ".kg/generations/000001/reasoned").resolve().name) == ("reasoned-1", "reasoned-2")
    kg("query", "--inferred", "-e", "ASK { ?s ?p ?o }", cwd=stored_wiki, code=0)
    assert kg("doctor", cwd=stored_wiki, code=0).stdout == ""


# Watching.


# A suite that a shell starts in the background ignores Ctrl-C, and so would what it starts.
WATCH = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from kg.cli import main; main(['watch', '--polling', '--debounce', '100'])"


@pytest.fixture
def watching(stored_wiki):
    """Start `kg watch`, and return its process and a way to wait for its next line."""
    process = subprocess.Popen(
        [sys.executable, "-c", WATCH], cwd=stored_wiki, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "WATCHFILES_POLL_DELAY_MS": "50"},
    )  # fmt: skip
    yield process, process.stdout.readline
    process.kill()
    process.communicate()


def test_watching_is_one_line_a_round_and_stops_when_told(stored_wiki, watching):
    process, line = watching

    assert line().startswith("generation 1: nothing changed; ")
    write(stored_wiki / "wiki", 2, "A")
    assert line().startswith("generation 2: 1 changed; sentences +1 −1; ")
    (stored_wiki / "wiki/concepts/C.md").write_bytes(b"\xff\xfe---\n[[[[")
    assert line().startswith("generation 3: 1 changed; ")
    with lock.hold(stored_wiki / ".kg"):
        write(stored_wiki / "wiki", 3, "A")
        assert "not ingested: .kg: process" in line()
    assert line().startswith("generation 4: ")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) in (0, 130)
    assert process.stderr.read() == "stopped\n"


def test_what_happens_in_the_store_and_in_dot_folders_is_no_round(stored_wiki):
    from kg.operations.watch import Watched, _matters  # 300 ms of validator that one test needs

    matters = _matters(Watched(stored_wiki / ".kg", stored_wiki / "wiki", Config(), NEWSROOM))

    assert matters(1, str(stored_wiki / "wiki/concepts/A.md"))
    assert not matters(1, str(stored_wiki / "wiki/.obsidian/workspace.json"))
    assert not matters(1, str(stored_wiki / ".kg/HEAD"))


def test_the_name_of_a_rollback_is_not_a_number_that_is_gone(stored_wiki):
    with pytest.raises(KgError, match="no generation 9"):
        history.rollback(stored_wiki / ".kg", 9, Keep())


def test_waiting_is_the_writers_own_choice(stored_wiki):
    started = time.monotonic()
    with lock.hold(stored_wiki / ".kg"), pytest.raises(KgError):
        ingest(stored_wiki / ".kg", stored_wiki / "wiki", Config(), NEWSROOM, how=How(wait=0.2))

    assert time.monotonic() - started >= 0.2


def test_ten_generations_are_kept_where_nothing_else_is_said():
    assert (Config().keep, Config().keep_days) == (Keep().count, Keep().days) == (10, 0)


def test_two_threads_write_into_one_generation_without_taking_what_the_other_began(tmp_path, monkeypatch):
    """A build keeps verdicts while a thread of it keeps what was inferred; both have written before either renames."""
    generation = generations.Generation(1, tmp_path)
    both, synced = Barrier(2, timeout=10), os.fsync

    def sync(handle):
        synced(handle)
        both.wait()

    monkeypatch.setattr(generations.os, "fsync", sync)
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(generations.write_atomically, tmp_path / name, name.encode() * 999) for name in "ab"]
        for job in jobs:
            job.result()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"a" * 999, "b": b"b" * 999}

    monkeypatch.setattr(generations.os, "fsync", synced)
    linked = Path.symlink_to

    def link(path, target):
        linked(path, target)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(generations.write_atomically, tmp_path / "c", b"c").result()

    monkeypatch.setattr(Path, "symlink_to", link)
    generations.replace_reasoned(generation, Path.mkdir)
    assert generation.reasoned.is_dir()
    assert (tmp_path / "c").read_bytes() == b"c"
