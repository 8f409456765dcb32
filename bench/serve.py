"""
`kg serve` beside the `oxigraph` server: the same graph, the same queries, by `wrk` in turns; rows as JSON.

`python bench/serve.py STORE [SECONDS [TURNS]]`. A row has, of ours and of theirs, requests a second, the milliseconds
within which 50, 95 and 99 of 100 were answered, and the processor's microseconds of a request with all that it needed:
on a loaded machine these say more. `serve-short` asks what each of some hundred topics says, again and again;
`serve-fresh` asks the same in texts of which none comes twice, so that nothing that was kept helps; `serve-library`
asks ten queries of the library with the values of their examples, again and again.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import pyoxigraph as ox  # noqa: E402
from support.library import bound  # noqa: E402

from kg.ask import query  # noqa: E402
from kg.rdf import names  # noqa: E402
from kg.store.reading import Reading, reading  # noqa: E402

LIBRARY = (
    "backlinks", "claims", "claims-by", "connections", "contradictions", "evidence", "quotes", "sources", "tags",
    "timeline",
)  # fmt: skip
TOPICS, CONNECTIONS, SECONDS, TURNS = 400, 8, 30, 2
TICKS = os.sysconf("SC_CLK_TCK")
_PROGRAM = """
local path, fresh, stamp, n = %s, %s, os.time() %% 100000 * 100000, 0
local lines = {}
for line in io.lines(path) do lines[#lines + 1] = line end
request = function()
  n = n + 1
  local more = fresh and "%%20LIMIT%%20" .. (stamp + n) or ""
  return wrk.format("GET", lines[(n - 1) %% #lines + 1] .. more, {["Accept"] = "application/sparql-results+json"})
end
done = function(summary, latency, _)
  io.write(string.format('{"requests": %%d, "microseconds": %%d, "p50": %%f, "p95": %%f, "p99": %%f, "errors": %%d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, summary.errors.status + summary.errors.timeout + summary.errors.read))
end
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens: its process, and what stands before a query in its addresses."""

    process: "subprocess.Popen[bytes]"
    address: str
    path: str

    def spent(self) -> float:
        """Return the processor's seconds of the process and its children so far."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False  # noqa: S607
        ).stdout.split()  # fmt: skip
        ticks = 0
        for pid in (str(self.process.pid), *found):
            try:
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
            except OSError:
                continue
            ticks += sum(map(int, stat.rpartition(")")[2].split()[11:13]))
        return ticks / TICKS


def ours(store: Path) -> Running:
    """Return `kg serve` of a store, as it is started by hand."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from kg.cli import main; main()", "--store", store, "serve", "--port", "0"],
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if process.stderr is None:
        raise OSError("no pipe")
    line = process.stderr.readline().decode()
    log = tempfile.TemporaryFile()  # noqa: SIM115  # ends with this process
    subprocess.Popen(["cat"], stdin=process.stderr, stdout=log)  # noqa: S607  # somebody takes the log
    return Running(process, line.split()[2].rpartition("/")[0], "/sparql?query=")


def theirs(quads: Path, folder: Path, port: int = 7399) -> Running:
    """Return the oxigraph server with the same quads on disk."""
    program = Path(sys.executable).parent / "oxigraph"
    subprocess.run([program, "load", "--location", folder, "--file", quads], check=True, capture_output=True)
    process = subprocess.Popen(
        [program, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL
    )
    time.sleep(3)
    return Running(process, f"http://127.0.0.1:{port}", "/query?union-default-graph&query=")


def turn(server: Running, queries: Sequence[str], seconds: int, folder: Path, *, fresh: bool) -> dict[str, float]:
    """Return what one run of wrk saw of a server."""
    lines, program = folder / "lines", folder / "program.lua"
    lines.write_text("".join(f"{server.path}{quote(text, safe='')}\n" for text in queries), encoding="ascii")
    program.write_text(_PROGRAM % (json.dumps(str(lines)), json.dumps(fresh)), encoding="ascii")
    before = server.spent()
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", program, server.address],  # noqa: S607
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(re.findall(r"^\{.*\}$", done.stdout, re.MULTILINE)[-1])
    count = max(told["requests"], 1)
    return {
        "requests": round(told["requests"] / told["microseconds"] * 1e6, 1),
        **{name: round(told[name], 2) for name in ("p50", "p95", "p99", "errors")},
        "cpu": round((server.spent() - before) / count * 1e6, 1),
    }


def rows(read: Reading) -> dict[str, tuple[Sequence[str], bool]]:
    """Return the queries of each row, and whether each is asked in a text of its own."""
    kind = ox.NamedNode(names.expand("nr:path"))
    subjects = [one.subject for one in read.quads.quads_for_pattern(None, kind, None, None)]
    short = [f"SELECT ?p ?o {{ {one} ?p ?o }}" for one in sorted({str(one) for one in subjects})[:TOPICS]]
    words = query.Vocabulary(read.base, read.pages)
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in names.PREFIXES.items())
    library = [prefixes + _text(bound(query.find(name), read.quads, words)) for name in LIBRARY]
    return {"serve-short": (short, False), "serve-fresh": (short, True), "serve-library": (library, False)}


def _text(text: str) -> str:
    """Return a query without the lines that describe it."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def main(store: Path, seconds: int = SECONDS, turns: int = TURNS) -> Mapping[str, object]:
    """Return the rows, each with every turn."""
    read = reading(store)
    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    folder = Path(tempfile.mkdtemp(prefix="kg-serve-"))
    running: list[Running] = []
    try:
        quads = folder / "quads.nq"
        read.quads.dump(str(quads), format=ox.RdfFormat.N_QUADS)
        starts: tuple[tuple[str, Callable[[], Running]], ...] = (
            ("ours", lambda: ours(store)), ("theirs", lambda: theirs(quads, folder / "oxigraph")),
        )  # fmt: skip
        servers = {}
        for name, start in starts:
            servers[name] = start()
            running.append(servers[name])
        for key, (queries, fresh) in rows(read).items():
            found[key] = {"ours": [], "theirs": []}
            for _ in range(turns):
                for name, server in servers.items():
                    found[key][name].append(turn(server, queries, seconds, folder, fresh=fresh))
                    print(key, name, found[key][name][-1], file=sys.stderr, flush=True)
    finally:
        for one in running:
            one.process.terminate()
            one.process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *map(int, sys.argv[2:])), indent=1))
