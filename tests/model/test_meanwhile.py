"""Work that a copy of this process does: the same result whatever becomes of the copy."""

import contextvars
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.model import meanwhile

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    with meanwhile.allowed():
        yield


def _gone(pid):
    """Tell whether a process has ended, within ten seconds."""
    for _ in range(1_000):
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text(encoding="ascii"):
            return True
        time.sleep(0.01)
    return False


def test_the_result_comes_from_another_process():
    with meanwhile.begun(lambda: (os.getpid(), "x" * 1_000_000)) as result:
        pid, words = result()

    assert pid != os.getpid()
    assert words == "x" * 1_000_000


def test_where_a_copy_is_not_worth_it_the_work_is_done_here():
    with meanwhile.begun(os.getpid, worth=False) as result:
        assert result() == os.getpid()


def test_with_one_processor_the_work_is_done_here(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})

    with meanwhile.begun(os.getpid) as result:
        assert result() == os.getpid()


def test_where_memory_is_short_the_work_is_done_here(monkeypatch):
    monkeypatch.setattr(meanwhile, "_ROOM", 10**9)

    with meanwhile.begun(os.getpid) as result:
        assert result() == os.getpid()


def test_a_program_that_did_not_allow_it_is_not_copied():
    seen = contextvars.Context().run(_where_the_work_is_done)

    assert seen == os.getpid()


def _where_the_work_is_done():
    with meanwhile.begun(os.getpid) as result:
        return result()


def test_what_a_copy_that_dies_had_to_do_is_done_here():
    here = os.getpid()

    def work():
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    with meanwhile.begun(work) as result:
        assert result() == "done"


def test_an_error_of_the_copy_shows_as_it_would_without_one():
    def work():
        return {}["missing"]

    with meanwhile.begun(work) as result, pytest.raises(KeyError, match="missing"):
        result()


def test_a_copy_that_nobody_waits_for_ends_with_the_block(tmp_path):
    told = tmp_path / "pid"

    def work():
        told.write_text(str(os.getpid()), encoding="ascii")
        time.sleep(600)

    def block():
        with meanwhile.begun(work):
            while not told.exists() or not told.read_text(encoding="ascii"):
                time.sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        block()

    assert _gone(int(told.read_text(encoding="ascii")))


def test_a_copy_ends_with_its_original_however_that_ends():
    program = (
        "import os, time\nfrom kg.model import meanwhile\nmeanwhile.possible = lambda: True\n"
        "def work():\n    print(os.getpid(), flush=True)\n    time.sleep(600)\n"
        "with meanwhile.begun(work) as result:\n    result()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as original:
        copy = int(original.stdout.readline())
        original.kill()

    assert _gone(copy)
