"""Prose: what can be counted in the running text of narrative pages, figures and acronyms. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from kg.links.wikilinks import plain
from kg.map.figures import figures
from kg.model.page import Block, Kind, Page
from kg.model.records import dataclass
from kg.parse.markdown import hide
from kg.settings.figure_words import FigureWords

NARRATIVE = frozenset({"OverviewPage", "ContradictionPage", "RootPage", "SynthesisPage"})
_PROSE = frozenset({Kind.PROSE, Kind.ITEM})
_ACRONYM = re.compile(r"(?<![\w\[#/.-])[A-Z]{3,6}(?![\w\]-])")
Named = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A figure that a page gives several times: its words where it is given last, and how often."""

    words: str
    times: int


@dataclass(frozen=True, slots=True)
class Counted:
    """
    What was counted on a page.

    `figures` is how many figures a block gives, `repeated` what is given once more there; both by the slug of the
    section and the block's number. `acronyms` are those that the page nowhere explains.
    """

    figures: dict[Named, int]
    repeated: dict[Named, tuple[Repeated, ...]]
    acronyms: tuple[str, ...]


def count(page: Page, words: FigureWords) -> Counted | None:
    """Return what is counted on a narrative page, None for other pages."""
    if page.page_class not in NARRATIVE:
        return None
    counted: dict[Named, int] = {}
    seen: dict[tuple[Decimal, str], list[tuple[Named, str]]] = defaultdict(list)
    for name, block in _blocks(page):
        text = hide(block.parts.markup or "")
        found = figures(text, words)
        if found:
            counted[name] = len(found)
        for one in found:
            seen[one.value, one.unit].append((name, text[one.start : one.end]))
    repeated: dict[Named, tuple[Repeated, ...]] = defaultdict(tuple)
    for places in seen.values():
        if len(places) > 1:
            name, said = places[-1]
            repeated[name] += (Repeated(said, len(places)),)
    return Counted(counted, dict(repeated), tuple(_unexplained(page)))


def _blocks(page: Page) -> Iterator[tuple[Named, Block]]:
    for section in page.sections:
        for block in section.blocks:
            if block.kind in _PROSE and not block.auto:
                yield (section.slug, block.number), block


def _unexplained(page: Page) -> list[str]:
    """Return the acronyms of a page that stand nowhere in brackets, or before brackets, next to their words."""
    text = "\n".join(plain(hide(block.parts.markup or "")) for _, block in _blocks(page))
    used = sorted(set(_ACRONYM.findall(text)))
    return [one for one in used if not re.search(rf"\({one}s?\)|\b{one}s? \(", text)]
