"""The tools that list: claims, quotes, contradictions and what is stale, each item with its place and its words."""

from collections.abc import Iterator

from pyoxigraph import NamedNode

from kg.agents import budget
from kg.agents.budget import Record
from kg.agents.tool_call import NOTICE, ToolCall, literal
from kg.model.grades import GRADES
from kg.model.kg_error import KgError
from kg.rdf import names

_VERDICTS = ("exact", "near", "not-there", "unknown")


def claims(call: ToolCall) -> Record:
    """Return claims, by grade, claimant, topic, page, date and what their original has of them."""
    grade = call.text("grade")
    if grade and grade not in GRADES:
        raise KgError(f"grade: expected {', '.join(GRADES)}, found '{grade[:40]}'")
    terms = {
        "graded": NamedNode(names.expand(f"nr:{grade}")) if grade else None,
        "by": call.topic("by"),
        "about": call.topic("about"),
        "page_path": literal(call.path("path")),
        "since": literal(call.day("since")),
        "until": literal(_end(call.day("until"))),
        "verdict": literal(_verdict(call)),
    }
    return listed(call, _merged(_without_node(call.rows("agents/claims", terms))))


def _without_node(rows: Iterator[Record]) -> Iterator[Record]:
    for row in rows:
        row.pop("claim", None)
        yield row


def _end(day: str | None) -> str | None:
    """Return a month or a year as its last days."""
    return f"{day}-99" if day and len(day) < len("2026-03-01") else day


def _verdict(call: ToolCall) -> str | None:
    verdict = call.text("verdict")
    if verdict and verdict not in _VERDICTS:
        raise KgError(f"verdict: expected {', '.join(_VERDICTS)}, found '{verdict[:40]}'")
    return verdict


def _merged(rows: Iterator[Record]) -> list[Record]:
    """Return claims with all of their claimants: rows of one place are one claim."""
    found: dict[str, Record] = {}
    for row in rows:
        before = found.setdefault(row["place"], row)
        other = row.get("claimant", "")
        if other and other not in before.get("claimant", "").split("; "):
            before["claimant"] = "; ".join(filter(None, (before.get("claimant", ""), other)))
    return list(found.values())


def quotes(call: ToolCall) -> Record:
    """Return quotations, by speaker, topic and page, and whether their words stand in the original."""
    terms = {
        "by": call.topic("by"),
        "about": call.topic("about"),
        "page_path": literal(call.path("path")),
        "verdict": literal(_verdict(call)),
    }
    return listed(call, list(call.rows("agents/quotes", terms)))


def contradictions(call: ToolCall) -> Record:
    """Return who contradicts whom, of one topic where it is named, and whether the other side answers."""
    about = call.text("about") and call.names()(call.topic("about"))
    rows = call.rows("library/contradictions", {})
    items = [_named(row) for row in rows if not about or about in (row.get("source"), row.get("target"))]
    wanted = call.arguments.get("unanswered")
    return listed(call, [item for item in items if not wanted or not item["answered"]])


def _named(row: Record) -> Record:
    return {
        "place": row["place"],
        "from": row.get("source", ""),
        "to": row.get("target", ""),
        "answered": row.get("answered") == "true",
        "words": row.get("description", ""),
    }


def stale(call: ToolCall) -> Record:
    """Return pages that are older than their newest source, and where it is wanted those that rest on such pages."""
    rows = [
        {"place": row["place"], "page": row.get("about", ""), "why": _older(row)}
        for row in call.rows("library/stale-pages", {})
    ]
    if call.arguments.get("resting"):
        rows += [
            {"place": row["place"], "page": row.get("about", ""), "why": f"rests on the stale {row.get('stale', '')}"}
            for row in call.rows("library/stale-transitively", {})
            if "place" in row
        ]
    return listed(call, rows)


def _older(row: Record) -> str:
    return f"updated {row.get('updated', '')}, its newest source is of {row.get('newest', '')}"


def listed(call: ToolCall, items: list[Record], head: Record | None = None) -> Record:
    """Return the page of a list that the cursor asks for, as long as the budget lets it be."""
    start = budget.start(call.text("cursor"), call.question)
    start_of = {"notice": NOTICE, **(head or {}), "total": len(items)}
    return budget.page(start_of, items, start, call.tokens, tag=call.question)
