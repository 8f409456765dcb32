"""A person sees that work goes on: a bar on a terminal, nothing elsewhere; and Ctrl-C leaves the store as it was."""

import io
import re

import pytest
from support import terminal
from support.commands import kg
from support.tier import but

from kg.cli import progress as shown
from kg.model import progress
from kg.store import generations

ERASE = "\r\x1b[K"
PAGE = "---\ntitle: {name}\ntype: concept\n---\n\n## Overview\n\nText of {name}. [[p1]]\n"


@pytest.fixture
def long_wiki(tmp_path):
    """A wiki of some pages that speaks a dialect, and no store yet."""
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/kg.toml").write_text('wiki = "."\ndialect = "newsroom"\n')
    for number in range(40):
        (tmp_path / f"wiki/p{number}.md").write_text(PAGE.format(name=f"p{number}"))
    return tmp_path


def command(place, *words):
    return "--store", place / ".kg", *words


def state(place):
    """What is current in a store, and every generation there is of it."""
    head = generations.current(place / ".kg", writing=True)
    made = sorted(path.name for path in (place / ".kg").glob("generations/*"))
    return (generations.read_manifest(place / ".kg", head).digest if head else ""), made


def edit(place):
    (place / "wiki/p7.md").write_text(PAGE.format(name="p7") + "\nAnd more. [[p2]]\n")


# ---- what the rooms say ----------------------------------------------------------------------------------------------


def test_stages_are_heard_with_their_counts_in_their_order_and_nobody_need_listen():
    bar = shown.Bar(None, shown.Pace(after=1e9))
    stages = []

    def heard(name, total):
        stages.append((name, total))
        return bar.stage(name, total)

    with progress.heard_by(heard):
        with progress.stage("outer"):
            assert list(progress.each("inner", [1, 2, 3])) == [1, 2, 3]
        assert list(progress.each("counted", iter("ab"), 2)) == ["a", "b"]
    assert list(progress.each("unheard", "ab")) == ["a", "b"]

    assert stages == [("outer", None), ("inner", 3), ("counted", 2)]


