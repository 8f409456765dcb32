"""What every command starts from: the configuration, the store's folder, and the generation to read."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import config as configuration
from kg.config import Config
from kg.finding import KgError

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.store import Generation


@dataclass(frozen=True, slots=True)
class Reading:
    """A generation opened for reading."""

    folder: Path
    generation: "Generation"
    manifest: dict[str, Any]
    quads: "Store"

    @property
    def base(self) -> str:
        """The base IRI that the generation was mapped with."""
        return str(self.manifest["base"])

    @property
    def root(self) -> Path:
        """The folder of the wiki that the generation was mapped from."""
        return Path(self.manifest["root"])


def settings(ctx: click.Context, wiki: Path | None = None) -> tuple[Config, Path]:
    """Return the configuration and the store's folder; precedence: flag, environment, kg.toml, default."""
    found = configuration.load(configuration.find(ctx.obj["config"], wiki))
    return found, ctx.obj["store"] or found.store


def reading(ctx: click.Context, *, inferred: bool = False) -> Reading:
    """Return the current generation, opened; raise KgError where there is none."""
    from kg import store  # noqa: PLC0415  # loads pyoxigraph

    _, folder = settings(ctx)
    generation = store.require(folder)
    return Reading(
        folder,
        generation,
        store.manifest(folder, generation),
        store.open_reader(folder, generation, reasoned=inferred),
    )


def wiki_root(ctx: click.Context, wiki: Path | None) -> tuple[Path, Config, Path]:
    """Return the wiki's root, the configuration and the store's folder, for commands that map pages."""
    found, folder = settings(ctx, wiki)
    root = found.wiki if found.wiki is not None and (wiki is None or _holds(found, wiki)) else wiki
    if root is None:
        root = _stored_root(folder)
    if root is None:
        raise KgError(
            'which wiki? name the folder that holds the pages, or write `wiki = "…"` into kg.toml (`kg init`)'
        )
    return root, found, folder


def _holds(found: Config, wiki: Path) -> bool:
    return found.file is not None and found.file.parent.resolve() in (wiki.resolve(), wiki.resolve().parent)


def _stored_root(folder: Path) -> Path | None:
    from kg import store  # noqa: PLC0415  # loads pyoxigraph

    generation = store.current(folder)
    return Path(store.manifest(folder, generation)["root"]) if generation else None


def write(data: bytes, output: Path | None) -> None:
    """Write an answer to a file, complete or not at all, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from kg.store import write_atomically  # noqa: PLC0415  # loads pyoxigraph

    if not output.absolute().parent.is_dir():
        raise KgError(f"{output.parent}: no such folder")
    write_atomically(output, data)


def say(ctx: click.Context, message: str) -> None:
    """Say something that is not the answer, on standard error; nothing with --quiet."""
    if not ctx.obj["quiet"]:
        click.echo(message, err=True)
