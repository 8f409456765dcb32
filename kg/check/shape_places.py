"""Shapes as their authors know them: by name, by the path above one without a name, by file and line."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kg.model.finding import Finding, KgError, Level, Span
from kg.rdf import names
from kg.rdf.terms import Node
from kg.shacl import data, file_places, paths, vocabulary
from kg.shacl.file_places import ITEM, Place
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import IllFormed, iri, named

WORD_RULE = "shape-word"
_MOST = 8  # so many steps down are named


def called(graph: Graph, node: Node) -> str:
    """Return how a message calls a shape: by its name, or by the named shape above it and the words that lead down."""
    top, steps = file_places.named_above(graph, node)
    parts = [named(top)]
    for key, _, below in steps:
        way = _way(graph, below)
        if key == ITEM:
            parts[-1] += way
        else:
            parts.append(names.shorten(key) + way)
    if len(parts) > _MOST:
        parts[2:-2] = ["…"]
    return ", ".join(parts)


def _way(graph: Graph, node: Node) -> str:
    try:
        said = [paths.readable(paths.read(graph, one, node)) for one in graph.objects(node, iri("sh:path"))]
    except IllFormed:
        return ""
    return f" at {said[0]}" if said else ""


@contextmanager
def placing(files: Sequence[Path], graph: Graph) -> Iterator[None]:
    """Give the error of an ill-formed shape its place in the files, and its name as the author knows it."""
    try:
        yield
    except IllFormed as error:
        place = file_places.place(files, graph, error) or (Place(str(files[0])) if len(files) == 1 else None)
        where = f"{place}: " if place else ""
        raise KgError(f"{where}the shapes cannot be used: {called(graph, error.shape)}: {error.why}") from None


def unknown_words(files: Sequence[Path], graph: Graph) -> Iterator[Finding]:
    """Yield a warning for each place at which files use a name of SHACL's namespace that SHACL does not have."""
    for name in vocabulary.unknown(graph):
        meant = vocabulary.meant(name)
        asked = f": was {meant} meant?" if meant else ""
        said = f"{named(name)} is not known, so nothing is checked by it{asked}"
        places = [place for file in files for place in _places(file, name.value)]
        for place in places or [Place(str(files[0]) if files else "the shapes")]:
            yield Finding(Span(place.path, place.line, place.column), WORD_RULE, said, Level.WARNING, name.value)


def _places(file: Path, name: str) -> Iterator[Place]:
    """Yield where a file uses a name; in a format without statements of our reading, each word of its last part."""
    said = list(file_places.statements([file]))
    if said:
        for one in said:
            for term, at in ((one.key, one.at_key), (one.value, one.at_value)):
                if term == name:
                    yield at
        return
    if file.is_file():
        word = re.compile(rf"(?<![\w-]){re.escape(name.removeprefix(vocabulary.SPACE))}(?![\w-])")
        lines = data.decoded(file.read_bytes()).decode("utf-8", "replace").split("\n")
        for row, line in enumerate(lines, 1):
            yield from (Place(str(file), row, found.start() + 1) for found in word.finditer(line))
