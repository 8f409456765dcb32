"""`--memory`, of the commands that lay out all facts of a wiki."""

import click

from kg.model import memory


def _limit(ctx: click.Context, _: click.Parameter, megabytes: int | None) -> None:
    ctx.with_resource(memory.limited(megabytes))


limited = click.option(
    "--memory", type=click.IntRange(min=1), metavar="MB", expose_value=False, callback=_limit,
    help="How much memory the facts may take; beyond it files are used, which takes longer (default: what is free).",
)  # fmt: skip
