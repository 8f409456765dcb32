"""The requests of the W3C suites of the SPARQL 1.1 Protocol and the Graph Store Protocol, with what must come back."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from support.places import SHARED

SUITE = SHARED / "w3c/sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
# The base of the wiki in whose store the suites are run: graphs are named by their addresses below it.
BASE = "http://www.example/gsp/"


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
