"""The generated pages of `kg render`: which kinds are meant, what differs, and what is written."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import interrupt, session
from kg.model.plural import plural
from kg.model.records import dataclass

if TYPE_CHECKING:
    from kg.answer_pages.page_kinds import Kind
    from kg.operations.generate_pages import Page
    from kg.operations.render_pages import Home
    from kg.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pages are meant: `only` authored or generated ones, and the kinds of these by name."""

    only: str | None
    names: tuple[str, ...]

    @property
    def authored(self) -> bool:
        """Whether authored pages are meant."""
        return self.only != "generated"


def kinds(ctx: click.Context, choice: Choice) -> "list[Kind]":
    """Return the kinds that are meant: those named, else those of kg.toml, else with --only generated all of them."""
    config, _ = session.settings(ctx)
    if choice.only == "authored" or not (choice.names or config.page_kinds or choice.only):
        return []
    from kg.operations import generate_pages  # loads Jinja2

    if choice.names or config.page_kinds:
        return generate_pages.kinds(config, choice.names)
    return generate_pages.every(config)


def pages(ctx: click.Context, reading: "Reading", some: "Sequence[Kind]", root: Path) -> "list[Page]":
    """Return the pages of some kinds as they would be now."""
    if not some:
        return []
    from kg.operations import generate_pages

    config, _ = session.settings(ctx)
    with interrupt.working(ctx, reading.folder):
        return generate_pages.pages(reading, config, some, root)


def check(results: "Sequence[Page]") -> int:
    """Write what differs as diffs, and return how many pages do."""
    if not results:
        return 0
    from kg.operations import generate_pages

    differing = [page for page in results if page.state is not generate_pages.State.SAME]
    for page in differing:
        click.echo(generate_pages.diff(page), nl=False)
    return len(differing)


def write(ctx: click.Context, home: "Home", reading: "Reading", results: "Sequence[Page]", root: Path) -> int:
    """Write the pages that are ours; show both versions of those that are not, and return how many these are."""
    from kg.operations import generate_pages

    refused = generate_pages.refused(results)
    for page in refused:
        click.echo(generate_pages.diff(page), nl=False)
    with interrupt.working(ctx, reading.folder):
        written = generate_pages.write(home, reading, results, root)
    for path in written:
        click.echo(path)
    session.say(ctx, f"{plural(len(written), 'generated page')} written of {len(results)}")
    for page in refused:
        edited = page.state is generate_pages.State.EDITED
        why = "was edited since it was written" if edited else "is there already, and something else wrote it"
        session.complain(f"{page.path}: {why} (both versions are above); move it away, then render again")
    return len(refused)


def write_out(ctx: click.Context, results: "Sequence[Page]", out: Path) -> None:
    """Write pages below another folder."""
    from kg.operations import generate_pages

    written = generate_pages.write_out(out, [page for page in results if page.new])
    session.say(ctx, f"{plural(written, 'generated page')} written below {out}")


def compat(ctx: click.Context, reading: "Reading", out: Path | None, *, writing: bool) -> None:
    """Write the files that the newsroom's own tools write, or say which of them are not as they would be."""
    from kg.operations import newsroom_artifacts, render_pages

    root = out or newsroom_artifacts.project(reading)
    with interrupt.working(ctx, reading.folder):
        found = newsroom_artifacts.pages(reading, root)
    if out is not None:
        write_out(ctx, found, out)
    elif writing:
        config, _ = session.settings(ctx)
        home = render_pages.Home(
            session.root_to_write(ctx, reading), config, session.known_dialect(config, reading.folder)
        )
        ctx.exit(1 if write(ctx, home, reading, found, root) else 0)
    else:
        differing = check(found)
        session.say(ctx, f"{differing} of {plural(len(found), 'file')} are not what the newsroom's tools would write")
        ctx.exit(1 if differing else 0)
