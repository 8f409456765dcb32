"""The command line as a person has it: a process, its output, its exit code."""

import os
import subprocess
import sys

ENTRY = [sys.executable, "-c", "from kg.cli import main; main()"]


def kg(*args, code=None, given=None, cwd=None, **environment):
    """Run `kg` and return the finished process; with `code`, the exit code must be that one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_") and name != "COLUMNS"}
    done = subprocess.run(
        [*ENTRY, *map(str, args)],
        capture_output=True, text=True, encoding="utf-8", input=given, cwd=cwd, timeout=300, check=False,
        stdin=None if given is not None else subprocess.DEVNULL, env={**kept, **environment},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert code is None or done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
