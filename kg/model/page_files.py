"""Which files are pages: by the endings that Markdown files have, and what other markup a wiki's pages may be in."""

import re

_ENDING = re.compile(r"\.(?:md|markdown|mkdn?|mdown)\Z", re.IGNORECASE)
_LONGEST = 9
_TEMPLATES = frozenset({"template", "templates", "_template", "_templates"})
# The endings of pages that other markup than Markdown is in, each with what a reader calls it.
MARKUPS = {
    "adoc": "AsciiDoc", "asciidoc": "AsciiDoc", "creole": "Creole", "mediawiki": "MediaWiki", "org": "Org",
    "pod": "Pod", "rdoc": "RDoc", "rest": "reStructuredText", "rst": "reStructuredText", "textile": "Textile",
    "tid": "TiddlyWiki", "wiki": "MediaWiki",
}  # fmt: skip


def is_page(path: str) -> bool:
    """Tell whether a path is that of a Markdown page."""
    return without_ending(path) != path


def without_ending(path: str) -> str:
    """Return a path without a final `.md`, or another ending of Markdown pages, in any letter case."""
    if path[-3:].lower() == ".md":
        return path[:-3]
    match = _ENDING.search(path) if "." in path[-_LONGEST:] else None
    return path[: match.start()] if match else path


def markup(path: str) -> str:
    """Return in which markup a page is written that is none in Markdown, empty where a file is no such page."""
    return MARKUPS.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "") if "." in path else ""


def templates_folder(path: str) -> str:
    """Return the folder of templates that a page lies in, empty where in none."""
    parts = path.split("/")[:-1]
    depth = next((depth for depth, part in enumerate(parts, 1) if part.casefold() in _TEMPLATES), 0)
    return "/".join(parts[:depth])
