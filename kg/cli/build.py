"""`kg build`."""

from pathlib import Path

import click

from kg.cli import interrupt, memory_option, session
from kg.model.finding import KgError, Level


@click.command("build")
@click.argument("wiki", required=False, type=click.Path(path_type=Path))
@click.option(
    "--fail-on", type=click.Choice([level.value for level in Level]), default="violation",
    help="The level from which findings mean exit code 1.",
)  # fmt: skip
@memory_option.limited
@click.pass_context
def command(ctx: click.Context, wiki: Path | None, fail_on: str) -> None:
    """Do all of it: ingest WIKI, infer, check every rule, and hold every page against its file."""
    from kg.cli import summary
    from kg.operations import build
    from kg.report import as_text

    found = session.mapping(ctx, (wiki,) if wiki else ())
    if found.only:
        raise KgError(f"{wiki}: a build takes the whole wiki, {found.root}; `kg ingest` can map a part of it")
    with interrupt.working(ctx, found.folder):
        done = build.build(found.folder, found.root, found.config, session.spoken(ctx, found))
    if ctx.obj["quiet"]:
        click.echo(as_text.text(done.check().judged.findings), nl=False)
    else:
        click.echo(summary.build(done, found.root, found.config, found.folder), nl=False)
    ctx.exit(1 if done.drift or done.tally.reaches(Level(fail_on)) else 0)
