"""The server as an application: addresses, formats, headers and errors, asked within the process, with one worker."""

import asyncio
import json
import shutil
import threading

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient
from support.commands import kg
from support.kg_server import FORM, QUERY, UPDATE, forked_workers

from kg.serve import app, formats, jobs, worker
from kg.serve.again import Again
from kg.serve.guard import HEADERS, Guard
from kg.serve.jobs import Setting
from kg.serve.limits import Limits
from kg.serve.stamp import Current
from kg.store import generations

ROWS = "SELECT ?claim ?text { ?claim a nr:Claim ; schema:text ?text } ORDER BY ?claim ?text"
GRAPH = "CONSTRUCT { ?s a ?type } WHERE { ?s a ?type }"


@pytest.fixture(scope="module")
def log():
    return []


@pytest.fixture(scope="module")
def client(served_wiki, log):
    """A client of the server, with small limits."""
    limits = Limits(rows=3_000, request=2_000, queue=1, seconds=20)
    guard = Guard(origins=frozenset({"https://example.org"}))
    application, _ = app.app(app.Served(Setting(served_wiki / ".kg", limits=limits), guard, 1, log.append))
    with forked_workers(), TestClient(application, base_url="http://127.0.0.1:7310") as asked:
        yield asked


def ask(client, query, accept="application/sparql-results+json", **parameters):
    return client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": accept})


@pytest.mark.parametrize(("media_type", "form"), [one for one in formats.ROWS if one[1] not in ("markdown", "table")])
def test_rows_are_those_of_kg_query_in_every_format(client, served_wiki, media_type, form):
    answer = ask(client, ROWS, media_type)

    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert (
        answer.text.replace("\r\n", "\n") == kg("query", "-e", ROWS, "--format", form, cwd=served_wiki, code=0).stdout
    )


@pytest.mark.parametrize(("media_type", "form"), formats.GRAPHS)
def test_a_graph_is_that_of_kg_query_in_every_format(client, served_wiki, media_type, form):
    answer = ask(client, GRAPH, media_type)

    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.text == kg("query", "-e", GRAPH, "--format", form, cwd=served_wiki, code=0).stdout


@pytest.mark.parametrize(("media_type", "form"), formats.BOOLEAN)
def test_a_yes_or_no_is_that_of_kg_query_in_every_format(client, served_wiki, media_type, form):
    answer = ask(client, "ASK { ?claim a nr:Claim }", media_type)

    assert (
        answer.text == kg("query", "-e", "ASK { ?claim a nr:Claim }", "--format", form, cwd=served_wiki, code=0).stdout
    )


def test_a_long_query_is_not_read_word_by_word_while_others_wait(monkeypatch):
    threads = []
    called = lambda _: threads.append(threading.current_thread())  # noqa: E731
    monkeypatch.setattr(app.changing_values, "called", called)

    for text in ("ASK {} #" + "x" * 100_000, "ASK {} # now", "SELECT (rand() AS ?x) {}"):
        asyncio.run(app._is_changing(text))
    assert len(threads) == 2
    assert threading.main_thread() not in threads


def test_a_format_that_nobody_writes_is_not_acceptable(client):
    assert ask(client, "ASK {}", "image/png").status_code == 406
    assert ask(client, ROWS, "text/turtle").text == "Accept: no format for the rows of a SELECT in it\n"


def test_a_query_comes_in_each_way_of_the_protocol(client):
    by_get = ask(client, ROWS)
    by_form = client.post("/sparql", data={"query": ROWS}, headers={"Accept": "application/json"})
    as_body = client.post("/sparql", content=ROWS, headers={"Content-Type": f"{QUERY}; charset=UTF-8"})

    assert by_get.json() == by_form.json() == as_body.json()


