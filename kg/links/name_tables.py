"""The names of a wiki's pages, in tables by the ways in which a link may name them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import field

from kg.links.near_names import NearNames
from kg.model.records import dataclass
from kg.rdf.names import PageName


@dataclass(frozen=True, slots=True)
class Named:
    """One page as links may name it."""

    name: PageName
    title: str
    aliases: tuple[str, ...]


@dataclass(slots=True)
class NameIndex:
    """
    Every name by which the pages of a wiki can be linked, each to the pages that have it.

    `every` gives all pages where the tables hold only those that were asked for.
    """

    paths: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    suffixes: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    folded: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    slugs: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    squashed: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    attachments: frozenset[str] = frozenset()
    near: NearNames | None = None
    every: Callable[[], list[Named]] | None = None
