"""Looks at a wiki and proposes its configuration."""

from pathlib import Path

from kg.files import walk
from kg.model.finding import KgError
from kg.model.plural import plural
from kg.operations import recognize_dialect
from kg.settings import dialect
from kg.settings.kg_toml import FILE_NAME
from kg.store.generations import write_atomically

_TEMPLATE = """\
# newsroom-kg: how this wiki is read. Every key may be left out; the values below are what holds.

# The folder with the pages, relative to this file.
wiki = "{wiki}"

# What every IRI starts with. Set it to an address that is yours before you publish the graph: it is part of every name.
{base}

# How the wiki spells its sections, grades, relations and links: {dialects}, or a .toml file of your own.
# Seen here: {evidence}.
dialect = "{dialect}"

# How bad each rule's findings are: newsroom (strict), lenient, or a .toml file of your own.
profile = "{profile}"

# Known findings, which do not count: `kg validate --update-baseline` writes the file.
# baseline = "kg-baseline.jsonl"

# Files and folders that are no pages of the wiki (shell patterns, relative to `wiki`).
exclude = []

# How many generations of the store are kept, for how many days at the least, and how many percent of a kind of fact an
# ingest may lose before it stops.
# [store]
# keep = 10
# keep_days = 0
# max_shrink = 20
"""


def init(folder: Path) -> str:
    """Write a kg.toml into a folder and return what was found; raise KgError where one is there already."""
    target = folder / FILE_NAME
    if target.exists():
        raise KgError(f"{target}: it is there already; edit it, or remove it first")
    wiki = "wiki" if (folder / "wiki").is_dir() else "."
    found = walk.walk(folder / wiki)
    seen = recognize_dialect.recognize(found)
    written = _TEMPLATE.format(
        wiki=wiki,
        base='# base = "https://example.org/wiki/"',
        dialects=", ".join(dialect.available()),
        evidence="; ".join(seen.evidence).replace("\n", " "),
        dialect=seen.dialect,
        profile=dialect.load(seen.dialect).profile,
    )
    write_atomically(target, written.encode())
    return (
        f"wrote {target}: {plural(len(found.pages), 'page')} ({', '.join(seen.types)})\n"
        f"dialect {seen.dialect}, by {', '.join(seen.evidence)}\n"
        f"next: kg --config {target} build\n"
    )
