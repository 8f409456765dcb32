"""What `kg validate` lets through: options for comments and baselines, and writing the baseline."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import session
from kg.model.finding import KgError

if TYPE_CHECKING:
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


def refuse_no_baseline(file: Path | None, *, update: bool) -> None:
    """Raise KgError where a baseline is to be written and none is named."""
    if file is None and update:
        raise KgError('which baseline? name a file with --baseline, or write `baseline = "…"` into kg.toml')


def updated(ctx: click.Context, file: Path, judgement: "Judged", *, grow: bool) -> "Judged":
    """Write the baseline and return what counts with it; a line says what became of it."""
    from dataclasses import replace

    from kg.report import baseline, gate

    new = judgement.findings if grow else ()
    written = gate.entries(judgement, new)
    if written or not file.exists() or judgement.gone:
        session.write(baseline.text(written).encode("utf-8", "backslashreplace"), file)
    session.say(ctx, f"{file}: {len(written):,} known ({len(new):,} new, {len(judgement.gone):,} gone)")
    known = tuple(sorted([*judgement.known, *new]))
    return replace(judgement, findings=() if grow else judgement.findings, known=known, gone=())


def say_gone(ctx: click.Context, judgement: "Judged") -> None:
    """Say how many entries of the baseline have no finding any more."""
    from kg.report import gate

    if judgement.gone:
        session.say(ctx, f"note: {gate.gone(judgement)}")
