"""Statements of two states of a wiki matched with each other: each with at most one, the likest first. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from kg.compare import text_likeness
from kg.compare.records import Item, Pair
from kg.model.records import dataclass

# How alike two texts must be to be one reworded: anywhere on a page, between the same neighbours, on another page.
NEAR, SAME_PLACE, ELSEWHERE = 0.6, 0.35, 0.75
_WORDS_ELSEWHERE = 4
_SAME_VOICE, _SAME_TAG = 0.1, 0.05
_OTHER_TAG = {"claim": "regraded", "connection": "retyped"}
_OTHER_VOICE = {"claim": "re-attributed", "quote": "re-attributed", "connection": "retargeted"}
_MOVING = frozenset({"claim", "quote", "connection"})
Couple = tuple[Item, Item]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The items of both states that could be partners, in the order of their places, and which already have one."""

    old: Sequence[Item]
    new: Sequence[Item]

    def left(self, couples: Iterable[Couple]) -> "_Sides":
        """Return the sides without what is in pairs; an item is itself, not another of the same words."""
        gone = {id(item) for couple in couples for item in couple}
        return _Sides(
            [item for item in self.old if id(item) not in gone], [item for item in self.new if id(item) not in gone]
        )


def match(old: Sequence[Item], new: Sequence[Item], pages: Mapping[str, str]) -> list[Pair]:
    """
    Return every item of both sides in exactly one pair; `pages` gives the older path of a newer page.

    First what is identical on the same page, then the likest on it (the same words under another grade or name, the
    same place), then the same words on another page, then what the same voice says there in similar words. Exchanging
    the sides exchanges the pairs and nothing else.
    """
    found: list[Couple] = []
    for page in _shared(
        _Sides(old, new), lambda item: (item.page, item.kind), lambda item: (pages.get(item.page), item.kind)
    ):
        same = list(_identical(page))
        found += [*same, *_near(page, same)]
    found += _same_elsewhere(_Sides(old, new).left(found))
    found += _near_elsewhere(_Sides(old, new).left(found))
    rest = _Sides(old, new).left(found)
    return [
        *(Pair(before, after, _what(before, after, pages)) for before, after in found),
        *(Pair(item, None, ("dropped",)) for item in rest.old),
        *(Pair(None, item, ("added",)) for item in rest.new),
    ]


def _what(old: Item, new: Item, pages: Mapping[str, str]) -> tuple[str, ...]:
    """Return what happened to an item, in words; nothing where both states say the same."""
    voice = _same_voice(old, new)
    found = {
        "moved": pages.get(new.page) != old.page,
        _OTHER_TAG.get(new.kind, ""): old.tag != new.tag,
        _OTHER_VOICE.get(new.kind, ""): not voice,
        "reworded": old.content != new.content or (voice and old.voice != new.voice),
    }
    what = tuple(word for word, holds in found.items() if holds)
    return what or (("relinked",) if _written(old) != _written(new) else ())


def _same_voice(old: Item, new: Item) -> bool:
    return old.voice == new.voice or old.who == new.who != ()


def _written(item: Item) -> tuple[str, ...]:
    return (item.kind, item.tag, item.said, item.markup)


def _shared(
    sides: _Sides, key: Callable[[Item], Hashable], new_key: Callable[[Item], Hashable] | None = None
) -> Iterator[_Sides]:
    """Yield the items of both sides for each value of a key that both have."""
    groups: tuple[dict[Hashable, list[Item]], ...] = (defaultdict(list), defaultdict(list))
    for group, items, of in zip(groups, (sides.old, sides.new), (key, new_key or key), strict=True):
        for item in items:
            group[of(item)].append(item)
    for value in groups[0]:
        if value in groups[1]:
            yield _Sides(groups[0][value], groups[1][value])


def _identical(sides: _Sides) -> Iterator[Couple]:
    for one in _shared(sides, _written):
        yield from zip(one.old, one.new, strict=False)


