"""`kg publish`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import at_endpoint, interrupt, session
from kg.model.plural import plural

if TYPE_CHECKING:
    from kg.publish.compare import Comparison
    from kg.publish.publish import Published

_SHOWN = 5


@click.command("publish")
@click.argument("wiki", required=False, type=click.Path(path_type=Path))
@click.option("--to", metavar="URL", help="Another endpoint than that of kg.toml.")
@click.option("--server", "kind", type=at_endpoint.KINDS, help="Which server it is (standard by default).")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--take-over", is_flag=True, help="In the place of another publish that is under way, or ended there.")
@click.option("--verify", is_flag=True, help="Then read it all back, and compare it quad for quad.")
@click.pass_context
def command(ctx: click.Context, /, wiki: Path | None, **options: Any) -> None:  # noqa: ANN401  # the options above
    """
    Bring an endpoint of SPARQL 1.1 to the current generation: `endpoint = "https://…"` in [store] of kg.toml.

    Only what differs is sent. A publish that was not finished is seen, and finished by the next one. Graphs that are
    not of this wiki are never touched. Credentials: KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN.
    """
    from kg.endpoint import servers
    from kg.publish import compare, held_forms, publish
    from kg.store import reading

    config, folder = session.settings(ctx, wiki)
    chosen = at_endpoint.settings(config, options["to"], options["kind"])
    endpoint, server = servers.endpoint_of(chosen, os.environ), servers.SERVERS[chosen.server]
    read = reading.reading(folder)
    with interrupt.working(ctx, folder):
        forms = held_forms.FORMS.get(chosen.server, ())
        done = publish.publish(read, endpoint, server, publish.Options(options["dry_run"], options["take_over"], forms))
        compared = None
        if options["verify"] and not options["dry_run"]:
            compared = compare.compared(read, endpoint, forms)
    endpoint.close()
    click.echo(_words(read.generation.number, chosen.query, done, dry_run=options["dry_run"]))
    if compared is not None:
        _tell(ctx, compared)


def _words(generation: int, url: str, work: "Published", *, dry_run: bool) -> str:
    """Return what was done in a line."""
    if not work.put and not work.taken and not work.requests and not work.unfinished:
        return f"generation {generation} is at {url} already"
    parts = plural(work.put, "part"), plural(work.taken, "part")
    what = f"{parts[0]} put" + (f", {parts[1]} taken away" if work.taken else "")
    again = "; one that was not finished was repeated" if work.unfinished and not dry_run else ""
    if dry_run:
        return f"generation {generation} would be published to {url}: {what}"
    return f"generation {generation} published to {url}: {what}, in {plural(work.requests, 'request')}{again}"


def _tell(ctx: click.Context, comparison: "Comparison") -> None:
    """Say what differs, and exit 1 where anything does."""
    for name, count in sorted(comparison.not_held.items()):
        session.say(ctx, f"note: not held as it was given: {name} ({count:,} times); docs/endpoint.md has the table")
    for one in comparison.differences[:_SHOWN]:
        session.complain(f"{one.graph}: {one.lacking} lacking, {one.more} too many, such as {one.first}")
    if comparison.differences:
        session.complain(
            f"{plural(len(comparison.differences), 'graph')} at the endpoint are not those of the generation"
        )
        ctx.exit(1)
    click.echo(f"the same, quad for quad: {plural(comparison.triples, 'quad')} in {plural(comparison.graphs, 'graph')}")
