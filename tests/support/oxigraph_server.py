"""An `oxigraph` server with a graph, asked over HTTP."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pyoxigraph as ox
from support.library import rows


class Server:
    """An oxigraph server that holds a graph."""

    def __init__(self, data, *options):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        program = Path(sys.executable).parent / "oxigraph"
        self.process = subprocess.Popen(
            [program, "serve", "--bind", self.address, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                self.post("/store", data, "application/n-quads", "*/*")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise OSError(self.address)

    def post(self, path, data, kind, accepted):
        asking = urllib.request.Request(  # our own address
            f"http://{self.address}{path}", data, {"Content-Type": kind, "Accept": accepted}
        )
        with urllib.request.urlopen(asking, timeout=120) as answer:  # noqa: S310
            return answer.read(), answer.headers["Content-Type"]

    def ask(self, text):
        kinds = "application/sparql-results+json, application/n-triples"
        data, kind = self.post("/query?union-default-graph", text.encode(), "application/sparql-query", kinds)
        if kind.startswith("application/n-triples"):
            return rows_of_triples(data)
        return rows(ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON))


def rows_of_triples(data):
    return sorted({str(quad.triple) for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)})
