"""The store of what is stated and what follows: the same, in however many parts the inferred lines are loaded."""

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from kg.reason import reasoned_store

GRAPH = "https://example.org/graph/inferred"


@pytest.mark.parametrize("halved", [1, 2**30], ids=["by two threads", "by one"])
@pytest.mark.parametrize("count", [0, 1, 2, 3_001])
def test_a_filled_store_has_the_stated_and_all_inferred_quads(tmp_path, monkeypatch, halved, count):
    monkeypatch.setattr(reasoned_store, "_HALVED", halved)
    node = NamedNode("https://example.org/a")
    stated = Store(str(tmp_path / "stated"))
    stated.add(Quad(node, node, node, NamedNode("https://example.org/graph/page")))
    stated.add(Quad(node, node, node, NamedNode(GRAPH)))  # of an earlier inference
    lines = "".join(
        f"<{node.value}> <https://example.org/p> <https://example.org/{n}> <{GRAPH}> .\n" for n in range(count)
    )

    reasoned_store.fill(tmp_path / "reasoned", stated, lines.encode(), GRAPH)

    held = Store.read_only(str(tmp_path / "reasoned"))
    inferred = (held.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(GRAPH)) or b"").splitlines()
    assert len(held) == count + 1
    assert sorted(inferred) == sorted(line.rpartition(" <")[0].encode() + b" ." for line in lines.splitlines())
