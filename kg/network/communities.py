"""Communities: the topics that belong together by their links, found by the Leiden algorithm."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from kg.model.records import dataclass
from kg.network import libraries
from kg.network.links import COSTS, Links

SEED, RESOLUTION, _RANDOMNESS, _TRIALS, _ITERATIONS = 42, 1.0, 0.001, 10, 10
# Topics that share so many of the pages that they name belong together without naming each other; a page that more
# than so many name says nothing of any two of them.
_SHARED, _NAMED_BY = 5, 50

Weights = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Start:
    """Communities that were found before, as sets of topics, to begin with."""

    communities: tuple[frozenset[str], ...] = ()


def weights(links: Links) -> dict[tuple[str, str], float]:
    """
    Return how strongly two topics of the core are linked, by the pair in order.

    Each direction in which one names the other counts 1; so does a likeness, where neither does and the text of both
    names the same five pages or more.
    """
    core = frozenset(links.core)
    found: dict[tuple[str, str], float] = defaultdict(float)
    for source, target in links.costs:
        if source in core and target in core:
            found[_pair(source, target)] += 1.0
    for pair in _alike(links, core):
        found.setdefault(pair, 1.0)
    return dict(sorted(found.items()))


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _alike(links: Links, core: frozenset[str]) -> Iterator[tuple[str, str]]:
    by_target: dict[str, list[str]] = defaultdict(list)
    for (source, target), cost in links.costs.items():
        if source in core and target in links.topics and cost < COSTS["field"]:
            by_target[target].append(source)
    shared: Counter[tuple[str, str]] = Counter()
    for sources in by_target.values():
        if len(sources) <= _NAMED_BY:
            shared.update(combinations(sorted(sources), 2))
    return (pair for pair, times in shared.items() if times >= _SHARED)


def find(joined: Weights, start: Start) -> list[frozenset[str]]:
    """
    Return the communities of linked topics, the largest first, of equal ones that with the least IRI.

    They depend on the links and the start alone: topics are taken in the order of their IRIs, with one seed.
    """
    if not joined:
        return []
    edges = [(one, other, weight) for (one, other), weight in sorted(joined.items())]
    begun = _begun(joined, start)
    _, found = libraries.leiden().leiden(
        edges,
        starting_communities=begun,
        resolution=RESOLUTION,
        randomness=_RANDOMNESS,
        iterations=_ITERATIONS,
        use_modularity=True,
        seed=SEED,
        trials=1 if begun else _TRIALS,
    )
    groups: dict[int, set[str]] = defaultdict(set)
    for topic, number in found.items():
        groups[number].add(topic)
    return sorted((frozenset(group) for group in groups.values()), key=lambda group: (-len(group), min(group)))


def _begun(joined: Weights, start: Start) -> dict[str, int] | None:
    """Return the community that each topic begins in: that of the start, else one of its own."""
    topics = sorted({topic for pair in joined for topic in pair})
    known = {topic: number for number, group in enumerate(start.communities) for topic in group}
    if not any(topic in known for topic in topics):
        return None
    given = {number: place for place, number in enumerate(sorted({known[t] for t in topics if t in known}))}
    begun, fresh = {}, len(given)
    for topic in topics:
        if topic in known:
            begun[topic] = given[known[topic]]
        else:
            begun[topic], fresh = fresh, fresh + 1
    return begun


def joining(links: Links, communities: Sequence[frozenset[str]]) -> dict[str, int]:
    """Return the number of the community of every topic: its own, or that which its page names most."""
    found = {topic: number for number, group in enumerate(communities) for topic in group}
    core = frozenset(links.core)
    named: dict[str, Counter[int]] = defaultdict(Counter)
    for source, target in links.costs:
        if source in links.topics and source not in core and not links.topics[source].lists and target in found:
            named[source][found[target]] += 1
    joins = {source: min(times, key=lambda number: (-times[number], number)) for source, times in named.items()}
    return dict(sorted({**joins, **found}.items()))