def _near(page: _Sides, same: Sequence[Couple]) -> list[Couple]:
    """Return the likest pairs of what is left on one page."""
    left = page.left(same)
    if not left.old or not left.new:
        return []
    number = {id(item): count for count, couple in enumerate(same) for item in couple}
    slots = _slots(page.old, number), _slots(page.new, number)
    words = (
        [text_likeness.words(item.content) for item in left.old],
        [text_likeness.words(item.content) for item in left.new],
    )

    def placed(first: int, second: int) -> bool:
        return slots[0][id(left.old[first])] == slots[1][id(left.new[second])]

    def score(first: int, second: int) -> float:
        old, new = left.old[first], left.new[second]
        likeness = text_likeness.likeness(words[0][first], words[1][second])
        target = old.kind == "connection" and _same_voice(old, new)
        enough = target or likeness >= (SAME_PLACE if placed(first, second) else NEAR)
        return likeness + _SAME_VOICE * _same_voice(old, new) + _SAME_TAG * (old.tag == new.tag) if enough else 0

    handles = [[*said, *_handles(item)] for said, item in zip(words[0], left.old, strict=True)]
    others = [[*said, *_handles(item)] for said, item in zip(words[1], left.new, strict=True)]
    pairs = text_likeness.candidates(handles, others) | _in_slots(left, slots)
    return _couples(left, text_likeness.best(pairs, score, _tie(left)))


def _handles(item: Item) -> list[str]:
    """Return what else makes two items worth comparing: their whole text, and what a connection leads to."""
    handles = [f"\0{item.content}"] if item.content else []
    if item.kind == "connection":
        handles += [f"\1{item.voice}", *(f"\2{topic}" for topic in item.who)]
    return handles


def _slots(items: Sequence[Item], number: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Return, for each item without a partner, the pairs that stand before and after it (-1: none)."""
    before: dict[int, int] = {}
    last = -1
    for item in items:
        last = number.get(id(item), last)
        before[id(item)] = last
    found: dict[int, tuple[int, int]] = {}
    last = -1
    for item in reversed(items):
        if id(item) in number:
            last = number[id(item)]
        else:
            found[id(item)] = (before[id(item)], last)
    return found


def _in_slots(rest: _Sides, slots: tuple[dict[int, tuple[int, int]], ...]) -> set[tuple[int, int]]:
    """Return the pairs in the same place, the first with the first of a row that was replaced, and so on."""
    rows: tuple[dict[tuple[int, int], list[int]], ...] = (defaultdict(list), defaultdict(list))
    for row, slot, items in zip(rows, slots, (rest.old, rest.new), strict=True):
        for index, item in enumerate(items):
            row[slot[id(item)]].append(index)
    return {pair for slot, firsts in rows[0].items() for pair in zip(firsts, rows[1].get(slot, ()), strict=False)}


def _same_elsewhere(sides: _Sides) -> list[Couple]:
    """Return what says the same under the same name on another page; two connections need words of their own."""
    moving = _Sides(*([item for item in items if _can_move(item)] for items in (sides.old, sides.new)))
    found: list[Couple] = []
    for group in _shared(moving, lambda item: (item.kind, item.voice, item.content)):
        exact = list(_identical(group))
        rest = group.left(exact)
        found += [*exact, *zip(rest.old, rest.new, strict=False)]
    return found


def _can_move(item: Item) -> bool:
    return item.kind in _MOVING and bool(item.content)


def _near_elsewhere(sides: _Sides) -> list[Couple]:
    """Return what the same named voice says on another page in similar words."""
    moving = _Sides(*([item for item in items if _can_reword(item)] for items in (sides.old, sides.new)))
    found: list[Couple] = []
    for group in _shared(moving, lambda item: (item.kind, item.voice)):
        words = (
            [text_likeness.words(item.content) for item in group.old],
            [text_likeness.words(item.content) for item in group.new],
        )
        found += _couples(
            group, text_likeness.best(text_likeness.candidates(*words), _elsewhere(group, words), _tie(group))
        )
    return found


def _can_reword(item: Item) -> bool:
    return item.kind in ("claim", "quote") and bool(item.voice)


def _elsewhere(group: _Sides, words: tuple[list[tuple[str, ...]], ...]) -> Callable[[int, int], float]:
    def score(first: int, second: int) -> float:
        if min(len(words[0][first]), len(words[1][second])) < _WORDS_ELSEWHERE:
            return 0
        likeness = text_likeness.likeness(words[0][first], words[1][second])
        same = group.old[first].tag == group.new[second].tag
        return likeness + _SAME_TAG * same if likeness >= ELSEWHERE else 0

    return score


def _tie(sides: _Sides) -> Callable[[int, int], object]:
    """Return what orders equally alike pairs: how far apart they stand, then their places, the smaller one first."""

    def tie(first: int, second: int) -> object:
        old, new = sides.old[first].span, sides.new[second].span
        return (abs(first - second), sorted((old, new)))

    return tie


def _couples(sides: _Sides, pairs: Iterable[tuple[int, int]]) -> list[Couple]:
    return [(sides.old[first], sides.new[second]) for first, second in pairs]
