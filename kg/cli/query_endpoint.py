"""`kg query --at-endpoint`: the same question, put to the endpoint of kg.toml."""

from typing import TYPE_CHECKING

import click

from kg.cli import at_endpoint, interrupt, session
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ask.query import Answer
    from kg.ask.scope import Scope
    from kg.publish.remote import Remote
    from kg.rdf.sparql_text import Query


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer of an endpoint, still to be written, and what is known of the wiki there."""

    answer: "Answer"
    remote: "Remote"
    base: str


def ask(
    ctx: click.Context, about: "Query", texts: dict[str, str], scope_of: "Callable[[str], Scope]", seconds: float
) -> Asked:
    """Return the answer of the endpoint to a query with its parameters; notes are said as `session.say` does."""
    from kg.ask import query
    from kg.ask.query import Vocabulary
    from kg.publish import question, remote

    for option in ("at", "as of"):
        if ctx.obj.get(option) is not None:
            raise KgError(f"an endpoint has one generation; leave --{option.replace(' ', '-')} or --at-endpoint out")
    base, local, folder = session.base_and_local(ctx)
    config, _ = session.settings(ctx)
    endpoint = at_endpoint.opened(config, seconds=seconds or None)
    with interrupt.working(ctx, folder), progress.stage("asking the endpoint"):
        there = remote.of(endpoint, base, local)
        terms = query.values(about, texts, Vocabulary(base, there.pages), there.words)
        asked = question.question(about.text, terms, scope_of(base))
        answer: Answer = endpoint.answer(asked.text) if asked.rows else remote.as_answer(endpoint.construct(asked.text))
    for note in there.notes:
        session.say(ctx, f"note: {note}")
    return Asked(answer, there, base)
