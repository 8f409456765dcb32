"""`kg import-rendered`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import session
from kg.model.finding import KgError, Level

if TYPE_CHECKING:
    from kg.restore.import_copies import Known
    from kg.settings.dialect import Dialect


@click.command("import-rendered")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "path", metavar="PATH", help="The page's path in the wiki, such as sources/some-page.md.")
@click.option(
    "--out", default="-", metavar="DIR|-", help="Write the page below this folder; - for standard output (the default)."
)
@click.option("--force", is_flag=True, help="Overwrite a page that is there.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.option(
    "--fail-on", type=click.Choice([level.value for level in Level]), default="violation",
    help="The level from which findings mean exit code 1.",
)  # fmt: skip
@click.pass_context
def command(  # noqa: PLR0913  # one parameter an option
    ctx: click.Context, files: tuple[Path, ...], path: str | None, out: str, fail_on: str, *, force: bool, as_json: bool
) -> None:
    """
    Restore the Markdown of pages from FILES: copies of what a reader sees, as text or as HTML.

    Headings, lists, quotes and links come back by the forms of the dialect and the names of the stored wiki; what a
    copy cannot tell is a finding at its place in the copy. Nothing is put into the store.
    """
    from kg.report import as_text, reported
    from kg.restore import import_copies

    if len(files) > 1 and (path or (out == "-" and not as_json)):
        raise click.UsageError("several copies need --out FOLDER, and no --as")
    if path is not None and not path.lower().endswith(".md"):
        raise KgError(f"--as '{path}': name a page of the wiki, such as sources/some-page.md")
    spoken, known = _wiki(ctx)
    pages = [import_copies.restore(file, path or "", spoken, known) for file in files]
    findings = [finding for page in pages for finding in page.findings]
    written: list[Path] = []
    if out != "-":
        written = import_copies.targets(pages, Path(out), force=force)
        import_copies.write(pages, written)
    if as_json:
        found = json.loads(reported.as_json(reported.Reported(findings, Level(fail_on))))
        click.echo(
            json.dumps({"pages": import_copies.record(files, pages, written), **found}, ensure_ascii=False, indent=1)
        )
    else:
        if out == "-":
            sys.stdout.buffer.write(pages[0].body.encode())
            sys.stdout.buffer.flush()  # before what is said of it
        session.say(ctx, (as_text.text(findings) + import_copies.words(pages, written)).rstrip("\n"))
    ctx.exit(1 if reported.worst(findings, Level(fail_on)) else 0)


def _wiki(ctx: click.Context) -> tuple["Dialect", "Known | None"]:
    """
    Return the dialect and the stored wiki, None where there is no store; a store that is named has to be there.

    The dialect is the one that is named, else the store's, else the newsroom's, whose form rendered copies have.
    """
    from kg.restore import import_copies
    from kg.store import generations

    config, folder = session.settings(ctx)
    spoken = session.known_dialect(config, folder)
    if ctx.obj["store"] is None and generations.current(folder) is None:
        return spoken, None
    read = session.reading(ctx)
    return spoken, import_copies.Known(read.pages, read.quads)
