"""Words looked for, as `kg search` does: by a form, or as they are typed."""

from collections.abc import Iterator
from typing import Any

from kg.live_pages import as_json
from kg.live_pages.asked import Asked, Made
from kg.live_pages.live_wiki import LiveWiki
from kg.model.finding import Span
from kg.model.grades import GRADES
from kg.model.kg_error import KgError
from kg.operations import search as look
from kg.operations.search import Found
from kg.search.find import FIELDS, Hit, Question

_MOST, _LONGEST = 100, 500


def search(live: LiveWiki, request: Asked) -> Made:
    """Return what has some words; without any, a form that asks for them."""
    request.known("q", "in", "grade", "by", "limit")
    words, within, grade = request.text("q"), request.choice("in", tuple(FIELDS)), request.choice("grade", GRADES)
    limit = min(request.number("limit", 20) or 1, _MOST)
    if len(words) > _LONGEST:
        raise KgError(f"q: {len(words):,} characters; the most are {_LONGEST:,}")
    question = Question(words, (within,) if within else (), grade or None, request.text("by") or None, limit)
    found = look.search(live.reading, question) if words else Found(())
    if request.as_json:
        record = look.record(found)
        for row, hit in zip(record["hits"], found.hits, strict=True):
            row["address"] = _address(live, hit)
        return as_json.record(record)
    return live.filled(
        "find.html", request, "search", words=words, found=found, fields=tuple(FIELDS), grades=GRADES,
        chosen={"in": within, "grade": grade, "by": request.text("by")}, hits=[*_hits(live, found)],
    )  # fmt: skip


def _address(live: LiveWiki, hit: Hit) -> str:
    return live.address(hit.part.path, 0 if hit.kind == "page" else hit.part.line)


def _hits(live: LiveWiki, answer: Found) -> Iterator[dict[str, Any]]:
    for hit in answer.hits:
        span = Span(hit.part.path, hit.part.line, hit.part.column)
        yield {
            "hit": hit, "place": str(span), "address": _address(live, hit), "pieces": [*_pieces(hit)],
            "why": live.why(span) if hit.kind in ("claim", "quote", "sentence", "connection") else "",
        }  # fmt: skip


def _pieces(hit: Hit) -> Iterator[tuple[str, bool]]:
    """Yield the words of a hit, and whether they are what was looked for."""
    text, at = hit.snippet.text, 0
    for start, end in hit.snippet.marks:
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False
