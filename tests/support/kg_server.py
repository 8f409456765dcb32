"""A `kg serve` in a process of its own on a free port, and what is asked of it."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from support.commands import ENTRY, Staying, handing_over, workers_by

FORM, QUERY, UPDATE = (
    "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update",
)  # fmt: skip
_THREE = """{ SELECT DISTINCT ?a { ?a ?p1 ?o1 } LIMIT 200 } { SELECT DISTINCT ?b { ?b ?p2 ?o2 } LIMIT 200 }
  { SELECT DISTINCT ?c { ?c ?p3 ?o3 } LIMIT 25 }"""
# Cross products of a million rows: some seconds of comparing, or some hundred megabytes of distinct rows, and no more.
LONG = f"SELECT (COUNT(*) AS ?n) {{ {_THREE} FILTER(STR(?a) != STR(?b) || ?b = ?c) }}"
LARGE = f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?a ?b ?c {{ {_THREE} }} }}"


class Answer:
    """What came back: a status, the headers by their names in small letters, and the body."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


@contextlib.contextmanager
def forked_workers():
    """Let the workers of an application that begins in this block, in this process, be forks as those of a server here are."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        workers_by(monkeypatch.setattr, handing_over())
        yield


class Server:
    """
    A server that listens until it is ended; its log is read when it has ended.

    It is a fork of a process that has loaded everything, and so are its workers; where the processes themselves are what
    is tested, `new` has it begin in a new interpreter, as its workers then do.
    """

    def __init__(self, folder, *options, command="serve", new=False, **environment):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
        # A file and no pipe: who writes into one that nobody reads waits in the end.
        self.log = tempfile.NamedTemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # closed at the end
        words, variables = [command, "--port", "0", *options], {**kept, **environment}
        self.process = (
            subprocess.Popen([*ENTRY, *words], cwd=folder, stderr=self.log, env=variables)
            if new
            else Staying(words, folder, variables, self.log.name)
        )
        while not self.said().endswith("\n") and self.process.poll() is None:
            time.sleep(0.02)
        line = self.said()
        assert line.startswith("answering "), line
        self.endpoint = line.partition(" at ")[2].split()[0].rstrip(";")
        self.address = urlsplit(self.endpoint).netloc

    def said(self):
        """What it has said so far."""
        return Path(self.log.name).read_text(encoding="utf-8")

    def connection(self):
        return http.client.HTTPConnection(self.address, timeout=60)

    def send(self, method, path, body=None, **headers):
        """Send a request and return what came back; underscores in the names of headers stand for hyphens."""
        connection = self.connection()
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def ask(self, query, accept="application/sparql-results+json", **headers):
        return self.send("GET", f"/sparql?query={quote(query, safe='')}", Accept=accept, **headers)

    def workers(self):
        """The processes of the workers that live."""
        done = subprocess.run(
            ["ps", "-o", "pid=,stat=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        rows = [line.split() for line in done.stdout.splitlines()]
        return {int(pid) for pid, state in rows if not state.startswith("Z")}

    def end(self):
        """Tell it to end, and return its log."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)
        return self.said()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end()
        self.log.close()
