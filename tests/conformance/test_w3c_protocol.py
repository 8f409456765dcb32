"""The W3C suites of the SPARQL 1.1 Protocol and the Graph Store Protocol, asked of a running server, writes and all."""

import tomllib
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from support import plain_store
from support.kg_server import Server
from support.protocol_suite import BASE, GRAPHS, PROTOCOL

RATCHET = tomllib.loads((Path(__file__).parent / "w3c_protocol.toml").read_text(encoding="utf-8"))
FAILS = RATCHET["fails"]
TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
BOOLEAN = "application/sparql-results+json"
FORMATS = {"boolean": (BOOLEAN,), "tabular": (BOOLEAN, "text/csv"), "RDF": ("text/turtle", "application/n-triples")}


def test_the_suites_are_whole(shared):
    assert len(PROTOCOL) == RATCHET["suite"]["ProtocolTest"]
    assert len(GRAPHS) == RATCHET["suite"]["GraphStoreProtocolTest"]
    assert FAILS.keys() <= {case.id for case in PROTOCOL}
    assert shared


@pytest.fixture(scope="module")
def suite_store(tmp_path_factory):
    return plain_store.begun(tmp_path_factory.mktemp("suite"), BASE)


@pytest.fixture(scope="module")
def send_to_kg(suite_store):
    """The server that is asked, which takes updates."""
    with Server(suite_store.parent, "--write", "--workers", "1", KG_SERVE_TOKEN=TOKEN) as server:
        yield lambda method, path, body, sent: server.send(
            method, path, body, **{**sent, "Authorization": f"Bearer {TOKEN}"}
        )


@pytest.mark.full
@pytest.mark.parametrize(("data", "requests"), PROTOCOL)
def test_the_suite_of_the_protocol(send_to_kg, suite_store, request, data, requests):
    plain_store.publish(suite_store, data)
    plain_store.forget_put(suite_store)
    why = FAILS.get(request.node.callspec.id)
    wrong = next((found for one in requests if (found := protocol_fault(send_to_kg, one))), None)

    assert (wrong is None) == (why is None), wrong or f"it passes: take it out of the list ({why})"


def protocol_fault(send_to_kg, one):
    """What is wrong with the answer to a request; None where nothing is."""
    answer = send_to_kg(one.method, one.path.replace("/sparql/", "/sparql", 1), one.body, one.headers)
    kind = answer.headers["content-type"].partition(";")[0]
    if not one.takes(answer.status):
        return f"{answer.status}: {answer.text}"
    if one.form is not None and kind not in FORMATS[str(one.form)]:
        return kind
    if one.boolean is not None and answer.json()["boolean"] is not one.boolean.value:
        return answer.text
    return None


@pytest.mark.full
@pytest.mark.parametrize(("data", "requests"), GRAPHS)
def test_the_suite_of_the_graph_store_protocol(send_to_kg, suite_store, data, requests):
    plain_store.publish(suite_store, data)
    plain_store.forget_put(suite_store)
    location = ""
    for one in requests:
        path = one.path.replace("/gsp", "/store", 1).replace("$LOCATION$", location)
        answer = send_to_kg(one.method, path, one.body, one.headers)
        location = answer.headers.get("location", location)

        assert one.takes(answer.status), f"{one.method} {path}: {answer.status}: {answer.text}"
        assert answer.headers.get("content-type") == one.answered.get(
            "content-type", answer.headers.get("content-type")
        )
        if one.graph:
            assert isomorphic(graph(answer.body), graph(one.graph))


def graph(data, form="turtle"):
    return Graph().parse(data=data, format=form)
