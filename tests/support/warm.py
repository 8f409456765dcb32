"""
A process that has loaded all of kg and opened nothing, and forks for every command that it is asked for.

It has validated the clean wiki in memory, so that a fork knows the shapes that ship as the tests do (support/once.py).
"""

import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from support import once
from support.cases import clean_wiki, filled
from support.pages import BASE

import kg
from kg.check import validate

SECONDS = 300  # a command that takes longer hangs


def serve():
    """Answer each line of JSON with a command's exit status, as subprocess gives it."""
    for module in pkgutil.walk_packages(kg.__path__, "kg."):
        importlib.import_module(module.name)
    for library in ("bs4", "charset_normalizer", "owlrl", "pyld", "pyshacl", "rdflib", "watchfiles", "wcwidth", "yaml"):
        importlib.import_module(library)
    once.patch(setattr)
    with TemporaryDirectory() as folder:
        validate.validate(filled(clean_wiki(), Path(folder)), BASE)
    gc.collect()
    gc.freeze()  # what every fork has anyway, its collector need not look at
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(**json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def run(args, cwd, environment, folder):
    """Be the command: its folder, its variables, its streams; never return."""
    signal.alarm(SECONDS)
    for number, (name, flags) in enumerate(
        [
            ("in", os.O_RDONLY),
            ("out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            ("err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ]
    ):
        opened = os.open(Path(folder) / name, flags | os.O_APPEND if number else flags)
        os.dup2(opened, number)
        os.close(opened)
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
