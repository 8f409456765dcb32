"""Changes as text, JSON and Markdown: the edge where they become words."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kg.compare.records import Change, Item, Resting
from kg.model.plural import plural
from kg.model.records import dataclass

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_KINDS = ("page", "claim", "quote", "connection", "link", "field", "sentence")
_WORDS = (
    "added", "dropped", "moved", "retitled", "regraded", "retyped", "re-attributed", "retargeted", "reworded",
    "relinked", "changed",
)  # fmt: skip
_QUIET = frozenset({"field", "sentence"})
_DETAILS = {"regraded": "tag", "retyped": "tag", "re-attributed": "voice", "retargeted": "voice"}
NONE = "no page, claim, quote, connection or link differs"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found: what both sides are called, the changes to show, and how many are not shown."""

    old: str
    new: str
    changes: tuple[Change, ...]
    hidden: Mapping[str, int]
    resting: Mapping[str, int]


def chosen(changes: Sequence[Change], *, every: bool) -> tuple[tuple[Change, ...], dict[str, int]]:
    """Return the changes to show, and of what is not shown (fields and sentences, unless `every`) how many."""
    shown = tuple(change for change in changes if every or change.kind not in _QUIET)
    hidden = Counter(change.kind for change in changes if not every and change.kind in _QUIET)
    return shown, dict(sorted(hidden.items()))


def counts(changes: Iterable[Change]) -> dict[str, dict[str, int]]:
    """Return how many of each kind were added, dropped and so on; one that moved and was reworded counts as both."""
    found = Counter((change.kind, word) for change in changes for word in change.what)
    table = {kind: {word: found[kind, word] for word in _WORDS if found[kind, word]} for kind in _KINDS}
    return {kind: words for kind, words in table.items() if words}


def text(comparison: Compared) -> str:
    """Return one paragraph a change: what it is, then both places with the author's words, then what rests on it."""
    lines = [f"--- {_shown(comparison.old)}", f"+++ {_shown(comparison.new)}", ""]
    for change in comparison.changes:
        lines += [f"{change.kind} {_said(change)}", *_sides(change)]
        lines += [f"  = {rest.span}: rests on it ({rest.way}): {_one_line(rest.text)}" for rest in change.rests]
        lines.append("")
    return "".join(f"{line}\n" for line in [*lines, *summary(comparison)])


def summary(comparison: Compared) -> list[str]:
    """Return the figures in words, one line a kind of thing."""
    lines = [
        ", ".join(f"{plural(count, kind)} {word}" for word, count in words.items())
        for kind, words in counts(comparison.changes).items()
    ] or [NONE]
    if comparison.resting:
        number = sum(comparison.resting.values())
        rest, some = ("rests", "that") if number == 1 else ("rest", "them")
        lines.append(
            f"{plural(number, 'sentence')} on {plural(len(comparison.resting), 'page')} {rest} on what changed; "
            f"look at {some} in {', '.join(map(_shown, comparison.resting))}"
        )
    if comparison.hidden:
        kinds = " and ".join(plural(count, f"front matter {kind}" if kind == "field" else kind)
                             for kind, count in comparison.hidden.items())  # fmt: skip
        lines.append(f"not shown: {kinds} that differ (kg -v diff shows them)")
    return lines


def _said(change: Change) -> str:
    """Return what happened, with both values where a tag or a voice changed."""
    words = []
    for word in change.what:
        name = _DETAILS.get(word)
        before, after = (getattr(one, name) if one and name else "" for one in (change.old, change.new))
        words.append(f"{word} ({_or_none(before)} → {_or_none(after)})" if name else word)
    return ", ".join(words)


def _or_none(word: str) -> str:
    return _one_line(word) or "none"


def _sides(change: Change) -> Iterator[str]:
    for sign, item in (("-", change.old), ("+", change.new)):
        if item:
            yield f"  {sign} {_shown(str(item.span))}: {_words(item)[0]}"
            yield from (f"  {sign}   {line}" for line in _words(item)[1:])


