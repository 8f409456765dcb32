"""The imports of a store laid over a generation: one store that is asked, in which each wiki has its own graphs."""

import re
from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import RdfFormat, Store

from kg.exports import graphs
from kg.imports import foreign_terms, kept
from kg.imports.kept import Kept
from kg.rdf.nquads import TERMS
from kg.store.layered import layered
from kg.store.reading import Reading

_PATH = re.compile(b"(<[^<>]*> " + re.escape(TERMS["nr:path"].encode()) + b' ")')


def over(reading: Reading, *, inferred: bool = False, leaving: bool = False) -> Reading:
    """
    Return a generation with all imports in the store that is asked, and its own pages as they are.

    The path of a page of an import has the name of the import before it there, `other:sources/x.md`, so that no answer
    takes it for a page of this wiki; in what is `leaving` it is as the other wiki says it.
    """
    write = _own if leaving else shown
    imports = kept.all_of(reading.folder)
    for one in imports:
        if kept.is_wiki(one.about):
            kept.refuse_mixed(kept.place(reading.folder, one.about.name), one.about.base, reading.base, ())
    added = [line.decode() for one in imports for line in write(one, reading.base)]
    return replace(reading, quads=layered(reading, "imports", added, inferred=inferred)) if added else reading


def shown(one: Kept, base: str) -> Iterator[bytes]:
    """Yield the lines of an import as they are asked."""
    prefix = rb"\g<1>%b:" % one.about.name.encode()
    for line in _own(one, base):
        yield _PATH.sub(prefix, line, count=1) if _PATH.match(line) else line


def alone(one: Kept, base: str) -> Store:
    """Return a store in memory that has an import and nothing else."""
    store = Store()
    store.bulk_load(input=b"".join(_own(one, base)), format=RdfFormat.N_QUADS, lenient=True)
    return store


def _own(one: Kept, base: str) -> Iterator[bytes]:
    """Yield lines with blank nodes of their own and each in a graph; the rest of a line is as it was imported."""
    graph = f" <{base}import/{one.about.name}> .\n".encode()
    for line in foreign_terms.with_own_blanks(one.lines, base, one.about.name):
        yield line if _has_graph(line) else line[:-3] + graph


def _has_graph(line: bytes) -> bool:
    return bool(graphs.parts(line)[3])
