"""A part of a wiki as a site of its own: some of its pages, and what is known of the others."""

from collections.abc import Collection
from dataclasses import replace

from kg.static_site.records import Wiki


def selected(wiki: Wiki, paths: Collection[str]) -> Wiki:
    """Return a wiki with the pages at some paths, and all that they state; links to other pages lead nowhere."""
    pages = tuple(page for page in wiki.pages if page.path in paths)
    return replace(
        wiki,
        pages=pages,
        links={path: some for path, some in wiki.links.items() if path in paths},
        statements={path: some for path, some in wiki.statements.items() if path in paths},
        positions=tuple(one for one in wiki.positions if one.path in paths),
        by_topic={page.topic: page for page in pages},
        elsewhere=frozenset(page.topic for page in wiki.pages if page.path not in paths),
    )
