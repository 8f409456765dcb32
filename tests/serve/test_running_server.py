"""`kg serve` as a process: real clients, queries that are stopped, a queue that is full, generations that change under load."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, SPARQLWrapper
from support.commands import ENTRY, kg
from support.kg_server import LARGE, LONG, UPDATE, Answer, Server

TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
HAVING_IT = {"Authorization": f"Bearer {TOKEN}"}
CLAIMS = "SELECT ?claim ?text { ?claim a nr:Claim ; schema:text ?text } ORDER BY ?claim ?text"


def until(holds, seconds=60.0):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


@pytest.fixture
def changed_wiki(served_wiki, tmp_path):
    """A copy of the wiki with its store, which a test may change."""
    return shutil.copytree(served_wiki, tmp_path / "wiki")


@pytest.fixture(scope="module")
def running_server(served_wiki):
    with Server(served_wiki, "--workers", "1", new=True) as running:
        yield running


def test_rdflibs_store_asks_it(running_server, served_wiki):
    graph = Graph(SPARQLStore(running_server.endpoint, method="POST_FORM", returnFormat="xml"), identifier="urn:any")
    rows = [tuple(map(str, row)) for row in graph.store.query(CLAIMS)]
    expected = json.loads(kg("query", "-e", CLAIMS, "--format", "json", cwd=served_wiki, code=0).stdout)["results"][
        "bindings"
    ]

    assert rows == [(row["claim"]["value"], row["text"]["value"]) for row in expected] != []
    assert graph.store.query("ASK { ?claim a nr:Claim }").askAnswer is True


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_asks_it(running_server, method):
    client = SPARQLWrapper(running_server.endpoint)
    client.setMethod(method)
    client.setQuery(CLAIMS)
    client.setReturnFormat(JSON)
    rows = client.queryAndConvert()["results"]["bindings"]
    client.setReturnFormat(CSV)
    lines = client.queryAndConvert().decode().splitlines()
    client.setQuery("CONSTRUCT { ?claim a nr:Claim } WHERE { ?claim a nr:Claim }")
    client.setReturnFormat(TURTLE)

    assert len(rows) == len(lines) - 1 > 5
    assert client.queryAndConvert().count(b"nr:Claim") > 0


def test_it_listens_on_this_machine_and_says_what_is_wrong_with_an_address(running_server, served_wiki):
    taken = kg("serve", "--port", running_server.address.rpartition(":")[2], cwd=served_wiki, code=2)

    assert running_server.address.startswith("127.0.0.1:")
    assert "cannot listen there" in taken.stderr


@pytest.mark.parametrize(("size", "status"), [(60_000, b"200"), (70_000, b"400")])
def test_a_head_may_be_so_long_in_however_many_packets_it_comes(running_server, size, status):
    host, _, port = running_server.address.partition(":")
    head = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: "
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(head + b"x" * size)
        time.sleep(0.2)
        with contextlib.suppress(ConnectionError):
            client.sendall(b"\r\n\r\n")

        assert client.recv(12) == b"HTTP/1.1 " + status


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (["--host", "0.0.0.0"], {}, "0.0.0.0: others can ask there; give a token"),  # noqa: S104  # refused
        (["--write"], {}, "--write: whoever may ask could change pages; give a token"),
        (["--write"], {"KG_SERVE_TOKEN": "short"}, "KG_SERVE_TOKEN: expected a token of at least 16"),
        (["--token-file", "none"], {}, "none: no token can be read: No such file or directory"),
        (["--store", "none"], {}, "No such option"),
    ],
)
def test_what_is_not_safe_does_not_begin(served_wiki, options, environment, words):
    assert words in kg("serve", *options, cwd=served_wiki, code=2, **environment).stderr


def test_without_its_libraries_one_line_says_what_to_install(served_wiki):
    program = "import sys; sys.modules['uvicorn'] = None; from kg.cli import main; main(['serve'])"
    done = subprocess.run([ENTRY[0], "-c", program], cwd=served_wiki, capture_output=True, text=True, check=False)

    assert done.stderr == (
        "kg: kg serve needs the libraries starlette and uvicorn; `pip install 'newsroom-kg[serve]'` installs them\n"
    )
    assert done.returncode == 2


@pytest.mark.full
def test_a_query_is_stopped_at_its_limit_of_time_and_the_next_is_answered(served_wiki):
    with Server(served_wiki, "--workers", "1", "--timeout", "0.5", new=True) as server:
        before = server.workers()
        stopped = server.ask(LONG)

        assert (stopped.status, stopped.text) == (504, "it took longer than 0.5 s, the limit here, and was stopped\n")
        assert server.ask("ASK {}").json()["boolean"] is True
        assert server.workers().isdisjoint(before)


@pytest.mark.full
def test_a_query_is_stopped_at_its_limit_of_memory_and_the_next_is_answered(served_wiki):
    with Server(served_wiki, "--workers", "1", "--memory", "30", new=True) as server:
        stopped = server.ask(LARGE)

        assert (stopped.status, stopped.text) == (
            507,
            "it took more than 30 MB of memory, the limit here, and was stopped\n",
        )
        assert server.ask("ASK {}").json()["boolean"] is True


@pytest.mark.full
def test_a_client_that_leaves_frees_its_worker(served_wiki):
    with Server(served_wiki, "--workers", "1", new=True) as server:
        resting = {pid: processor_time(pid) for pid in server.workers()}
        leaving = server.connection()
        leaving.request("GET", f"/sparql?query={quote(LONG, safe='')}")
        until(lambda: busy(resting))
        (before,) = resting
        leaving.close()
        until(lambda: before not in server.workers())

        assert server.ask("ASK {}").json()["boolean"] is True
        assert "GET /sparql 499 " in server.end()


@pytest.mark.full
def test_a_worker_that_is_killed_costs_its_own_query_only(served_wiki):
    with Server(served_wiki, "--workers", "2", new=True) as server:
        resting = {pid: processor_time(pid) for pid in server.workers()}
        asking = server.connection()
        asking.request("GET", f"/sparql?query={quote(LONG, safe='')}")
        until(lambda: busy(resting))
        os.kill(busy(resting)[0], 9)
        lost = Answer(asking.getresponse())
        asking.close()

        assert (lost.status, lost.headers["retry-after"]) == (503, "1")
        assert [server.ask(f"ASK {{}} #{number}").status for number in range(5)] == [200] * 5
        until(lambda: len(server.workers()) == 2)
        idle = min(server.workers())
        os.kill(idle, 9)
        assert [server.ask(f"ASK {{}} #{number}").status for number in range(10, 15)] == [200] * 5


def processor_time(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123  # no file of a disk
        return sum(map(int, file.read().rpartition(")")[2].split()[11:13]))


def busy(resting, more=20):
    """The processes that took so many hundredths of a second more of the processor than when they rested."""
    return [pid for pid, ticks in resting.items() if processor_time(pid) >= ticks + more]


@pytest.mark.full
def test_a_full_queue_says_when_to_come_again_and_who_waits_is_answered(served_wiki):
    with (
        Server(served_wiki, "--workers", "1", "--queue", "2", "--timeout", "3", new=True) as server,
        ThreadPoolExecutor(8) as pool,
    ):
        resting = {pid: processor_time(pid) for pid in server.workers()}
        running = pool.submit(server.ask, LONG)
        until(lambda: busy(resting, 5))
        waiting = [pool.submit(server.ask, f"ASK {{}} #{number}") for number in range(6)]
        answers = [one.result() for one in waiting]

        assert sorted(one.status for one in answers) == [200, 200, 503, 503, 503, 503]
        assert {one.headers["retry-after"] for one in answers if one.status == 503} == {"1"}
        assert running.result().status == 504


@pytest.mark.full
def test_fifty_clients_read_while_a_query_runs_away(served_wiki):
    with Server(served_wiki, "--workers", "2", "--timeout", "4") as server, ThreadPoolExecutor(51) as pool:
        running = pool.submit(server.ask, LONG)
        time.sleep(0.2)
        answers = list(
            pool.map(server.ask, (f"SELECT ?c {{ ?c a nr:Claim }} LIMIT {number}" for number in range(1, 51)))
        )

        assert [one.status for one in answers] == [200] * 50
        assert [len(one.json()["results"]["bindings"]) for one in answers[:5]] == [1, 2, 3, 4, 5]
        assert running.result().status == 504


@pytest.mark.full
def test_generations_change_under_load_and_no_request_is_dropped_or_of_two_minds(changed_wiki):
    page = changed_wiki / "sources/llama-3-1-license.md"
    text = page.read_bytes()
    question = 'ASK { ?claim a nr:Claim ; schema:text ?text FILTER(CONTAINS(?text, "number NUMBER")) }'
    seen, stop = [], threading.Event()

    def reading(server, query):
        while not stop.is_set():
            seen.append(server.ask(query))

    with Server(changed_wiki, "--workers", "2") as server, ThreadPoolExecutor(4) as pool:
        readers = [
            pool.submit(reading, server, f"SELECT ?t {{ ?c a nr:Claim ; schema:text ?t }} ORDER BY ?t #{number}")
            for number in range(4)
        ]
        tags = []
        for number in range(20):
            line = f"\n- [fact] [[Meta]] — says a thing of number {number + 100}.\n".encode()
            page.write_bytes(text.replace(b"## Key Claims\n", b"## Key Claims\n" + line))
            kg("ingest", cwd=changed_wiki, code=0)
            answer = server.ask(question.replace("NUMBER", str(number + 100)))
            tags.append((answer.json()["boolean"], answer.headers["etag"]))
        stop.set()
        for one in readers:
            one.result()

    by_tag = {}
    for one in seen:
        by_tag.setdefault(one.headers.get("etag"), set()).add(one.body)
    assert [yes for yes, _ in tags] == [True] * 20
    assert len({tag for _, tag in tags}) == 20
    assert {one.status for one in seen} == {200}
    assert all(len(bodies) == 1 for bodies in by_tag.values())


@pytest.mark.full
def test_an_update_goes_through_the_gate_of_kg_update_and_is_seen_by_the_next_query(changed_wiki):
    update = (
        'DELETE { GRAPH ?g { ?c nr:saidByText ?who } } INSERT { GRAPH ?g { ?c nr:saidByText "[[EuropeanUnion]]" } } '
        'WHERE { GRAPH ?g { ?c nr:saidByText ?who FILTER(CONTAINS(?who, "Meta")) } }'
    )
    with Server(changed_wiki, "--write", KG_SERVE_TOKEN=TOKEN) as server:
        asked = lambda text, **headers: server.send("POST", "/sparql", text, Content_Type=UPDATE, **headers)  # noqa: E731
        nobody = asked(update)
        refused = asked("INSERT DATA { GRAPH <graph/none> { <http://a.example/> a nr:Claim } }", **HAVING_IT)
        loading = asked("LOAD <http://127.0.0.1:9/>", **HAVING_IT)
        before = server.ask("ASK {}", **HAVING_IT).headers["etag"]
        written = asked(update, **HAVING_IT)
        after = server.ask("ASK {}", **HAVING_IT).headers["etag"]
        log = server.end()

    assert (nobody.status, nobody.headers["www-authenticate"]) == (401, 'Bearer realm="kg", Basic realm="kg"')
    assert (refused.status, "is the graph of no page" in refused.text) == (400, True)
    assert (loading.status, "LOAD would reach the network" in loading.text) == (400, True)
    assert (written.status, written.json()["generation"]) == (200, 2)
    changed = {page["path"]: page["diff"] for page in written.json()["pages"]}
    assert changed
    assert all((changed_wiki / path).read_text().count("EuropeanUnion") for path in changed)
    assert before != after
    assert kg("render", "--check", cwd=changed_wiki, code=0)
    assert TOKEN not in log
