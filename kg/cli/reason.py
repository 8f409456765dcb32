"""`kg reason`."""

import click

from kg.cli import interrupt, session
from kg.model import progress


@click.command("reason")
@click.option("--strict", is_flag=True, help="Add the strict module: what must be disjoint, who can speak.")
@click.option("--engine", type=click.Choice(["fast", "owlrl"]), default="fast", help="Which reasoner infers.")
@click.pass_context
def command(ctx: click.Context, *, strict: bool, engine: str) -> None:
    """Infer what follows from the ontology into graph/inferred; contradictions are findings (exit 1)."""
    from kg.reason import infer
    from kg.report import as_text

    read = session.reading(ctx)
    with interrupt.working(ctx, read.folder), progress.stage("reasoning"):
        found = infer.infer_into(read.folder, read.base, strict=strict, engine=engine)
    click.echo(as_text.text(found.findings), nl=False)
    session.say(ctx, f"{found.count:,} triples inferred; `kg query --inferred` asks with them")
    ctx.exit(1 if found.findings else 0)
