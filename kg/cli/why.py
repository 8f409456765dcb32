"""`kg why`."""

import os
import sys
from pathlib import Path

import click

from kg.cli import interrupt, session
from kg.model import progress

FORMATS = ("text", "json", "turtle")
_FEW = 10


@click.command("why")
@click.argument("target", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), help="text by default; turtle is PROV-O.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--all", "everything", is_flag=True, help="Each list whole, however long it is.")
@click.option("--strict", is_flag=True, help="For a triple: reason with the strict module, as `kg reason --strict`.")
@click.option("--color/--no-color", default=None, help="Colours in text (default: on a terminal, without NO_COLOR).")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write.")
@session.at_generation
@click.pass_context
def command(
    ctx: click.Context,
    /,
    target: tuple[str, ...],
    form: str | None,
    output: Path | None,
    *,
    as_json: bool,
    everything: bool,
    strict: bool,
    color: bool | None,
) -> None:
    """
    Say everything behind TARGET: its place and words, what it rests on, what rests on it, and whether it still holds.

    TARGET is PATH:LINE[:COLUMN], a page by path, file name, title or alias, an IRI as other commands print it, words of
    one sentence, or a triple of three terms, stated or inferred: kg why Meta nr:references Llama
    """
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json does not go with --format {form}")
    from kg.operations import why  # loads pyoxigraph
    from kg.why import as_json as json_form
    from kg.why import as_text, as_turtle

    read = session.reading(ctx)
    with interrupt.working(ctx, read.folder), progress.stage("asking why"):
        found = why.why(read, target, Path.cwd(), strict=strict)
    most = None if everything else _FEW
    if as_json or form == "json":
        written = json_form.text(found, most)
    elif form == "turtle":
        written = as_turtle.text(found)
    else:
        written = as_text.text(found, most, colour=_is_colour(color, output))
    session.write(written.encode("utf-8", "backslashreplace"), output)


def _is_colour(asked: bool | None, output: Path | None) -> bool:  # noqa: FBT001  # click's flag
    """Tell whether text is coloured: as asked, else on a terminal, unless NO_COLOR is set."""
    if asked is not None:
        return asked
    return output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
