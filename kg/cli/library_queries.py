"""The queries that have names, as the command line shows them: their options, their help, the list, and completion."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.ask.query_groups import GROUPS
from kg.cli import session

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kg.ask.own_queries import Faulty
    from kg.rdf.sparql_text import Parameter, Query

_METAVARS = {"date": "YYYY-MM-DD", "grade": "fact|analysis|forecast"}
_MOST = 200


def own_folder(ctx: click.Context) -> Path | None:
    """Return the folder of the user's own queries that kg.toml names, or None."""
    if ctx.obj is None:  # completion calls no command
        ctx.obj = dict(ctx.find_root().params)
    config, _ = session.settings(ctx)
    return config.queries


def names(ctx: click.Context, reserved: Collection[str]) -> list[str]:
    """Return the names of all queries that can be asked, in order."""
    from kg.rdf import sparql_text

    own, _ = _own(ctx, reserved)
    return sorted([*sparql_text.library(), *(one.name for one in own)])


def _own(ctx: click.Context, reserved: Collection[str]) -> "tuple[list[Query], list[Faulty]]":
    folder = own_folder(ctx)
    if folder is None:
        return [], []
    from kg.ask import own_queries

    return own_queries.listing(folder, reserved)


def find(ctx: click.Context, name: str, reserved: Collection[str]) -> "Query":
    """Return a query by its name; raise KgError where there is none, or its file is none."""
    folder = own_folder(ctx)
    if folder is None:
        from kg.ask import query

        return query.find(name)
    from kg.ask import own_queries

    return own_queries.find(name, folder, reserved)


def flags(parameters: "list[click.Parameter]") -> set[str]:
    """Return the options that no parameter may be called like."""
    return {"--help", *(option for parameter in parameters for option in parameter.opts)}


def help_text(question: "Query") -> str:
    """Return what `--help` says of a query above its options: what it answers, its columns, an example."""
    parts = [f"{question.title}.", question.about]
    if question.columns:
        parts.append(f"\b\nColumns: {' '.join(question.columns)}")
    if question.example is not None:
        parts.append(f"\b\nExample: kg query {question.name} {question.example}".rstrip())
    return "\n\n".join(part for part in parts if part)


def options(question: "Query") -> Iterator[click.Option]:
    """Yield the parameters of a query as options, with their values in the help and in completion."""
    for parameter in question.parameters:
        needed = "" if parameter.optional or parameter.default is not None else "  [required]"
        default = "" if parameter.default is None else f"  [default: {parameter.default}]"
        metavar = "|".join(parameter.choices) or _METAVARS.get(parameter.kind) or parameter.kind.upper()
        yield click.Option(
            [f"--{parameter.name}"], help=parameter.help + default + needed, metavar=metavar,
            shell_complete=_completing(parameter),
        )  # fmt: skip


def show(ctx: click.Context, reserved: Collection[str]) -> None:
    """Write the list of all queries, by what they are for; the user's own come last, and files that are none."""
    from kg.rdf import sparql_text

    shipped = [sparql_text.describe(name, sparql_text.declared_query(f"library/{name}").text)
               for name in sparql_text.library()]  # fmt: skip
    own, faulty = _own(ctx, reserved)
    width = max(len(one.name) for one in [*shipped, *own])
    by_group: Mapping[str, list[Query]] = {
        title: [one for one in shipped if one.group == group] for group, title in GROUPS.items()
    }
    for title, some in [*by_group.items(), (f"Your own, in {own_folder(ctx)}", own)]:
        if some:
            click.echo(f"{title}:")
        for one in some:
            click.echo(f"  {one.name:{width}}  {one.title}")
    for fault in faulty:
        session.complain(fault.why)
    session.say(ctx, "\n`kg query NAME --help` shows a query's parameters")
    ctx.exit(2 if faulty else 0)


# ---- completion ------------------------------------------------------------------------------------------------------

Completing = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def _completing(parameter: "Parameter") -> Completing:
    def complete(ctx: click.Context, _option: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem  # only where a shell asks

        words = (word for word in _words(ctx, parameter) if word.casefold().startswith(incomplete.casefold()))
        return [CompletionItem(_typed(word)) for word, _ in zip(words, range(_MOST), strict=False)]

    return complete


def _typed(word: str) -> str:
    """Return a word as it must stand on the command line: zsh and fish see to that themselves."""
    bash = os.environ.get("_KG_COMPLETE", "").startswith("bash")
    return "".join(f"\\{char}" if char in " '\"()&;$`|<>\\!*?#" else char for char in word) if bash else word


def _words(ctx: click.Context, parameter: "Parameter") -> list[str]:
    from kg.model.grades import GRADES
    from kg.model.kg_error import KgError

    if parameter.kind not in ("topic", "page", "relation"):
        return list(GRADES if parameter.kind == "grade" else parameter.choices)
    try:
        return _stored_words(ctx, parameter.kind)
    except (KgError, OSError):  # no store, nothing to complete
        return []


def _stored_words(ctx: click.Context, kind: str) -> list[str]:
    from kg.ask import parameter_kinds, query
    from kg.rdf.names import stem

    if ctx.obj is None:
        ctx.obj = dict(ctx.find_root().params)
    read = session.reading(ctx)
    if kind == "relation":
        return list(parameter_kinds.relations(read.quads))
    stems = {stem(page.path) for page in read.pages.values()}
    return sorted(stems | set(query.speakers(read.quads))) if kind == "topic" else sorted(stems)
