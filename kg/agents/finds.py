"""The tools that look something up: words, a topic, what a line rests on, a way between topics, a pack of claims."""

import hashlib
import re
from pathlib import Path

from kg.agents import budget
from kg.agents.budget import Record
from kg.agents.lists import listed
from kg.agents.tool_call import NOTICE, ToolCall
from kg.ask import labels
from kg.files import text
from kg.model.kg_error import KgError
from kg.operations import best_way
from kg.operations import search as searching
from kg.operations import why as reasons
from kg.search.find import FIELDS, Hit, Question
from kg.why import as_json

# So many hits are looked for, of which a page shows some; and so many words of a question, each alone.
_HITS, _WORDS = 100, 12
_WORD = re.compile(r"\w{3,}")
_SIDES, _RESTING = 3, 4
_PLACED = ("path", "line", "column")


def search(call: ToolCall) -> Record:
    """Return where words stand, the best first."""
    within = call.text("within")
    if within and within not in FIELDS:
        raise KgError(f"within: expected {', '.join(FIELDS)}, found '{within[:40]}'")
    found = searching.search(call.generation, _question(call, call.text("words") or "", within))
    near = [{"path": part.path, "title": part.title} for part in found.near[:3]]
    return listed(call, list(map(_hit, found.hits)), {"more": found.more, "near": near})


def _question(call: ToolCall, words: str, within: str | None) -> Question:
    return Question(words, (within,) if within else (), call.text("grade"), call.text("by"), _HITS)


def _hit(hit: Hit) -> Record:
    part = hit.part
    record = {"place": f"{part.path}:{part.line}:{part.column}", "kind": hit.kind, "words": hit.snippet.text}
    said = {"grade": hit.grade, "by": part.voice or None, "title": part.title or None}
    return record | {key: value for key, value in said.items() if value}


def topic(call: ToolCall) -> Record:
    """Return what the wiki has of a topic: its page, its connections, and how many claims are its own or link to it."""
    node = call.topic("name")
    if node is None:
        raise KgError("name: name a topic by path, file name, title or alias, or a speaker by name")
    pages = list(call.rows("agents/topic", {"topic": node}))
    label = labels.reader(call.generation.quads, call.generation.base)
    head: Record = {"topic": label(node.value) or call.text("name"), "page": pages[0] if pages else None}
    for page in pages:
        page["path"] = page.pop("place", "")
    head["claims"] = sum(1 for _ in call.rows("library/claims-about", {"about": node}))
    return listed(call, list(call.rows("agents/relations", {"topic": node})), head)


def why(call: ToolCall) -> Record:
    """Return what a line or a page rests on, whether those words are still there, and what rests on it."""
    target = call.text("target")
    if not target:
        raise KgError("target: name PATH:LINE, a page, or words of one sentence")
    found = reasons.why(call.generation, (target,), Path("/nonexistent"))
    answers = [_reasoned(as_json.answer(one, _RESTING)) for one in found.answers]
    return budget.fitted({"notice": NOTICE, "target": target, "answers": answers}, call.tokens)


def _reasoned(answer: Record) -> Record:
    """Return what matters of an answer of `kg why`, each part in a line."""
    page = answer["page"] or {}
    record = {
        "kind": answer["kind"],
        "place": _place(answer),
        "words": answer["text"] or answer["words"],
        "grade": answer["grade"],
        "claimants": answer["claimants"],
        "published": page.get("published"),
        "url": page.get("url"),
        "original": [_lean({"verdict": one["verdict"], "place": _place(one), "words": one["words"]})
                     for one in answer["original"][:_SIDES]],
        "rests_on": [_ground(one) for one in answer["rests_on"][:_SIDES]],
        "gone": [{"words": one["words"], "why": one["way"]} for one in answer["gone"][:_SIDES]],
        "supports": [_side(one) for one in answer["supports"][:_SIDES]],
        "contradicts": [_side(one) for one in answer["contradicts"][:_SIDES]],
        "resting": [{"place": _place(one), "words": one["text"]} for one in answer["resting"]],
        "resting_total": answer["resting_total"],
        "states": [one["words"] for one in answer["states"]],
        "findings": [f"{one['rule']}: {one['message']}" for one in answer["findings"] or ()],
    }  # fmt: skip
    return _lean(record)


