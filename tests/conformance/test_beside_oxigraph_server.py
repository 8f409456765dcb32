"""Every request of the W3C's protocol suites, sent to `kg serve` and to the `oxigraph` server of PyPI: answered alike, or why not."""

import http.client
import tomllib
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse
from support import plain_store
from support.kg_server import Answer, Server
from support.oxigraph_server import Server as Oxigraph
from support.protocol_suite import BASE, GRAPHS, PROTOCOL

TABLE = tomllib.loads((Path(__file__).parent / "oxigraph_server.toml").read_text(encoding="utf-8"))
TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
GRAPH_FORMS = {"text/turtle": RdfFormat.TURTLE, "application/n-triples": RdfFormat.N_TRIPLES}
REFUSED = 300


@pytest.fixture(scope="module")
def suite_store(tmp_path_factory):
    return plain_store.begun(tmp_path_factory.mktemp("suite"), BASE)


@pytest.fixture(scope="module")
def our_server(suite_store):
    with Server(suite_store.parent, "--write", "--workers", "1", KG_SERVE_TOKEN=TOKEN) as server:
        yield server


class Theirs:
    """An oxigraph server that holds the graphs of a test, and has its own addresses for queries and updates."""

    def __init__(self, graphs):
        self.server = Oxigraph(b"")
        for iri, text in graphs.items():
            self.send("PUT", f"/store?graph={iri}", text.encode(), {"content-type": "text/turtle"})

    def send(self, method, path, body, headers):
        connection = http.client.HTTPConnection(self.server.address, timeout=60)
        try:
            connection.request(method, path, body, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.process.kill()
        self.server.process.wait()


def compared(answer):
    """What two answers to one request are compared by: the status, and if it is no error the type and what is said."""
    if answer.status >= REFUSED or not answer.body:
        return answer.status
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "application/sparql-results+json":
        said = answer.json()
        return answer.status, kind, said.get("boolean", said.get("results"))
    if kind not in GRAPH_FORMS:
        return answer.status, kind
    graph = Dataset(parse(answer.body, format=GRAPH_FORMS[kind]))
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return answer.status, kind, {str(quad) for quad in graph}


@pytest.mark.full
@pytest.mark.parametrize(("data", "requests"), [*PROTOCOL, *GRAPHS])
def test_a_request_is_answered_as_by_oxigraph_or_the_table_says_why(our_server, suite_store, request, data, requests):
    plain_store.publish(suite_store, data)
    plain_store.forget_put(suite_store)
    name, differing, places = request.node.callspec.id, {}, ["", ""]
    with Theirs(data) as theirs:
        for number, one in enumerate(requests, 1):
            path = one.path.replace("/gsp", "/store", 1)
            asking = "/update" if "update" in name and one.boolean is None else "/query"
            mine = our_server.send(
                one.method, path.replace("/sparql/", "/sparql", 1).replace("$LOCATION$", places[0]), one.body,
                **one.headers, Authorization=f"Bearer {TOKEN}",
            )  # fmt: skip
            other = theirs.send(
                one.method, path.replace("/sparql/", asking, 1).replace("$LOCATION$", places[1]), one.body, one.headers
            )
            places = [mine.headers.get("location", places[0]), other.headers.get("location", places[1])]
            if compared(mine) != compared(other):
                differing[str(number)] = (compared(mine), compared(other))

    assert differing.keys() == TABLE["differs"].get(name, {}).keys(), differing


def test_the_table_names_tests_and_reasons_that_there_are():
    names = {case.id for case in (*PROTOCOL, *GRAPHS)}
    used = {why for one in TABLE["differs"].values() for why in one.values()}

    assert not names or TABLE["differs"].keys() <= names
    assert used == TABLE["why"].keys()
