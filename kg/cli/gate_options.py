"""What `kg validate` lets through: options for comments and baselines, and the judgement by them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import session
from kg.model.finding import KgError

if TYPE_CHECKING:
    from kg.check.validate import Report
    from kg.report.baseline import Looked
    from kg.report.gate import Judged

_OPTIONS = (
    click.option(
        "--baseline", type=click.Path(path_type=Path),
        help="A file of known findings: they are not shown and do not count (default: kg.toml's).",
    ),
    click.option(
        "--update-baseline", is_flag=True,
        help="Write the findings of now into the baseline: new ones are known then, and what is gone leaves it.",
    ),
    click.option(
        "--shrink-baseline", is_flag=True, help="Only take out of the baseline what is gone; new findings still fail."
    ),
    click.option("--show-suppressed", is_flag=True, help="Show what comments in the pages silence, with the reasons."),
)  # fmt: skip


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of this module to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def judge(
    ctx: click.Context, read: session.Reading | None, checked: "Report", paths: tuple[str, ...], asked: dict[str, Any]
) -> "Judged":
    """Return what counts of a report on the paths that were asked for, and write the baseline where that is asked."""
    from kg.report import baseline, gate

    update = asked["update_baseline"] or asked["shrink_baseline"]
    file: Path | None = asked["baseline"] or (session.settings(ctx)[0].baseline if read else None)
    if file is None and update:
        raise KgError('which baseline? name a file with --baseline, or write `baseline = "…"` into kg.toml')
    looked = _looked(read, checked, paths)
    if file is None:
        return gate.judge(checked.findings, checked.suppressed, None, looked)
    first = asked["update_baseline"] and not file.exists()
    judged = gate.judge(checked.findings, checked.suppressed, () if first else baseline.read(file), looked)
    return _updated(ctx, file, judged, grow=asked["update_baseline"]) if update else judged


def _looked(read: session.Reading | None, checked: "Report", paths: tuple[str, ...]) -> "Looked":
    from kg.report.baseline import Looked

    if read is None:
        return Looked()
    inside, judged = session.in_paths(read, paths), checked.pages
    there = frozenset(read.manifest["pages"].hashes())
    return Looked(there, checked.off, lambda path: inside(path) and (judged is None or path in judged))


def _updated(ctx: click.Context, file: Path, judged: "Judged", *, grow: bool) -> "Judged":
    """Write the baseline and return what counts with it; a line says what became of it."""
    from dataclasses import replace

    from kg.report import baseline, gate

    new = judged.findings if grow else ()
    written = gate.entries(judged, new)
    if written or not file.exists() or judged.gone:
        session.write(baseline.text(written).encode("utf-8", "backslashreplace"), file)
    session.say(ctx, f"{file}: {len(written):,} known ({len(new):,} new, {len(judged.gone):,} gone)")
    known = tuple(sorted([*judged.known, *new]))
    return replace(judged, findings=() if grow else judged.findings, known=known, gone=())


def say_gone(ctx: click.Context, judged: "Judged") -> None:
    """Say how many entries of the baseline have no finding any more."""
    from kg.report import gate

    if judged.gone:
        session.say(ctx, f"note: {gate.gone(judged)}")
