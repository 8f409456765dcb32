"""`kg validate`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import gate_options, session
from kg.model.finding import Level

if TYPE_CHECKING:
    from kg.check.incremental import Source
    from kg.check.validate import Report
    from kg.report.gate import Judged
    from kg.report.reported import Reported

FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")
_LEVELS = [level.value for level in Level]


@click.command("validate")
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How findings are written.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write them to a file instead of the terminal.")
@click.option("--summary", "table", is_flag=True, help="Only count: findings of each rule and in each folder.")
@click.option(
    "--show", type=click.Choice(_LEVELS),
    help="The level from which text lists findings one by one; those below are a line a rule (default: warning).",
)  # fmt: skip
@click.option("--excerpt/--no-excerpt", default=True, help="With or without the author's line and the help (text).")
@click.option("--color/--no-color", default=None, help="Colours in text (default: on a terminal, without NO_COLOR).")
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
    "--fail-on", type=click.Choice(_LEVELS), default="violation",
    help="The level from which findings mean exit code 1.",
)  # fmt: skip
@click.option(
    "--changed", is_flag=True,
    help="Show only pages that changed since the generation before, and those whose findings did.",
)  # fmt: skip
@click.option(
    "--since", type=click.IntRange(min=1), metavar="GEN",
    help="Like --changed, since this generation (`kg history` lists them).",
)  # fmt: skip
@gate_options.options
@session.at_generation
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401  # the options above
    """
    Check the wiki as it was last ingested, or files of RDF; exit 1 when a finding is at or above --fail-on.

    PATHS are files or folders of the wiki: only findings in them are shown and count. With --data they are more files
    of RDF; without --shapes the shapes in the files themselves hold.

    What was found is kept with the generation, so that the next check costs what changed since; `--engine pyshacl`
    checks everything.
    """
    from kg.check import validate
    from kg.report import gate, reported

    threshold, data = Level(asked["fail_on"]), asked["data"]
    _refuse_together(asked)
    read = None if data else session.reading(ctx)
    if read is None:
        checked = validate.validate_files([*data, *map(Path, paths)], asked["shapes"], engine=asked["engine"])
    else:
        checked = _wiki(ctx, read, {key: asked[key] for key in ("profile", "shapes", "engine")}, _source(read, asked))
    for shape in checked.refused:
        session.say(ctx, f"note: left to pyshacl: {shape}")
    judged = gate_options.judge(ctx, read, checked, paths, asked)
    found = _reported(read, checked, judged, threshold)
    _put(ctx, asked["output"], _written(ctx, checked, found, asked))
    if asked["form"] == "github":
        _step_summary(found)
    if asked["form"] == "text":
        if ctx.obj["verbose"]:
            session.say(ctx, checked.how or "everything was checked")
            session.say(ctx, f"nothing to check here for: {', '.join(checked.not_applicable) or 'no rule'}")
        session.say(ctx, reported.summary(reported.counts(found.findings)) + gate.summary(judged))
    gate_options.say_gone(ctx, judged)
    if read is not None:
        session.warn_if_stale(ctx, read)
    ctx.exit(1 if reported.worst(found.findings, threshold) else 0)


def _refuse_together(asked: dict[str, Any]) -> None:
    changed = asked["changed"] or asked["since"]
    if changed and asked["data"]:
        raise click.UsageError("--changed asks about a wiki, --data about other files; leave one of them out")
    if changed and asked["engine"] != "fast":
        raise click.UsageError(f"--engine {asked['engine']} checks everything; leave --changed out")


def _source(read: session.Reading, asked: dict[str, Any]) -> "Source":
    """Return where findings come from: the last verdicts as far as they still hold."""
    from kg.check import incremental

    if asked["changed"] or asked["since"]:
        return incremental.changed_since(read.folder, read.generation, asked["since"])
    return incremental.kept(read.folder, read.generation)


def _wiki(ctx: click.Context, read: session.Reading, asked: dict[str, Any], source: "Source") -> "Report":
    """Return what was found in the whole wiki."""
    from kg.check import profiles, validate
    from kg.ingest import ingest

    config, _ = session.settings(ctx)
    asked["profile"] = profiles.chosen(config, read.manifest["profile"], asked=asked["profile"])
    more = ingest.stored_findings(read.manifest)
    return validate.validate(read.quads, read.base, more=more, source=source, **asked)


def _reported(read: session.Reading | None, checked: "Report", judged: "Judged", threshold: Level) -> "Reported":
    """Return what the formats write; the lines of pages are those that were ingested."""
    from kg.report import reported
    from kg.write import render

    lines, folder = (render.lines(read.quads), _folder(read.root)) if read else (reported.no_lines, "")
    return reported.Reported(
        judged.findings, threshold, checked.not_applicable, checked.rules, lines, folder,
        judged.suppressed, judged.known, len(judged.gone),
    )  # fmt: skip


def _folder(root: Path) -> str:
    """Return where the wiki lies below the working directory, as the start of a path; nothing for one elsewhere."""
    here, there = Path.cwd(), root.resolve()
    return f"{there.relative_to(here).as_posix()}/" if there != here and there.is_relative_to(here) else ""


def _written(ctx: click.Context, checked: "Report", found: "Reported", asked: dict[str, Any]) -> str:
    from kg.report import as_github, as_junit, as_sarif, reported
    from kg.shacl import results

    forms = {
        "json": reported.as_json,
        "sarif": as_sarif.sarif,
        "junit": as_junit.junit,
        "github": as_github.annotations,
    }
    if asked["form"] == "turtle":
        return results.turtle(results.Report(checked.results))
    return forms[asked["form"]](found) if asked["form"] in forms else _text(ctx, found, asked)


def _text(ctx: click.Context, found: "Reported", asked: dict[str, Any]) -> str:
    from kg.report import as_text

    if asked["table"]:
        return as_text.table(found)
    if asked["show_suppressed"]:
        return _findings(ctx, found, asked) + as_text.suppressed(found.suppressed)
    return _findings(ctx, found, asked)


def _findings(ctx: click.Context, found: "Reported", asked: dict[str, Any]) -> str:
    from kg.report import as_text

    show = Level(asked["show"] or ("info" if ctx.obj["verbose"] else "warning"))
    places = not asked["data"]
    if not asked["excerpt"]:
        return as_text.concise(found, show, places=places)
    colour = asked["color"]
    if colour is None:
        colour = asked["output"] is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return as_text.full(found, show, places=places, colour=colour)


def _put(ctx: click.Context, output: Path | None, words: str) -> None:
    if output is None:
        click.echo(words, nl=False, color=True)
        return
    session.write(words.encode("utf-8", "backslashreplace"), output)
    session.say(ctx, f"wrote {output}")


def _step_summary(found: "Reported") -> None:
    """Add to the summary of a step of GitHub Actions, where there is one."""
    from kg.report import as_github

    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as out:
            out.write(as_github.step_summary(found))
