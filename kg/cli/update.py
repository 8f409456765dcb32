"""`kg update`."""

import json
from typing import Any

import click

from kg.cli import session


@click.command("update")
@click.option("-e", "--execute", "text", metavar="SPARQL", help="An update as text.")
@click.option("-f", "--file", "file", metavar="FILE", help="An update in a file; - is standard input.")
@click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="A value for $NAME.")
@click.option("--write", "writing", is_flag=True, help="Write the pages, then ingest them.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=60.0, metavar="SECONDS",
    help="When to give up (60 by default); 0 sets no limit.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, /, text: str | None, file: str | None, **options: Any) -> None:  # noqa: ANN401
    """
    Change pages with SPARQL 1.1 Update, and show what changes as a diff; --write writes the files.

    Change what a line is written from (nr:epistemicType, nr:saidByText, nr:markup, nr:yaml …) inside GRAPH ?page { };
    what follows from it follows. An update that no text would stand behind is refused.
    """
    from kg.ask import unknown_terms
    from kg.ask.query import Vocabulary, values
    from kg.operations import update_pages  # loads pyoxigraph
    from kg.rdf import sparql_text  # loads pyoxigraph
    from kg.search import matches
    from kg.write import sparql_update  # loads pyoxigraph

    asked = _text(text, file)
    about = sparql_text.describe("your update", asked)
    matches.refuse(asked)
    read = session.reading(ctx)
    if options["writing"]:
        session.root_to_write(ctx, read)
    session.warn_if_stale(ctx, read)
    config, _ = session.settings(ctx)
    spoken = session.known_dialect(config, read.folder)
    base = sparql_update.Base(read, config, spoken)
    terms = values(about, session.pairs(options["given"]), Vocabulary(read.base, read.pages), read.quads)
    for line in unknown_terms.lines(asked, read.quads):
        session.say(ctx, f"note: {line}")
    pages = sparql_update.update(base, asked, terms, seconds=options["timeout"])
    diffs = {page.path: sparql_update.diff(page) for page in pages}
    generation = update_pages.write(base, pages) if options["writing"] and pages else None
    if options["as_json"]:
        listed = [{"path": path, "diff": diff.decode("utf-8", "backslashreplace")} for path, diff in diffs.items()]
        click.echo(json.dumps({"pages": listed, "generation": generation}, ensure_ascii=False, indent=1))
        return
    session.write(b"".join(diffs.values()), None)
    session.say(ctx, _summary(len(pages), generation))


def _text(text: str | None, file: str | None) -> str:
    if (text is None) == (file is None):
        raise click.UsageError("give an update with -e, or a file with -f (- is standard input)")
    if text is not None:
        return text
    try:
        with click.open_file(str(file), "rb") as handle:
            return str(handle.read().decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="-f") from None
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"not UTF-8: {error}", param_hint="-f") from None


def _summary(count: int, generation: int | None) -> str:
    if not count:
        return "no page changes"
    some = f"{count} page{'' if count == 1 else 's'}"
    if generation is None:
        return f"{some} would change; nothing is written without --write"
    return f"{some} written, generation {generation}"
