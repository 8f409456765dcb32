"""`kg query`: each query of the library is a command with its parameters as options."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import interrupt, library_queries, session
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass

if TYPE_CHECKING:
    from kg.ask.engine_text import EngineText
    from kg.ask.query import Answer
    from kg.ask.scope import Scope
    from kg.rdf.expression_failures import Failures
    from kg.rdf.sparql_text import Query, Term
    from kg.store.reading import Reading

Label = Callable[[str], str | None]
FORMATS = (
    "table", "csv", "tsv", "json", "xml", "markdown", "turtle", "ntriples", "jsonld", "trig", "nquads", "rdfxml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every query has, by name."""

    form: str | None
    output: Path | None
    inferred: bool
    iris: bool
    timeout: float
    exit_status: bool
    limit: int | None
    explain: bool
    imported: bool


_PASSED = tuple(one.name for one in fields(Options))


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every query has."""
    for option in (
        session.as_of_day,
        session.at_generation,
        session.at_endpoint,
        session.with_imports,
        click.option("--explain", is_flag=True, help="Say what is asked of the graphs, and what took how long."),
        click.option(
            "--limit",
            type=click.IntRange(min=0),
            metavar="N",
            help="At most so many rows; says how many more there are.",
        ),
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
            "--format",
            "form",
            type=click.Choice(FORMATS),
            help="By default what the ending of -o says; else table for rows, turtle for graphs.",
        ),
    ):
        function = option(function)
    return function


class _Library(click.Group):
    """The named queries as commands; their options are the parameters in their header comments."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return library_queries.names(ctx, _reserved())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        found = library_queries.find(ctx, cmd_name, _reserved())

        @click.pass_context
        def ask(ctx: click.Context, /, **by_name: Any) -> None:  # noqa: ANN401
            outer = ctx.parent.params if ctx.parent else {}
            options = Options(**{name: _chosen(ctx, outer, name, by_name.pop(name)) for name in _PASSED})
            _answer(ctx, found, {name: value for name, value in by_name.items() if value is not None}, options)

        command = click.Command(
            found.name, callback=ask, short_help=found.title, help=library_queries.help_text(found)
        )  # fmt: skip
        command.params.extend(library_queries.options(found))
        command.params.extend(_common_parameters())
        return command


def _common_parameters() -> list[click.Parameter]:
    return list(click.command()(_common(lambda: None)).params)


def _reserved() -> set[str]:
    return library_queries.flags(_common_parameters())


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
        library_queries.show(ctx, _reserved())
        return
    text = _text(text, file)
    if text is None:
        raise click.UsageError("name a query (`kg query --list`), or give SPARQL with -e, -f or on standard input")
    values = session.pairs(assignments)
    from kg.rdf import sparql_text

    _answer(ctx, sparql_text.describe("your query", text), values, Options(**by_name))


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
    if ctx.obj.get("at endpoint"):
        _answer_there(ctx, about, texts, options)
        return
    from kg.ask import engine_text, labels, query
    from kg.rdf import engine_errors
    from kg.rdf.deadline import deadline
    from kg.rdf.expression_failures import Failures

    read = session.reading(ctx, inferred=options.inferred, imported=options.imported)
    scope = _scope(ctx, read.base)
    terms = query.values(about, texts, query.Vocabulary(read.base, read.pages), read.quads)
    read = _with_network(ctx, read, about.text, options)
    failures, clock = Failures(), _Clock()
    with (
        interrupt.working(ctx, read.folder),
        progress.stage("asking"),
        deadline(options.timeout, "the query took longer than"),
        engine_errors.told("the query"),
    ):
        asked = engine_text.for_engine(read.quads, about.text, terms, failures, scope, _matches(read, about.text))
        clock.passed("read, and put in other words")
        answer = query.answered(read.quads, asked, scope)
        clock.passed("planned")
        data, yes, cut = _written(answer, labels.reader(read.quads, read.base), options, scope)
        clock.passed("answered and written")
    _say_notes(ctx, about.text, read, failures)
    for line in [*asked.notes, *([cut] if cut else [])]:
        session.say(ctx, f"note: {line}")
    if options.explain:
        _explain(ctx, read, (about.text, terms), (asked, scope, clock))
    session.write(data, options.output)
    ctx.exit(1 if options.exit_status and not yes else 0)


