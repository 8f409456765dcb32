"""`kg init`."""

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", required=False, default=".", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a commented kg.toml into FOLDER (the current one by default) after looking at the wiki in it."""
    from kg.operations import propose_config

    click.echo(propose_config.init(folder), nl=False)
