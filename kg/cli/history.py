"""`kg history`."""

import json

import click

from kg.cli import session


@click.command("history")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """
    List the generations of the store, the newest first: when each was made, its digest, and what it changed.

    The current one has a star. Ask an earlier one with --at (query, stats, export, render, validate).
    """
    from kg.operations import history  # loads pyoxigraph

    found = history.kept_generations(session.place(ctx))
    if as_json:
        click.echo(json.dumps([history.record(one) for one in found], ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(map(history.words, found)))
