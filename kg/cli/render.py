"""`kg render`."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import generated, interrupt, session, standing
from kg.cli.generated import Choice
from kg.model.finding import KgError
from kg.model.plural import plural

if TYPE_CHECKING:
    from kg.operations.render_pages import Home, Live
    from kg.store.reading import Reading


@click.command("render")
@click.argument("pages", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Write the pages below this folder.")
@click.option("--check", is_flag=True, help="Compare with the wiki's files; exit 1 and show where they differ.")
@click.option("--write", "writing", is_flag=True, help="Write live blocks and generated pages in the wiki anew.")
@click.option("--only", type=click.Choice(["authored", "generated"]), help="Leave the other pages out.")
@click.option("--kind", "names", multiple=True, metavar="KIND", help="A kind of generated pages; may be repeated.")
@click.option("--compat", type=click.Choice(["newsroom"]), help="The files that the newsroom's tools write, alone.")
@session.as_of_day
@session.at_generation
@click.pass_context
def command(ctx: click.Context, /, pages: tuple[str, ...], out: Path | None, **options: Any) -> None:  # noqa: ANN401
    """
    Write PAGES (all of them by default) back from the graph, byte for byte as they were ingested.

    --write and --check see to the live blocks in them, too: the answers between <!-- kg:query NAME --> and
    <!-- kg:end -->; and to the pages of the kinds that kg.toml or --kind names, which queries and templates make.
    """
    from kg.write import render

    if [out is not None, options["check"], options["writing"]].count(True) != 1:
        raise click.UsageError("say one of --out FOLDER, --check and --write")
    if options["compat"]:
        from kg.operations import newsroom_artifacts

        if pages or options["only"] or options["names"]:
            raise click.UsageError("--compat stands alone; leave PAGES, --only and --kind out")
        generation = session.reading(ctx)
        for folder in (generation.root, newsroom_artifacts.project(generation)):
            _refuse_wiki(out, folder)
        generated.compat(ctx, generation, out, writing=options["writing"])
        return
    if ctx.obj.get("as of"):
        raise click.UsageError("--as-of goes with --compat; pages are rendered as they were ingested")
    choice = generated.Choice(options["only"], options["names"])
    read = session.reading(ctx)
    only = render.chosen(read.quads, pages) if choice.authored else frozenset()
    if out is not None:
        _write_out(ctx, read, out, (only, choice))
    elif options["writing"]:
        _write(ctx, read, only, choice)
    else:
        _check(ctx, read, only, choice)


def _write_out(ctx: click.Context, reading: "Reading", out: Path, what: tuple[frozenset[str], Choice]) -> None:
    """Write pages as they were ingested, and generated pages, into another folder."""
    from kg.write import render

    only, choice = what
    _refuse_wiki(out, reading.root)
    kinds = generated.kinds(ctx, choice)
    if choice.authored:
        with interrupt.working(ctx, reading.folder):
            written = render.write(reading.quads, out, only)
        session.say(ctx, f"{written} pages written below {out}")
    if kinds:
        from kg.operations import page_answers

        config, _ = session.settings(ctx)
        generated.write_out(ctx, generated.pages(ctx, page_answers.of(reading, config), kinds, out), out)


def _refuse_wiki(out: Path | None, root: Path) -> None:
    """Raise KgError for a folder that is a wiki."""
    if out is not None and out.resolve() == root.resolve():
        raise KgError(f"{out}: is the wiki itself; render into another folder, so that no edit is lost")
    if out is not None and standing.is_wiki(out):
        raise KgError(f"{out}: is a wiki of its own; render into another folder, so that no edit is lost")


def _check(ctx: click.Context, reading: "Reading", only: frozenset[str], choice: Choice) -> None:
    """Say which pages are not what the graph gives back, and which live blocks are not what their queries answer."""
    from kg.operations import page_answers, render_pages
    from kg.write import render

    config, _ = session.settings(ctx)
    kinds, answers = generated.kinds(ctx, choice), page_answers.of(reading, config)
    with interrupt.working(ctx, reading.folder):
        differing = list(render.drift(reading.quads, reading.root, only)) if choice.authored else []
        live = render_pages.live(answers, only)
    for one in differing:
        click.echo(one.diff, nl=False)
    stale = _show(live)
    if choice.authored:
        session.say(ctx, f"{len(differing)} of {len(only)} pages differ from the graph{_of_blocks(live.blocks, stale)}")
    old = generated.check(ctx, answers, kinds, reading.root)
    ctx.exit(2 if live.faults else 1 if differing or stale or old else 0)


def _show(live: "Live") -> int:
    """Write what differs and what is wrong, and return how many blocks differ."""
    from kg.answer_pages import live_blocks

    for fault in live.faults:
        session.complain(fault)
    drift = [one for page in live.pages for one in page.drift]
    for one in drift:
        click.echo(live_blocks.words(one), nl=False)
    return len(drift)


def _of_blocks(blocks: int, stale: int) -> str:
    return f"; live blocks that differ: {stale} of {blocks}" if blocks else ""


def _write(ctx: click.Context, reading: "Reading", only: Collection[str], choice: Choice) -> None:
    """Write the live blocks and the generated pages anew."""
    from kg.operations import render_pages

    root = session.root_to_write(ctx, reading)
    config, _ = session.settings(ctx)
    kinds = generated.kinds(ctx, choice)
    home = render_pages.Home(root, config, session.known_dialect(config, reading.folder))
    from kg.operations import page_answers

    now = generated.write_blocks(ctx, home, page_answers.of(reading, config), kinds)
    if choice.authored:
        now = _write_blocks(ctx, home, now, only)
    if any(not kind.auto for kind in kinds):
        answers = page_answers.of(now, config)
        found = generated.pages(ctx, answers, kinds, root, keep=True)
        if generated.write(ctx, home, answers, found, root):
            ctx.exit(1)


def _write_blocks(ctx: click.Context, home: "Home", reading: "Reading", only: Collection[str]) -> "Reading":
    """Write the live blocks anew; raise KgError, with both versions shown, where a page was edited meanwhile."""
    from kg.operations import page_answers, render_pages

    with interrupt.working(ctx, reading.folder):
        live = render_pages.live(page_answers.of(reading, home.config), only)
        edited = render_pages.edited(reading, [page.path for page in live.pages])
    for fault in live.faults:
        session.complain(fault)
    if live.faults:
        raise KgError("nothing was written")
    for one in edited:
        click.echo(one.diff, nl=False)
    if edited:
        raise KgError(f"{edited[0].path}: changed since it was ingested (above); run `kg ingest`, then again", code=1)
    with interrupt.working(ctx, reading.folder):
        written, now = render_pages.write_live(home, live, only)
    for path in written:
        click.echo(path)
    session.say(ctx, f"{plural(len(written), 'page')} written, {plural(live.blocks, 'live block')} in all")
    return now
