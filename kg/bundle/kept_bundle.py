"""The files of a generation's bundle, kept beside it: a second export copies them.

A cache: where it is not, or cannot be read, every page is written anew.
"""

import contextlib
import json

import pyoxigraph

from kg.model import program
from kg.store import sealed_file
from kg.store.reading import Reading

_FILE = "bundle"


def files(generation: Reading) -> dict[str, bytes]:
    """Return the files of a bundle by their paths, as write_bundle.files gives them, and keep them."""
    whole = generation.is_whole
    kept = _kept(generation) if whole else None
    if kept is not None:
        return kept
    from kg.bundle import write_bundle  # loads the parser

    made = dict(write_bundle.files(generation))
    if whole:
        head = json.dumps({"program": _program(), "files": [[path, len(data)] for path, data in made.items()]})
        with contextlib.suppress(OSError):
            data = b"\n".join([head.encode(), b"".join(made.values())])
            sealed_file.write(generation.generation.folder / _FILE, sealed_file.BUNDLE, data)
    return made


def _kept(generation: Reading) -> dict[str, bytes] | None:
    """Return what this very program wrote of the generation before."""
    data = sealed_file.read(generation.generation.folder / _FILE, sealed_file.BUNDLE)
    if data is None:
        return None
    head, _, rest = data.partition(b"\n")
    record = json.loads(head)
    if record["program"] != _program():
        return None
    found, start = {}, 0
    for path, size in record["files"]:
        found[path] = rest[start : start + size]
        start += size
    return found


def _program() -> str:
    return program.digest(f"pyoxigraph {pyoxigraph.__version__}")
