"""A wiki of some generations, and servers of other makers that hold them."""

import pytest
from support.commands import kg
from support.example import few_pages
from support.foreign_stores import Oxigraph, Virtuoso, virtuoso_or_skip

EDITS = (
    {"entities/Meta.md": None},
    {"sources/new-hearing.md": '---\ntitle: New hearing\ntype: source\n---\n\n## Key Claims\n\n- [fact] [[OLMo]] — is "open" \\ ü\n'},
    {"entities/Meta.md": "---\ntitle: Meta\ntype: entity\n---\n\n# Meta\n\nA firm with a new page, see [[OLMo]].\n"},
    {"sources/new-hearing.md": None, "entities/OLMo.md": "---\ntitle: OLMo\ntype: entity\naliases: [Open LM]\n---\n\n# OLMo\n"},
)  # fmt: skip


@pytest.fixture(scope="session")
def generations(tmp_path_factory):
    """Return the folder of a wiki whose store has five generations."""
    place = few_pages(tmp_path_factory.mktemp("published") / "wiki")
    kg("ingest", place, cwd=place, code=0)
    for edits in EDITS:
        for path, text in edits.items():
            if text is None:
                (place / path).unlink()
            else:
                (place / path).write_text(text, encoding="utf-8")
        kg("ingest", "--max-shrink", "100", cwd=place, code=0)
    return place


@pytest.fixture
def oxigraph(tmp_path):
    """An empty oxigraph server."""
    server = Oxigraph(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def fresh_virtuoso(tmp_path_factory):
    """The folder of an empty Virtuoso, which takes ten seconds to make."""
    virtuoso_or_skip()
    server = Virtuoso(tmp_path_factory.mktemp("virtuoso")).start()
    server.stop()
    return server.folder


@pytest.fixture
def virtuoso(fresh_virtuoso, tmp_path):
    """An empty Virtuoso."""
    server = Virtuoso(tmp_path, made=fresh_virtuoso).start()
    yield server
    server.kill()


@pytest.fixture(params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.full)])
def foreign(request):
    """Each of the servers."""
    return request.getfixturevalue(request.param)