def _with_network(ctx: click.Context, generation: "Reading", text: str, options: Options) -> "Reading":
    """Return a generation with the facts of the network where a query asks for them."""
    from kg.network import terms
    from kg.rdf import sparql_text

    if not terms.asks(sparql_text.tokens(text), generation.base):
        return generation
    if options.imported:
        raise KgError("the network is that of this wiki; leave --imported out, or ask nothing of graph/network")
    if ctx.obj.get("as of"):
        raise KgError("the network is that of the whole wiki; leave --as-of out, or ask nothing of graph/network")
    from kg.operations import network_facts

    with interrupt.working(ctx, generation.folder):
        return replace(generation, quads=network_facts.asked(generation, text, inferred=options.inferred))


def _matches(generation: "Reading", text: str) -> Callable[[str], str]:
    """Return what puts nodes in the places of `nr:matches` and `nr:originalMatches`, which few queries have."""
    if "atches" not in text:
        return str
    from kg.search import matches

    return matches.of(generation, text)


def _scope(ctx: click.Context, base: str) -> "Scope":
    """Return what queries are asked of: all graphs, below the wiki's base, with the prefixes of kg.toml beside ours."""
    from kg.ask.scope import Scope
    from kg.rdf import names

    config, _ = session.settings(ctx)
    return Scope(base, {**names.PREFIXES, **config.prefixes})


def _answer_there(ctx: click.Context, about: "Query", texts: dict[str, str], options: Options) -> None:
    """Have the endpoint answer a query, and write its answer."""
    from kg.ask import labels
    from kg.cli import query_endpoint
    from kg.rdf.deadline import deadline

    if options.inferred or options.imported or options.explain:
        raise click.UsageError("--at-endpoint asks what is published; leave --inferred, --imported and --explain out")
    with deadline(options.timeout, "the query took longer than"):
        asked = query_endpoint.ask(ctx, about, texts, lambda base: _scope(ctx, base), options.timeout)
        label = labels.reader(asked.remote.words, asked.base)
        data, yes, cut = _written(asked.answer, label, options, _scope(ctx, asked.base))
    if cut:
        session.say(ctx, f"note: {cut}")
    session.write(data, options.output)
    ctx.exit(1 if options.exit_status and not yes else 0)


def _written(answer: "Answer", label: Label, options: Options, scope: "Scope") -> tuple[bytes, bool, str]:
    """
    Return an answer in the format that is wanted, whether it is more than a no, and what is not in it.

    `label` gives the name of a topic or a speaker.
    """
    from kg.ask import answer_formats

    to_terminal = options.output is None and (sys.stdout.isatty() or "COLUMNS" in os.environ)
    form = options.form or answer_formats.of_ending(options.output)
    ending = options.output.suffix if options.output and form and not options.form else ""
    width = _width() if to_terminal else None
    show = answer_formats.Shown(scope.base or "", options.iris, label, scope.prefixes, width, ending)
    if options.limit is None:
        return *answer_formats.write(answer, form, show), ""
    from kg.ask import first_rows

    first = first_rows.first(answer, options.limit)
    return *answer_formats.write(first.answer, form, show), first.words(options.limit)


def _say_notes(ctx: click.Context, text: str, generation: "Reading", failures: "Failures") -> None:
    from kg.ask import unknown_terms
    from kg.rdf import changing_values

    for line in [*unknown_terms.lines(text, generation.quads), *changing_values.lines(text), *failures.lines()]:
        session.say(ctx, f"note: {line}")


@dataclass(slots=True)
class _Clock:
    """What took how long, for a person: nothing that is compared or kept."""

    since: float = field(default_factory=time.perf_counter)
    stages: list[str] = field(default_factory=list)

    def passed(self, stage: str) -> None:
        """Note that a stage is over."""
        now = time.perf_counter()
        self.stages.append(f"took: {now - self.since:.3f} s: {stage}")
        self.since = now


def _explain(
    ctx: click.Context,
    generation: "Reading",
    query: tuple[str, "dict[str, Term | int]"],
    how: "tuple[EngineText, Scope, _Clock]",
) -> None:
    """Say what was asked and what took how long, with -v the engine's text, too."""
    from kg.ask import explain

    text, scope, clock = how
    for line in [*explain.lines(generation.quads, *query, text, scope), *clock.stages]:
        if ctx.obj["verbose"] or not line.startswith(explain.ASKED):
            session.say(ctx, line)
