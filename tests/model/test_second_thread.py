"""Work that a second thread does: the same result, and the same errors, with one and without."""

import contextlib
import os
import threading
import time

import pytest

from kg.model import progress, second_thread


@pytest.fixture(autouse=True, params=[1, 2], ids=["one processor", "two processors"])
def processors(monkeypatch, request):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(request.param)), raising=False)
    return request.param


def test_what_is_worth_it_is_done_by_another_thread_where_there_is_a_processor_for_it(processors):
    with second_thread.begun(threading.get_ident) as result:
        assert (result() != threading.get_ident()) is (processors == 2)


def test_what_is_not_worth_a_thread_is_done_here_once():
    done = []
    with second_thread.begun(lambda: done.append(threading.get_ident()), worth=False) as result:
        assert done == []
        result()
        result()

    assert done == [threading.get_ident()]


def test_what_the_work_raises_is_raised_where_it_is_asked_for():
    def work():
        raise KeyError("missing")

    with second_thread.begun(work) as result, pytest.raises(KeyError, match="missing"):
        result()


def test_the_block_ends_after_the_work_whatever_is_raised_in_it(processors):
    ended = []

    def block():
        with second_thread.begun(lambda: (time.sleep(0.05), ended.append(1))):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        block()

    assert len(ended) == processors - 1


def test_nobody_hears_of_the_stages_of_the_other_thread():
    heard = []

    def listener(name, _):
        heard.append(name)
        return contextlib.nullcontext()

    def work():
        with progress.stage("there"):
            return 1

    with progress.heard_by(listener), second_thread.begun(work) as result, progress.heard_by(None):
        assert result() == 1

    assert heard == []


def test_settled_work_is_done_at_once_and_tells_its_error_each_time_it_is_asked():
    done = []

    def work():
        done.append(1)
        raise KeyError("missing")

    told = second_thread.settled(work)

    assert done == [1]
    for _ in range(2):
        with pytest.raises(KeyError, match="missing"):
            told()
    assert second_thread.settled(lambda: 7)() == 7


def test_each_number_is_given_once_to_one_of_the_two():
    turns = second_thread.Turns(5_000)
    with second_thread.begun(lambda: list(turns)) as theirs:
        own = list(turns)
        others = theirs()

    assert sorted(own + others) == list(range(5_000))


def test_numbers_that_are_called_off_are_given_to_nobody():
    turns = second_thread.Turns(5)

    assert next(iter(turns)) == 0
    turns.call_off()
    assert list(turns) == []