def _ground(ground: Record) -> Record:
    statement = ground["statement"] or {}
    place = _place(statement) or (ground["page"] or {}).get("path")
    return _lean({"way": ground["way"], "place": place, "words": statement.get("text")})


def _side(side: Record) -> Record:
    return _lean({"place": _place(side), "words": side["text"], "other": side["other"]})


def _place(record: Record) -> str:
    return ":".join(str(record[key]) for key in _PLACED if record.get(key) is not None)


def _lean(record: Record) -> Record:
    return {key: value for key, value in record.items() if value not in (None, "", [])}


def path(call: ToolCall) -> Record:
    """Return the best way between two topics, with the line behind each step."""
    one, other = call.text("start"), call.text("end")
    if not one or not other:
        raise KgError("start and end: name two topics by path, file name, title or alias")
    way = best_way.between(call.generation, one, other)
    steps = [_step(step) for step in way.steps or ()]
    record = {"notice": NOTICE, "start": way.start.name, "end": way.end.name, "found": way.steps is not None}
    return budget.fitted({**record, "cost": way.cost, "steps": steps}, call.tokens)


def _step(step: best_way.Step) -> Record:
    line = step.line
    place = f"{line.path}:{line.line}:{line.column}"
    ends = {"from": step.start.name, "to": step.end.name}
    return {**ends, "relation": line.relation, "forward": line.forward, "place": place, "words": line.words}


def context(call: ToolCall) -> Record:
    """Return a pack of claims and quotes about a question, each with its place, as many as the tokens have room for."""
    question = call.text("question") or ""
    hits: dict[str, Record] = {}
    for words in [question, *dict.fromkeys(_WORD.findall(question)[:_WORDS])]:
        for within in ("claims", "quotes", "sentences"):
            for hit in searching.search(call.generation, _question(call, words, within)).hits:
                _count(hits, hit, question)
    ranked = sorted(hits.values(), key=lambda one: (-one.pop("weight"), one["place"]))
    for item in ranked:
        item.pop("title", None)
    return listed(call, _contradicted(call, ranked))


def _count(hits: dict[str, Record], hit: Hit, question: str) -> None:
    """Give a part the number of the words of a question that it has; a claim or a quote comes before a sentence."""
    record = _hit(hit)
    if record["place"] in hits:
        return
    whole = hit.part.text or hit.snippet.text
    within = {word.casefold() for word in _WORD.findall(whole)}
    shared = sum(any(one.startswith(word.casefold()) for one in within) for word in set(_WORD.findall(question)))
    record["words"] = whole
    record["weight"] = 2 * shared + (hit.kind in ("claim", "quote"))
    hits[record["place"]] = record


def _contradicted(call: ToolCall, items: list[Record]) -> list[Record]:
    """Mark what stands on a page that another one contradicts."""
    sides: dict[str, set[str]] = {}
    for row in call.rows("library/contradictions", {}):
        sides.setdefault(row["place"].split(":")[0], set()).add(row.get("target", ""))
    for item in items:
        others = sides.get(item["place"].rsplit(":", 2)[0])
        if others and item["kind"] in ("claim", "quote"):
            item["contradicted_by"] = sorted(filter(None, others))[:_SIDES]
    return items


def page(call: ToolCall) -> Record:
    """Return the lines of a page as it was ingested, and the hash of its bytes; KgError for a path of none."""
    data, encoding = _stored(call)
    path = call.text("path")
    lines = text.split(data.decode(encoding))
    items = [{"place": f"{path}:{number}:1", "words": line.text} for number, line in enumerate(lines, 1)]
    return listed(call, items, {"path": path, "hash": hashlib.sha256(data).hexdigest()})


def whole_page(call: ToolCall) -> Record:
    """Return the whole text of a page, for who reads it as a resource."""
    data, encoding = _stored(call)
    return {"text": data.decode(encoding)}


def _stored(call: ToolCall) -> tuple[bytes, str]:
    """Return the bytes of a page, from the store, and their encoding; no path leads out of that."""
    from kg.write import render  # no list needs it

    wanted = call.path("path")
    stored = next((one for one in render.pages(call.generation.quads) if one.path == wanted), None)
    if stored is None:
        raise KgError("path: name a page of the wiki")
    return render.render(call.generation.quads, stored), stored.encoding
