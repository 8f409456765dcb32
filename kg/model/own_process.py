"""A process of our own for work that may take too long: it finds our modules, and none of the folder it runs in."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import kg


def run(words: Sequence[str], data: bytes, seconds: float) -> bytes:
    """
    Return what Python writes with these words (`-m` and a module of ours) where it is given some bytes.

    Raises subprocess.TimeoutExpired after so many seconds, another SubprocessError where it fails, and OSError where
    it cannot be started.
    """
    home = str(Path(kg.__file__).resolve().parents[1])
    paths = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(  # noqa: S603  # our own module, the bytes come by a pipe
        [sys.executable, "-P", *words],
        input=data, capture_output=True, timeout=seconds, check=True, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    return done.stdout
