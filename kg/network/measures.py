"""What the links of the core say of its topics: how many each has, what joins communities, lacks or surprises."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from kg.model.records import dataclass
from kg.network import libraries
from kg.network.communities import SEED, Weights
from kg.network.links import Links

# So many topics are asked for their ways to all others; where there are many links, fewer.
_ASKED, _LEAST_ASKED, _WORK = 200, 20, 2_000_000
_JOINS = 3
MOST = 100
_TOGETHER = 3
_NAMES_TOO_MUCH = 30


class Link(NamedTuple):
    """A link between two communities that little else joins: the fewer other links, the more it says."""

    one: str
    other: str
    score: float


class Gap(NamedTuple):
    """Two topics, or two communities by their labels, that pages name together and that hardly a link joins."""

    one: str
    other: str
    pages: int
    links: int


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured, by topic or by the number of a community."""

    degrees: Mapping[str, int]
    betweenness: Mapping[str, float]
    bridging: Mapping[str, float]
    cohesion: Mapping[int, float]
    surprising: Sequence[Link]
    topic_gaps: Sequence[Gap]
    community_gaps: Sequence[tuple[int, int, int, int]]


def measure(links: Links, joined: Weights, joins: Mapping[str, int], count: int) -> Measures:
    """Return what the links say; `joins` is the number of the community of each topic, of `count` communities."""
    degrees = degree(joined)
    central = betweenness(joined)
    together = _together(links, joins)
    return Measures(
        degrees,
        central,
        bridging(joined, joins, degrees, central),
        cohesion(joined, joins, count),
        surprising(links, joined, joins, degrees),
        _topic_gaps(links, joined, joins, together),
        _community_gaps(links, joined, joins),
    )


def degree(joined: Weights) -> dict[str, int]:
    """Return how many topics each topic is linked with."""
    return dict(sorted(Counter(topic for pair in joined for topic in pair).items()))


def betweenness(joined: Weights) -> dict[str, float]:
    """
    Return on what share of the shortest ways between others each topic lies, a link being as long as it is weak.

    Ways from 200 topics stand for all ways in a large wiki, from fewer where there are many links; which ones is
    decided by a seed.
    """
    graph = libraries.networkx().Graph()
    topics = sorted({topic for pair in joined for topic in pair})
    graph.add_nodes_from(topics)
    graph.add_weighted_edges_from(((a, b, 1 / weight) for (a, b), weight in sorted(joined.items())), weight="length")
    asked = min(len(topics), _ASKED, max(_LEAST_ASKED, _WORK // max(1, len(joined))))
    if not topics:
        return {}
    found = libraries.networkx().betweenness_centrality(graph, k=asked, weight="length", seed=SEED)
    return {topic: round(share, 6) for topic, share in sorted(found.items())}


def bridging(
    joined: Weights, joins: Mapping[str, int], degrees: Mapping[str, int], central: Mapping[str, float]
) -> dict[str, float]:
    """Return how much each topic joins communities: betweenness, times its share of links to others, less its size."""
    across: Counter[str] = Counter()
    for one, other in joined:
        if joins[one] != joins[other]:
            across.update((one, other))
    return {
        topic: round(central[topic] * across[topic] / degrees[topic] / math.log(degrees[topic] + 2), 6)
        for topic in sorted(across)
        if degrees[topic] >= _JOINS and central[topic] > 0
    }


def cohesion(joined: Weights, joins: Mapping[str, int], count: int) -> dict[int, float]:
    """Return the share of the links of a community's members that stay inside of it."""
    inside: Counter[int] = Counter()
    all_ends: Counter[int] = Counter()
    for one, other in joined:
        all_ends.update((joins[one], joins[other]))
        if joins[one] == joins[other]:
            inside[joins[one]] += 2
    return {number: round(inside[number] / max(1, all_ends[number]), 4) for number in range(count)}


def surprising(links: Links, joined: Weights, joins: Mapping[str, int], degrees: Mapping[str, int]) -> list[Link]:
    """Return the links between communities that few others join, whose ends are both well connected, at most 100."""
    stated = [pair for pair in joined if pair in links.costs or pair[::-1] in links.costs]
    between: Counter[tuple[int, ...]] = Counter(_communities(pair, joins) for pair in stated)
    found = [
        Link(*pair, round(min(degrees[pair[0]], degrees[pair[1]]) / between[_communities(pair, joins)], 4))
        for pair in stated
        if joins[pair[0]] != joins[pair[1]] and min(degrees[pair[0]], degrees[pair[1]]) >= _JOINS
    ]
    return sorted(found, key=lambda link: (-link.score, link.one, link.other))[:MOST]


def _communities(pair: tuple[str, str], joins: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sorted((joins[pair[0]], joins[pair[1]])))


def _together(links: Links, joins: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """Return how many pages name both of two topics of the core; a page that names too many says nothing of any two."""
    core = frozenset(links.core)
    named: dict[str, list[str]] = defaultdict(list)
    for source, target in links.costs:
        if target in core and target in joins and source in links.topics and not links.topics[source].lists:
            named[source].append(target)
    found: Counter[tuple[str, str]] = Counter()
    for targets in named.values():
        if len(targets) <= _NAMES_TOO_MUCH:
            found.update(combinations(sorted(targets), 2))
    return found


def _topic_gaps(
    links: Links, joined: Weights, joins: Mapping[str, int], together: Mapping[tuple[str, str], int]
) -> list[Gap]:
    found = [
        Gap(one, other, pages, 0)
        for (one, other), pages in together.items()
        if pages >= _TOGETHER
        and joins[one] != joins[other]
        and (one, other) not in joined
        and (one, other) not in links.costs
        and (other, one) not in links.costs
    ]
    return sorted(found, key=lambda gap: (-gap.pages, gap.one, gap.other))[:MOST]


def _community_gaps(links: Links, joined: Weights, joins: Mapping[str, int]) -> list[tuple[int, int, int, int]]:
    """Return pairs of communities that more pages name together than links join: the two, the pages, the links."""
    core = frozenset(links.core)
    named: dict[str, set[int]] = defaultdict(set)
    for source, target in links.costs:
        if source not in core and source in links.topics and not links.topics[source].lists and target in joins:
            named[source].add(joins[target])
    pages: Counter[tuple[int, int]] = Counter()
    for numbers in named.values():
        pages.update(combinations(sorted(numbers), 2))
    direct = Counter(_communities(pair, joins) for pair in joined)
    found = [
        (one, other, times, direct[one, other])
        for (one, other), times in pages.items()
        if times >= _TOGETHER and direct[one, other] < times
    ]
    return sorted(found, key=lambda gap: (-gap[2] / (gap[3] + 1), gap))[:MOST]
