"""`kg path`."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kg.cli import interrupt, session
from kg.model.plural import plural
from kg.report.reported import one_line

if TYPE_CHECKING:
    from kg.operations.best_way import End, Step, Way

_NARROW = 100


@click.command("path")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--without", multiple=True, metavar="TOPIC", help="A topic that the way must not lead through.")
@click.option("--plain", is_flag=True, help="Count steps only: a link in any line costs 1.")
@click.option("--json", "as_json", is_flag=True, help="Print the way as JSON.")
@session.at_generation
@click.pass_context
def command(
    ctx: click.Context, /, one: str, other: str, without: tuple[str, ...], *, plain: bool, as_json: bool
) -> None:
    """
    Show the best way from topic A to topic B, with the sentence behind each step.

    A topic is named by path, file name, title or alias, a speaker by name. Exit 1 where no way leads there.
    """
    from kg.operations import best_way

    read = session.reading(ctx)
    with interrupt.working(ctx, read.folder):
        found = best_way.between(read, one, other, without, plain=plain)
    click.echo(_json(found) if as_json else _told(found))
    ctx.exit(1 if found.steps is None else 0)


def _json(way: "Way") -> str:
    """Return a way as JSON: its ends, its cost, and its steps, null where there is none."""
    steps = way.steps
    record = {
        "from": asdict(way.start),
        "to": asdict(way.end),
        "cost": None if steps is None else way.cost,
        "steps": None if steps is None else [_step_record(step) for step in steps],
    }
    return json.dumps(record, ensure_ascii=False, indent=1)


def _step_record(step: "Step") -> dict[str, object]:
    line = asdict(step.line)
    direction = "forward" if line.pop("forward") else "backward"
    ends = {"from": asdict(step.start), "to": asdict(step.end)}
    return {**ends, "cost": step.cost, "direction": direction, **line, "more": step.more}


def _told(way: "Way") -> str:
    if way.steps is None:
        return f"no way leads from {_named(way.start)} to {_named(way.end)}"
    if not way.steps:
        return f"{_named(way.start)} is where both names lead"
    lines = [f"{plural(len(way.steps), 'step')}, cost {way.cost:g}", "", _named(way.start)]
    for step in way.steps:
        arrow = "→" if step.line.forward else "←"
        said = f" {one_line(step.line.relation)}" if step.line.relation else ""
        more = f" (and {plural(step.more, 'line')} more)" if step.more else ""
        place = f"{one_line(step.line.path)}:{step.line.line}:{step.line.column}"
        lines += [f"  {arrow}{said}  {place}{more}", f"    {_words(step.line.words)}", _named(step.end)]
    return "\n".join(lines)


def _named(end: "End") -> str:
    return f"{one_line(end.name)} ({one_line(end.page)})" if end.page else one_line(end.name)


def _words(words: str) -> str:
    """Return the words of a line in one line of a terminal."""
    flat = one_line(" ".join(words.split()))
    return flat if len(flat) <= _NARROW else f"{flat[: _NARROW - 1]}…"
