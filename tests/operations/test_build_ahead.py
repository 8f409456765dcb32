"""What a build does before its generation is published, where something fails or somebody else is quicker."""

import pytest
from pyoxigraph import Store
from support.commands import kg

from kg.operations import build
from kg.reason import infer
from kg.reason.infer import Closed, Inferred
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading
from kg.write import render

PAGE = "---\ntitle: A\ntype: concept\n---\n\n## Overview\n\nRound {round}.\n"


def test_a_page_that_cannot_be_compared_does_not_keep_the_generation_from_being_published(tmp_path, monkeypatch):
    """It was read when it was mapped; what became of it since says nothing against the graph."""

    def gone(*_):
        raise PermissionError(13, "Permission denied", "a.md")

    monkeypatch.setattr(render, "drift", gone)
    ahead = build._Ahead(tmp_path, Config(), dialect.load("newsroom"))
    ahead.begin(Store(), build._MANY)

    assert ahead.closed is not None
    with pytest.raises(PermissionError):
        ahead.compared()


def test_what_was_inferred_of_one_generation_is_not_put_to_one_that_another_process_made(tmp_path):
    (tmp_path / "wiki").mkdir()
    for number in (1, 2):
        (tmp_path / "wiki/A.md").write_text(PAGE.format(round=number))
        kg("ingest", "wiki", cwd=tmp_path, code=0)
    of_the_first = Closed(Inferred(b"", 12_345, ()), None)

    found = infer.infer_into(tmp_path / ".kg", Config().base, reading=reading(tmp_path / ".kg", 1), ahead=of_the_first)

    assert found.count != 12_345
