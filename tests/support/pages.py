"""Pages in memory: parsed, mapped and stored, without a folder and without a process."""

from functools import lru_cache

from pyoxigraph import RdfFormat, Store

from kg.links import resolve
from kg.map import page_quads
from kg.parse.parse_page import parse
from kg.rdf import names
from kg.settings import dialect

BASE = "https://wiki.example/"


@lru_cache(maxsize=4096)
def record(data, path, dialect_name):
    """Return what `parse` makes of a page; most pages of most cases are those of the clean wiki."""
    return parse(data, path, dialect.load(dialect_name))


def mapped(pages, base=BASE, dialect_name="newsroom"):
    """Return the sorted N-Quads lines of pages given as {path: bytes}."""
    spoken = dialect.load(dialect_name)
    records = {path: record(data, path, dialect_name) for path, data in pages.items()}
    named = names.page_names(pages)
    index = resolve.index([resolve.Named(named[path], page.title, page.aliases) for path, (page, _) in records.items()])
    lines = []
    for path, (page, findings) in records.items():
        used = page_quads.names_used(page, spoken)
        answers = {
            (slug, anchored): resolve.resolve(index, named[path], slug, anchored=anchored, rules=resolve.rules(spoken))
            for slug, anchored in used
        }
        lines += page_quads.quads(page, findings, named[path], answers, base, spoken)
    return sorted(lines)


def stored(pages, base=BASE, dialect_name="newsroom"):
    """Return an in-memory store of pages given as {path: bytes}."""
    store = Store()
    store.bulk_load(input="".join(mapped(pages, base, dialect_name)).encode(), format=RdfFormat.N_QUADS)
    return store


def blocks(page):
    """Return all blocks of a page in order."""
    return [block for section in page.sections for block in section.blocks]
