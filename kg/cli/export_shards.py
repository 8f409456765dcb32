"""`kg export --shards`."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from kg.cli import interrupt, session
from kg.model.plural import plural
from kg.shards import engines

if TYPE_CHECKING:
    from kg.shards.export import Exported

_OF_SHARDS = {"WIKI": "wiki", "--on": "engine", "--jobs": "jobs", "--cluster": "cluster"}


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of shards to `kg export`."""
    for option in (
        click.option("--cluster", metavar="ADDRESS", help="Where the engine of --on runs (default: on this machine)."),
        click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many workers on this machine."),
        click.option("--on", "engine", type=click.Choice(engines.NAMES), help="Who makes the shards (default: local)."),
        click.option(
            "--shards", type=click.IntRange(1, 99_999), metavar="N", help="The whole wiki, in so many N-Quads files."
        ),
    ):
        function = option(function)
    return function


def refuse(values: Mapping[str, Any]) -> None:
    """Raise a usage error for what has a meaning with --shards alone."""
    for option, key in _OF_SHARDS.items():
        if values[key] is not None:
            raise click.UsageError(f"{option} goes with --shards N")


def write(ctx: click.Context, values: Mapping[str, Any], others: Iterable[tuple[str, str]]) -> None:
    """Bring the shards of a wiki up to date; `others` are the options, by their keys, that choose or form facts."""
    moments = [("--at", "at"), ("--as-of", "as of")]
    chosen = [option for option, key in others if values[key]] + [option for option, key in moments if key in ctx.obj]
    if chosen:
        raise click.UsageError(f"--shards writes the whole wiki as its pages are now; leave {chosen[0]} out")
    if values["output"] is None:
        raise click.UsageError("--shards are files of a folder; name it with --out DIR, or a URL of fsspec")
    engine = values["engine"] or "local"
    if values["cluster"] and (engine == "local" or values["jobs"]):
        other = "--jobs" if values["jobs"] else "--on local"
        raise click.UsageError(f"--cluster names where an engine runs, and {other} is of this machine; leave one out")
    _say(ctx, _exported(ctx, values, engine), values["output"])


def _exported(ctx: click.Context, values: Mapping[str, Any], engine: str) -> "Exported":
    from kg.shards import export, places

    wiki = session.mapping(ctx, (values["wiki"],) if values["wiki"] is not None else ())
    if wiki.only:
        raise click.UsageError(f"--shards writes the whole wiki; leave {values['wiki']} out, or name {wiki.root}")
    place = places.named(values["output"])
    how = export.How(values["shards"], engine, values["jobs"], values["cluster"] or "")
    with interrupt.working(ctx, wiki.folder):
        dialect = session.spoken(ctx, wiki)
        return export.export(export.Source(wiki.root, wiki.config, dialect), place, how)


def _say(ctx: click.Context, result: "Exported", place: str) -> None:
    from kg.report import as_text

    made = f"{len(result.made):,} of {plural(result.shards, 'shard')} made"
    session.say(ctx, f"{made}: {plural(result.pages, 'page')}, {plural(result.quads, 'quad')} in {place}")
    session.say(ctx, f"digest {result.digest}")
    if result.findings:
        session.say(ctx, as_text.text(result.findings).rstrip("\n"))
