"""The tools that ask the graph: what the wiki holds, findings of the rules, and SPARQL within limits."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions

from kg.agents import budget
from kg.agents.budget import Record
from kg.agents.lists import listed
from kg.agents.tool_call import NOTICE, ToolCall, short
from kg.ask import own_queries, query
from kg.model.finding import Finding, Level
from kg.model.kg_error import KgError
from kg.operations import block_findings, kept_counts
from kg.operations.check_wiki import check_wiki
from kg.rdf import engine_errors, sparql_text
from kg.settings import kg_toml

# What a wiki has most of, as many as there is room for.
_MOST = 12
_TRIPLE = ("subject", "predicate", "object")
EXAMPLES = (
    'What is forecast? claims {"grade": "forecast"}',
    'Who said it, and is it in the original? quotes {"by": "NAME"}',
    'What does the wiki know about X? topic {"name": "X"}, then context {"question": "…"}',
    'What does this line rest on? why {"target": "sources/x.md:18"}',
    'Who disagrees, unanswered? contradictions {"unanswered": true}',
    "What must be brought up to date? stale {}",
    'Which claims link to X? query {"query": "claims-about", "parameters": {"about": "X"}}, or SPARQL of your own',
)


def schema(call: ToolCall) -> Record:
    """Return what the wiki holds: counts, classes of pages, relations, the queries that have names, and examples."""
    counts, head = kept_counts.count(call.generation), call.generation.head
    record = {
        "generation": call.generation.generation.number,
        "newest_source": head.as_of,
        "pages": counts["pages"]["total"],
        "claims": counts["claims"]["total"],
        "grades": counts["claims"]["by_type"],
        "quotes": counts["quotes"]["total"],
        "contradictions": counts["contradictions"]["items"] + counts["contradictions"]["relations"],
        "links": counts["links"]["total"],
        "triples": counts["triples"],
        "page_classes": _few(counts["pages"]["by_class"]),
        "relations": _few(counts["connections"]["by_relation"]),
        "base": head.base,
        "examples": list(EXAMPLES),
        "queries": _queries(call),
    }
    return budget.fitted({"notice": NOTICE, **record}, call.tokens)


def _few(counts: dict[str, int]) -> dict[str, int]:
    return dict(islice(counts.items(), _MOST))


def _queries(call: ToolCall) -> list[str]:
    """Return the names of queries that can be asked by name, the user's own first."""
    config = kg_toml.load(call.setting.config)
    return [*own_queries.files(config.queries), *sparql_text.library()]


def findings(call: ToolCall) -> Record:
    """Return what the rules find, violations first, each with its place and what mends it."""
    config = kg_toml.load(call.setting.config)
    checked = check_wiki(call.generation, config, more=block_findings.of(call.generation, config))
    rule, path, level = call.text("rule"), call.text("path"), call.text("level")
    if level and level not in list(Level):
        raise KgError(f"level: expected {', '.join(Level)}, found '{level[:40]}'")
    wanted = [
        one for one in sorted(checked.judged.findings, key=lambda one: (one.level.rank, one.span, one.rule))
        if (rule or one.rule) == one.rule and (level or one.level) == one.level
        and (not path or one.span.path == path or one.span.path.startswith(f"{path.rstrip('/')}/"))
    ]  # fmt: skip
    counts = {level.value: sum(one.level is level for one in checked.judged.findings) for level in Level}
    return listed(call, list(map(finding, wanted)), {"counts": counts})


def finding(one: Finding) -> Record:
    """Return a finding as an agent reads it."""
    return {
        "place": str(one.span),
        "level": one.level.value,
        "rule": one.rule,
        "message": one.message,
        "fixable": bool(one.edits),
    }


def ask(call: ToolCall) -> Record:
    """Return the rows of a query, of the library by its name or of SPARQL text, a page of them."""
    about, values = _about(call)
    generation = call.generation
    terms = query.values(about, values, call.vocabulary, generation.quads)
    with engine_errors.told("the query"):  # rows are worked out as they are taken
        return _answered(call, call.ask(about, terms))


def _answered(call: ToolCall, answer: query.Answer) -> Record:
    """Return an answer as an agent reads it."""
    if isinstance(answer, QueryBoolean):
        return {"notice": NOTICE, "columns": [], "rows": [], "answer": bool(answer), "next": None}
    if isinstance(answer, QuerySolutions):
        heads = [variable.value for variable in answer.variables]
        return _rows(call, heads, ([row[head] for head in heads] for row in answer))
    return _rows(call, list(_TRIPLE), ([one.subject, one.predicate, one.object] for one in answer))


def _about(call: ToolCall) -> tuple[sparql_text.Query, dict[str, str]]:
    name, text = call.text("query"), call.text("sparql")
    if (name is None) == (text is None):
        raise KgError("give `sparql`, or the name of a `query`; schema lists the names")
    values = call.arguments.get("parameters") or {}
    given = {str(key): str(value) for key, value in values.items()}
    if name is not None:
        config = kg_toml.load(call.setting.config)
        return own_queries.find(name, config.queries), given
    return sparql_text.describe("your query", text or ""), given


def _rows(call: ToolCall, heads: list[str], rows: Iterable[list[Any]]) -> Record:
    """Return a page of rows; how many there are in all is not counted, as a query may have any number of them."""
    start = budget.start(call.text("cursor"), call.question)
    base = call.generation.base
    most = budget.room(call.tokens) // max(1, len(heads))
    some = islice(rows, start, start + most + 1)
    items = [{"": [_written(term, base) for term in row]} for row in some]
    found = budget.page({"notice": NOTICE, "columns": heads}, items, 0, call.tokens, tag=call.question, key="rows")
    shown = [item[""] for item in found["rows"]]
    following = budget.cursor(call.question, start + len(shown)) if len(shown) < len(items) else None
    return {**found, "rows": shown, "answer": None, "next": following}


def _written(term: Any, base: str) -> str:  # noqa: ANN401  # any term of RDF
    """Return a term as a query may write it, a text as it is."""
    if term is None:
        return ""
    value = getattr(term, "value", str(term))
    return short(value, base) if type(term).__name__ == "NamedNode" else value
