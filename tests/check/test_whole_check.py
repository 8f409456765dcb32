"""Every rule on everything, by one process or by two: the same verdicts and findings."""

import os
import signal
import sys
from dataclasses import replace

import pytest
from pyoxigraph import Store
from support.places import EXAMPLES

from kg.check import asked, validate, whole_check
from kg.ingest import ingest
from kg.model import meanwhile
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


@pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")
@pytest.mark.parametrize("dying", [False, True], ids=["both end", "the copy dies at its third shape"])
def test_two_processes_find_what_one_does(faulty_wiki, monkeypatch, dying):
    task, facts = faulty_wiki
    alone = whole_check.check(task, facts(), sharing=False)
    here, begun = os.getpid(), []
    placed = validate.placed

    def counted(*args):
        if os.getpid() != here:
            begun.append(args)
            if dying and len(begun) == 3:
                os.kill(os.getpid(), signal.SIGKILL)
        return placed(*args)

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(validate, "placed", counted)

    with meanwhile.allowed():
        shared = whole_check.check(task, facts(), sharing=True)

    assert len(alone.verdicts) > 40
    assert sorted(map(str, shared.verdicts)) == sorted(map(str, alone.verdicts))
    assert (shared.refused, shared.notes) == (alone.refused, alone.notes)


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


def test_shapes_that_ask_by_graph_are_left_to_one_process(faulty_wiki, tmp_path):
    task, _ = faulty_wiki
    own = tmp_path / "own.ttl"
    own.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix shapes: <https://w3id.org/newsroom-kg/shapes#> .\n"
        "@prefix nr: <https://w3id.org/newsroom-kg/ns#> .\n"
        "shapes:beside a sh:NodeShape ; sh:targetClass nr:Claim ; sh:message 'no date' ;\n"
        "  sh:property [ sh:path nr:dated ; sh:minCount 1 ] ;\n"
        "  shapes:related [ sh:select 'SELECT ?this ?other WHERE { GRAPH ?g { ?other nr:about $this } }' ] .\n",
        encoding="utf-8",
    )
    by_graph, _ = asked.asking(task.store, task.base, shapes=(own,))

    assert not whole_check.asks_by_graph(task)
    assert whole_check.asks_by_graph(by_graph)
