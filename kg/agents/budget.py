"""How long an answer may be: tokens as they are estimated, texts cut short, and pages with a cursor."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.model.kg_error import KgError

TOKENS, FEWEST, MOST = 2_000, 800, 50_000
# How many signs of ASCII a token is at least; a sign of any other script is one of its own. Tokenizers of 2026 take
# some four signs of English and three of JSON for a token: what fits here fits there.
_SIGNS = 3
# What a result has around its texts: links to pages, of so many tokens together, and the words of the protocol.
LINKS, _BESIDE = 240, 250
_LONG, _SHORTEST = 400, 20
# Where a thing is and what a next call needs: half of it is worth nothing.
_WHOLE = frozenset({"place", "path", "next", "proposal", "hash", "uri", "rule", "name"})
_LONGER = {"diff": 5, "why_not": 2}
# Rows that one call may pass over, so that a cursor of somebody's own invention does no harm.
_DEEPEST = 100_000

Record = dict[str, Any]


def tokens(text: str) -> int:
    """Return how many tokens a text is at most, by our estimate."""
    plain = sum(char.isascii() for char in text)
    return -(-plain // _SIGNS) + len(text) - plain


def dumped(record: Mapping[str, Any]) -> str:
    """Return a record as the JSON that is sent."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def room(most: int) -> int:
    """Return how many tokens of JSON a result of so many has room for: it is there twice, as data and as text."""
    return (most - _BESIDE) // 2


def cut(value: Any, most: int = _LONG) -> Any:  # noqa: ANN401  # any value of JSON
    """Return a value with its long texts cut, those that a next call needs aside."""
    if isinstance(value, str):
        return value if len(value) <= most else f"{value[: most - 1]}…"
    if isinstance(value, Mapping):
        return {key: one if key in _WHOLE else cut(one, most * _LONGER.get(str(key), 1)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [cut(one, most) for one in value]
    return value


def fitted(record: Record, most: int) -> Record:
    """Return a record with its texts cut, and then its lists, until it has room; what is cut has `…` at its end."""
    length = _LONG
    shown: Record = cut(record, length)
    while tokens(dumped(shown)) > room(most) and length > _SHORTEST * 3:
        length = length * 2 // 3
        shown = cut(record, length)
    while tokens(dumped(shown)) > room(most):
        lists = [one for one in _lists(shown) if one]
        if not lists:
            break
        max(lists, key=lambda one: tokens(dumped({"": one[-1]}))).pop()
        shown["cut"] = True
    return shown


def _lists(value: Any) -> Iterator[list[Any]]:  # noqa: ANN401  # any value of JSON
    """Yield the lists in a value that hold no other ones."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _lists(one)
    elif isinstance(value, list):
        inner = [found for one in value for found in _lists(one) if found]
        yield from inner or [value]


def page(head: Record, items: Sequence[Record], start: int, most: int, *, tag: str, key: str = "items") -> Record:
    """
    Return as many items, from `start`, as there is room for behind a head, and the cursor of those that follow.

    `items` are all of them; `tag` names what they are taken from.
    """
    found: list[Record] = []
    record = {**cut(head), key: found, "next": cursor(tag, len(items))}
    used = tokens(dumped(record))
    for item in items[start:]:
        shown = cut(item)
        length = _LONG
        while (size := tokens(dumped(shown)) + 1) > room(most) - used and not found and length > _SHORTEST:
            length //= 2
            shown = cut(item, length)
        if used + size > room(most) and found:
            break
        found.append(shown)
        used += size
    end = start + len(found)
    record["next"] = cursor(tag, end) if end < len(items) else None
    return record


def cursor(tag: str, start: int) -> str:
    """Return the cursor of what begins at a number, in the answer that a tag names."""
    return f"{start}.{tag[:8]}"


def start(text: str | None, tag: str) -> int:
    """Return where a cursor begins; raise KgError for one of another generation, and for what is none."""
    if not text:
        return 0
    number, _, of = text.partition(".")
    if not (number.isascii() and number.isdigit()) or len(number) > len(str(_DEEPEST)) or int(number) > _DEEPEST:
        raise KgError(f"cursor: expected the `next` of an answer, found {json.dumps(text[:40], ensure_ascii=False)}")
    if of != tag[:8]:
        raise KgError("cursor: the wiki changed since that answer, or it was another question; ask again without it")
    return int(number)
