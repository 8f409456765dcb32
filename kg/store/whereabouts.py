"""Where a store's wiki is: beside the store, wherever both were copied or moved to, or at a path of its own."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from kg.store.manifest_head import Head


class Whereabouts(TypedDict):
    """What a manifest says of places: the wiki's root, its kg.toml, and the store's own folder where it needs one."""

    root: str
    config: str | None
    home: str


def of(store: Path, root: Path, config: Path | None) -> Whereabouts:
    """
    Return the places as a manifest keeps them.

    A wiki that lies with its store is named relative to it, so that a copy of both is a wiki of its own. Any other is
    named by its whole path, together with that of the store: so it shows when the store alone went elsewhere.
    """
    store, root = place(store), root.resolve()
    if not lie_together(store, root):
        return Whereabouts(root=str(root), config=str(config.resolve()) if config else None, home=str(store))
    file = config.resolve() if config else None
    named = _relative(store, file) if file and lie_together(store, file) else str(file) if file else None
    return Whereabouts(root=_relative(store, root), config=named, home="")


def here(store: Path, head: Head) -> Head:
    """Return the head of a manifest with whole paths, looked up from where the store is now."""
    store = place(store)
    config = head.config and os.path.normpath(store / head.config)
    return replace(head, root=os.path.normpath(store / head.root) if head.root else "", config=config)


def is_stray(store: Path, head: Head) -> bool:
    """Tell whether a store went elsewhere without its wiki, so that the root it names may be another's by now."""
    return not lie_together(place(store), Path(head.root)) and head.home != str(place(store))


def is_free(store: Path, head: Head) -> bool:
    """Tell whether a store may be given another wiki: its own is gone, or the store went away from it."""
    return is_stray(store, head) or not Path(head.root).exists()


def place(store: Path) -> Path:
    """Return the whole path of a store; one that is a link lies where the link is, not where it leads to."""
    given = store.absolute()
    return given.parent.resolve() / given.name


def lie_together(store: Path, path: Path) -> bool:
    """Tell whether a path is in the folder that holds the store, or holds the store itself; both whole paths."""
    return path.is_relative_to(store.parent) or store.is_relative_to(path)


def _relative(store: Path, path: Path) -> str:
    return Path(os.path.relpath(path, store)).as_posix()