def test_the_graphs_of_a_request_are_those_that_are_asked(client):
    graphs = [
        row["g"]["value"]
        for row in ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").json()["results"]["bindings"]
    ]
    facts = sorted(graph for graph in graphs if "/graph/" in graph)[:2]
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    number = lambda **which: int(ask(client, count, **which).json()["results"]["bindings"][0]["n"]["value"])  # noqa: E731
    one, two = (number(**{"default-graph-uri": graph}) for graph in facts)

    assert number(**{"default-graph-uri": facts}) == len(
        {str(quad) for graph in facts for quad in read(client.get("/store", params={"graph": graph}))}
    )
    assert max(one, two) < number(**{"default-graph-uri": facts}) <= one + two
    assert number(**{"named-graph-uri": facts[0]}) == 0
    named = ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", **{"named-graph-uri": facts[0]}).json()
    assert [row["g"]["value"] for row in named["results"]["bindings"]] == [facts[0]]
    assert ask(client, count, **{"default-graph-uri": "no iri"}).status_code == 400


def read(answer):
    assert answer.status_code == 200, answer.text
    return [*parse(answer.content, format=RdfFormat.TURTLE)]


def test_a_graph_is_read_by_its_name_and_by_its_address_below_the_base(client):
    base = ask(client, "SELECT ?g { GRAPH ?g { ?s nr:path ?o } } ORDER BY ?g LIMIT 1").json()["results"]["bindings"][0][
        "g"
    ]["value"]
    below = "graph/" + base.partition("/graph/")[2]

    indirect, direct = client.get("/store", params={"graph": base}), client.get(f"/store/{below}")
    assert read(indirect) == read(direct) != []
    assert client.head(f"/store/{below}").headers["content-length"] == direct.headers["content-length"]
    assert client.head(f"/store/{below}").content == b""
    assert client.get("/store/graph/nothing").status_code == 404
    assert client.head("/store", params={"graph": "http://nothing.example/"}).status_code == 404
    assert client.get("/store").status_code == 400
    assert client.get(f"/store/{below}?default").status_code == 400


def test_a_store_that_has_no_manifest_for_a_moment_is_asked_again_soon(served_wiki, tmp_path):
    folder = shutil.copytree(served_wiki / ".kg", tmp_path / ".kg")
    manifest = folder / "generations/000001/manifest.json"
    whole = manifest.read_bytes()
    done = jobs.Jobs(Setting(folder))
    asked = {"kind": "query", "forms": {"boolean": "json"}}
    first = worker.answer(done, asked, b"ASK {}")[0]["status"]
    manifest.unlink()
    (folder / "HEAD").write_bytes((folder / "HEAD").read_bytes())  # as who makes it anew does
    without = worker.answer(done, asked, b"ASK {}")
    manifest.write_bytes(whole)

    assert (first, without[0], worker.answer(done, asked, b"ASK {}")[0]["status"]) == (
        200, {"status": 503, "again": True}, 200,
    )  # fmt: skip
    generations.release(folder)


def test_an_address_where_nothing_is_says_where_something_is(client):
    nowhere, beside, method = client.get("/nothing"), client.get("/sparql/"), client.put("/sparql")

    assert (nowhere.status_code, beside.status_code, method.status_code) == (404, 404, 405)
    assert (
        nowhere.text
        == "nothing is here; what is served is at /sparql, /store, /.well-known/void and, for people, at /\n"
    )
    assert (method.text, sorted(method.headers["allow"].split(", "))) == (
        "Method Not Allowed\n",
        ["GET", "HEAD", "POST"],
    )
    assert {one.headers["cache-control"] for one in (nowhere, beside, method)} == {"no-store"}


def test_a_name_with_a_sign_that_is_escaped_is_asked_as_it_is_written(client):
    graph = "https://newsroom-kg.example/open-source-ai/graph/a%20b"

    assert client.get("/store/graph/a%20b").text == f"no graph <{graph}> in this store\n"
    assert client.get("/store/graph/%C3%A9%25").text == f"no graph <{graph.replace('a%20b', 'é%25')}> in this store\n"


