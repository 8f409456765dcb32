"""`kg search`."""

import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kg.cli import interrupt, session
from kg.model.grades import GRADES

if TYPE_CHECKING:
    from kg.search.find import Hit

FIELDS = ("claims", "quotes", "sentences", "pages", "originals")


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--in", "fields", type=click.Choice(FIELDS), multiple=True, help="Look only there; may be given again.")
@click.option("--grade", type=click.Choice(GRADES), help="Only claims of this grade.")
@click.option("--by", metavar="NAME", help="Only what somebody claims or says whose name has these words.")
@click.option("--limit", type=click.IntRange(min=1), default=20, metavar="N", help="At most so many (20 by default).")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@session.as_of_day
@session.at_generation
@click.pass_context
def command(ctx: click.Context, /, words: tuple[str, ...], *, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """
    Find words in titles, claims, quotes, sentences, the other lines of pages, and originals.

    All words must occur, in any order, letter case and accents aside. Words between double quotation marks stand in a
    row, a star behind a word takes any ending; nothing else has a meaning. Put -- before words that begin with a minus.
    Exit 1 where nothing is found.
    """
    from kg.operations import search  # loads pyoxigraph
    from kg.search.find import Question

    typed = " ".join(words)
    read = session.reading(ctx)
    with interrupt.working(ctx, read.folder):
        found = search.search(read, Question(typed, **options))
    if as_json:
        click.echo(json.dumps(search.record(found), ensure_ascii=False, indent=1))
    else:
        lines = (_line(hit) for hit in found.hits)
        session.write("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"), None)
        _notes(ctx, typed, found)
    ctx.exit(0 if found.hits else 1)


def _notes(ctx: click.Context, typed: str, answer: Any) -> None:  # noqa: ANN401  # search.Found, which loads pyoxigraph
    from kg.search import typed as search_words

    for line in _missing(answer):
        session.say(ctx, f"note: {line}")
    if answer.more:
        session.say(ctx, f"note: these are the best {len(answer.hits)}, and there are more; --limit shows them")
    if answer.hits:
        return
    if not search_words.terms(typed):
        session.say(ctx, "nothing to look for: no letter and no digit in what was typed")
        return
    if answer.elsewhere:
        session.say(ctx, "nothing found there; without --in, --grade and --by there is something")
        return
    near = " or ".join(f"'{part.title}' ({part.path})" for part in answer.near)
    session.say(ctx, f"nothing found{f'; did you mean {near}?' if near else ''}")


def _missing(answer: Any) -> list[str]:  # noqa: ANN401  # search.Found
    """Return which originals were not looked through, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for one in answer.missing:
        by_reason.setdefault(one.why, []).append(one.path)
    return [
        f"not looked through: {paths[0]}{f' and {len(paths) - 1} more' if len(paths) > 1 else ''}: {why}"
        for why, paths in by_reason.items()
    ]


def _line(hit: "Hit") -> str:
    """Return a hit as a line: place, what it is, who says it, and the words with what stands around them."""
    from kg.report.reported import one_line

    part = hit.part
    kind = f"{hit.kind} [{hit.grade}]" if hit.grade else f"{hit.kind} (page {hit.page})" if hit.page else hit.kind
    voice = f"{part.voice} — " if part.voice else ""
    place = f"{part.path}:{part.line}:{part.column}"
    return one_line(f"{place}: {kind}: {voice}") + _shown(hit, one_line)


def _shown(hit: "Hit", one_line: "Callable[[str], str]") -> str:
    """Return the snippet, on a terminal with the words set off."""
    text, at = hit.snippet.text, 0
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return one_line(text)
    pieces = []
    for start, end in hit.snippet.marks:
        pieces += [one_line(text[at:start]), click.style(one_line(text[start:end]), bold=True)]
        at = end
    return "".join([*pieces, one_line(text[at:])])
