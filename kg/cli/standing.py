"""In which wiki a person stands: a store that is named from within another one is asked about, never guessed."""

from collections.abc import Collection
from pathlib import Path

import click

from kg.settings import kg_toml


def other_wiki(ctx: click.Context, folder: Path, root: Path, paths: Collection[str]) -> Path | None:
    """
    Return the wiki in which one stands where it is not the one of the store that --store names; None elsewhere.

    A wiki shows itself by a kg.toml or a store of its own, or by a page at one of the `paths` that the store has: a
    copy. Who names a kg.toml with --config, or stands in the store's wiki or above it, means that one.
    """
    root, stand = root.resolve(), Path.cwd()
    if ctx.obj["store"] is None or ctx.obj["config"] is not None:
        return None
    if stand.is_relative_to(root) or root.is_relative_to(stand):
        return None
    around = [place for place in (stand, *stand.parents) if not root.is_relative_to(place)]
    return next((place for place in around if _is_other(place, folder.resolve(), root, paths)), None)


def is_wiki(place: Path) -> bool:
    """Tell whether a folder has a kg.toml or a store of its own."""
    return (place / kg_toml.FILE_NAME).is_file() or (place / kg_toml.Config().store / "HEAD").is_file()


def _is_other(place: Path, folder: Path, root: Path, paths: Collection[str]) -> bool:
    file = place / kg_toml.FILE_NAME
    if file.is_file():
        wiki = kg_toml.load(file).wiki
        return wiki is None or wiki.resolve() != root
    own = place / kg_toml.Config().store
    if (own / "HEAD").is_file() and own.resolve() != folder:
        return True
    return any((place / path).is_file() for path in paths)
