"""`kg validate`."""

import os
import sys
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import at_endpoint, gate_options, interrupt, memory_option, session
from kg.model.finding import Finding, Level
from kg.model.records import dataclass
from kg.store.reading import Reading

if TYPE_CHECKING:
    from kg.check.validate import Report
    from kg.operations import check_wiki
    from kg.operations.check_wiki import Checked
    from kg.remote_check.check_at_store import Shared
    from kg.report.gate import Judged
    from kg.report.reported import Reported
    from kg.settings.kg_toml import Config

FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")
_LEVELS = [level.value for level in Level]


@dataclass(frozen=True, slots=True)
class Options:
    """The options below, by name."""

    form: str
    output: Path | None
    table: bool
    show: str | None
    excerpt: bool
    color: bool | None
    profile: str | None
    shapes: tuple[Path, ...]
    data: tuple[Path, ...]
    engine: str
    fail_on: str
    changed: bool
    since: int | None
    baseline: Path | None
    update_baseline: bool
    shrink_baseline: bool
    show_suppressed: bool
    at_endpoint: bool


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
@click.option(
    "--at-endpoint", is_flag=True,
    help="Check what was published to the endpoint of kg.toml, there; the same findings.",
)  # fmt: skip
@gate_options.options
@session.at_generation
@memory_option.limited
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options_by_name: Any) -> None:  # noqa: ANN401  # the options above
    """
    Check the wiki as it was last ingested, or files of RDF; exit 1 when a finding is at or above --fail-on.

    PATHS are files or folders of the wiki: only findings in them are shown and count. With --data they are more files
    of RDF; without --shapes the shapes in the files themselves hold.

    What was found is kept with the generation, so that the next check costs what changed since; `--engine pyshacl`
    checks everything.
    """
    from kg.report import gate, reported
    from kg.report.reported import one_line

    options = Options(**options_by_name)
    _refuse_together(options)
    read = None if options.data else session.reading(ctx)
    with interrupt.working(ctx, session.place(ctx)):
        checked, file = _checked(ctx, read, paths, options)
    for shape in checked.report.refused:
        session.say(ctx, f"note: left to pyshacl: {one_line(shape)}")
    for note in checked.report.notes:
        session.say(ctx, f"note: {one_line(note)}")
    judged = checked.judged
    if file and (options.update_baseline or options.shrink_baseline):
        judged = gate_options.updated(ctx, file, judged, grow=options.update_baseline)
    findings = _reported(read, checked, judged, Level(options.fail_on))
    _put(ctx, options.output, _written(ctx, checked.report, findings, options))
    if options.form == "github":
        _step_summary(findings)
    if options.form == "text":
        if ctx.obj["verbose"]:
            session.say(ctx, checked.report.how or "everything was checked")
            session.say(ctx, f"nothing to check here for: {', '.join(checked.report.not_applicable) or 'no rule'}")
            _say_shapes(ctx, findings, options)
        how = f"; {reported.reach(findings.shapes)}" if _tells_reach(options, findings) else ""
        session.say(ctx, reported.summary(reported.counts(findings.findings)) + gate.summary(judged) + how)
    for one in findings.unchecked:
        session.complain(one_line(f"{one.shape} was not checked: {one.why}"))
    gate_options.say_gone(ctx, judged)
    if read is not None:
        session.warn_if_stale(ctx, read)
    ctx.exit(2 if findings.unchecked else 1 if reported.worst(findings.findings, findings.threshold) else 0)


def _tells_reach(options: Options, findings: "Reported") -> bool:
    """Tell whether the last line says how far the check went: always for files, of a wiki what is unusual."""
    return bool(options.data) or any(one.engine != "fast" for one in findings.shapes)


def _say_shapes(ctx: click.Context, findings: "Reported", options: Options) -> None:
    """Say which shapes were checked; of a wiki, whose rules `kg rules` lists, only how many."""
    from kg.report import reported

    if not options.data:
        session.say(ctx, reported.reach(findings.shapes))
        return
    for engine, names in reported.by_engine(findings.shapes).items():
        session.say(ctx, f"checked by {engine}: {', '.join(names)}")


def _refuse_together(options: Options) -> None:
    changed = options.changed or options.since
    if options.at_endpoint and (options.data or changed or options.engine != "fast"):
        raise click.UsageError("--at-endpoint checks all that was published; leave the other choice out")
    if changed and options.data:
        raise click.UsageError("--changed asks about a wiki, --data about other files; leave one of them out")
    if changed and options.engine != "fast":
        raise click.UsageError(f"--engine {options.engine} checks everything; leave --changed out")


