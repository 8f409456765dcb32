"""What is offered: each tool with what it is for, what it takes and what it answers; each prompt with its arguments."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from kg.agents import answers
from kg.model.kg_error import KgError
from kg.model.records import dataclass

_TOPIC = "a page by path, file name, title or alias, or a speaker by name"


class Replacement(BaseModel):
    """Words of a page that stand there once, and what shall stand there instead."""

    model_config = ConfigDict(extra="forbid")
    old: str
    new: str


# The arguments by their names: their kind, and what they mean. A text that is not given is empty.
ARGUMENTS: Mapping[str, tuple[Any, str]] = {
    "words": (str, 'words that must all occur; "…" in a row, * for any ending'),
    "within": (str, "claims, quotes, sentences, pages or originals; empty: all"),
    "grade": (str, "fact, analysis or forecast"),
    "by": (str, f"who says it: {_TOPIC}"),
    "about": (str, f"what it links to: {_TOPIC}"),
    "name": (str, _TOPIC),
    "path": (str, "the path of a page, as in `place` without the numbers"),
    "since": (str, "published on this day or later: 2026-03-01, 2026-03 or 2026"),
    "until": (str, "published on this day or earlier"),
    "verdict": (str, "exact, near, not-there or unknown: what the original has of the words"),
    "target": (str, "PATH:LINE, a page, an IRI, or words of one sentence"),
    "start": (str, _TOPIC),
    "end": (str, _TOPIC),
    "unanswered": (bool, "only those that the other side does not answer"),
    "resting": (bool, "with pages that rest on a stale one"),
    "rule": (str, "the name of a rule, as findings have it"),
    "level": (str, "violation, warning or info"),
    "sparql": (str, "SELECT, ASK, CONSTRUCT or DESCRIBE of SPARQL 1.1; the usual prefixes are known"),
    "query": (str, "the name of a query, as schema lists them"),
    "parameters": (dict[str, str], "values for the $names of the query"),
    "question": (str, "what to gather material about, in words"),
    "tokens": (int, "how long the answer may be; 0: as the server was started"),
    "replace": (list[Replacement], "words of the page, each standing there once, with what replaces them"),
    "content": (str, "the page as a whole, in the wiki's Markdown; for a new page, too"),
    "update": (str, "a SPARQL Update on what lines are written from, as of `kg update`"),
    "proposal": (str, "the name that propose_edit or fix gave"),
    "hash": (str, "the hash that came with it: what the pages must still have"),
    "cursor": (str, "the `next` of an answer, for what follows it"),
}
_DEFAULTS: Mapping[Any, Any] = {str: "", bool: False, int: 0}


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool: what it is for, its arguments (those that end in `!` must be given), and the schema of its answer."""

    about: str
    arguments: Sequence[str]
    answer: type[BaseModel]
    writes: bool = False

    def parameters(self) -> dict[str, tuple[Any, Any]]:
        """Return the arguments by name, each with its annotation and its default, `...` where it has none."""
        found = {}
        for one in self.arguments:
            name = one.removesuffix("!")
            kind, words = ARGUMENTS[name]
            default = ... if one.endswith("!") else _DEFAULTS.get(kind, {} if kind == dict[str, str] else [])
            found[name] = (Annotated[kind, Field(description=words)], default)
        return found


TOOLS: Mapping[str, Offer] = {
    "schema": Offer("Call first: what the wiki holds, and example calls.", (), answers.Schema),
    "search": Offer(
        "Find words in claims, quotes, sentences, titles and originals, the best first.",
        ("words!", "within", "grade", "by", "cursor"), answers.Search,
    ),
    "topic": Offer("One topic: its page, its connections, how many claims.", ("name!", "cursor"), answers.Topic),
    "claims": Offer(
        "Claims with grade, claimant, date and place, filtered.",
        ("grade", "by", "about", "path", "since", "until", "verdict", "cursor"), answers.Claims,
    ),
    "quotes": Offer(
        "Quotations with speaker and place, and whether the original has them.",
        ("by", "about", "path", "verdict", "cursor"), answers.Quotes,
    ),
    "why": Offer(
        "What a claim, quote, sentence or page rests on, whether that is still there, who contradicts it.",
        ("target!",), answers.Why,
    ),
    "path": Offer("The best way between two topics, with the line behind each step.", ("start!", "end!"), answers.Way),
    "contradictions": Offer(
        "Who contradicts whom, with both sides' lines.", ("about", "unanswered", "cursor"), answers.Contradictions
    ),
    "stale": Offer("Pages older than their newest source.", ("resting", "cursor"), answers.Stale),
    "findings": Offer(
        "What the wiki's rules complain of, violations first.", ("rule", "path", "level", "cursor"), answers.Findings
    ),
    "query": Offer(
        "Ask in SPARQL, or by the name of a query; read-only and limited in time, memory and rows.",
        ("sparql", "query", "parameters", "cursor"), answers.Rows,
    ),
    "context": Offer(
        "A pack of claims, quotes and sentences with places about a question, nearest first.",
        ("question!", "tokens", "cursor"), answers.Context,
    ),
    "page": Offer("The lines of a page, and its hash.", ("path!", "cursor"), answers.Page),
    "propose_edit": Offer(
        "Try an edit on a copy: the diff, the findings before and after, the hash. Writes nothing.",
        ("path", "replace", "content", "update"), answers.Proposal,
    ),
    "fix": Offer("Try the certain fixes of findings, as propose_edit does. Writes nothing.", ("rule", "path"),
                 answers.Proposal),
    "apply": Offer(
        "Write a proposal, where the server was started with --allow-write; refused where it adds a violation or the "
        "page changed.", ("proposal!", "hash!"), answers.Applied, writes=True,
    ),
}  # fmt: skip

PROMPTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "write-page-from-article": (
        "Write the source page of an article, with graded claims and quotes",
        {"article": "its text, or where it is", "path": "the path of the new page, such as sources/x.md"},
    ),
    "check-claim": ("Check one claim of the wiki against its original and its rivals", {"target": "PATH:LINE"}),
    "resolve-contradiction": ("Lay two sides of a contradiction open, and propose what the pages shall say",
                              {"about": "a topic or a page of it"}),
    "bring-up-to-date": ("Bring a page up to date with its newer sources", {"path": "the path of the page"}),
}  # fmt: skip


def refuse_foreign(tool: str, arguments: Mapping[str, Any]) -> None:
    """Raise KgError where an argument is none of a tool's, or has half a character, which no page could hold."""
    known = TOOLS[tool].parameters()
    for one in arguments:
        if one not in known:
            raise KgError(f"{tool} takes no '{one[:40]}'; it takes {', '.join(known) or 'nothing'}")
    try:
        json.dumps(dict(arguments), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])
        raise KgError(f"{tool}: the arguments have half a character, {half}; write the whole of it") from None


def given(tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as a tool takes them, those left out as their defaults; KgError for what it does not take."""
    refuse_foreign(tool, arguments)
    fields: Any = TOOLS[tool].parameters()
    try:
        found: dict[str, Any] = create_model(tool, **fields).model_validate(arguments).model_dump()
    except ValidationError as error:
        raise KgError(f"{tool}: {fault(error)}") from None
    return found


def fault(error: ValidationError) -> str:
    """Return which argument is not what it must be, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
