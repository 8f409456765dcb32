"""`kg rollback`."""

import click

from kg.cli import session


@click.command("rollback")
@click.argument("generation", type=click.IntRange(min=1))
@click.option(
    "--wait", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="How long to wait for another writer."
)
@click.pass_context
def command(ctx: click.Context, generation: int, wait: float) -> None:
    """
    Make what GENERATION holds the content of a new generation; those between stay, as long as others do.

    The pages of the wiki are not touched: the next `kg ingest` brings in what they say now.
    """
    from kg.operations import history  # loads pyoxigraph
    from kg.store.generations import Keep

    config, folder = session.settings(ctx)
    made, notes = history.rollback(folder, generation, Keep(config.keep, config.keep_days), wait=wait)
    for note in notes:
        session.say(ctx, f"note: {note}")
    click.echo(f"generation {made.number} holds what generation {generation} does")
    session.say(ctx, "the pages are as they were: the next `kg ingest` brings in what they say now")
