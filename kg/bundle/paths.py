"""Where the pages of a wiki lie in a bundle, and how a link to them is written there."""

import re
from collections.abc import Container, Iterable
from functools import cache
from urllib.parse import quote

from kg.rdf import names

_RESERVED = frozenset({"index", "log"})
_UNWRITABLE = re.compile(r"[\s()<>%\\#?\[\]\x00-\x1f\x7f\"|*`]")


def is_reserved(path: str) -> bool:
    """Tell whether a page is called as only an index or a log may be, in letters of either case."""
    return names.stem(path).casefold() in _RESERVED


def placed(pages: Iterable[tuple[str, bool]]) -> dict[str, str]:
    """
    Return the path of each page in the bundle: its own, in `.md`.

    Each comes with whether it may keep a reserved name, index.md or log.md; one that says more than a list may does
    not, and is called index-page.md or log-page.md.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path, plain in sorted(pages):
        stem = names.without_suffix(path)
        if is_reserved(path) and not plain:
            stem += "-page"
        name, copy = stem, 1
        while f"{name}.md".casefold() in taken:
            copy += 1
            name = f"{stem}-{copy}"
        found[path] = f"{name}.md"
        taken.add(found[path].casefold())
    return found


def destination(path: str, anchor: str = "") -> str:
    """Return a path of the bundle as the destination of a Markdown link, absolute from the bundle's root."""
    behind = f"#{_escaped(anchor)}" if anchor else ""
    return f"/{_escaped(path)}{behind}"


@cache
def _escaped(text: str) -> str:
    return _UNWRITABLE.sub(lambda match: quote(match[0], safe=""), text)


def missing(slug: str, files: Container[str]) -> str:
    """Return the path of a page that nobody wrote: no page of the bundle, so that the link stays broken."""
    plain = "/".join(part for part in names.without_suffix(slug).split("/") if part not in ("", ".", "..")) or "missing"
    while f"{plain}.md" in files or is_reserved(f"{plain}.md"):
        plain += "-missing"
    return f"{plain}.md"
