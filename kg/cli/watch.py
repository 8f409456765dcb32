"""`kg watch`."""

from pathlib import Path

import click

from kg.cli import session


@click.command("watch")
@click.argument("wiki", required=False, type=click.Path(path_type=Path))
@click.option(
    "--debounce", type=click.IntRange(min=0), metavar="MILLISECONDS",
    help="How long the pages must be left alone before a round (default: 500).",
)  # fmt: skip
@click.option("--polling", is_flag=True, help="Look at the files again and again; for folders that send no events.")
@click.pass_context
def command(ctx: click.Context, wiki: Path | None, debounce: int | None, *, polling: bool) -> None:
    """Ingest WIKI each time its pages change, and check every rule: one line a round, until Ctrl-C."""
    from kg.operations import watch  # the libraries are loaded by the command that needs them

    def load() -> watch.Watched:
        found = session.mapping(ctx, (wiki,) if wiki else ())
        return watch.Watched(found.folder, found.root, found.config, session.spoken(ctx, found))

    wait = watch.DEBOUNCE if debounce is None else debounce
    try:
        for line in watch.rounds(load, debounce=wait, polling=polling or None):
            click.echo(line)
    except KeyboardInterrupt:
        session.say(ctx, "stopped")
