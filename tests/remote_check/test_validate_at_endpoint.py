"""`kg validate --at-endpoint` beside `kg validate`: the same findings from servers of other makers."""

import json
import shutil
from pathlib import Path

import pytest
from support.commands import kg
from support.foreign_stores import Oxigraph, Standard, Virtuoso, virtuoso_or_skip
from support.graphs_put import put
from support.places import EXAMPLES

from kg.store import generations, kept_lines

WIKIS = ("open-source-ai", "defects", "newsroom-2026-08")


def lines_of(store):
    """The lines of the current generation of a store."""
    return b"".join(kept_lines.read(generations.require(store)))


@pytest.fixture(scope="module")
def wikis(tmp_path_factory, request):
    """Three wikis, ingested; the third is in the reference folder."""
    folder, found = tmp_path_factory.mktemp("wikis"), {}
    for name in WIKIS:
        root = EXAMPLES / name
        if not root.is_dir():
            root = request.getfixturevalue("shared") / "corpora" / name / "wiki"
        found[name] = shutil.copytree(root, folder / name, ignore=shutil.ignore_patterns(".kg"))
        if not (found[name] / "kg.toml").exists():
            (found[name] / "kg.toml").write_text('wiki = "."\n', encoding="utf-8")
        kg("-q", "ingest", cwd=found[name], code=0)
    return found


def compared(wiki, server):
    """Check a wiki here and at an endpoint; return both as JSON says them, and what was said of the work."""
    file = wiki / "kg.toml"
    before = file.read_text(encoding="utf-8")
    here = kg("validate", "--format", "json", cwd=wiki)
    try:
        file.write_text(f"{before}\n{server.settings()}", encoding="utf-8")
        there = kg("validate", "--at-endpoint", "--format", "json", cwd=wiki)
    finally:
        file.write_text(before, encoding="utf-8")
    return json.loads(here.stdout), json.loads(there.stdout), there.stderr


@pytest.mark.full
@pytest.mark.parametrize("name", WIKIS)
def test_the_findings_at_an_oxigraph_server_are_those_of_the_store_here(wikis, name, tmp_path):
    server = Oxigraph(tmp_path).start()
    try:
        put(server.query.replace("/query", "/store"), lines_of(wikis[name] / ".kg"))
        here, there, said = compared(wikis[name], server)
    finally:
        server.kill()

    assert there == here
    assert "checked at the store: " in said
    assert "note: the endpoint does not say which generation it has" in said


@pytest.mark.full
def test_the_findings_at_a_server_of_which_nothing_is_known_are_those_of_the_store_here(wikis, tmp_path):
    server = Standard(tmp_path).start()
    try:
        put(server.graphs, lines_of(wikis["defects"] / ".kg"))
        here, there, said = compared(wikis["defects"], server)
    finally:
        server.kill()

    assert there == here
    assert len(here["findings"]) > 40
    assert "checked at the store: " in said


@pytest.mark.full
@pytest.mark.parametrize(("name", "most"), [*((one, 1_000_000) for one in WIKIS), ("defects", 300)])
def test_the_findings_at_a_virtuoso_server_are_those_of_the_store_here(wikis, name, most, tmp_path):
    """Also of one that gives 300 rows at most, fewer than is declared of such a server."""
    virtuoso_or_skip()
    server = Virtuoso(tmp_path, rows=most).start()
    try:
        put(server.query.replace("/sparql", "/sparql-graph-crud-auth"), lines_of(wikis[name] / ".kg"), "dba", "dba")
        here, there, said = compared(wikis[name], server)
    finally:
        server.kill()

    assert there == here
    assert "checked at the store: " in said
    assert "note: the endpoint does not say which generation it has" in said


def test_without_an_endpoint_in_kg_toml_that_is_said_in_one_line(tmp_path):
    (tmp_path / "kg.toml").write_text('wiki = "."\n', encoding="utf-8")
    (tmp_path / "One.md").write_text("# One\n", encoding="utf-8")
    kg("-q", "ingest", cwd=tmp_path, code=0)

    done = kg("validate", "--at-endpoint", cwd=tmp_path, code=2)

    assert "kg.toml: names no endpoint; write `endpoint" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("other", [["--changed"], ["--engine", "pyshacl"], ["--data", "one.ttl"]])
def test_an_endpoint_and_what_does_not_go_with_it_are_refused(tmp_path, other):
    done = kg("validate", "--at-endpoint", *other, cwd=tmp_path, code=2)

    assert "--at-endpoint checks all that was published; leave the other choice out" in done.stderr


def test_an_endpoint_that_is_not_there_is_an_error(tmp_path):
    (tmp_path / "kg.toml").write_text(
        'wiki = "."\n[store]\nendpoint = "http://127.0.0.1:9/query"\nserver = "oxigraph"\n', encoding="utf-8"
    )
    Path(tmp_path / "One.md").write_text("# One\n", encoding="utf-8")
    kg("-q", "ingest", cwd=tmp_path, code=0)

    done = kg("validate", "--at-endpoint", cwd=tmp_path, code=1)

    assert "http://127.0.0.1:9/query" in done.stderr
    assert "cannot be reached" in done.stderr
