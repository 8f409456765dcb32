"""The links of a wiki: which topics there are, and which page names which topic, in how telling a line."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from kg.model.records import dataclass
from kg.rdf import names, sparql_text

# What a step costs by the line that it stands on, in tenths. Each is less than two of the cheapest, so that a line
# which names both ends is better than any way round.
COSTS: Mapping[str, int] = {"connection": 10, "related": 12, "statement": 13, "text": 15, "field": 18}
_CANDIDATE = NamedNode(names.expand("nr:candidate"))
_LISTS = frozenset({"GeneratedPage", "RootPage"})
_WRITTEN_ABOUT = frozenset(
    {"SourcePage", "OverviewPage", "ContradictionPage", "SynthesisPage", "TimelinePage", "TrailPage"}
)


class Topic(NamedTuple):
    """What a page is about: `core` are the topics that communities are made of, `lists` are walked through by none."""

    iri: str
    path: str
    name: str
    core: bool
    lists: bool


@dataclass(frozen=True)
class Links:
    """The topics of the pages, by their IRIs, and what a step from one topic to another costs, in tenths."""

    topics: Mapping[str, Topic]
    costs: Mapping[tuple[str, str], int]

    @cached_property
    def core(self) -> tuple[str, ...]:
        """
        The topics that communities are made of, sorted.

        Sources and narrative pages are written about topics; where a wiki has nothing else, they are the topics.
        """
        of_pages = [topic for topic in self.topics.values() if not topic.lists]
        found = [topic.iri for topic in of_pages if topic.core]
        return tuple(sorted(found or (topic.iri for topic in of_pages)))


def read(store: Store, base: str, whole: Store | None = None) -> Links:
    """Return the links of a generation, or of some of its graphs where `whole` is the generation."""
    topics = _topics(store)
    costs: dict[tuple[str, str], int] = {}
    ours = (f"{base}id/", f"{base}agent/")
    several = {quad.subject for quad in (whole or store).quads_for_pattern(None, _CANDIDATE, None, None)}
    for row in sparql_text.select(store, sparql_text.declared_query("network/links").text):
        source, target, kind = row["from"], row["to"], row["kind"]
        if not isinstance(target, NamedNode) or target in several or target == source:
            continue
        if target.value.startswith(ours):
            pair = (source.value, target.value)
            costs[pair] = min(COSTS[kind.value], costs.get(pair, COSTS[kind.value]))
    return Links(topics, dict(sorted(costs.items())))


def changed(before: Links, part: Links, paths: Collection[str]) -> Links:
    """Return links with those of some pages, at `paths` before or now, as they are now."""
    gone = {topic.iri for topic in before.topics.values() if topic.path in paths}
    topics = {iri: topic for iri, topic in before.topics.items() if iri not in gone} | dict(part.topics)
    costs = {pair: cost for pair, cost in before.costs.items() if pair[0] not in gone and pair[0] not in part.topics}
    return Links(dict(sorted(topics.items())), dict(sorted({**costs, **part.costs}.items())))


def _topics(store: Store) -> dict[str, Topic]:
    found: dict[str, Topic] = {}
    for iri, path, name, kind in sorted(_rows(store)):
        before = found.get(iri)
        lists = kind in _LISTS or (before is not None and before.lists)
        core = kind not in _LISTS | _WRITTEN_ABOUT and (before is None or before.core)
        found[iri] = Topic(iri, path, name or names.stem(path), core, lists)
    return dict(sorted(found.items()))


def _rows(store: Store) -> Iterator[tuple[str, str, str, str]]:
    for row in sparql_text.select(store, sparql_text.declared_query("network/topics").text):
        iri, path, name, kind = row["topic"], row["path"], row["name"], row["class"]
        if isinstance(iri, NamedNode) and isinstance(path, Literal) and isinstance(kind, NamedNode):
            yield iri.value, path.value, name.value if isinstance(name, Literal) else "", kind.value.rpartition("#")[2]
