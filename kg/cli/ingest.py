"""`kg ingest`."""

import json
from pathlib import Path

import click

from kg.cli import session


@click.command("ingest")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be mapped; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], *, dry_run: bool, as_json: bool) -> None:
    """
    Map a wiki into the store: the pages that are new or changed, and those whose links mean something else now.

    The first ingest names the wiki's folder; later ones need no argument, or take files and folders of the wiki as
    PATHS and leave the others for another time.
    """
    from kg import ingest, summary  # noqa: PLC0415  # the libraries are loaded by the command that needs them

    wiki = session.mapping(ctx, paths)
    spoken = session.spoken(ctx, wiki)
    done = ingest.ingest(wiki.folder, wiki.root, wiki.config, spoken, only=wiki.only, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(summary.ingest_record(done), ensure_ascii=False, indent=1))
    elif not ctx.obj["quiet"]:
        click.echo(summary.ingest(done), nl=False)
