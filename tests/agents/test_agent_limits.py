"""What one call may cost, and who may call: a query that runs away, arguments without end, other sites, the end of it all."""

import json
import os
import signal
import subprocess
import time

import pytest
from support.commands import ENTRY, kg
from support.kg_server import LARGE, LONG, Server
from support.mcp_client import Agent

ASK = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
JSON = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}


def test_a_query_that_runs_away_ends_at_its_limit_and_the_next_call_is_answered(served_wiki):
    with Agent(served_wiki, "--timeout", "1.5", "--workers", "1", new=True) as agent:
        agent.call("schema")
        since = time.monotonic()
        words = agent.refused("query", sparql=LONG)
        took = time.monotonic() - since
        answer = agent.call("query", sparql="ASK { ?c a nr:Claim }")

    assert words == "it took longer than 1.5 s, the limit here, and was stopped"
    assert took < 60
    assert answer["answer"] is True


def test_a_query_that_takes_too_much_memory_ends_there(served_wiki):
    with Agent(served_wiki, "--memory", "100", "--workers", "1", new=True) as agent:
        words = agent.refused("query", sparql=LARGE)

    assert words == "it took more than 100 MB of memory, the limit here, and was stopped"


def test_arguments_beyond_the_limit_are_refused(served_wiki):
    with Agent(served_wiki, "--request", "2000", "--workers", "1") as agent:
        assert agent.refused("search", words="x" * 3_000).startswith("the arguments have more than 2,000 bytes")


def test_over_http_the_guard_of_kg_serve_stands_before_it(served_wiki):
    with Server(served_wiki, "--http", "--request", "2000", "--workers", "1", command="mcp") as server:
        foreign = server.send("POST", "/mcp", ASK, **JSON, Origin="https://example.org")
        renamed = server.send("POST", "/mcp", ASK, **JSON, Host="example.org")
        long = server.send("POST", "/mcp", ASK + b" " * 3_000, **JSON)
        elsewhere = server.send("GET", "/other")
        fine = server.send("POST", "/mcp", ASK, **JSON)

    assert (foreign.status, renamed.status, long.status, elsewhere.status) == (403, 421, 413, 404)
    assert fine.status == 200


@pytest.mark.full
def test_a_client_that_leaves_over_http_ends_its_call(served_wiki):
    call = {"name": "query", "arguments": {"sparql": LONG}}
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}).encode()
    with Server(served_wiki, "--http", "--workers", "1", command="mcp") as server:
        before, leaving = server.workers(), server.connection()
        leaving.request("POST", "/mcp", asked, {name.replace("_", "-"): value for name, value in JSON.items()})
        time.sleep(1)
        assert server.workers() == before
        leaving.close()
        end = time.monotonic() + 10
        while server.workers() & before and time.monotonic() < end:
            time.sleep(0.05)

        assert not server.workers() & before
        assert server.send("POST", "/mcp", ASK, **JSON).status == 200
        assert "POST /mcp 499 " in server.end()


def test_no_other_address_without_a_token(served_wiki):
    done = kg("mcp", "--http", "--host", "0.0.0.0", "--port", "0", cwd=served_wiki, code=2)  # noqa: S104  # refused

    assert "0.0.0.0: others can ask there; give a token" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_though_its_input_is_open(served_wiki, number):
    process = subprocess.Popen(
        [*ENTRY, "mcp", "--workers", "1"], cwd=served_wiki, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    process.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", '
                        b'"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}\n')  # fmt: skip
    process.stdin.flush()
    assert process.stdout.readline().startswith(b'{"')

    process.send_signal(number)

    assert process.wait(20) == 130
    process.stdin.close()
    assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
    process.stdout.close()
    process.stderr.close()


def test_one_call_can_be_seen_on_the_terminal(served_wiki):
    done = kg("mcp", "--call", "claims", "--arguments", '{"grade": "forecast"}', cwd=served_wiki, code=0)
    wrong = kg("mcp", "--call", "clams", cwd=served_wiki, code=2)
    none = kg("mcp", "--call", "claims", "--arguments", "[1]", cwd=served_wiki, code=2)

    assert '"grade": "forecast"' in done.stdout
    assert "there is no tool 'clams' to call here; did you mean 'claims'" in wrong.stderr
    assert "expected an object of JSON, found '[1]'" in none.stderr


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("context", '{"question": "a", "tokens": "many"}', "context: tokens: Input should be a valid integer"),
        ("query", '{"sparql": "ASK {}", "parameters": [1]}', "query: parameters: Input should be a valid dictionary"),
        (
            "propose_edit",
            '{"path": "index.md", "replace": [{"old": "a"}]}',
            "propose_edit: replace.0.new: Field required",
        ),
        (
            "propose_edit",
            '{"path": "x.md", "content": "\\ud800"}',
            "propose_edit: the arguments have half a character",
        ),
        ("search", '{"wrods": "x"}', "search takes no 'wrods'; it takes words, within"),
        ("search", "{}", "search: words: Field required"),
        ("search", "[" * 100_000, "expected an object of JSON: "),
    ],
)
def test_arguments_on_the_terminal_are_those_of_the_protocol(tool, arguments, words, served_wiki):
    done = kg("mcp", "--call", tool, "--arguments", arguments, cwd=served_wiki, code=2)

    assert words in done.stderr
    assert "Traceback" not in done.stderr
