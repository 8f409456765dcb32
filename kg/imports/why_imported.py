"""What is behind a statement of an import: the lines of its file that say it, and where its own wiki has it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from kg.ask import graph_formats
from kg.exports import graphs
from kg.imports import foreign_terms, kept, laid_over
from kg.imports.kept import Import, Kept
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import names, sparql_text

_LINE = re.compile(r"(.+):([0-9]{1,9})(?::[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of an import's file: where it stands, and its property and value."""

    line: int
    property: str
    value: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A node of an import: where its own wiki has it (an IRI where it says no place), and all that is said of it."""

    about: Import
    file: Path
    iri: str
    place: str
    said: tuple[Said, ...]


def of(store: Path, base: str, target: str) -> list[Imported]:
    """
    Return what is behind a target in the imports of a store, nothing where it is none of theirs.

    A target is the IRI of a node, a line of an import's file, or a place in an import, `NAME:path:line`. KgError for a
    place of an import where nothing stands.
    """
    for about in kept.listed(store, but=_broken(store, target)):
        path = kept.place(store, about.name)
        iri = target.removeprefix("<").removesuffix(">")
        placed = _LINE.fullmatch(target)
        blank = iri.removeprefix(foreign_terms.own_blanks(base, about.name))
        if iri.startswith(about.base) or (blank != iri and blank.isalnum()):
            return _of_nodes(_load(store, base, about), path, base, [iri])
        if placed and Path(placed[1]).name == path.name:
            one = _load(store, base, about)
            return _of_nodes(one, path, base, [_subject(one, path, int(placed[2]))])
        if placed and target.startswith(f"{about.name}:"):
            one = _load(store, base, about)
            return _of_nodes(one, path, base, _parts_at(one, base, placed[1].partition(":")[2], int(placed[2])))
    return []


def _load(store: Path, base: str, about: Import) -> Kept:
    """Return an import with its blank nodes called as they are where it is asked."""
    one = kept.load(store, about.name)
    return replace(one, lines=foreign_terms.with_own_blanks(one.lines, base, about.name))


def _broken(store: Path, target: str) -> list[str]:
    """Return the imports whose file cannot be read and of which a target does not speak: they hold up no answer."""
    found = []
    for path in kept.files(store):
        try:
            kept.head(path)
        except KgError:
            if not target.startswith(f"{path.stem}:") and path.name not in target:
                found.append(path.stem)
    return found


def _subject(one: Kept, path: Path, line: int) -> str:
    """Return the node of which a line speaks; the first line of a file is about the import."""
    if not 2 <= line <= len(one.lines) + 1:  # noqa: PLR2004  # the first line with a fact
        raise KgError(f"{path}:{line}: no fact stands there; the file has lines 2 to {len(one.lines) + 1}", code=1)
    return graphs.parts(one.lines[line - 2])[0].decode().strip("<>")


def _parts_at(one: Kept, base: str, path: str, line: int) -> list[str]:
    text = sparql_text.declared_query("imports/at").text
    terms: dict[str, sparql_text.Term | int] = {"path": Literal(path), "line": line}
    rows = sparql_text.select(laid_over.alone(one, base), sparql_text.bind(text, terms))
    found = [row["part"].value for row in rows]
    if not found:
        raise KgError(f"{one.about.name}:{path}:{line}: no statement of the import '{one.about.name}' is there", code=1)
    return found


def _of_nodes(one: Kept, path: Path, base: str, nodes: Sequence[str]) -> list[Imported]:
    store = laid_over.alone(one, base)
    found = []
    for node in nodes:
        begin = f"<{node}> ".encode()
        rows = [(number, graphs.parts(line)) for number, line in enumerate(one.lines, 2) if line.startswith(begin)]
        said = tuple(Said(number, parts[1][1:-1].decode(), parts[2].decode()) for number, parts in rows)
        if said:
            found.append(Imported(one.about, path, node, _place(store, one, node), said))
    if not found:
        raise KgError(f"{nodes[0]}: the import '{one.about.name}' says nothing of it", code=1)
    return found


def _place(store: Store, one: Kept, node: str) -> str:
    """Return where the wiki of an import has a node: a place, else the path of its page, else its IRI."""
    place = graph_formats.place(store, NamedNode(node))
    if place != node:
        return f"{one.about.name}:{place}"
    for word in ("nr:describedOn", ""):
        pages = [NamedNode(node)]
        if word:
            quads = store.quads_for_pattern(pages[0], NamedNode(names.expand(word)), None, None)
            pages = [quad.object for quad in quads if isinstance(quad.object, NamedNode)]
        for page in pages:
            for quad in store.quads_for_pattern(page, NamedNode(names.expand("nr:path")), None, None):
                if isinstance(quad.object, Literal):
                    return f"{one.about.name}:{quad.object.value}:1:1"
    return node
