"""Comunica, the SPARQL client of JavaScript: installed from npm where that can be reached, and asked about some endpoints."""

import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from support.places import TESTS

PACKAGE = "@comunica/query-sparql@5.4.1"
# The newest undici, which Comunica brings, needs more than Node 20 has.
FOR_NODE_20 = {"undici": "7.5.0"}
_OPTIONS = (
    "--silent",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--prefer-offline",
    "--fetch-retries=1",
    "--fetch-timeout=60000",
)
_READ, _LOOK, _WALL = 1 << 16, 0.5, 1_800


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A file beside an installed Comunica; skips where Node or the registry is not there."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed: Comunica is a client of JavaScript")
    place = tmp_path_factory.mktemp("comunica")
    (place / "package.json").write_text(json.dumps({"private": True, "overrides": FOR_NODE_20}))
    done = subprocess.run(
        ["npm", "install", *_OPTIONS, PACKAGE], cwd=place, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"npm cannot install {PACKAGE}: {(done.stderr or done.stdout)[-200:]}")
    return place / "package.json"


class Federation:
    """
    Comunica over some endpoints. Each answer is the rows of a query as texts, its truth, its triples, or why there is none.

    What takes more than so many seconds of its processor, or half an hour, or does nothing for a minute, is ended with its
    process, as nothing else ends it; the next question has a new one.
    """

    def __init__(self, installed, *endpoints, seconds=30, idle=60):
        self.command = ["node", str(TESTS / "support/federation.mjs"), str(installed), *endpoints]
        self.seconds, self.idle = seconds, idle
        self.process = None

    def ask(self, query):
        """Return what Comunica answers, or an Ended with the reason in words."""
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.process.stdin.write(json.dumps(query).encode() + b"\n")
        line = self._line()
        if line is None:
            assert self.process.poll() is None, "Comunica ended by itself"
            self.end()
            return Ended(f"no answer after {self.seconds} s of processor, or {self.idle} s without any")
        told = json.loads(line)
        return Ended(told["error"]) if "error" in told else told["answer"]

    def _line(self):
        """Return the next line of its output, None where it does not come in time."""
        start, began, read = self._processor(), time.monotonic(), b""
        busy, used = began, start
        while not read.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], _LOOK)
            more = self.process.stdout.read(_READ) if ready else b""
            read += more
            now, spent = time.monotonic(), self._processor()
            if more or spent > used:
                busy, used = now, spent
            over = spent - start > self.seconds or now - began > _WALL or now - busy > self.idle
            if (ready and not more) or (over and not ready):
                return None
        return read

    def _processor(self):
        """Return the seconds of processor that it took so far."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        """End the process, where there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


class Ended(str):
    """Why a query has no answer."""

    __slots__ = ()
