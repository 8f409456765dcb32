"""A process that publishes generations as it is told, so that it can be killed while it does: `python publishing.py …`."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from kg.endpoint import servers
from kg.model.finding import KgError
from kg.publish import compare, held_forms, publish
from kg.publish.publish import Options
from kg.settings.endpoint_settings import EndpointSettings
from kg.store import reading


def published(store, number, server, most, **options):
    """Publish a generation of a store to a server, in updates of so many bytes at most; return what was done."""
    endpoint = servers.endpoint_of(server.given(), dict(server.credentials))
    try:
        kind = servers.SERVERS[server.kind]
        kind = replace(kind, bytes=min(most, kind.bytes)) if most else kind
        return publish.publish(
            reading.reading(store, number),
            endpoint,
            kind,
            Options(**options, forms=held_forms.FORMS.get(server.kind, ())),
        )
    finally:
        endpoint.close()


def differences(store, number, server):
    """Compare a server with a generation, quad for quad but for what it is known not to hold."""
    endpoint = servers.endpoint_of(server.given(), dict(server.credentials))
    try:
        return compare.compared(reading.reading(store, number), endpoint, held_forms.FORMS.get(server.kind, ()))
    finally:
        endpoint.close()


class Publisher:
    """Such a process, that waits for its word."""

    def __init__(self, store, server, most):
        place = os.pathsep.join((str(Path(__file__).parents[2]), str(Path(__file__).parents[1])))
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(store), repr(_words(server.given())), repr(server.credentials), str(most)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": place},
        )  # fmt: skip
        assert self.process.stdout.readline() == "ready\n"

    def begin(self, number):
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()

    def wait(self):
        """Return the last word: what was done, or what was wrong."""
        return self.process.stdout.readline().strip()

    def kill(self):
        self.process.kill()
        self.process.communicate()


def _words(given):
    return given.query, given.update, given.graphs, given.server


def main():
    from ast import literal_eval
    from types import SimpleNamespace

    store, given, credentials, most = sys.argv[1:]
    said = EndpointSettings(*literal_eval(given))
    server = SimpleNamespace(kind=said.server, given=lambda: said, credentials=literal_eval(credentials))
    print("ready", flush=True)  # noqa: T201  # the parent reads it
    for line in sys.stdin:
        try:
            print(published(Path(store), int(line), server, int(most), take_over=True), flush=True)  # noqa: T201
        except KgError as error:
            print(f"kg: {error}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
