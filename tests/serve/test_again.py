"""The same request again: answered before it is read, with the same bytes, as long as nothing else is current."""

import os
import shutil
import socket
import subprocess
import time
from urllib.parse import urlsplit

import pytest
from support.commands import ENTRY, kg
from support.kg_server import Server

from kg.serve import again
from kg.serve.again import Again, Ready
from kg.serve.log import Log

TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
QUERY = "SELECT%20*%20%7B%20%3Fc%20a%20nr%3AClaim%20%7D%20ORDER%20BY%20%3Fc%20LIMIT%203"


class Now:
    """A generation with a tag that a test changes."""

    tag = "one"

    def stamp(self):
        return self

    @property
    def latest(self):
        return self.tag


def test_an_answer_is_that_of_the_current_generation_and_of_no_other():
    now, said = Now(), []
    kept = Again(now, said.append)
    kept.keep("one", b"GET /", Ready(b"1", b"one", "line"))
    kept.keep("two", b"GET /other", Ready(b"1", b"never", "line"))

    assert kept.find(b"GET /").rest == b"one"
    assert kept.find(b"GET /other") is kept.find(b"GET /more") is None
    assert said == ["line"]
    now.tag = "two"
    assert kept.find(b"GET /") is None
    kept.keep("two", b"GET /", Ready(b"1", b"two", "line"))
    assert kept.find(b"GET /").rest == b"two"
    now.tag = "one"
    assert kept.find(b"GET /") is None


def test_no_more_is_kept_than_there_is_room_for_and_nothing_long():
    kept = Again(Now(), str, room=3_000)
    for number in range(10):
        kept.keep("one", b"GET /%d" % number, Ready(b"", b"x" * 400, ""))
    kept.keep("one", b"GET /long", Ready(b"", b"x" * 70_000, ""))

    assert [number for number in range(10) if kept.find(b"GET /%d" % number)] == [7, 8, 9]
    assert kept.find(b"GET /long") is None


@pytest.mark.parametrize(
    ("kept", "version", "headers"),
    [
        (True, "1.1", {}), (True, "1.1", {"connection": "Keep-Alive"}), (False, "1.0", {}),
        (False, "1.1", {"connection": "close"}), (False, "1.1", {"expect": "100-continue"}),
        (False, "1.1", {"upgrade": "h2c"}),
    ],
)  # fmt: skip
def test_a_connection_that_ends_or_changes_is_kept_for_nobody(kept, version, headers):
    assert again.may_be_kept(version, headers, b"GET /") is kept
    assert again.ready(503, [], b"", "") is None


def test_a_log_that_nobody_takes_holds_up_nobody_and_says_what_was_left_out():
    taken, waiting = [], []

    def slowly(text):
        while not waiting:
            time.sleep(0.01)
        taken.extend(text.split("\n"))

    log = Log(slowly, most=5)
    log.say("first")
    time.sleep(0.1)
    for number in range(20):
        log.say(str(number))
    waiting.append(True)
    log.end()

    assert taken == ["first", "0", "1", "2", "3", "4", "15 lines of log were left out: nobody took them"]


@pytest.fixture
def raw_client(token_server):
    with Client(token_server.address) as connected:
        yield connected


@pytest.fixture(scope="module")
def token_server(served_wiki):
    with Server(served_wiki, "--workers", "1", KG_SERVE_TOKEN=TOKEN) as running:
        yield running


class Client:
    """A connection that sends bytes and takes whole answers."""

    def __init__(self, address):
        host, _, port = address.partition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def take(self):
        """The first line, the headers without the date, and the body of the next answer."""
        first, headers = self.file.readline(), {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b": ")
            headers[name.lower()] = value.strip()
        assert headers.pop(b"date")
        return first, headers, self.file.read(int(headers.get(b"content-length", 0)))


def request(method="GET", token=TOKEN, **headers):
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{method} /sparql?query={QUERY} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{more}\r\n".encode()