def test_a_request_that_the_end_of_the_server_cuts_off_may_be_sent_again(served_wiki):
    sent, log = [], []

    async def waiting(*_):
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    async def scenario():
        served = app.Served(Setting(served_wiki / ".kg"), Guard(), 1, log.append)
        guarded = app.Guarded(waiting, served, Again(Current(served_wiki / ".kg", {}), log.append))
        scope = {"type": "http", "method": "GET", "path": "/sparql", "headers": [(b"host", b"localhost")]}
        task = asyncio.ensure_future(guarded(scope, None, send))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    asyncio.run(scenario())

    assert (sent[0]["status"], (b"retry-after", b"1") in sent[0]["headers"]) == (503, True)
    assert sent[1]["body"] == b"the server was told to end; try again\n"
    assert [line.rsplit(" ", 2)[0] for line in log] == ["GET /sparql 503"]


def test_graphs_are_only_read(client):
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        answer = client.request(method, "/store?default")

        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_an_answer_has_the_tag_and_the_time_of_its_generation(client, served_wiki):
    answer = ask(client, ROWS)
    made = json.loads((served_wiki / ".kg/generations/000001/manifest.json").read_text())["made"]
    again = client.get(
        "/sparql",
        params={"query": ROWS},
        headers={"Accept": formats.ROWS[0][0], "If-None-Match": f'"other", {answer.headers["etag"]}'},
    )

    assert answer.headers["last-modified"].split()[4] == made[11:19]
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    other = client.get("/sparql", params={"query": ROWS}, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, answer.content)


def test_each_question_and_each_format_has_a_tag_of_its_own(client):
    tag = lambda query, accept: ask(client, query, accept).headers["etag"]  # noqa: E731
    json_rows = tag(ROWS, "application/sparql-results+json")
    asked = {"params": {"query": ROWS}, "headers": {"If-None-Match": json_rows, "Accept": "text/csv"}}

    assert json_rows == tag(ROWS, "image/png, application/sparql-results+json")
    assert len({json_rows, tag(ROWS, "text/csv"), tag(ROWS, "application/json"), tag("ASK {}", "*/*")}) == 4
    assert client.get("/sparql", **asked).headers["content-type"] == "text/csv; charset=utf-8"


def test_what_is_no_answer_is_said_whatever_the_client_has(client):
    tag = ask(client, "ASK {}").headers["etag"]
    for has in ("*", tag, f'"other", {tag}'):
        status = lambda url, **more: client.get(url, headers={"If-None-Match": has, **more}).status_code  # noqa: B023,E731

        assert status("/sparql?query=ASK") == 400
        assert status("/sparql?query=ASK%7B%7D", Accept="image/png") == 406
        assert status("/store?graph=http://nothing.example/") == 404
    assert client.get("/sparql?query=ASK%7B%7D", headers={"If-None-Match": "*"}).status_code == 304


def test_a_header_that_is_a_list_may_come_in_several_lines(client):
    tag = ask(client, "ASK {}", "image/png, text/plain").headers["etag"]
    lines = [("Accept", "image/png"), ("Accept", "text/plain")]
    answer = client.get("/sparql?query=ASK+%7B%7D", headers=lines)
    again = client.get("/sparql?query=ASK+%7B%7D", headers=[*lines, ("If-None-Match", '"a"'), ("If-None-Match", tag)])

    assert (answer.status_code, answer.text, again.status_code) == (200, "true\n", 304)


def test_what_is_another_at_every_run_has_no_tag(client):
    answer = client.get("/sparql", params={"query": "SELECT (NOW() AS ?now) {}"}, headers={"If-None-Match": "*"})

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in answer.headers


