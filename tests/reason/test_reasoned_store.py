"""The store of what is stated and what follows: the same, whatever an earlier inference left in the stated quads."""

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from kg.reason import reasoned_store

GRAPH = "https://example.org/graph/inferred"


class _Noted:
    """A store that notes what it is asked for."""

    steps = []  # noqa: RUF012  # of the one that the test makes

    def __init__(self, folder):
        self.store = Store(folder)

    def __getattr__(self, name):
        self.steps.append(name)
        return getattr(self.store, name)


@pytest.mark.parametrize("earlier", [True, False], ids=["after an earlier inference", "first"])
@pytest.mark.parametrize("count", [0, 1, 2, 3_001])
def test_a_filled_store_has_the_stated_and_all_inferred_quads(tmp_path, monkeypatch, earlier, count):
    monkeypatch.setattr(reasoned_store, "Store", _Noted)
    _Noted.steps.clear()
    node = NamedNode("https://example.org/a")
    stated = Store(str(tmp_path / "stated"))
    stated.add(Quad(node, node, node, NamedNode("https://example.org/graph/page")))
    if earlier:
        stated.add(Quad(node, node, node, NamedNode(GRAPH)))
    lines = "".join(
        f"<{node.value}> <https://example.org/p> <https://example.org/{n}> <{GRAPH}> .\n" for n in range(count)
    )

    reasoned_store.fill(tmp_path / "reasoned", stated, lines.encode(), GRAPH)

    held = Store.read_only(str(tmp_path / "reasoned"))
    inferred = (held.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(GRAPH)) or b"").splitlines()
    assert len(held) == count + 1
    assert sorted(inferred) == sorted(line.rpartition(" <")[0].encode() + b" ." for line in lines.splitlines())
    assert not {"bulk_load", "remove_graph"} <= set(_Noted.steps)  # decision 0059
