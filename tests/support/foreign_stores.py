"""Stores of other makers as servers on this machine: started on a folder, killed, started again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kg.settings.endpoint_settings import EndpointSettings

VIRTUOSO = next(filter(None, map(shutil.which, ("virtuoso-t", "virtuoso-t-7"))), None)
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
CheckpointInterval = 60
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {folder}
MaxQueryMem = 500M
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 6
MaxKeepAlives = 10
KeepAliveTimeout = 10
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 120
DefaultQuery = select distinct ?Concept where {{[] a ?Concept}} LIMIT 1
"""


def virtuoso_or_skip():
    """Skip a test where Virtuoso is not installed; fail where the script of the CI should have installed it."""
    if VIRTUOSO is None:
        reason = "no virtuoso-t here: apt-get install virtuoso-opensource-7-bin"
        (pytest.fail if os.environ.get("KG_CI") else pytest.skip)(reason)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class _Server:
    """A server that is a process, on a folder that outlives it."""

    kind = ""
    credentials = ()

    def __init__(self, folder):
        self.folder = Path(folder)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            self.command(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,
        )
        ends = time.monotonic() + 120
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > ends:
                raise OSError(f"{self.kind} did not start in {self.folder}")
            time.sleep(0.05)
        return self

    def kill(self):
        """End it as a power failure of the process would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process:
            self.process.wait()

    def stop(self):
        """End it as who looks after it does."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()

    def answers(self):
        asking = urllib.request.Request(  # noqa: S310  # our own address
            f"{self.query}{'&' if '?' in self.query else '?'}query=ASK%7B%7D",
            headers={"Accept": "application/sparql-results+json"},
        )
        try:
            with urllib.request.urlopen(asking, timeout=20) as answer:  # noqa: S310  # our own address
                return b"true" in answer.read()
        except OSError:
            return False

    def given(self):
        """What [store] of kg.toml says of it."""
        return EndpointSettings(self.query, server=self.kind)

    def settings(self):
        """The lines of [store] in kg.toml."""
        said = self.given()
        others = "".join(f'{key} = "{url}"\n' for key in ("update", "graphs") if (url := getattr(said, key)))
        return f'[store]\nendpoint = "{said.query}"\nserver = "{said.server}"\n{others}'


class Oxigraph(_Server):
    """The `oxigraph` server of PyPI."""

    kind = "oxigraph"

    def __init__(self, folder):
        super().__init__(folder)
        self.address = f"127.0.0.1:{free_port()}"
        self.query = f"http://{self.address}/query"

    def command(self):
        program = Path(sys.executable).parent / "oxigraph"
        return [program, "serve", "--location", self.folder / "data", "--bind", self.address]


class Standard(Oxigraph):
    """The same server as one of which nothing is known: kg.toml names its addresses, of which all graphs are asked."""

    kind = "standard"

    def __init__(self, folder, *, graphs=True):
        super().__init__(folder)
        self.graphs = f"http://{self.address}/store" if graphs else ""
        self.query += "?union-default-graph"

    def given(self):
        return EndpointSettings(self.query, f"http://{self.address}/update", self.graphs, self.kind)


class Virtuoso(_Server):
    """Virtuoso of Debian, with the password that it is made with, on loopback alone."""

    kind = "virtuoso"
    credentials = (("KG_ENDPOINT_USER", "dba"), ("KG_ENDPOINT_PASSWORD", "dba"))

    def __init__(self, folder, made=None, rows=1_000_000):
        super().__init__(folder)
        for file in made.glob("virtuoso.*") if made else ():
            shutil.copy(file, self.folder / file.name)
        self.sql, self.http = free_port(), free_port()
        self.query = f"http://127.0.0.1:{self.http}/sparql"
        (self.folder / "virtuoso.ini").write_text(
            _INI.format(folder=self.folder, sql=self.sql, http=self.http, rows=rows), encoding="utf-8"
        )

    def start(self):
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)
        return super().start()

    def command(self):
        return [VIRTUOSO, "-f", "-c", str(self.folder / "virtuoso.ini")]