def _checked(
    ctx: click.Context, generation: Reading | None, paths: tuple[str, ...], options: Options
) -> tuple["Checked", Path | None]:  # fmt: skip
    """Return what was found in the wiki, or in the files of --data, and the baseline that holds for it."""
    from kg.operations import block_findings, check_wiki

    config = session.settings(ctx)[0] if generation else None
    file = options.baseline or (config.baseline if config else None)
    gate_options.refuse_no_baseline(file, update=options.update_baseline or options.shrink_baseline)
    chosen = check_wiki.Options(
        options.profile, options.shapes, options.engine, options.changed, options.since, file, options.update_baseline,
        session.in_paths(generation, paths) if generation else check_wiki.everywhere,
    )  # fmt: skip
    if generation is None or config is None:
        return check_wiki.check_files([*options.data, *map(Path, paths)], chosen), file
    blocks = block_findings.of(generation, config)
    if options.at_endpoint:
        return _checked_there(ctx, generation, config, chosen, blocks), file
    return check_wiki.check_wiki(generation, config, chosen, blocks), file


def _checked_there(
    ctx: click.Context, generation: Reading, config: "Config", options: "check_wiki.Options", blocks: Iterable[Finding]
) -> "Checked":
    """Return what was found at the endpoint of kg.toml, and say where it has another generation than is here."""
    from kg.operations import check_at_endpoint
    from kg.publish import remote
    from kg.publish.state import State
    from kg.remote_check import dialect
    from kg.remote_check.questions import Questions

    named = at_endpoint.settings(config)
    with closing(at_endpoint.opened(config)) as endpoint:
        for note in remote.notes(State(endpoint, generation.base).marks(), generation):
            session.say(ctx, f"note: {note}")
        questions = Questions(endpoint, dialect.read(named.server))
        return check_at_endpoint.check(questions, generation, config, partial(_say_shared, ctx), options, blocks)


def _say_shared(ctx: click.Context, shared: "Shared") -> None:
    """Say how much was asked of the store, and what was checked here."""
    from kg.remote_check import check_at_store

    for line in check_at_store.lines_of(shared):
        session.say(ctx, f"note: {line}")
    session.say(
        ctx,
        f"checked at the store: {shared.at_store} of {shared.constraints} constraints; "
        f"{shared.requests:,} requests, {shared.rows:,} rows, {shared.fetched:,} facts fetched to check the others",
    )


def _reported(generation: Reading | None, check: "Checked", judgement: "Judged", threshold: Level) -> "Reported":
    """Return what the formats write; the lines of pages are those that were ingested."""
    from kg.report.reported import Reported

    return Reported(
        judgement.findings, threshold, check.report.not_applicable, check.report.rules, check.lines,
        _folder(generation.root) if generation else "", judgement.suppressed, judgement.known, len(judgement.gone),
        check.report.shapes, check.report.unpromised,
    )  # fmt: skip


def _folder(root: Path) -> str:
    """Return where the wiki lies below the working directory, as the start of a path; nothing for one elsewhere."""
    here, there = Path.cwd(), root.resolve()
    return f"{there.relative_to(here).as_posix()}/" if there != here and there.is_relative_to(here) else ""


def _written(ctx: click.Context, report: "Report", findings: "Reported", options: Options) -> str:
    from kg.report import as_github, as_junit, as_sarif, reported
    from kg.shacl import results

    forms = {
        "json": reported.as_json,
        "sarif": as_sarif.sarif,
        "junit": as_junit.junit,
        "github": as_github.annotations,
    }
    if options.form == "turtle":
        notes = "".join(f"# {reported.not_asked(one)}\n" for one in report.unpromised)
        return notes + results.turtle(
            results.Report(report.results, (), report.unchecked, report.checked),
            conforms=report.conforms,
            tags=report.tags,
        )
    return _text(ctx, findings, options) if options.form == "text" else forms[options.form](findings)


def _text(ctx: click.Context, findings: "Reported", options: Options) -> str:
    from kg.report import as_text

    if options.table:
        return as_text.table(findings)
    if options.show_suppressed:
        return _findings(ctx, findings, options) + as_text.suppressed(findings.suppressed)
    return _findings(ctx, findings, options)


def _findings(ctx: click.Context, findings: "Reported", options: Options) -> str:
    from kg.report import as_text

    show = Level(options.show or ("info" if ctx.obj["verbose"] else "warning"))
    places = not options.data
    if not options.excerpt:
        return as_text.concise(findings, show, places=places)
    colour = options.color
    if colour is None:
        colour = options.output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return as_text.full(findings, show, places=places, colour=colour)


def _put(ctx: click.Context, output: Path | None, words: str) -> None:
    if output is None:
        click.echo(words, nl=False, color=True)
        return
    session.write(words.encode("utf-8", "backslashreplace"), output)
    session.say(ctx, f"wrote {output}")


def _step_summary(findings: "Reported") -> None:
    """Add to the summary of a step of GitHub Actions, where there is one."""
    from kg.report import as_github

    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as out:
            out.write(as_github.step_summary(findings))
