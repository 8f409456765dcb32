"""`kg ingest`."""

import json
from pathlib import Path

import click

from kg.cli import session


@click.command("ingest")
@click.argument("wiki", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be mapped; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, wiki: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """
    Map the pages of WIKI into the store: those that are new or changed, and those whose links mean something else now.

    The first ingest fixes which wiki a store holds; later ones need no argument.
    """
    from kg import dialect, ingest, summary  # noqa: PLC0415  # the libraries are loaded by the command that needs them

    root, config, folder = session.wiki_root(ctx, wiki)
    done = ingest.ingest(folder, root, config, dialect.load(config.dialect), dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(summary.ingest_record(done), ensure_ascii=False, indent=1))
    else:
        click.echo(summary.ingest(done), nl=False)