def _words(item: Item) -> list[str]:
    """Return an author's words line by line, with what a terminal would obey spelled out."""
    return [_shown(line) for line in re.split(r"\r\n|\r|\n", item.text.rstrip("\r\n"))]


def _shown(words: str) -> str:
    return _BIDI.sub(lambda m: f"\\u{ord(m[0]):04x}", _CONTROL.sub(lambda m: repr(m[0])[1:-1], words))


def _one_line(words: str) -> str:
    return _shown(" ".join(words.split()))


def as_json(comparison: Compared) -> str:
    """Return the comparison as JSON."""
    document = {
        "old": comparison.old,
        "new": comparison.new,
        "same": not comparison.changes,
        "counts": counts(comparison.changes),
        "not_shown": dict(comparison.hidden),
        "resting": dict(comparison.resting),
        "changes": [_record(change) for change in comparison.changes],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _record(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "what": list(change.what),
        "old": _side(change.old),
        "new": _side(change.new),
        "rests": [_resting(rest) for rest in change.rests],
    }


def _side(item: Item | None) -> dict[str, Any] | None:
    if item is None:
        return None
    place = {"path": item.span.path, "line": item.span.line, "column": item.span.column, "text": item.text}
    return place | {"tag": item.tag, "voice": item.voice, "content": item.content, "key": item.key, "iri": item.iri}


def _resting(rest: Resting) -> dict[str, Any]:
    span = rest.span
    return {"path": span.path, "line": span.line, "column": span.column, "text": rest.text, "way": rest.way}


def markdown(comparison: Compared) -> str:
    """Return the comparison for a pull request: a table of figures, then the changes page by page as diff blocks."""
    lines = ["### What the wiki says now", "", f"{_code(comparison.old)} → {_code(comparison.new)}", ""]
    table = counts(comparison.changes)
    if table:
        words = [word for word in _WORDS if any(word in row for row in table.values())]
        lines += [f"| | {' | '.join(words)} |", f"|---|{'--:|' * len(words)}"]
        lines += [
            f"| {kind}s | {' | '.join(str(row.get(word, '')) for word in words)} |" for kind, row in table.items()
        ]
        lines.append("")
    page = ""
    for change in comparison.changes:
        if change.item.span.path != page:
            page = change.item.span.path
            lines += [f"#### {_code(page)}", ""]
        lines += _paragraph(change)
    if not table:
        lines.append(f"{NONE[0].upper()}{NONE[1:]}.")
    lines += [f"{line[0].upper()}{line[1:]}." for line in summary(comparison)[len(table) or 1 :]]
    return "\n".join(lines).rstrip("\n") + "\n"


def _paragraph(change: Change) -> list[str]:
    """Return one change: author's words stand in a fence, where nothing of them is markup."""
    places = [f"{item.span.path}:{item.span.line}" for item in (change.old, change.new) if item]
    lines = [f"{change.kind} **{_plain(_said(change))}** · {' → '.join(map(_code, dict.fromkeys(places)))}", ""]
    words = [f"{sign} {line}" for sign, item in (("-", change.old), ("+", change.new)) if item for line in _words(item)]
    fence = "`" * max(3, 1 + max((len(run) for line in words for run in re.findall("`+", line)), default=0))
    lines += [f"{fence}diff", *words, fence, ""]
    rests = [f"- {_code(str(rest.span))} rests on it ({rest.way})" for rest in change.rests]
    return [*lines, *rests, ""] if rests else lines


def _plain(words: str) -> str:
    """Return words in which nothing is Markdown, HTML or a mention."""
    return re.sub(r"[\\`*_{}\[\]<>#|~@&!]", lambda m: f"&#{ord(m[0])};", words)


def _code(words: str) -> str:
    shown = _shown(words)
    tick = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    space = " " if "`" in shown else ""
    return f"{tick}{space}{shown}{space}{tick}"
