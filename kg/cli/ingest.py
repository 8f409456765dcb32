"""`kg ingest`."""

import json
from pathlib import Path
from typing import Any

import click

from kg.cli import interrupt, session
from kg.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The options below, by name."""

    dry_run: bool
    max_shrink: float | None
    wait: float
    rehash: bool
    jobs: int | None
    as_json: bool


@click.command("ingest")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option(
    "--max-shrink", type=click.FloatRange(min=0), metavar="PCT",
    help="Stop where more than this share of a kind of fact would be lost (default: 20, or kg.toml's).",
)  # fmt: skip
@click.option(
    "--wait", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="How long to wait for another writer."
)  # fmt: skip
@click.option("--rehash", is_flag=True, help="Read every file, whatever its times of change say.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N",
    help="How many processes map pages (default: one for each processor but one, for a few pages one).",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[Path, ...], **options_by_name: Any) -> None:  # noqa: ANN401  # the options above
    """
    Map a wiki into the store: the pages that are new or changed, and those whose links mean something else now.

    The first ingest names the wiki's folder; later ones need no argument, or take files and folders of the wiki as
    PATHS and leave the others for another time.
    """
    from kg.cli import summary  # the libraries are loaded by the command that needs them
    from kg.ingest import ingest  # the libraries are loaded by the command that needs them

    options = Options(**options_by_name)
    wiki = session.mapping(ctx, paths)
    how = ingest.How(
        dry_run=options.dry_run,
        wait=options.wait,
        rehash=options.rehash,
        max_shrink=options.max_shrink,
        jobs=options.jobs,
    )
    with interrupt.working(ctx, wiki.folder):
        spoken = session.spoken(ctx, wiki)
        done = ingest.ingest(wiki.folder, wiki.root, wiki.config, spoken, only=wiki.only, how=how)
    for note in done.notes:
        session.say(ctx, f"note: {note}")
    if options.as_json:
        click.echo(json.dumps(summary.ingest_record(done), ensure_ascii=False, indent=1))
    elif not ctx.obj["quiet"]:
        click.echo(summary.ingest(done), nl=False)
