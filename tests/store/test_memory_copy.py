"""The copy in memory holds what was loaded, and ends with its `with`, however that ends."""

import threading

import pytest

from kg.store.memory_copy import MemoryCopy

LINE = '<http://x/{n}> <http://x/p> "words {n}" <http://x/g> .\n'


def threads():
    return [thread for thread in threading.enumerate() if thread.is_alive()]


def test_all_lines_are_in_the_store(monkeypatch):
    monkeypatch.setattr("kg.store.memory_copy._CHUNK", 1000)
    with MemoryCopy() as copy:
        for number in range(500):
            copy.take(LINE.format(n=number).encode())
        store = copy.store()

    assert sorted(quad.subject.value for quad in store) == sorted(f"http://x/{number}" for number in range(500))


def test_an_empty_copy_is_an_empty_store():
    with MemoryCopy() as copy:
        assert len(copy.store()) == 0


def test_what_cannot_be_loaded_is_said_when_the_store_is_asked_for():
    with MemoryCopy() as copy:
        copy.take(b"no quad\n")
        with pytest.raises(SyntaxError):
            copy.store()


def test_no_thread_is_left_behind_by_an_error(monkeypatch):
    monkeypatch.setattr("kg.store.memory_copy._CHUNK", 10)
    before = threads()

    def fail():
        with MemoryCopy() as copy:
            copy.take(LINE.format(n=1).encode())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert threads() == before
