"""Where files and folders of a store are made before they have their name."""

import os
from pathlib import Path
from threading import get_ident


def beside(path: Path) -> Path:
    """
    Return the place beside a path where this thread makes what is then renamed to it: an interrupted one is swept.

    It is the thread's own: a build writes what was inferred and what was found into one folder at the same time.
    """
    return path.with_name(f".kg-{os.getpid()}-{get_ident()}.new")
