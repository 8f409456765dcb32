"""Looks at a wiki and proposes its configuration."""

import contextlib
import json
from pathlib import Path

from kg.files import walk
from kg.files.walk import Corpus
from kg.model import page_files
from kg.model.finding import KgError
from kg.model.plural import plural
from kg.operations import recognize_dialect, recognize_links
from kg.operations.recognize_links import Links
from kg.parse.parse_page import parse
from kg.settings import dialect, link_style
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

# Which program's links these are, where it reads them otherwise: {families}, or "dialect"
# for those of the dialect.
{links}

# How bad each rule's findings are: newsroom (strict), lenient, or a .toml file of your own.
profile = "{profile}"

# Known findings, which do not count: `kg validate --update-baseline` writes the file.
# baseline = "kg-baseline.jsonl"

# Files and folders that are no pages of the wiki (shell patterns, relative to `wiki`).
exclude = {exclude}

# How many generations of the store are kept, for how many days at the least, and how many percent of a kind of fact an
# ingest may lose before it stops.
# [store]
# keep = 10
# keep_days = 0
# max_shrink = 20

# Prefixes of links, each with the folder that it stands for: [[podcast:x]] is podcasts/x.
{namespaces}
"""


def init(folder: Path) -> str:
    """Write a kg.toml into a folder and return what was found; raise KgError where one is there already."""
    target = folder / FILE_NAME
    if target.exists():
        raise KgError(f"{target}: it is there already; edit it, or remove it first")
    wiki = "wiki" if (folder / "wiki").is_dir() else "."
    found = walk.walk(folder / wiki)
    seen = recognize_dialect.recognize(found)
    links = recognize_links.recognize(found)
    templates = [f"{folder}/*" for folder in _templates(found)]
    written = _TEMPLATE.format(
        wiki=wiki,
        base='# base = "https://example.org/wiki/"',
        dialects=", ".join(dialect.available()),
        evidence="; ".join(seen.evidence).replace("\n", " "),
        dialect=seen.dialect,
        families=", ".join(link_style.families()),
        links=_links(links),
        namespaces=_namespaces(links),
        exclude=json.dumps(templates, ensure_ascii=False),
        profile=dialect.load(seen.dialect).profile,
    )
    write_atomically(target, written.encode())
    return (
        f"wrote {target}: {plural(len(found.pages), 'page')} ({', '.join(seen.types)})\n"
        f"dialect {seen.dialect}, by {', '.join(seen.evidence)}\n"
        f"{_said(links)}{_left_out(templates)}"
        f"next: kg --config {target} build\n"
    )


def _links(links: Links) -> str:
    """Return the line of kg.toml for the family of the links, and what speaks for it."""
    if not links.family:
        return "".join(f"# Not sure: {_one_line(doubt)}.\n" for doubt in links.doubts) + '# links = "dialect"'
    return f'# Seen here: {_one_line(links.evidence)}.\nlinks = "{links.family}"'


def _namespaces(links: Links) -> str:
    """Return the table of prefixes, each below what speaks for it."""
    if not links.namespaces:
        return '# [namespaces]\n# podcast = "podcasts/"'
    rows = (
        f"# {_one_line(links.spaces[prefix])}\n{_quoted(prefix)} = {_quoted(folder)}"
        for prefix, folder in links.namespaces.items()
    )
    return "\n".join(["[namespaces]", *rows])


def _templates(corpus: Corpus) -> list[str]:
    """Return the folders of templates, none where no other page would be left."""
    generic = dialect.load("generic")
    found: set[str] = set()
    for file in corpus.pages:
        folder = page_files.templates_folder(file.path)
        if not folder or folder in found:
            continue
        with contextlib.suppress(walk.UnreadError):  # the ingest that follows says so
            _, findings = parse(walk.read(corpus.root, file)[1], file.path, generic)
            found |= {folder} if any(one.rule == "page-template" for one in findings) else set()
    left = all(page_files.templates_folder(file.path) in found for file in corpus.pages)
    return [] if left else sorted(found)  # a wiki of templates alone is read


def _left_out(patterns: list[str]) -> str:
    return f"templates, which are left out: {', '.join(patterns)}\n" if patterns else ""


def _one_line(text: str) -> str:
    """Return a text for a comment of TOML: no line ends, nor other characters that have no place there."""
    return "".join(character if character.isprintable() else " " for character in text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _said(links: Links) -> str:
    lines = [f"links of {links.family}, by {links.evidence}"] if links.family else []
    lines += [f"namespace {said}" for said in links.spaces.values()]
    return "".join(f"{line}\n" for line in [*lines, *links.doubts])
