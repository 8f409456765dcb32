"""`kg validate`."""

from pathlib import Path

import click

from kg.cli import session
from kg.finding import Level


@click.command("validate")
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How findings are written.")
@click.option("--profile", help="The levels of the rules: newsroom, lenient, or a .toml file (default: kg.toml's).")
@click.option(
    "--shapes", multiple=True, type=click.Path(path_type=Path), help="More shapes (Turtle), beside those that ship."
)
@click.option(
    "--fail-on", type=click.Choice([level.value for level in Level]), default="violation",
    help="The level from which findings mean exit code 1.",
)  # fmt: skip
@session.at_generation
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], form: str, profile: str | None, shapes: tuple[Path, ...], fail_on: str
) -> None:
    """
    Check the wiki as it was last ingested; exit 1 when a finding is at or above --fail-on.

    PATHS are files or folders of the wiki: only findings in them are shown and count.
    """
    from kg import ingest, report, validate  # noqa: PLC0415

    read = session.reading(ctx)
    config, _ = session.settings(ctx)
    beside = ingest.stored_findings(read.manifest)
    checked = validate.validate(
        read.quads, read.base, profile or config.profile or read.manifest["profile"], shapes, beside
    )
    kept = session.in_paths(read, paths)
    findings = [finding for finding in checked.findings if kept(finding.span.path)]
    threshold = Level(fail_on)
    if form == "json":
        click.echo(report.as_json(findings, threshold, checked.not_applicable), nl=False)
    else:
        click.echo(report.text(findings), nl=False)
        if ctx.obj["verbose"]:
            session.say(ctx, f"nothing to check here for: {', '.join(checked.not_applicable) or 'no rule'}")
        session.say(ctx, report.summary(report.counts(findings)))
    session.warn_if_stale(ctx, read)
    ctx.exit(1 if report.worst(findings, threshold) else 0)
