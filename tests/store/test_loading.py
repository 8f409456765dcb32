"""The copy in memory holds what was loaded, and ends with its `with`, however that ends."""

import sys
import threading
import time

import pytest
from pyoxigraph import Store

from kg.store.loading import Loading, MemoryCopy, Target

LINE = '<http://x/{n}> <http://x/p> "words {n}" <http://x/g> .\n'


def threads():
    return [thread for thread in threading.enumerate() if thread.is_alive()]


def test_all_lines_are_in_the_store(monkeypatch):
    monkeypatch.setattr("kg.store.loading._CHUNK", 1000)
    with MemoryCopy() as copy:
        for number in range(500):
            copy.take(LINE.format(n=number).encode())
        store = copy.store()

    assert sorted(quad.subject.value for quad in store) == sorted(f"http://x/{number}" for number in range(500))


def test_what_is_loaded_is_let_go_of_while_nothing_follows():
    lines = b"".join(LINE.format(n=number).encode() for number in range(500))
    held = sys.getrefcount(lines)
    with Loading(Store(), 2**20) as loading:
        loading.take(lines)
        assert len(loading.so_far()) == 500
        until = time.monotonic() + 30
        while sys.getrefcount(lines) > held and time.monotonic() < until:
            time.sleep(0.01)

        assert sys.getrefcount(lines) == held


def test_an_empty_copy_is_an_empty_store():
    with MemoryCopy() as copy:
        assert len(copy.store()) == 0


def test_where_something_cannot_be_loaded_there_is_no_copy_and_nobody_waits(monkeypatch):
    monkeypatch.setattr("kg.store.loading._CHUNK", 5)
    with MemoryCopy() as copy:
        for _ in range(20):
            copy.take(b"no quad\n")
        assert copy.store() is None


class _Panic(BaseException):
    pass


class _Panicking:
    def bulk_load(self, **_):
        raise _Panic


def test_an_engine_that_panics_gives_no_copy_and_nobody_waits(monkeypatch):
    monkeypatch.setattr("kg.store.loading._CHUNK", 10)
    monkeypatch.setattr("kg.store.loading.Store", _Panicking)
    with MemoryCopy() as copy:
        for number in range(20):
            copy.take(LINE.format(n=number).encode())
        assert copy.store() is None


def test_no_thread_is_left_behind_by_an_error(monkeypatch):
    monkeypatch.setattr("kg.store.loading._CHUNK", 10)
    before = threads()

    def fail():
        with MemoryCopy() as copy:
            copy.take(LINE.format(n=1).encode())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert threads() == before


class _Noting:
    """A store on disk that notes what it is asked to do."""

    def __init__(self, folder):
        self.store, self.steps, self.parts = Store(str(folder)), [], []

    def load(self, **given):
        self.parts.append(given["input"])
        self.store.load(**given)

    def bulk_load(self, **given):
        self.steps.append("load")
        self.store.bulk_load(**given)

    def optimize(self):
        self.steps.append("order")
        self.store.optimize()


@pytest.mark.parametrize(("large", "last"), [(500, ["order"]), (501, []), (None, [])])
def test_a_large_store_is_put_in_order_once_at_the_end_and_holds_the_same(tmp_path, large, last):
    noting = _Noting(tmp_path / "quads")
    with Loading(noting, 8_000, large=large) as loading:
        for number in range(500):
            loading.take(LINE.format(n=number).encode())
        loading.send(last=True)

    assert loading.failure is None
    assert noting.steps == ["load"] * 4 + last
    assert sorted(quad.subject.value for quad in noting.store) == sorted(f"http://x/{number}" for number in range(500))


def test_a_store_whose_loading_failed_is_not_put_in_order():
    class Refusing(_Panicking):
        def optimize(self):
            pytest.fail("nothing to be put in order")

    with Loading(Refusing(), 10, large=1) as loading:
        loading.take(LINE.format(n=1).encode())
        loading.send(last=True)

    assert isinstance(loading.failure, _Panic)


def test_where_not_all_is_made_anew_lines_go_in_by_transactions_of_some_parts_each(tmp_path, monkeypatch):
    """No file is taken into a store that something was taken out of: decision 0059."""
    monkeypatch.setattr("kg.store.loading._CHUNK", 100)
    noting = _Noting(tmp_path / "quads")
    lines = [LINE.format(n=number).encode() for number in range(5)]
    Target(noting).load(iter(lines))

    assert [len(part.splitlines()) for part in noting.parts] == [2, 2, 1]
    assert b"".join(noting.parts) == b"".join(lines)
    assert "load" not in noting.steps
    assert len(noting.store) == len(lines)
