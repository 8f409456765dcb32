"""
The W3C suites of the SPARQL 1.1 Protocol and the Graph Store Protocol, asked of a running server.

The server takes no writes of the Graph Store Protocol. Where a test writes, the server has to refuse it, and what the write
would have left is published as a generation, as an ingest does it: what the test then reads is read from the server.
"""

import tomllib
from email import message_from_bytes
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from support import plain_store
from support.kg_server import Server
from support.places import SHARED

SUITE = SHARED / "w3c/sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
RATCHET = tomllib.loads((Path(__file__).parent / "w3c_protocol.toml").read_text(encoding="utf-8"))
FAILS = RATCHET["fails"]
BASE = "http://www.example/gsp/"
TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
BOOLEAN = "application/sparql-results+json"
FORMATS = {"boolean": (BOOLEAN,), "tabular": (BOOLEAN, "text/csv"), "RDF": ("text/turtle", "application/n-triples")}


class Request:
    """A request of a test, and what must come back."""

    def __init__(self, facts, node):
        self.method, self.path = str(facts.value(node, HT.methodName)), str(facts.value(node, HT.absolutePath))
        self.headers = headers(facts, node)
        self.body = content(facts, facts.value(node, HT.body))
        answer = facts.value(node, HT.resp)
        self.statuses = {str(one).rpartition("#")[2] for one in facts.objects(answer, MF.expectedStatus)}
        self.boolean = facts.value(answer, MF.expectedBoolean)
        self.form = facts.value(answer, MF.expectedFormat)
        self.answered = headers(facts, answer)
        self.graph = content(facts, facts.value(answer, HT.body))

    def takes(self, status):
        """Whether a status is one of those that the test allows."""
        names = {200: "OK", 201: "Created", 204: "NoContent", 404: "NotFound", 400: "BadRequest"}
        return bool(self.statuses & {names.get(status), f"StatusCode{status // 100}xx"})


def headers(facts, node):
    rows = Collection(facts, facts.value(node, HT.headers)) if facts.value(node, HT.headers) else ()
    return {str(facts.value(row, HT.fieldName)).lower(): str(facts.value(row, HT.fieldValue)) for row in rows}


def content(facts, node):
    if node is None:
        return None
    return str(facts.value(node, CNT.chars)).encode(str(facts.value(node, CNT.characterEncoding)))


def cases(*manifests):
    """Yield each test of some manifests: its name, the graphs that it needs, its requests."""
    for manifest in manifests if SUITE.is_dir() else ():
        facts = Graph().parse(SUITE / manifest)
        kinds = (MF.ProtocolTest, MF.GraphStoreProtocolTest)
        for node in sorted({one for kind in kinds for one in facts.subjects(RDF.type, kind)}):
            data = {
                str(facts.value(one, LABEL)): Path(unquote(urlsplit(facts.value(one, UT.graph)).path)).read_text()
                for one in facts.objects(node, UT.graphData)
            }
            requests = Collection(facts, facts.value(facts.value(node, MF.action), HT.requests))
            yield pytest.param(data, [Request(facts, one) for one in requests], id=node.rpartition("#")[2])


PROTOCOL = [*cases("protocol/manifest.ttl")]
GRAPHS = [*cases("graph-store-protocol/manifest-direct.ttl", "graph-store-protocol/manifest-indirect.ttl")]


def test_the_suites_are_whole(shared):
    assert len(PROTOCOL) == RATCHET["suite"]["ProtocolTest"]
    assert len(GRAPHS) == RATCHET["suite"]["GraphStoreProtocolTest"]
    assert FAILS.keys() <= {case.id for case in PROTOCOL}
    assert shared


@pytest.fixture(scope="module")
def suite_store(tmp_path_factory):
    return plain_store.begun(tmp_path_factory.mktemp("suite"), BASE)


@pytest.fixture(scope="module")
def asked(suite_store):
    """The server that is asked, which takes updates."""
    with Server(suite_store.parent, "--write", "--workers", "1", KG_SERVE_TOKEN=TOKEN) as server:
        yield lambda method, path, body, sent: server.send(
            method, path, body, **{**sent, "Authorization": f"Bearer {TOKEN}"}
        )


@pytest.mark.full
@pytest.mark.parametrize(("data", "requests"), PROTOCOL)
def test_the_suite_of_the_protocol(asked, suite_store, request, data, requests):
    plain_store.publish(suite_store, data)
    why = FAILS.get(request.node.callspec.id)
    wrong = next((found for one in requests if (found := protocol_fault(asked, one))), None)

    assert (wrong is None) == (why is None), wrong or f"it passes: take it out of the list ({why})"


def protocol_fault(asked, one):
    """What is wrong with the answer to a request; None where nothing is."""
    answer = asked(one.method, one.path.replace("/sparql/", "/sparql", 1), one.body, one.headers)
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
def test_the_suite_of_the_graph_store_protocol_as_far_as_it_reads(asked, suite_store, data, requests):
    held = dict(data)
    plain_store.publish(suite_store, {"urn:other": "<urn:a> <urn:b> <urn:c> .\n"} | held)
    for one in requests:
        if (made := name(one.path)) is None:
            continue
        path = one.path.replace("/gsp", "/store", 1).replace("$LOCATION$", "urn:new")
        answer = asked(one.method, path, one.body, one.headers)
        if one.method in ("GET", "HEAD"):
            assert one.takes(answer.status), answer.text
            assert answer.headers["content-type"] == one.answered.get("content-type", answer.headers["content-type"])
            if one.graph:
                assert isomorphic(graph(answer.body), graph(one.graph))
            continue
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
        held[made] = left_by(one, held.get(made, ""))
        # The default graph of a wiki is what all graphs say.
        others = {} if made == "" else {"urn:other": "<urn:a> <urn:b> <urn:c> .\n"}
        plain_store.publish(
            suite_store, others | {("urn:default" if iri == "" else iri): text for iri, text in held.items()}
        )


def name(path):
    """The graph that a path names, empty for the default one."""
    parts = urlsplit(path)
    if not parts.query:
        return BASE + parts.path.removeprefix("/gsp/") if parts.path.startswith("/gsp/") else "urn:new"
    if parts.query == "default":
        return ""
    return parse_qs(parts.query)["graph"][0].replace("$LOCATION$", "urn:new")


def left_by(one, before):
    """What a graph says after a write."""
    if one.method == "DELETE":
        return ""
    found = graph(before.encode(), "nt") if one.method == "POST" else Graph()
    kind = one.headers["content-type"]
    if kind.startswith("multipart/"):
        parts = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + one.body).get_payload()
        for part in parts:
            found.parse(data=part.get_payload(decode=True), format="turtle")
    else:
        found.parse(data=one.body, format="turtle")
    return found.serialize(format="nt")


def graph(data, form="turtle"):
    return Graph().parse(data=data, format=form)
