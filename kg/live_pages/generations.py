"""The generations that the store keeps, and what differs between two of them."""

from typing import Any

from kg.compare import dependents, diff, diff_report, read_side, sides
from kg.compare.records import Change, Item
from kg.ingest import fact_changes
from kg.live_pages import as_json
from kg.live_pages.asked import JSON, Asked, Made, part
from kg.live_pages.live_wiki import LiveWiki
from kg.model.kg_error import KgError
from kg.operations import choose_dialect
from kg.operations import history as kept_history

_A_PART = 100


def history(live: LiveWiki, request: Asked) -> Made:
    """Return the generations, the newest first, with what each changed."""
    request.known("from")
    every = kept_history.kept_generations(live.reading.folder)
    shown, where = part(request, len(every), _A_PART)
    if request.as_json:
        return as_json.document(shown, [kept_history.record(one) for one in every[where]])
    numbers = {one.number for one in every}
    rows = [
        {
            "kept": one, "changes": fact_changes.words(one.changes),
            "diff": f"diff?old={one.number - 1}&new={one.number}" if one.number - 1 in numbers else "",
        }
        for one in every[where]
    ]  # fmt: skip
    return live.filled("list_history.html", request, "history", rows=rows, shown=shown, numbers=sorted(numbers))


def difference(live: LiveWiki, request: Asked) -> Made:
    """Return what differs between two generations, each by its number; without any, the current and the one before."""
    request.known("old", "new", "from")
    numbers = [one.number for one in kept_history.kept_generations(live.reading.folder)]
    new = request.number("new", live.reading.generation.number)
    old = request.number("old", max((one for one in numbers if one < new), default=new))
    for number in (old, new):
        if number not in numbers:
            raise KgError(f"generation {number} is not kept; there are {', '.join(map(str, sorted(numbers)))}")
    found = _compared(live, old, new)
    if request.as_json:
        return Made(diff_report.as_json(found).encode("utf-8", "backslashreplace"), JSON)
    shown, where = part(request, len(found.changes), _A_PART)
    return live.filled(
        "difference.html", request, "history", old=old, new=new, numbers=sorted(numbers), shown=shown,
        rows=[_change(live, one) for one in found.changes[where]], said=diff_report.summary(found),
    )  # fmt: skip


def _compared(live: LiveWiki, old: int, new: int) -> diff_report.Compared:
    reading, config = live.reading, live.config
    dialect = choose_dialect.known(config, reading.head.dialect)
    place = sides.Home(reading.folder, reading.root, config, dialect, reading.base)
    one, other, pages = sides.sides(place, str(old), str(new))
    before, after = read_side.wiki(one), read_side.wiki(other)
    opened = dependents.Opened(one, before), dependents.Opened(other, after)
    every = dependents.with_resting(diff.diff(before, after, pages), *opened)
    changes, hidden = diff_report.chosen(every, every=False)
    return diff_report.Compared(one.label, other.label, changes, hidden, dependents.pages(every))


def _change(live: LiveWiki, change: Change) -> dict[str, Any]:
    newer = change.new
    address = live.address(newer.span.path, newer.span.line) if newer else ""
    return {
        "kind": change.kind, "what": ", ".join(change.what), "old": _side(change.old), "new": _side(newer),
        "address": address, "why": live.why(newer.span) if newer and address else "",
        "rests": [(str(one.span), live.address(one.span.path, one.span.line), one.text, one.way)
                  for one in change.rests],
    }  # fmt: skip


def _side(item: Item | None) -> dict[str, str] | None:
    if item is None:
        return None
    return {"place": str(item.span), "text": item.text, "tag": item.tag, "voice": item.voice}
