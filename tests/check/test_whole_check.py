"""Every rule on everything, by one thread or by two: the same verdicts and findings."""

import os
import threading
import time
from dataclasses import replace

import pytest
from pyoxigraph import Store
from support.places import EXAMPLES

from kg.check import asked, validate, whole_check
from kg.ingest import ingest
from kg.settings import dialect, kg_toml
from kg.store import generations


@pytest.fixture(scope="module")
def faulty_wiki(tmp_path_factory):
    """The question of every rule to the wiki of defects, and its facts, made anew at each call."""
    folder, root = tmp_path_factory.mktemp("faulty") / "store", EXAMPLES / "defects"
    config = kg_toml.load(root / "kg.toml")
    ingest.ingest(folder, root, config, dialect.load("newsroom"))
    store = generations.open_reader(folder, generations.require(folder))
    task, _ = asked.asking(store, config.base)
    return task, lambda: validate.facts(store, config.base)


def test_two_threads_find_what_one_does(faulty_wiki, monkeypatch):
    task, facts = faulty_wiki
    alone = whole_check.check(task, facts(), sharing=False)
    placed, began = validate.placed, set()

    def noted(*args):
        if not began:
            time.sleep(0.2)  # whichever comes first leaves something to the other
        began.add(threading.get_ident())
        return placed(*args)

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(validate, "placed", noted)

    shared = whole_check.check(task, facts(), sharing=True)

    assert len(alone.verdicts) > 40
    assert len(began) == 2
    assert sorted(map(str, shared.verdicts)) == sorted(map(str, alone.verdicts))
    assert (shared.refused, shared.notes) == (alone.refused, alone.notes)


def test_what_the_second_thread_raises_is_raised_once_everything_else_is_checked(faulty_wiki, monkeypatch):
    task, facts = faulty_wiki
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    placed, failed = validate.placed, []

    def failing(*args):
        if threading.current_thread() is threading.main_thread():
            time.sleep(0.05)
            return placed(*args)
        failed.append(1)
        raise MemoryError

    monkeypatch.setattr(validate, "placed", failing)

    with pytest.raises(MemoryError):
        whole_check.check(task, facts(), sharing=True)

    assert failed == [1]


def test_findings_are_placed_by_the_quads_in_memory_as_by_a_second_copy_of_the_places(faulty_wiki):
    task, facts = faulty_wiki
    second = whole_check.check(task, facts(), sharing=False)
    memory = Store()
    memory.bulk_extend(task.store)

    one = whole_check.check(
        replace(task, store=memory), validate.stated_facts(memory, task.base), sharing=False, places=memory
    )

    assert len(one.verdicts) > 40
    assert sorted(map(str, one.verdicts)) == sorted(map(str, second.verdicts))