def test_the_same_bytes_have_the_same_answer_however_they_come(token_server, raw_client):
    data, answers = request(), []
    for pieces in ([data], [data], [data], [data[:40], data[40:]], [data[:-2], data[-2:]], [data]):
        for piece in pieces:
            raw_client.send(piece)
            time.sleep(0.02)
        answers.append(raw_client.take())
    raw_client.send(data * 3)
    answers += [raw_client.take() for _ in range(3)]

    assert answers[0][0] == b"HTTP/1.1 200 OK\r\n"
    assert b"content-security-policy" in answers[0][1]
    assert all(one == answers[0] for one in answers)
    assert token_server.said().count("GET /sparql 200 0 ms") >= 3


def test_another_token_another_tag_and_another_method_have_their_own(raw_client):
    raw_client.send(request())
    first = raw_client.take()
    tag = first[1][b"etag"].decode()
    others = []
    for data in (request(token="x" * 20), request(If_None_Match=tag), request("POST"), request()) * 2:
        raw_client.send(data)
        others.append(raw_client.take())

    assert [one[0].split()[1] for one in others] == [b"401", b"304", b"415", b"200"] * 2
    assert others[0] == others[4]
    assert others[1] == others[5]
    assert others[3] == others[7] == first


def test_a_page_that_comes_again_is_another_where_kg_toml_was_edited(served_wiki, raw_client):
    file, data, tags = served_wiki / "kg.toml", request().replace(f"sparql?query={QUERY}".encode(), b"topics"), []
    text = file.read_text(encoding="utf-8")
    try:
        for edited in (text, text, f"{text}\n# edited\n"):
            file.write_text(edited, encoding="utf-8") if edited != text else None
            raw_client.send(data)
            tags.append(raw_client.take()[1][b"etag"])
    finally:
        file.write_text(text, encoding="utf-8")

    assert tags[0] == tags[1] != tags[2]


@pytest.mark.full
def test_another_generation_has_other_answers_and_an_idle_connection_ends(served_wiki, tmp_path):
    wiki = shutil.copytree(served_wiki, tmp_path / "wiki")
    page = wiki / "sources/llama-3-1-license.md"
    with Server(wiki, "--workers", "1", KG_SERVE_TOKEN=TOKEN) as server, Client(server.address) as client:
        tags = []
        for number in range(3):
            for _ in range(3):
                client.send(request())
                tags.append(client.take()[1][b"etag"])
            page.write_text(page.read_text() + f"\nOne more, {number}.\n")
            kg("ingest", cwd=wiki, code=0)
        client.send(request())
        last, since = client.take(), time.monotonic()

        assert [len({*tags[at : at + 3]}) for at in (0, 3, 6)] == [1, 1, 1]
        assert len({*tags, last[1][b"etag"]}) == 4
        assert client.file.read(1) == b""
        assert 3 < time.monotonic() - since < 60


@pytest.mark.full
def test_a_pipe_for_the_log_that_nobody_reads_holds_up_no_request(served_wiki):
    program = "import sys; from kg.cli import main; main(sys.argv[1:])"
    command = [ENTRY[0], "-c", program, "serve", "--port", "0", "--workers", "1"]
    environment = {**os.environ, "KG_SERVE_TOKEN": TOKEN}
    with subprocess.Popen(command, cwd=served_wiki, stderr=subprocess.PIPE, env=environment) as process:
        address = urlsplit(process.stderr.readline().split()[2].decode().rstrip(";")).netloc
        with Client(address) as client:
            for _ in range(5_000):  # lines of log: twice what a pipe holds
                client.send(request())
                assert client.take()[0] == b"HTTP/1.1 200 OK\r\n"
        process.terminate()
        process.stderr.close()


def test_a_request_that_says_close_beside_keep_alive_is_not_kept():
    from starlette.datastructures import Headers

    twice = Headers(raw=[(b"connection", b"keep-alive"), (b"connection", b"close")])

    assert not again.may_be_kept("1.1", twice, b"GET")
    assert again.may_be_kept("1.1", Headers(raw=[(b"connection", b"Keep-Alive")]), b"GET")
