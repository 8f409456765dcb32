"""Comunica, the SPARQL client of JavaScript, asks a running server; it is installed from npm, where that can be reached."""

import json
import subprocess

import pytest
from support.commands import kg
from support.kg_server import Server
from support.places import TESTS

PREFIXES = "PREFIX nr: <https://w3id.org/newsroom-kg/ns#> PREFIX schema: <https://schema.org/> "
ROWS = PREFIXES + "SELECT ?claim ?text { ?claim a nr:Claim ; schema:text ?text } ORDER BY ?claim ?text"
GRAPHS = PREFIXES + "SELECT ?g (COUNT(?claim) AS ?n) { GRAPH ?g { ?claim a nr:Claim } } GROUP BY ?g ORDER BY ?g"
TRIPLES = PREFIXES + "CONSTRUCT { ?claim a nr:Claim } WHERE { ?claim a nr:Claim }"


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
