"""`kg validate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import session
from kg.finding import Level

if TYPE_CHECKING:
    from kg.revalidate import Source
    from kg.validate import Report


@click.command("validate")
@click.argument("paths", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "turtle"]), default="text", help="How findings are written."
)
@click.option("--profile", help="The levels of the rules: newsroom, lenient, or a .toml file (default: kg.toml's).")
@click.option(
    "--shapes", multiple=True, type=click.Path(path_type=Path),
    help="More shapes (Turtle), beside those that ship; with --data, all the shapes.",
)  # fmt: skip
@click.option(
    "--data", multiple=True, type=click.Path(path_type=Path),
    help="Files of RDF to check instead of the wiki; no store is needed.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["fast", "pyshacl"]), default="fast", help="Which validator checks the shapes."
)
@click.option(
    "--fail-on", type=click.Choice([level.value for level in Level]), default="violation",
    help="The level from which findings mean exit code 1.",
)  # fmt: skip
@click.option(
    "--changed", is_flag=True,
    help="Show only pages that changed since the generation before, and those whose findings did.",
)  # fmt: skip
@click.option(
    "--since", type=click.IntRange(min=1), metavar="GEN",
    help="With --changed: since this generation (`kg history` lists them).",
)  # fmt: skip
@session.at_generation
@click.pass_context
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    ctx: click.Context,
    paths: tuple[str, ...],
    form: str,
    profile: str | None,
    shapes: tuple[Path, ...],
    data: tuple[Path, ...],
    engine: str,
    fail_on: str,
    *,
    changed: bool,
    since: int | None,
) -> None:
    """
    Check the wiki as it was last ingested, or files of RDF; exit 1 when a finding is at or above --fail-on.

    PATHS are files or folders of the wiki: only findings in them are shown and count. With --data they are more files
    of RDF; without --shapes the shapes in the files themselves hold.

    What was found is kept with the generation, so that the next check costs what changed since; `--engine pyshacl`
    checks everything.
    """
    from kg import report, validate  # noqa: PLC0415

    _refuse_together(changed=changed or since is not None, data=bool(data), engine=engine)
    read = None if data else session.reading(ctx)
    if read is None:
        checked = validate.validate_files([*data, *map(Path, paths)], shapes, engine=engine)
    else:
        source = _source(read, changed=changed or since is not None, since=since)
        checked = _wiki(ctx, read, paths, {"profile": profile, "shapes": shapes, "engine": engine, "source": source})
    for shape in checked.refused:
        session.say(ctx, f"note: left to pyshacl: {shape}")
    threshold = Level(fail_on)
    click.echo(_written(checked, form, threshold, files=bool(data)), nl=False)
    if form == "text":
        if ctx.obj["verbose"] and checked.how:
            session.say(ctx, checked.how)
        if ctx.obj["verbose"]:
            session.say(ctx, f"nothing to check here for: {', '.join(checked.not_applicable) or 'no rule'}")
        session.say(ctx, report.summary(report.counts(checked.findings)))
    if read is not None:
        session.warn_if_stale(ctx, read)
    ctx.exit(1 if report.worst(checked.findings, threshold) else 0)


def _refuse_together(*, changed: bool, data: bool, engine: str) -> None:
    if changed and data:
        raise click.UsageError("--changed asks about a wiki, --data about other files; leave one of them out")
    if changed and engine != "fast":
        raise click.UsageError(f"--engine {engine} checks everything; leave --changed out")


def _source(read: session.Reading, *, changed: bool, since: int | None) -> "Source":
    """Return where findings come from: the last verdicts as far as they still hold."""
    from kg import revalidate  # noqa: PLC0415

    if changed:
        return revalidate.changed_since(read.folder, read.generation, since)
    return revalidate.kept(read.folder, read.generation)


def _wiki(ctx: click.Context, read: session.Reading, paths: tuple[str, ...], asked: dict[str, Any]) -> "Report":
    """Return what was found on the pages that are asked for."""
    from dataclasses import replace  # noqa: PLC0415

    from kg import ingest, validate  # noqa: PLC0415

    config, _ = session.settings(ctx)
    asked["profile"] = asked["profile"] or config.profile or read.manifest["profile"]
    checked = validate.validate(read.quads, read.base, more=ingest.stored_findings(read.manifest), **asked)
    kept = session.in_paths(read, paths)
    return replace(checked, findings=tuple(finding for finding in checked.findings if kept(finding.span.path)))


def _written(checked: "Report", form: str, threshold: Level, *, files: bool) -> str:
    from kg import report  # noqa: PLC0415
    from kg.shacl import report as shacl  # noqa: PLC0415

    if form == "turtle":
        return shacl.turtle(shacl.Report(checked.results))
    if form == "json":
        return report.as_json(checked.findings, threshold, checked.not_applicable)
    return report.text(checked.findings, places=not files)
