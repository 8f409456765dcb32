"""`kg render`."""

from pathlib import Path

import click

from kg.cli import interrupt, session, standing
from kg.model.finding import KgError


@click.command("render")
@click.argument("pages", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Write the pages below this folder.")
@click.option("--check", is_flag=True, help="Compare with the wiki's files; exit 1 and show a diff where they differ.")
@session.at_generation
@click.pass_context
def command(ctx: click.Context, pages: tuple[str, ...], out: Path | None, *, check: bool) -> None:
    """Write PAGES (all of them by default) back from the graph, byte for byte as they were ingested."""
    from kg.write import render

    if (out is None) == (not check):
        raise click.UsageError("say either --out FOLDER or --check")
    read = session.reading(ctx)
    only = render.chosen(read.quads, pages)
    if out is not None:
        if out.resolve() == read.root.resolve():
            raise KgError(f"{out}: is the wiki itself; render into another folder, so that no edit is lost")
        if standing.is_wiki(out):
            raise KgError(f"{out}: is a wiki of its own; render into another folder, so that no edit is lost")
        with interrupt.working(ctx, read.folder):
            written = render.write(read.quads, out, only)
        session.say(ctx, f"{written} pages written below {out}")
        return
    with interrupt.working(ctx, read.folder):
        differing = list(render.drift(read.quads, read.root, only))
    for one in differing:
        click.echo(one.diff, nl=False)
    session.say(ctx, f"{len(differing)} of {len(only)} pages differ from the graph")
    ctx.exit(1 if differing else 0)