def test_a_stage_that_follows_no_other_is_drawn_when_it_begins(monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    bar = shown.Bar(terminal, shown.Pace(after=0.0, every=60.0))
    bar._draw()  # the thread came by before the work began, as it may at any moment

    with bar.stage("reasoning", None):
        assert terminal.getvalue() == f"{ERASE}reasoning  0 s\r"


def test_a_stage_with_a_total_shows_bar_count_rate_and_time_left(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    monkeypatch.setattr("time.time", lambda: clock[0])
    stage = shown.Counted("mapping pages", 200)
    first = stage.text()
    clock[0] += 2.0
    stage.advance(50)

    assert first == "mapping pages  [------------------]  0/200  0/s"
    assert stage.text() == "mapping pages  [####--------------]  50/200  25/s  00:00:06 left"


def test_a_stage_without_a_total_shows_how_long_it_takes(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    stage = shown.Counted("reasoning", None)
    clock[0] += 12.4

    assert stage.text() == "reasoning  12 s"


# ---- a terminal ------------------------------------------------------------------------------------------------------


def test_slow_work_shows_its_stages_on_a_terminal_and_erases_them(long_wiki):
    code, out, sent = terminal.on_terminal(terminal.HASTY, *command(long_wiki, "build", long_wiki / "wiki"))
    drawn = [line.rstrip("\r") for line in sent.split(ERASE)]

    assert code == 1, "its pages break rules"
    assert ERASE not in out
    stages = (
        "looking at files",
        "mapping pages",
        "writing the store",
        "reasoning",
        "checking rules",
        "comparing pages",
    )
    assert [name for name in stages if not any(line.startswith(name) for line in drawn)] == []
    assert any(re.fullmatch(r"mapping pages  \[[#-]{18}\]  \d+/40  [\d.,]+/s", line) for line in drawn)
    assert drawn[-1] == ""
    assert max(map(len, drawn)) < 80


def test_what_is_said_on_a_terminal_beside_the_bar_stands_on_lines_of_its_own(long_wiki):
    (long_wiki / "wiki/kg.toml").unlink()
    _, _, sent = terminal.on_terminal(terminal.HASTY, *command(long_wiki, "ingest", long_wiki / "wiki"))
    said = re.search(r"(.*)dialect   .*\(`kg init` writes it down\)\n", sent)

    assert said[1].endswith(f"{ERASE}\r")


def test_short_work_shows_nothing_on_a_terminal(long_wiki):
    code, _, sent = terminal.on_terminal(terminal.PATIENT, *command(long_wiki, "ingest", long_wiki / "wiki"))

    assert (code, sent) == (0, "")
    assert shown.PACE.after == 1.0, "second"


@pytest.mark.parametrize("quiet", [("-q",), ()], ids=["quiet", "a terminal that cannot erase"])
def test_nothing_is_shown_to_those_who_do_not_want_it(long_wiki, quiet):
    environment = {} if quiet else {"TERM": "dumb"}
    args = (*quiet, *command(long_wiki, "ingest", long_wiki / "wiki"))

    assert terminal.on_terminal(terminal.HASTY, *args, **environment)[::2] == (0, "")


def test_nothing_is_shown_without_a_terminal_and_the_answer_is_the_same(long_wiki):
    done = terminal.run(terminal.HASTY, *command(long_wiki, "ingest", long_wiki / "wiki"))
    again = terminal.on_terminal(terminal.HASTY, "--store", long_wiki / "other", "ingest", long_wiki / "wiki")

    assert (done.returncode, done.stderr) == (0, "")
    assert again[:2] == (0, done.stdout)


# ---- Ctrl-C ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", but([1, 2], [1]))
@pytest.mark.parametrize("where", ["finding the pages", "looking at files", "mapping pages", "writing the store"])
def test_an_interrupted_ingest_leaves_the_old_state_and_says_so(long_wiki, where, jobs):
    kg(*command(long_wiki, "ingest", long_wiki / "wiki"), code=0)
    for number in range(40):
        (long_wiki / f"wiki/p{number}.md").write_text(PAGE.format(name=f"new p{number}"))
    before = state(long_wiki)

    done = terminal.run(terminal.INTERRUPTED, where, *command(long_wiki, "ingest", "--jobs", jobs))

    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "kg: interrupted; the store is as it was, generation 1 is current\n"
    assert state(long_wiki) == before
    assert kg(*command(long_wiki, "ingest"), code=0).stderr == ""


def test_an_interrupted_first_ingest_leaves_no_store(long_wiki):
    done = terminal.run(terminal.INTERRUPTED, "mapping pages", *command(long_wiki, "ingest", long_wiki / "wiki"))

    assert (done.returncode, done.stderr) == (130, "kg: interrupted; there is no store yet\n")
    assert state(long_wiki) == ("", [])


@pytest.mark.parametrize("where", ["reasoning", "checking rules", "comparing pages"])
def test_an_interrupted_build_says_which_generation_is_current(long_wiki, where):
    kg(*command(long_wiki, "ingest", long_wiki / "wiki"), code=0)
    edit(long_wiki)

    done = terminal.run(terminal.INTERRUPTED, where, *command(long_wiki, "build"))

    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "kg: interrupted; generation 2 is current, and not all of the work on it is done\n"
    assert kg(*command(long_wiki, "doctor"), code=0).stdout == ""
    assert kg(*command(long_wiki, "build")).returncode == 1, "its pages break rules"


@pytest.mark.parametrize(
    ("words", "where"),
    [(["validate"], "checking rules"), (["validate"], "reading the store"), (["reason"], "reasoning"),
     (["render", "--check"], "comparing pages"), (["export", "--format", "turtle"], "exporting"),
     (["query", "claims"], "asking"), (["fix"], "checking rules"), (["diff"], "comparing")],
    ids=lambda one: one if isinstance(one, str) else one[0],
)  # fmt: skip
def test_what_only_reads_is_interrupted_in_one_line(long_wiki, words, where):
    kg(*command(long_wiki, "ingest", long_wiki / "wiki"), code=0)
    before = state(long_wiki)

    done = terminal.run(terminal.INTERRUPTED, where, *command(long_wiki, *words))

    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "kg: interrupted; the store is as it was, generation 1 is current\n"
    assert state(long_wiki) == before


def test_an_engine_that_does_not_come_back_is_not_waited_for(long_wiki):
    kg(*command(long_wiki, "ingest", long_wiki / "wiki"), code=0)

    done = terminal.run(terminal.STUCK, *command(long_wiki, "validate"))

    assert done.returncode == 130
    assert done.stderr == "kg: interrupted; the store is as it was, generation 1 is current\n"


def test_a_query_out_of_time_takes_the_place_of_its_bar(long_wiki):
    kg(*command(long_wiki, "ingest", long_wiki / "wiki"), code=0)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    code, _, sent = terminal.on_terminal(
        terminal.HASTY, *command(long_wiki, "query", "--timeout", "0.3", "-e", endless)
    )

    assert code == 1
    assert f"{ERASE}asking  0 s\rkg: the query took longer than 0.3 s" in sent


def test_the_terminal_is_clean_after_an_interrupt(long_wiki):
    program = f"{terminal.INTERRUPTED}progress.PACE = progress.Pace(after=0.0, every=0.001)\n"
    code, _, sent = terminal.on_terminal(program, "mapping pages", *command(long_wiki, "ingest", long_wiki / "wiki"))

    assert code == 130
    assert sent.endswith(f"{ERASE}\rkg: interrupted; there is no store yet\n")
