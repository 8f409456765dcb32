"""
The command line as a person has it: a process, its output, its exit code.

A process of its own for each `kg`, but not each time a new interpreter: one process has loaded every module and opened
nothing, and each command is a fork of it (support/warm.py). Half a second of imports, thousands of times, proves nothing.
"""

import asyncio
import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path

ENTRY = [sys.executable, "-c", "from kg.cli import main; main()"]
_WARM = threading.RLock()  # one request at a time: a thread of a test may ask, too


def kg(*args, code=None, given=None, cwd=None, **environment):
    """Run `kg` and return the finished process; with `code`, the exit code must be that one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_") and name != "COLUMNS"}
    how = started if any(name.startswith("PYTHON") for name in environment) else forked
    done = how([*map(str, args)], given, cwd, {**kept, **environment})
    assert "Traceback" not in done.stderr, done.stderr
    assert code is None or done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def started(args, given, cwd, environment):
    """Run `kg` in a new interpreter, which alone reads the variables of Python."""
    return subprocess.run(
        [*ENTRY, *args],
        capture_output=True, text=True, encoding="utf-8", input=given, cwd=cwd, timeout=300, check=False,
        stdin=None if given is not None else subprocess.DEVNULL, env=environment,
    )  # fmt: skip


def in_turn(commands, folder, **environment):
    """Run commands in one new interpreter, for what a variable of Python decides; each must succeed. Return their outputs."""
    program = """if True:
        import contextlib, io, json, sys
        from kg.cli import main
        for args, path in json.load(sys.stdin):
            with open(path, "w", encoding="utf-8", newline="") as out, contextlib.redirect_stdout(out):
                sys.argv = ["kg", *args]
                try:
                    main()
                except SystemExit as end:
                    assert not end.code, (args, end.code)
    """
    files = [folder / f"output-{number}" for number in range(len(commands))]
    given = json.dumps([[[*map(str, args)], str(file)] for args, file in zip(commands, files, strict=True)])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_") and name != "COLUMNS"}
    subprocess.run(
        [sys.executable, "-c", program],
        input=given, capture_output=True, text=True, timeout=300, check=True, env={**kept, **environment},
    )  # fmt: skip
    return [file.read_text(encoding="utf-8") for file in files]


def forked(args, given, cwd, environment):
    """Run `kg` in a fork of the process that has loaded everything."""
    _, folder = warm()
    with _WARM:
        (folder / "in").write_bytes((given or "").encode())
        status = _told(args=args, cwd=str(cwd or Path.cwd()), environment=environment, folder=str(folder))
        out, err = ((folder / name).read_bytes().decode().replace("\r\n", "\n") for name in ("out", "err"))
    return subprocess.CompletedProcess(["kg", *args], status, out, err)


class Staying:
    """A `kg` that stays while a test asks it, a fork as `kg(…)` is: what tests use of subprocess.Popen."""

    def __init__(self, args, cwd, environment, log):
        """Begin it; `log` is the path of the file to which it says what it says beside its output."""
        self.returncode = None
        with _WARM:
            self.pid = _told(
                args=[*map(str, args)], cwd=str(cwd), environment=environment, log=str(log), workers=handing_over()
            )

    def poll(self):
        if self.returncode is None:
            with _WARM:
                self.returncode = _told(ended=self.pid)
        return self.returncode

    def wait(self, timeout):
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("kg", timeout)
            time.sleep(0.02)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:  # only who asks for its end takes its number away
            os.kill(self.pid, number)


def _told(**request):
    """Tell the process that forks, and return what it answers."""
    parent, _ = warm()
    parent.stdin.write(json.dumps(request) + "\n")
    parent.stdin.flush()
    return json.loads(parent.stdout.readline())


def handing_over():
    """
    Return the words before those of a `kg` for whoever starts a process: it hands its streams to a fork.

    The fork reads no variable of Python.
    """
    _, place = warm()
    socket_path = place / "socket"
    if not socket_path.exists():
        with _WARM:
            _told(socket_path=str(socket_path))
    return handed_to(socket_path)


def handed_to(socket_path):
    """Return the words of a process that hands its streams, and the words that follow, to who listens at a socket."""
    return [sys.executable, "-IS", str(Path(__file__).with_name("hand_over.py")), str(socket_path)]


def workers_by(put, words):
    """Have a worker, `python -P -m MODULE`, begin with these words instead where asyncio starts it; `put` is setattr."""
    plain = asyncio.create_subprocess_exec

    async def started(program, *args, **how):
        if args[:2] == ("-P", "-m"):
            program, *args = [*words, *args[1:]]
        return await plain(program, *args, **how)

    put(asyncio, "create_subprocess_exec", started)


def on_path(folder):
    """
    Put a `kg` into a folder, for lines of a shell: it hands its streams to a fork of the process that has loaded everything.

    The lines must name no variable of Python, which a fork does not read.
    """
    file = folder / "kg"
    file.write_text(f'#!/bin/sh\nexec {" ".join(handing_over())} "$@"\n')
    file.chmod(0o755)


@cache
def warm():
    """Return the process that forks, and the folder where a fork's input and output are."""
    folder = Path(tempfile.mkdtemp(prefix="kg-tests-"))
    parent = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.path.insert(0, sys.argv[1]); from support.warm import serve; serve()",
         str(Path(__file__).parents[1])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def end():
        parent.communicate()
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    atexit.register(end)
    return parent, folder
