"""The generated pages of `kg render`: which kinds are meant, what differs, and what is written."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import interrupt, session
from kg.model.kg_error import KgError
from kg.model.plural import plural
from kg.model.records import dataclass

if TYPE_CHECKING:
    from kg.answer_pages.page_kinds import Kind
    from kg.operations.auto_blocks import Filled
    from kg.operations.generate_pages import Page
    from kg.operations.page_answers import Answers
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


def pages(
    ctx: click.Context, answers: "Answers", some: "Sequence[Kind]", root: Path, *, keep: bool = False
) -> "list[Page]":
    """Return the pages of some kinds as they would be now; with `keep` their rows are made ready to be kept."""
    own = [kind for kind in some if not kind.auto]
    if not own:
        return []
    from kg.operations import generate_pages

    with interrupt.working(ctx, answers.reading.folder):
        return generate_pages.pages(answers, own, root, keep=keep)


def check(ctx: click.Context, answers: "Answers", some: "Sequence[Kind]", root: Path) -> int:
    """Write what differs of generated pages and AUTO blocks with the facts behind it; return how many pages do."""
    if not some:
        return 0
    from kg.operations import auto_blocks, explain_pages, generate_pages

    found = pages(ctx, answers, some, root)
    record = generate_pages.read_record(answers.reading.folder)
    with interrupt.working(ctx, answers.reading.folder):
        filled = auto_blocks.pages(answers, [kind for kind in some if kind.auto])
        explainer = explain_pages.Explainer(answers, record, {kind.name: kind for kind in some})
        words = [explainer.block(block) for page in filled for block in page.blocks]
        refused = generate_pages.refused(found)
        differing = [page for page in found if page.state is not generate_pages.State.SAME]
        words += [generate_pages.diff(page) if page in refused else explainer.page(page) for page in differing]
    click.echo("".join(words), nl=False)
    session.say(ctx, f"generated pages that differ: {len(differing)} of {len(found)}{_of_blocks(some, filled)}")
    return len(differing) + len(filled)


def _of_blocks(some: "Sequence[Kind]", filled: "Sequence[Filled]") -> str:
    differing = sum(len(page.blocks) for page in filled)
    return f"; AUTO blocks that differ: {differing}" if any(kind.auto for kind in some) else ""


def write_blocks(ctx: click.Context, home: "Home", answers: "Answers", some: "Sequence[Kind]") -> "Reading":
    """Write the AUTO blocks of some kinds, and return the generation that has them."""
    kinds = [kind for kind in some if kind.auto]
    if not kinds:
        return answers.reading
    from kg.operations import auto_blocks, render_pages
    from kg.write.replace_files import Rewritten

    with interrupt.working(ctx, answers.reading.folder):
        filled = auto_blocks.pages(answers, kinds)
        edited = render_pages.edited(answers.reading, [page.path for page in filled])
    for one in edited:
        click.echo(one.diff, nl=False)
    if edited:
        raise KgError(f"{edited[0].path}: changed since it was ingested (above); run `kg ingest`, then again", code=1)
    if not filled:
        return answers.reading
    with interrupt.working(ctx, answers.reading.folder):
        changed = [Rewritten(page.path, page.old, page.new) for page in filled]
        generation = render_pages.write(home, answers.reading, changed)
    for page in filled:
        click.echo(page.path)
    session.say(ctx, f"{plural(sum(len(page.blocks) for page in filled), 'AUTO block')} written")
    return generation


def show(differing: "Sequence[Page]") -> int:
    """Write the files that differ as diffs, and return how many do."""
    from kg.operations import generate_pages

    found = [page for page in differing if page.state is not generate_pages.State.SAME]
    for page in found:
        click.echo(generate_pages.diff(page), nl=False)
    return len(found)


def write(ctx: click.Context, home: "Home", answers: "Answers", results: "Sequence[Page]", root: Path) -> int:
    """Write the pages that are ours; show both versions of those that are not, and return how many these are."""
    from kg.operations import generate_pages

    refused = generate_pages.refused(results)
    for page in refused:
        click.echo(generate_pages.diff(page), nl=False)
    with interrupt.working(ctx, answers.reading.folder):
        written = generate_pages.write(home, answers.reading, results, root, answers.news)
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
    from kg.operations import newsroom_artifacts, page_answers, render_pages

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
        ctx.exit(1 if write(ctx, home, page_answers.of(reading, config), found, root) else 0)
    else:
        differing = show(found)
        session.say(ctx, f"{differing} of {plural(len(found), 'file')} are not what the newsroom's tools would write")
        ctx.exit(1 if differing else 0)
