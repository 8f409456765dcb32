"""`kg validate`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import gated, session
from kg.finding import Level

if TYPE_CHECKING:
    from kg.gate import Judged
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
@gated.options
@session.at_generation
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401  # the options above
    """
    Check the wiki as it was last ingested, or files of RDF; exit 1 when a finding is at or above --fail-on.

    PATHS are files or folders of the wiki: only findings in them are shown and count. With --data they are more files
    of RDF; without --shapes the shapes in the files themselves hold.
    """
    from kg import gate, report, validate  # noqa: PLC0415

    threshold, data = Level(asked["fail_on"]), asked["data"]
    read = None if data else session.reading(ctx)
    if read is None:
        checked = validate.validate_files([*data, *map(Path, paths)], asked["shapes"], engine=asked["engine"])
    else:
        checked = _wiki(ctx, read, {key: asked[key] for key in ("profile", "shapes", "engine")})
    for shape in checked.refused:
        session.say(ctx, f"note: left to pyshacl: {shape}")
    judged = gated.judge(ctx, read, checked, paths, asked)
    checked = replace(checked, findings=judged.findings)
    click.echo(_written(checked, judged, asked), nl=False)
    gated.say(ctx, judged, asked)
    if asked["form"] == "text":
        if ctx.obj["verbose"]:
            session.say(ctx, f"nothing to check here for: {', '.join(checked.not_applicable) or 'no rule'}")
        session.say(ctx, report.summary(report.counts(checked.findings)) + gate.summary(judged))
    if read is not None:
        session.warn_if_stale(ctx, read)
    ctx.exit(1 if report.worst(checked.findings, threshold) else 0)


def _wiki(ctx: click.Context, read: session.Reading, asked: dict[str, Any]) -> "Report":
    """Return what was found in the whole wiki."""
    from kg import ingest, profiles, validate  # noqa: PLC0415

    config, _ = session.settings(ctx)
    asked["profile"] = profiles.chosen(config, read.manifest["profile"], asked=asked["profile"])
    return validate.validate(read.quads, read.base, more=ingest.stored_findings(read.manifest), **asked)


def _written(checked: "Report", judged: "Judged", asked: dict[str, Any]) -> str:
    from kg import gate, report  # noqa: PLC0415
    from kg.shacl import report as shacl  # noqa: PLC0415

    if asked["form"] == "turtle":
        return shacl.turtle(shacl.Report(checked.results))
    if asked["form"] == "json":
        level = Level(asked["fail_on"])
        return report.as_json(checked.findings, level, checked.not_applicable, gate.as_record(judged))
    return report.text(checked.findings, places=not asked["data"])
