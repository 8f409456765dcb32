"""
What a run of the tests need work out but once.

Half of each validation is spent on the shapes alone, which are the same a thousand times: read, taken apart, compiled.
Every function here depends on its arguments and on nothing else, so its answers can be kept as long as the run lasts.
And a store costs its disk ten times what it costs the processor, so temporary files lie in memory where there is room.
"""

import hashlib
import os
import pickle
import shutil
import tempfile
from pathlib import Path

from kg.check import rules
from kg.model import declared
from kg.shacl import prebinding, shapes, shapes_graph, sparql_constraints

_MOST = 20_000
_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  # a file system in memory, not a name for a file


def remembering(function, key):
    """Return a function that gives the answer of before where `key` of the arguments is one of before."""
    kept = {}

    def answer(*given, **how):
        name = key(*given, **how)
        if name not in kept:
            if len(kept) > _MOST:
                kept.clear()
            # The arguments stay with the answer, so that no other object gets the identity that a key may be made of.
            kept[name] = function(*given, **how), given
        return kept[name][0]

    return answer


def _files(more=()):
    """Return what the shapes are read from: names, sizes and times, of files that ship and of others."""
    files = [*sorted(declared.folder("shapes").glob("*.ttl")), *more]
    return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file())


def patch(put):
    """Have the functions that only depend on shapes remember; `put` is setattr, or a monkeypatch's."""
    plain = shapes_graph.read
    read = remembering(plain, lambda triples: triples)
    shapes_with = rules.shapes_with
    said = remembering(lambda _: shapes_with(), lambda key: key)
    put(shapes_graph, "read", lambda triples: read(tuple(triples)))
    put(rules, "shapes_with", lambda more=(): shapes_with(more) if more else list(said(_files())))
    for module, name, key in (
        (prebinding, "prepared", lambda text, constants, names: (text, tuple(sorted(constants.items())), names)),
        (prebinding, "select", lambda bound, pattern, columns="": (id(bound), pattern, columns)),
        (shapes, "read", lambda graph, _custom, root: (id(graph), root)),
        (sparql_constraints, "_variables", lambda query: query.query),
    ):
        put(module, name, remembering(getattr(module, name), key))


def between_processes(folder, key, make):
    """Return what `make` makes, once for all processes that share a folder; `key` is bytes that decide it."""
    kept = folder / hashlib.sha256(key).hexdigest()
    if kept.is_file():
        return pickle.loads(kept.read_bytes())  # noqa: S301  # the run's own file
    made = make()
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made))
    part.replace(kept)
    return made


def into_memory():
    """Let temporary files lie in memory where there is room, unless TMPDIR says otherwise."""
    if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None
