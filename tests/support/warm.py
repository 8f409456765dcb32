"""
A process that has loaded all of kg and opened nothing, and forks for every command that it is asked for.

It has worked on a small wiki in memory, so that a fork knows what is made of the files that ship as the tests do
(support/once.py): shapes, queries, rules, dialects, and the program's digest.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from support import once
from support.cases import clean_wiki, filled, on_disk
from support.commands import handed_to, workers_by
from support.example import few_pages
from support.pages import BASE

import kg
from kg.ask import stats
from kg.check import asked, incremental, validate
from kg.map import common_graphs
from kg.model import declared, program
from kg.originals import read_original
from kg.reason import infer
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.write import render

# What commands load where they need it; networkx alone is 285 modules, for each question to the network of links.
LIBRARIES = (
    "bs4", "charset_normalizer", "graspologic_native", "networkx", "owlrl", "pyld", "pyshacl", "rdflib", "watchfiles", "wcwidth", "yaml",
)  # fmt: skip
SECONDS = 300  # a command that takes longer hangs
SERVERS = {"serve": 3_600, "mcp": 3_600, "-m": 3_600}  # and these, and their workers, stay as long as tests ask them


def serve():
    """
    Answer each line of JSON: a command with its exit status, as subprocess gives it, once it has ended.

    A command with a `log` stays, and the answer is its number; what asks whether that one `ended` is answered with its exit
    status, or null.
    """
    for module in pkgutil.walk_packages(kg.__path__, "kg."):
        importlib.import_module(module.name)
    for library in LIBRARIES:
        importlib.import_module(library)
    once.patch(setattr)
    prepare()
    gc.collect()
    gc.freeze()  # what every fork has anyway, its collector need not look at
    gc.disable()  # a command is over before its garbage matters
    staying = set()
    for line in sys.stdin:
        request = json.loads(line)
        said = status(request["ended"], os.WNOHANG) if "ended" in request else begun(request, staying)
        sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()
    for child in staying:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)


def begun(request, staying):
    """Begin what a request asks for; return the number of a process that stays, else the exit status of a command."""
    child = os.fork()
    if not child:
        be(request)
    if "folder" in request:
        return status(child)
    staying.add(child)
    return child


def status(child, how=0):
    """Return the exit status of a process that has ended; None where it has not and that is not waited for."""
    ended, code = os.waitpid(child, how)
    return os.waitstatus_to_exitcode(code) if ended else None


def be(request):
    """Be who listens, a command, or one that stays; never return."""
    if "socket_path" in request:
        listen(**request)
    if "workers" in request:
        workers_by(setattr, request.pop("workers"))
    streams = logging(request.pop("log")) if "log" in request else opened(request.pop("folder"))
    run(streams=streams, **request)


def listen(socket_path):
    """Answer whoever connects to a socket and hands over its streams, several at once: commands of a shell; never return."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nothing, number)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(socket_path)
        server.listen()
        workers_by(setattr, handed_to(socket_path))
        while True:
            connection, _ = server.accept()
            while waited() > 0:
                pass
            if not os.fork():
                server.close()
                answer(connection)
            connection.close()


def waited():
    """Return a child that has ended, 0 where none has."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0]
    except ChildProcessError:
        return 0


def answer(connection):
    """
    Be the parent of one command, with the streams that came with it, and send its exit status; never return.

    Where whoever asks is killed, so is the command.
    """
    said, streams, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    child = os.fork()
    if not child:
        connection.close()
        run(streams=streams, **json.loads(said))
    for stream in streams:
        os.close(stream)
    ended = os.pidfd_open(child)
    if ended not in select.select([ended, connection], [], [])[0]:  # nothing more comes but its end
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)  # what it spent counts as ours
        os._exit(0)
    code = status(child)
    connection.sendall(str(code if code >= 0 else 128 - code).encode())
    os._exit(0)


def prepare():
    """Have what depends on nothing but the program and what it declares be known: no fork works it out again."""
    program.digest()
    read_original.libraries()
    for file in declared.folder("dialects").glob("*.toml"):
        dialect.load(file.stem)
    with TemporaryDirectory() as folder:
        store = filled({**clean_wiki(), **on_disk(few_pages(Path(folder) / "wiki"))}, Path(folder))
        for profile in declared.folder("shapes").glob("profiles/*.toml"):
            validate.validate(store, BASE, profile.stem)
            incremental.plans_of(asked.asking(store, BASE, profile.stem)[0])
        common_graphs.ontology(Config().base)
        infer.close(store, BASE)
        stats.count(store)
        assert [*render.drift(store, Path(folder))]


def opened(folder):
    """Return the streams of a command whose input and output are files."""
    anew = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    return [os.open(Path(folder) / name, flags) for name, flags in (("in", os.O_RDONLY), ("out", anew), ("err", anew))]


def logging(log):
    """Return the streams of a command of which only what it says beside its output is read."""
    return [os.open(os.devnull, os.O_RDWR), os.open(os.devnull, os.O_RDWR), os.open(log, os.O_WRONLY | os.O_APPEND)]


def run(args, cwd, environment, streams):
    """Be the command: its folder, its variables, its streams; never return."""
    signal.alarm(SERVERS.get(args[0] if args else "", SECONDS))
    if args and args[0] in SERVERS:
        gc.enable()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["-c", *args]
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)), encoding="utf-8", errors="surrogateescape")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), encoding="utf-8", write_through=False)
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    end = 1
    try:
        if args[:1] == ["-m"]:
            runpy.run_module(args[1], run_name="__main__")
        else:
            kg.cli.main()
        end = 0
    except SystemExit as left:
        end = left.code if isinstance(left.code, int) else int(left.code is not None)
        if isinstance(left.code, str):
            sys.stderr.write(f"{left.code}\n")
    except BaseException:  # noqa: BLE001  # as an interpreter ends: it shows what happened
        sys.excepthook(*sys.exc_info())
    finally:
        import atexit

        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end)
