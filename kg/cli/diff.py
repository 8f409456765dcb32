"""`kg diff`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import interrupt, session
from kg.model import progress
from kg.model.finding import KgError
from kg.settings import kg_toml

if TYPE_CHECKING:
    from kg.compare.sides import Home

FORMATS = ("text", "json", "markdown")


@click.command("diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="text by default.")
@click.option("--exit-code", is_flag=True, help="Exit 1 where something differs, as git diff does.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write.")
@click.pass_context
def command(ctx: click.Context, /, old: str | None, new: str | None, **options: object) -> None:
    """
    Say what changed between OLD and NEW: claims, quotes, connections, links and pages, and what rests on them.

    Each side is a generation of the store (a number), a git revision of the wiki (HEAD~3, main..branch), a folder or
    a file. NEW is by default the current generation for a generation, else the wiki's files as they are; without both,
    the current generation is compared with the files. Front matter fields and other sentences are shown with
    `kg -v diff`.
    """
    from kg.compare import (
        dependents,  # loads pyoxigraph
        diff,
        diff_report,
        read_side,
        sides,
    )

    one, other, pages = sides.sides(_home(ctx), old, new)
    with interrupt.working(ctx, session.place(ctx)), progress.stage("comparing"):
        before, after = read_side.wiki(one), read_side.wiki(other)
        opened = dependents.Opened(one, before), dependents.Opened(other, after)
        every = dependents.with_resting(diff.diff(before, after, pages), *opened)
    shown, hidden = diff_report.chosen(every, every=ctx.obj["verbose"])
    found = diff_report.Compared(one.label, other.label, shown, hidden, dependents.pages(every))
    forms = {"text": diff_report.text, "json": diff_report.as_json, "markdown": diff_report.markdown}
    written = forms[str(options["form"])](found)
    session.write(written.encode("utf-8", "backslashreplace"), options["output"])  # type: ignore[arg-type]
    ctx.exit(1 if options["exit_code"] and shown else 0)


def _home(ctx: click.Context) -> "Home":
    """Return where sides are looked for; without a wiki, only files and folders are found."""
    from kg.compare import sides

    try:
        wiki = session.mapping(ctx, ())
        config, folder, root = wiki.config, wiki.folder, wiki.root
    except KgError:
        config = kg_toml.load(kg_toml.find(ctx.obj["config"], None))
        folder, root = ctx.obj["store"] or config.store, config.wiki or Path()
    return sides.Home(folder, root, config, session.known_dialect(config, folder), config.base)
