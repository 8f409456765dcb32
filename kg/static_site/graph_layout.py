"""The graph of topics, and where each stands when it is drawn: worked out once, the same on every machine."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from kg.model.records import dataclass
from kg.rdf import names
from kg.static_site.records import Page, Wiki

A_PAGE = 300
LISTS = frozenset({"GeneratedPage", "RootPage"})
_LISTS = frozenset({"changelog", "home", "index", "log", "readme"})
_TURNS = 60
_CELL = 60.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part of the graph that is drawn at once: its topics, the best linked first, and the links among them."""

    topics: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    links: tuple[tuple[int, int], ...]


def is_list(page: Page) -> bool:
    """Tell whether a page names others because it lists them, and not for what they say: an index, a log, a catalog."""
    return page.about.kind in LISTS or names.stem(page.path).casefold().strip("_") in _LISTS


def degrees(wiki: Wiki) -> tuple[dict[str, int], set[tuple[str, str]]]:
    """Return how many others each page is joined with, and the pairs; pages that list others do not count."""
    drawn = {page.topic for page in wiki.pages if not is_list(page)}
    home = {page.path: page.topic for page in wiki.pages if page.topic in drawn}
    pairs: set[tuple[str, str]] = set()
    for path, links in wiki.links.items():
        for link in links:
            one, other = home.get(path, ""), link.target
            if one and other in drawn and one != other:
                pairs.add((min(one, other), max(one, other)))
    count = dict.fromkeys((page.topic for page in wiki.pages if page.topic in drawn), 0)
    for one, other in pairs:
        count[one] += 1
        count[other] += 1
    return count, pairs


def pages(count: Mapping[str, int], pairs: Iterable[tuple[str, str]]) -> list[Drawn]:
    """Return the graph in parts of so many topics, the best linked first."""
    ranked = sorted(count, key=lambda topic: (-count[topic], topic))
    near: dict[str, list[str]] = defaultdict(list)
    for one, other in sorted(pairs):
        near[one].append(other)
    return [drawn(ranked[start : start + A_PAGE], near) for start in range(0, max(len(ranked), 1), A_PAGE)]


def drawn(topics: Sequence[str], near: Mapping[str, Sequence[str]]) -> Drawn:
    """Return topics at their places, with the links among them; `near` are those that each is joined with."""
    number = {topic: at for at, topic in enumerate(topics)}
    links = tuple(
        (number[one], number[other]) for one in topics for other in near.get(one, ()) if other in number
    )  # fmt: skip
    return Drawn(tuple(topics), _places(len(topics), links), links)


def _places(size: int, links: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """
    Return where each of so many topics stands: what is linked is drawn together, what is near is pushed apart.

    Only sums, products and square roots are used, which every processor rounds alike; sines would not be.
    """
    side = max(int(sqrt(size)), 1)
    xs = [(at % side) * 40.0 + (at * 7 % 11) for at in range(size)]
    ys = [(at // side) * 40.0 + (at * 5 % 13) for at in range(size)]
    for turn in range(_TURNS):
        heat = 12.0 * (_TURNS - turn) / _TURNS + 0.5
        move_x, move_y = [0.0] * size, [0.0] * size
        _push(xs, ys, move_x, move_y)
        _pull(xs, ys, links, move_x, move_y)
        middle_x, middle_y = sum(xs) / max(size, 1), sum(ys) / max(size, 1)
        for at in range(size):
            x = move_x[at] + (middle_x - xs[at]) * 0.01
            y = move_y[at] + (middle_y - ys[at]) * 0.01
            length = sqrt(x * x + y * y) or 1.0
            scale = min(length, heat) / length
            xs[at] += x * scale
            ys[at] += y * scale
    left, top = min(xs, default=0.0), min(ys, default=0.0)
    return tuple((round((x - left) * 1.5), round(y - top)) for x, y in zip(xs, ys, strict=True))


def _push(xs: Sequence[float], ys: Sequence[float], move_x: list[float], move_y: list[float]) -> None:
    """Push topics in neighbouring cells apart."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, (x, y) in enumerate(zip(xs, ys, strict=True)):
        cells[int(x // _CELL), int(y // _CELL)].append(at)
    for (column, row), some in cells.items():
        around = [at for dx in (-1, 0, 1) for dy in (-1, 0, 1) for at in cells.get((column + dx, row + dy), ())]
        for at in some:
            for other in around:
                x, y = xs[at] - xs[other], ys[at] - ys[other]
                square = x * x + y * y
                if at != other and square < _CELL * _CELL:
                    force = 300.0 / (square + 10.0)
                    move_x[at] += x * force if square else (at - other) * 0.1
                    move_y[at] += y * force if square else (other - at) * 0.1


def _pull(
    xs: Sequence[float], ys: Sequence[float], links: Sequence[tuple[int, int]], move_x: list[float], move_y: list[float]
) -> None:
    """Draw topics together that a link joins."""
    crowd: dict[int, int] = defaultdict(int)
    for one, other in links:
        crowd[one] += 1
        crowd[other] += 1
    for one, other in links:
        x, y = xs[other] - xs[one], ys[other] - ys[one]
        force = 0.1 / sqrt(min(crowd[one], crowd[other]) or 1)
        move_x[one] += x * force
        move_y[one] += y * force
        move_x[other] -= x * force
        move_y[other] -= y * force