def test_the_service_and_the_data_describe_themselves(client, served_wiki):
    service = {str(quad.object) for quad in read(client.get("/sparql"))}
    void = {str(quad.triple) for quad in read(client.get("/.well-known/void"))}
    exported = {
        str(quad.triple)
        for quad in parse(
            kg("export", "--format", "void", cwd=served_wiki, code=0).stdout.encode(), format=RdfFormat.TURTLE
        )
    }

    assert "<http://127.0.0.1:7310/sparql>" in service
    assert "<http://www.w3.org/ns/sparql-service-description#SPARQL11Query>" in service
    assert "<http://www.w3.org/ns/sparql-service-description#SPARQL11Update>" not in service
    assert exported < void
    assert [one.split()[1:] for one in void - exported] == [
        ["<http://rdfs.org/ns/void#sparqlEndpoint>", "<http://127.0.0.1:7310/sparql>"]
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT", "not a SPARQL query: line 1, column 7"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE would reach the network, which is off"),
        ("SELECT (<http://none.example/f>(1) AS ?x) {}", "there is no function <http://none.example/f> here"),
    ],
)
def test_what_a_person_did_wrong_is_said_in_a_line(client, query, words):
    answer = ask(client, query)

    assert answer.status_code == 400
    assert words in answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_limit_that_is_passed_is_named(client):
    rows = ask(client, "SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 3001", "text/csv")
    triples = ask(client, "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", "text/turtle")
    body = client.post("/sparql", content="#" * 2_001, headers={"Content-Type": QUERY})
    zipped = client.post("/sparql", content=b"", headers={"Content-Type": QUERY, "Content-Encoding": "gzip"})

    assert (rows.status_code, rows.text) == (
        507,
        "the answer has more than 3,000 rows, the limit of one here; ask for less (LIMIT)\n",
    )
    assert (triples.status_code, "3,000 triples" in triples.text) == (507, True)
    assert (body.status_code, body.text) == (413, "the body has more than 2,000 bytes, the limit here\n")
    assert zipped.status_code == 415
    assert ask(client, "SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 3000", "text/csv").status_code == 200


def test_updates_are_refused_where_nothing_is_written(client):
    for headers in ({"Content-Type": UPDATE}, {"Content-Type": FORM}):
        answer = client.post("/sparql", content="update=CLEAR+ALL", headers=headers)

        assert (answer.status_code, "only reads" in answer.text) == (403, True)


def test_every_answer_has_the_headers_that_keep_a_browser_from_running_it(client):
    for answer in (ask(client, "ASK {}"), ask(client, "ASK"), client.get("/nothing"), client.post("/sparql")):
        assert {name: answer.headers[name] for name, _ in HEADERS} == dict(HEADERS)


def test_a_site_that_is_allowed_may_ask_and_no_other(client):
    allowed = client.get("/sparql", params={"query": "ASK {}"}, headers={"Origin": "https://example.org"})
    before = client.options(
        "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )

    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, "https://example.org")
    assert (before.status_code, "POST" in before.headers["access-control-allow-methods"]) == (204, True)
    assert (
        client.get("/sparql", params={"query": "ASK {}"}, headers={"Origin": "https://other.example"}).status_code
        == 403
    )
    assert client.get("/sparql", params={"query": "ASK {}"}, headers={"Host": "other.example"}).status_code == 421


@pytest.mark.parametrize(
    ("path", "methods"), [("/sparql", "GET, HEAD, POST"), ("/store/graph/a", "GET, HEAD"), ("/topics", "GET, HEAD")]
)
def test_a_browser_is_told_the_methods_that_an_address_has(client, path, methods):
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}

    assert client.options(path, headers=asked).headers["access-control-allow-methods"] == methods
    assert app._methods("/store", True) == "GET, HEAD, PUT, POST, DELETE"  # noqa: FBT003  # where it writes


def test_the_log_has_no_word_of_what_was_asked(client, log):
    log.clear()
    ask(client, "ASK { ?secret ?p ?o }")
    client.post("/sparql", content="ASK { ?secret ?p ?o }", headers={"Content-Type": QUERY})
    client.get("/a%0Ab")

    assert [line.rsplit(" ", 2)[0] for line in log] == ["GET /sparql 200", "POST /sparql 200", "GET /a?b 404"]
