"""`kg query`: each query of the library is a command with its parameters as options."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import interrupt, session
from kg.model import progress

if TYPE_CHECKING:
    from kg.rdf.sparql_text import Query

FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld", "trig", "nquads")


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every query has, by name."""

    form: str | None
    output: Path | None
    inferred: bool
    iris: bool
    timeout: float
    exit_status: bool


_PASSED = tuple(one.name for one in fields(Options))


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every query has."""
    for option in (
        click.option("--exit-status", is_flag=True, help="Exit 1 where an ASK answers false."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0),
            default=60.0,
            metavar="SECONDS",
            help="When to give up (60 by default); 0 sets no limit.",
        ),
        click.option("--iris", is_flag=True, help="Whole IRIs in tables."),
        click.option("--inferred", is_flag=True, help="With what `kg reason` inferred."),
        click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write."),
        click.option(
            "--format", "form", type=click.Choice(FORMATS), help="table for rows, turtle for graphs by default."
        ),
    ):
        function = option(function)
    return function


class _Library(click.Group):
    """The named queries as commands; their options are the parameters in their header comments."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        from kg.rdf import sparql_text

        return sparql_text.library()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002
        from kg.ask import query

        found = query.find(cmd_name)

        @click.pass_context
        def ask(ctx: click.Context, /, **by_name: Any) -> None:  # noqa: ANN401
            outer = ctx.parent.params if ctx.parent else {}
            options = Options(**{name: _chosen(ctx, outer, name, by_name.pop(name)) for name in _PASSED})
            _answer(ctx, found, {name: value for name, value in by_name.items() if value is not None}, options)

        command = click.Command(
            found.name, callback=ask, short_help=found.title, help=f"{found.title}.\n\n{found.about}"
        )
        taken = {option for parameter in _common_parameters() for option in parameter.opts}
        for parameter in found.parameters:
            flag = f"--{parameter.name}"
            if flag in taken:
                msg = f"query '{found.name}': its parameter '{parameter.name}' is an option of every query; rename it"
                raise click.ClickException(msg)
            needed = "" if parameter.optional or parameter.default is not None else "  [required]"
            command.params.append(click.Option([flag], help=parameter.help + needed, metavar=parameter.kind.upper()))
        command.params.extend(_common_parameters())
        return command


def _common_parameters() -> list[click.Parameter]:
    return list(click.command()(_common(lambda: None)).params)


def _chosen(ctx: click.Context, outer: dict[str, Any], name: str, value: Any) -> Any:  # noqa: ANN401
    """Return an option's value: given behind the query's name, else before it, else its default."""
    given = ctx.get_parameter_source(name)
    return outer.get(name, value) if given is click.core.ParameterSource.DEFAULT else value


@click.group("query", cls=_Library, invoke_without_command=True, subcommand_metavar="[NAME [--PARAMETER VALUE]…]")
@click.option("-e", "--execute", "text", metavar="SPARQL", help="A query as text.")
@click.option("-f", "--file", "file", metavar="FILE", help="A query in a file; - is standard input.")
@click.option(
    "-p", "--parameter", "assignments", multiple=True, metavar="NAME=VALUE", help="A value for $NAME in -e or -f."
)
@click.option("--list", "listing", is_flag=True, help="List the named queries.")
@_common
@session.at_generation
@click.pass_context
def command(
    ctx: click.Context,
    /,
    text: str | None,
    file: str | None,
    assignments: tuple[str, ...],
    *,
    listing: bool,
    **by_name: Any,  # noqa: ANN401  # the options that every query has
) -> None:
    """
    Ask the graph: a named query with its own options, or any SPARQL 1.1 (SELECT, ASK, CONSTRUCT, DESCRIBE).

    All graphs are asked at once; GRAPH tells them apart. Our prefixes (nr:, schema:, dcterms: …) are known.
    """
    if ctx.invoked_subcommand is not None:
        if text or file or assignments:
            raise click.UsageError(f"-e, -f and -p do not go with the named query '{ctx.invoked_subcommand}'")
        return
    if listing:
        _list(ctx)
        return
    text = _text(text, file)
    if text is None:
        raise click.UsageError("name a query (`kg query --list`), or give SPARQL with -e, -f or on standard input")
    values = session.pairs(assignments)
    from kg.rdf import sparql_text

    _answer(ctx, sparql_text.describe("your query", text), values, Options(**by_name))


def _list(ctx: click.Context) -> None:
    from kg.rdf import sparql_text

    names = sparql_text.library()
    width = max(map(len, names), default=0)
    for name in names:
        click.echo(f"{name:{width}}  {sparql_text.declared_query(f'library/{name}').title}")
    session.say(ctx, "\n`kg query NAME --help` shows a query's parameters")


def _width() -> int:
    import shutil  # an answer to a file or a pipe has no width

    return shutil.get_terminal_size().columns


def _text(text: str | None, file: str | None) -> str | None:
    if text is not None:
        return text
    if file is None and sys.stdin.isatty():
        return None
    if file not in (None, "-") and not Path(file).is_file():
        raise click.BadParameter(f"{file}: no such file", param_hint="-f")
    data = sys.stdin.buffer.read() if file in (None, "-") else Path(file).read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n") or None
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"not UTF-8: {error}", param_hint="-f") from None


def _answer(ctx: click.Context, about: "Query", texts: dict[str, str], options: Options) -> None:
    """Run a query and write its answer."""
    from kg.ask import answer_formats, query, unknown_terms
    from kg.operations import network_facts
    from kg.rdf import changing_values, engine_errors
    from kg.rdf.deadline import deadline
    from kg.rdf.expression_failures import Failures

    read = session.reading(ctx, inferred=options.inferred)
    terms = query.values(about, texts, query.Vocabulary(read.base, read.pages), read.quads)
    with interrupt.working(ctx, read.folder):
        quads = network_facts.asked(read, about.text, inferred=options.inferred)
    work = interrupt.working(ctx, read.folder)
    failures = Failures()
    with (
        work,
        progress.stage("asking"),
        deadline(options.timeout, "the query took longer than"),
        engine_errors.told("the query"),
    ):
        answer = query.run(quads, about.text, terms, failures)
        to_terminal = options.output is None and (sys.stdout.isatty() or "COLUMNS" in os.environ)
        width = _width() if to_terminal else None
        data, yes = answer_formats.write(answer, options.form, read.base, iris=options.iris, width=width)
    notes = [*unknown_terms.lines(about.text, quads), *changing_values.lines(about.text), *failures.lines()]
    for line in notes:
        session.say(ctx, f"note: {line}")
    session.write(data, options.output)
    ctx.exit(1 if options.exit_status and not yes else 0)
