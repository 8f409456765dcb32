"""`kg why`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import interrupt, session
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass

if TYPE_CHECKING:
    from kg.store.reading import Reading

FORMATS = ("text", "json", "turtle")
_FEW = 10


@dataclass(frozen=True, slots=True)
class Options:
    """The options below, by name."""

    form: str | None
    output: Path | None
    as_json: bool
    everything: bool
    strict: bool
    color: bool | None


@click.command("why")
@click.argument("target", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), help="text by default; turtle is PROV-O.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--all", "everything", is_flag=True, help="Each list whole, however long it is.")
@click.option("--strict", is_flag=True, help="For a triple: reason with the strict module, as `kg reason --strict`.")
@click.option("--color/--no-color", default=None, help="Colours in text (default: on a terminal, without NO_COLOR).")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write.")
@session.as_of_day
@session.at_generation
@session.at_endpoint
@click.pass_context
def command(ctx: click.Context, /, target: tuple[str, ...], **by_name: Any) -> None:  # noqa: ANN401  # the options above
    """
    Say everything behind TARGET: its place and words, what it rests on, what rests on it, and whether it still holds.

    TARGET is PATH:LINE[:COLUMN], a page by path, file name, title or alias, an IRI as other commands print it, words of
    one sentence, or a triple of three terms, stated or inferred: kg why Meta nr:references Llama
    """
    options = Options(**by_name)
    if options.as_json and options.form not in (None, "json"):
        raise click.UsageError(f"--json does not go with --format {options.form}")
    from kg.operations import why  # loads pyoxigraph
    from kg.why import as_json as json_form
    from kg.why import as_text, as_turtle

    read = session.reading(ctx)
    if len(target) == 1 and not ctx.obj.get("at endpoint") and (there := _imported(read, target[0], options)):
        session.write(there.encode("utf-8", "backslashreplace"), options.output)
        return
    if ctx.obj.get("at") is None and not ctx.obj.get("at endpoint") and not read.left_out:
        session.warn_if_stale(ctx, read)
    with interrupt.working(ctx, read.folder), progress.stage("asking why"):
        found = why.why(read, target, Path.cwd(), strict=options.strict)
    most = None if options.everything else _FEW
    if options.as_json or options.form == "json":
        written = json_form.text(found, most)
    elif options.form == "turtle":
        written = as_turtle.text(found)
    else:
        written = as_text.text(found, most, colour=_is_colour(options))
    session.write(written.encode("utf-8", "backslashreplace"), options.output)


def _imported(reading: "Reading", target: str, options: Options) -> str:
    """Return what is behind a target in an import, nothing where it is none of theirs."""
    from kg.cli import imports_shown
    from kg.imports import why_imported

    found = why_imported.of(reading.folder, reading.base, target)
    if found and options.form == "turtle":
        raise KgError("what an import says is told as text or JSON; `kg export --imported` writes it as a graph")
    as_json = options.as_json or options.form == "json"
    return imports_shown.why(found, as_json=as_json) if found else ""


def _is_colour(options: Options) -> bool:
    """Tell whether text is coloured: as asked, else on a terminal, unless NO_COLOR is set."""
    if options.color is not None:
        return options.color
    return options.output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
