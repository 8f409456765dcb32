"""Comunica, the SPARQL client of JavaScript, asks a running server; it is installed from npm, where that can be reached."""

import json
import shutil
import subprocess

import pytest
from support.commands import kg
from support.kg_server import Server
from support.places import TESTS

PACKAGE = "@comunica/query-sparql@5.4.1"
# The newest undici, which Comunica brings, needs more than Node 20 has.
FOR_NODE_20 = {"undici": "7.5.0"}
PREFIXES = "PREFIX nr: <https://w3id.org/newsroom-kg/ns#> PREFIX schema: <https://schema.org/> "
ROWS = PREFIXES + "SELECT ?claim ?text { ?claim a nr:Claim ; schema:text ?text } ORDER BY ?claim ?text"
GRAPHS = PREFIXES + "SELECT ?g (COUNT(?claim) AS ?n) { GRAPH ?g { ?claim a nr:Claim } } GROUP BY ?g ORDER BY ?g"
TRIPLES = PREFIXES + "CONSTRUCT { ?claim a nr:Claim } WHERE { ?claim a nr:Claim }"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A file beside an installed Comunica; skips where Node or the registry is not there."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed: Comunica is a client of JavaScript")
    place = tmp_path_factory.mktemp("comunica")
    (place / "package.json").write_text(json.dumps({"private": True, "overrides": FOR_NODE_20}))
    options = [
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefer-offline",
        "--fetch-retries=1",
        "--fetch-timeout=60000",
    ]
    done = subprocess.run(["npm", "install", *options, PACKAGE], cwd=place, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install {PACKAGE}: {(done.stderr or done.stdout)[-200:]}")
    return place / "package.json"


@pytest.mark.full
def test_comunica_has_the_answers_of_kg_query(served_wiki, installed):
    queries = [ROWS, GRAPHS, PREFIXES + "ASK { ?claim a nr:Claim }", TRIPLES]
    with Server(served_wiki, "--workers", "1") as server:
        done = subprocess.run(
            ["node", TESTS / "support/comunica.mjs", server.endpoint, installed],
            input=json.dumps(queries), capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows, graphs, claims, triples = json.loads(done.stdout)

    assert rows == asked(served_wiki, ROWS)
    assert graphs == asked(served_wiki, GRAPHS)
    assert claims is True
    assert len(triples) == len({row["claim"] for row in rows}) > 5


def asked(wiki, text):
    """The rows of `kg query`, as plain texts."""
    found = json.loads(kg("query", "-e", text, "--format", "json", cwd=wiki, code=0).stdout)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]
