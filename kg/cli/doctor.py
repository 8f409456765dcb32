"""`kg doctor`."""

import json
from dataclasses import asdict

import click

from kg.cli import session


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Remove leftovers; go to the newest complete generation where HEAD is lost.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, *, fix: bool, as_json: bool) -> None:
    """
    Check the store: that it opens, every graph is what its manifest says, versions, indexes, locks, leftovers, space.

    Each problem comes with what to do. Exit 0 where there is none (left), 1 where there is.
    """
    from kg.operations import doctor  # loads pyoxigraph

    folder = session.place(ctx)
    found = doctor.examine(folder)
    done = doctor.fix(folder) if fix and any(problem.fixable for problem in found) else []
    left = doctor.examine(folder) if done else found
    if as_json:
        said = {"ok": not left, "problems": [asdict(problem) for problem in left], "fixed": done}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        for line in done:
            click.echo(f"fixed    {line}")
        for problem in left:
            click.echo(f"{problem.check:8} {problem.what}\n{'':8} → {problem.advice}")
        if not left:
            session.say(ctx, "the store is sound")
            for line in doctor.notes(folder):
                session.say(ctx, f"note: {line}")
    ctx.exit(1 if left else 0)
