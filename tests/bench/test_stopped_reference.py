"""How bench/shacl.py runs a reference that may take hours."""

import itertools
import sys
import tempfile
from pathlib import Path

import children
import pytest
import shacl


def test_what_ends_has_its_outcome():
    assert shacl.within(lambda: {"one": 1}, 0)[1] == {"one": 1}
    assert shacl.within(lambda: {"one": 1}, 100)[1] == {"one": 1}


def test_what_takes_longer_than_it_may_is_stopped_and_has_none():
    spent, outcome = shacl.within(lambda: sum(itertools.count()), 0.1)

    assert outcome is None
    assert spent >= 0.1


def test_what_fails_in_the_copy_is_an_error_here_and_clears_nothing(tmp_path):
    def failing():
        raise ValueError("no such wiki")

    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        with pytest.raises(ChildProcessError, match="ended with 1"):
            shacl.within(failing, 100)
        assert Path(folder).is_dir()


def test_a_command_that_has_taken_enough_is_stopped_and_what_it_took_is_told():
    spent = children.run([sys.executable, "-c", "import time; time.sleep(600)"], enough=0.2)

    assert spent.stopped
    assert spent.wall >= 0.2


def test_a_command_that_ends_before_is_not():
    spent = children.run([sys.executable, "-c", "print(1)"], enough=600)

    assert (spent.stopped, spent.out) == (False, "1\n")
