"""`kg dev`: what a developer of kg looks into, and how a rule begins."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import session

if TYPE_CHECKING:
    from kg.operations.page_view import Stand
    from kg.settings.dialect import Dialect
    from kg.settings.kg_toml import Config

_FILE = click.argument("file", type=click.Path(path_type=Path))
_DIALECT = click.option("--dialect", "speech", metavar="NAME", help="The dialect to read it in (default: the wiki's).")


@click.group("dev")
def command() -> None:
    """Look into what kg makes of a page, what a rule reads, and begin a new rule (docs/architecture.md)."""


@command.command("page")
@_FILE
@_DIALECT
@click.pass_context
def page(ctx: click.Context, file: Path, speech: str | None) -> None:
    """Show the record that the parser makes of FILE: every part with its place, and what was found."""
    from kg.operations import page_view  # loads pyoxigraph

    stand, _, dialect = _read(ctx, file, speech)
    session.write(page_view.record(stand, dialect).encode("utf-8", "backslashreplace"), None)


@command.command("quads")
@_FILE
@_DIALECT
@click.pass_context
def quads(ctx: click.Context, file: Path, speech: str | None) -> None:
    """Write the quads that an ingest would write of FILE, sorted; its links mean what they do in its wiki."""
    from kg.operations import page_view  # loads pyoxigraph

    stand, config, dialect = _read(ctx, file, speech)
    if stand.alone:
        session.say(ctx, f"note: {file} is a page of no wiki that is known here, so its links lead nowhere")
    session.write(page_view.quads(stand, config, dialect), None)


@command.command("reads")
@click.argument("rule")
def reads(rule: str) -> None:
    """Show what a verdict of RULE reads, an edge a line: from a place of the plan along a path to the next."""
    from kg.operations import rule_reads  # loads pyoxigraph

    click.echo(rule_reads.reads(rule), nl=False)


@command.command("new-rule")
@click.argument("name")
@click.option(
    "--clone", type=click.Path(path_type=Path), default=Path(), show_default="here", help="The clone of newsroom-kg."
)
@click.pass_context
def new_rule(ctx: click.Context, name: str, clone: Path) -> None:
    """Begin the rule NAME: write the stub of its shape and of its two cases, and say what comes next."""
    from kg.operations import new_rule as operation  # loads pyoxigraph

    for path in operation.begin(name, clone):
        click.echo(path)
    session.say(
        ctx,
        f"\nnext\n"
        f"  1. shapes/{name}.ttl: the class, what must hold, the message, why (or move the shape to the file it fits)\n"
        f"  2. tests/cases/{name}: a page that breaks it, with the place in the first line, and one that does not\n"
        f"  3. .venv/bin/python -m pytest tests/check/test_validate.py -k {name}\n"
        f"  4. `make rules` for its page in docs/rules (CONTRIBUTING.md, A rule)",
    )


def _read(ctx: click.Context, file: Path, speech: str | None) -> "tuple[Stand, Config, Dialect]":
    """Return a page where it stands, with the settings and the dialect to read it in."""
    from kg.operations import page_view  # loads pyoxigraph
    from kg.settings import dialect

    config, folder = session.settings(ctx, file.parent)
    root = config.wiki or session.stored_root(folder, for_folder=True)
    stand = page_view.stand(file, root, config)
    return stand, config, dialect.load(speech) if speech else session.known_dialect(config, folder)
