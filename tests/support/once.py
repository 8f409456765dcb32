"""
What a run of the tests need work out but once.

Half of each validation is spent on the shapes alone, which are the same a thousand times: read, taken apart, compiled.
Every function here depends on its arguments and on nothing else, so its answers can be kept as long as the run lasts.
And a store costs its disk ten times what it costs the processor, so temporary files lie in memory where there is room.
"""

import fcntl
import hashlib
import os
import pickle
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from kg.check import incremental, rules
from kg.map import common_graphs
from kg.model import declared
from kg.rdf import changing_values, expressions
from kg.shacl import prebinding, recursion, shapes, shapes_graph, sparql_constraints, vocabulary

_MOST = 20_000
_SET = re.compile(r"(?<=\bset:)\d+(?=>)")  # the number of a set of focus nodes in a query (kg/shacl/node_sets.py)
_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  # a file system in memory, not a name for a file


def remembering(function, key, held=lambda *given: given):
    """Return a function that gives the answer of before where `key` of the arguments is one of before, `held` of which stay."""
    kept = {}

    def answer(*given, **how):
        name = key(*given, **how)
        if name not in kept:
            if len(kept) > _MOST:
                kept.clear()
            # The arguments stay with the answer, so that no other object gets the identity that a key may be made of.
            kept[name] = function(*given, **how), held(*given)
        return kept[name][0]

    return answer


def _counted(text):
    """Return a text with its sets numbered from 0 as they come, and a function that gives a text their numbers again."""
    numbers = [*dict.fromkeys(_SET.findall(text))]
    at = {number: str(place) for place, number in enumerate(numbers)}
    return _SET.sub(lambda found: at[found[0]], text), lambda made: _SET.sub(lambda found: numbers[int(found[0])], made)


def _selecting(select):
    """Return prebinding.select that remembers, whatever the number of a set is."""
    kept = remembering(select, lambda bound, pattern, columns: (id(bound), pattern, columns))

    def answer(bound, pattern, columns=""):
        counted, back = _counted(pattern)
        return back(kept(bound, counted, columns))

    return answer


def _watching(watched):
    """Return expressions._watched that remembers, whatever the number of a set is."""

    def answer(text):
        counted, back = _counted(text)
        written, expected = watched(counted)
        places = [replace(place, text=back(place.text)) for place in expected.places]
        return back(written), replace(expected, places=places)

    return answer


def _files(folder):
    """Return the Turtle files of a declared folder: names, sizes and times."""
    files = sorted(declared.folder(folder).glob("*.ttl"))
    return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file())


def patch(put):
    """Have the functions that only depend on shapes remember; `put` is setattr, or a monkeypatch's."""
    plain = shapes_graph.read
    read = remembering(plain, lambda triples: triples)
    shapes_with = rules.shapes_with
    said = remembering(lambda _: shapes_with(), lambda key: key)
    put(shapes_graph, "read", lambda triples: read(tuple(triples)))
    put(rules, "shapes_with", lambda more=(): shapes_with(more) if more else list(said(_files("shapes"))))
    lines = common_graphs.ontology
    ontology = remembering(lambda _, base: lines(base), lambda files, base: (files, base))
    put(common_graphs, "ontology", lambda base: list(ontology(_files("ontology"), base)))
    unknown = vocabulary.unknown
    put(vocabulary, "unknown", remembering(lambda graph: [*unknown(graph)], id))
    put(
        incremental, "plans_of", remembering(incremental.plans_of, lambda task: id(task.graph), lambda task: task.graph)
    )
    put(prebinding, "select", _selecting(prebinding.select))
    put(expressions, "_watched", _watching(expressions._watched))
    put(rules, "adjusted", remembering(rules.adjusted, lambda _, graph, profile: (id(graph), repr(profile))))
    for module, name, key in (
        (prebinding, "prepared", lambda text, constants, names: (text, tuple(sorted(constants.items())), names)),
        (rules, "described", lambda graph, profile, **how: (id(graph), repr(profile), repr(how))),
        (rules, "known", id),
        (rules, "tunable", id),
        (recursion, "loops", id),
        (shapes, "read", lambda graph, _custom, root: (id(graph), root)),
        (sparql_constraints, "_words", lambda query: query),
        (sparql_constraints, "_variables", lambda query: query.query),
        (sparql_constraints, "_text", lambda graph, shape, node, words: (id(graph), shape, node, words)),
        (changing_values, "called", lambda text: text),
    ):
        put(module, name, remembering(getattr(module, name), key))


def between_processes(folder, key, make):
    """Return what `make` makes, once for all processes that share a folder; `key` is bytes that decide it."""
    kept = folder / hashlib.sha256(key).hexdigest()
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever makes it, the others wait
        if kept.is_file():
            return pickle.loads(kept.read_bytes())  # noqa: S301  # the run's own file
        made = make()
        part = kept.with_suffix(".part")
        part.write_bytes(pickle.dumps(made))
        part.replace(kept)
        return made


def into_memory():
    """Let temporary files lie in memory where there is room, unless TMPDIR says otherwise."""
    if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None
