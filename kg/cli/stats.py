"""`kg stats`."""

import json

import click

from kg.cli import session


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@session.at_generation
@session.as_of_day
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Count what the store holds: pages, claims, connections, quotes, links, and how regular the lines are."""
    from kg.ask import stats
    from kg.cli import summary
    from kg.operations import kept_counts

    read = session.reading(ctx)
    counted = stats.count(read.quads) if ctx.obj.get("as of") else kept_counts.count(read)
    counts = {"generation": read.generation.number, **counted}
    click.echo(json.dumps(counts, ensure_ascii=False, indent=1) if as_json else summary.stats(counts), nl=as_json)
