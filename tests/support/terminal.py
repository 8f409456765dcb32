"""`kg` in a real process, with a real terminal for its standard error, and interrupted where a test wants it."""

import os
import pty
import subprocess
import sys
import threading

PREPARE = """
import os, signal, sys, threading
from kg.cli import interrupt, progress
from kg.model import progress as stages
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
"""
# The first drawing comes at once, and then a thousand times as often as a person needs it.
HASTY = f"{PREPARE}progress.PACE = progress.Pace(after=0.0, every=0.001)\n"
# And one to which any work is short.
PATIENT = f"{PREPARE}progress.PACE = progress.Pace(after=600.0)\n"
MAIN = "from kg.cli import main\nmain()\n"
# A terminal sends Ctrl-C to every process of its foreground group: here at the second step of a stage, or in it.
INTERRUPTED = f"""{PREPARE}
where, each, stage = sys.argv.pop(1), stages.each, stages.stage
def stepped(name, *rest):
    for number, item in enumerate(each(name, *rest)):
        if name == where and number == 1:
            os.killpg(0, signal.SIGINT)
        yield item
def entered(name, *rest):
    if name == where and not rest:
        os.killpg(0, signal.SIGINT)
    return stage(name, *rest)
stages.each, stages.stage = stepped, entered
"""
# The engine in the middle of a query that has no end.
STUCK = f"""{PREPARE}
interrupt.GRACE = 0.1
def stuck(name, *rest):
    from pyoxigraph import NamedNode, Quad, Store
    store, one = Store(), NamedNode("http://x.invalid/")
    store.extend(Quad(one, one, NamedNode(f"http://x.invalid/{{n}}")) for n in range(200))
    threading.Timer(0.2, lambda: os.killpg(0, signal.SIGINT)).start()
    list(store.query("SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }}"))
stages.each = stuck
"""


def run(program, *args):
    """Run a program of those above, and then `kg`, in a process group of its own without a terminal."""
    command = [sys.executable, "-c", program + MAIN, *map(str, args)]
    return subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True, timeout=120,
        check=False,
    )  # fmt: skip


def on_terminal(program, *args, **environment):
    """Run it with a terminal for standard error; return exit code, standard output and what the terminal was sent."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", program + MAIN, *map(str, args)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True,
        env={**os.environ, "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(theirs)
    sent = []
    reader = threading.Thread(target=_read, args=(ours, sent))
    reader.start()
    out, _ = process.communicate(timeout=120)
    reader.join()
    os.close(ours)
    return process.returncode, out.decode(), b"".join(sent).decode().replace("\r\n", "\n")


def _read(terminal, into):
    while True:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # the other side is closed
            return
        if not data:
            return
        into.append(data)
