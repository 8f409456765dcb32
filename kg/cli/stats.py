"""`kg stats`."""

import json
from typing import TYPE_CHECKING, Any

import click

from kg.cli import session
from kg.model.kg_error import KgError

if TYPE_CHECKING:
    from kg.store.reading import Reading


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@session.at_generation
@session.at_endpoint
@session.as_of_day
@session.with_imports
@click.pass_context
def command(ctx: click.Context, *, as_json: bool, imported: bool) -> None:
    """
    Count what the store holds: pages, claims, connections, quotes, links, and how regular the lines are.

    With --imported each wiki that was imported is counted by itself, below this one.
    """
    from kg.ask import stats
    from kg.cli import summary
    from kg.operations import kept_counts

    if ctx.obj.get("at endpoint"):
        _at_endpoint(ctx, as_json=as_json, others=imported)
        return
    read = session.reading(ctx)
    counted = stats.count(read.quads) if ctx.obj.get("as of") else kept_counts.count(read)
    counts = {"generation": read.generation.number, **counted}
    each = _imports(read) if imported else {}
    if as_json:
        counts = {**counts, "imports": each} if imported else counts
        click.echo(json.dumps(counts, ensure_ascii=False, indent=1))
        return
    click.echo(summary.stats(counts), nl=False)
    for name, one in each.items():
        click.echo(f"\n{name}:\n{summary.stats({'generation': read.generation.number, **one})}", nl=False)


def _at_endpoint(ctx: click.Context, *, as_json: bool, others: bool) -> None:
    """Have the endpoint count what it holds of this wiki."""
    from kg.ask import stats
    from kg.cli import at_endpoint, interrupt, summary
    from kg.model import progress
    from kg.publish import remote

    if others or ctx.obj.get("at") or ctx.obj.get("as of"):
        raise KgError("an endpoint has one generation, as it is stated; leave --imported, --at and --as-of out")
    config, folder = session.settings(ctx)
    base, local, _ = session.base_and_local(ctx)
    endpoint = at_endpoint.opened(config)
    with interrupt.working(ctx, folder), progress.stage("asking the endpoint"):
        marks = remote.marks_of(endpoint, base)
        counts = {"generation": marks.generation, **stats.told(stats.rows_by(remote.selecting(endpoint, base)))}
    for note in remote.notes(marks, local):
        session.say(ctx, f"note: {note}")
    click.echo(json.dumps(counts, ensure_ascii=False, indent=1) if as_json else summary.stats(counts), nl=as_json)


def _imports(reading: "Reading") -> dict[str, Any]:
    """Return what each import has, counted by itself."""
    from kg.ask import stats
    from kg.imports import kept, laid_over

    found = [kept.load(reading.folder, one.name) for one in kept.listed(reading.folder)]
    return {one.about.name: stats.count(laid_over.alone(one, reading.base)) for one in found}
