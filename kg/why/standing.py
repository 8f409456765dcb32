"""Where things stand in their life: retracted, superseded, contested, stale, by any number of steps that are shown."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from kg.links import resolve
from kg.links.name_tables import NameIndex
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.names import PageName
from kg.why import grounds
from kg.why.graph import Graph
from kg.why.records import About, Link, Part, Side, State

_STATES = ("retracted", "superseded", "contested", "stale")
_SOURCES = "SourcePage"
_DAY = len("2026-01-01")
_FEW = 3
_NEAR = 4  # steps that are read one by one


@dataclass(frozen=True, slots=True)
class Start:
    """
    Where a chain begins: the target, the topic of its page, and the topics on which it rests, each with the way.

    `whole` is true where all that the page rests on counts: for the page itself, and for what a source reports.
    """

    link: Link
    own: str
    rests: tuple[tuple[str, str], ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Against:
    """What contradicts a statement: the chain that leads to it, what it is called there, and the other sides."""

    chain: tuple[Link, ...]
    name: str
    sides: Sequence[Side]


@dataclass(frozen=True, slots=True)
class Step:
    """
    A page on which something rests: how the page before leads to it.

    `part` is the line that says so, of the pages that no other page leads to.
    """

    before: str
    way: str
    part: Part | None


class Standing:
    """The life of pages of one generation."""

    def __init__(self, graph: Graph, index: Callable[[], NameIndex]) -> None:
        self._graph, self._index = graph, index
        self._ups: dict[str, list[tuple[str, str, str]]] = {}
        self._linked: dict[str, Link] = {}

    def of(
        self,
        start: Start,
        steps: Mapping[str, Step],
        against: Mapping[str, Sequence[Side]],
        figures: Iterable[Against] = (),
    ) -> tuple[State, ...]:
        """
        Return the states of a target, the gravest first, each with the chain from the target to its cause.

        `steps` are those of `upstream`; `against` has what contradicts each topic, `figures` what contradicts the
        statement itself, and those on which it rests.
        """
        found: list[State] = []
        topics = [start.own, *steps]
        abouts = self._graph.abouts(topics)
        chains = self._chains(start, steps, abouts)
        circling: set[str] = set()  # topics of circles that are told
        for topic in topics:
            chain = chains[topic]
            if abouts[topic].retracted:
                found.append(State("retracted", f"{abouts[topic].name} was retracted", chain))
            if topic not in circling:
                found += self._superseded(topic, chain, abouts[topic], circling)
            if topic == start.own or abouts[topic].kind == _SOURCES:
                found += _contested(chain, abouts[topic].name, against.get(topic, ()))
        for one in figures:
            found += _contested(one.chain, one.name, one.sides)
        found += self._stale(start, steps, abouts, chains)
        return tuple(sorted(found, key=lambda one: (_STATES.index(one.state), len(one.chain))))

    # ---- what it rests on, over any number of steps ------------------------------------------------------------------

    def upstream(self, start: Start) -> dict[str, Step]:
        """Return the topics on which a target rests, in the order of steps; a circle ends where it began."""
        found: dict[str, tuple[str, str, str]] = {}
        for topic, how in start.rests:
            if topic != start.own and topic not in found:
                found[topic] = "", how, ""
        frontier = [start.own, *found] if start.whole else [*found]
        depth = 0
        while frontier:
            depth += 1
            self._read({*frontier, *self._graph.reach(frontier)} if depth == _NEAR else frontier)
            nexts = []
            for topic in frontier:
                for upstream, how, part in self._ups[topic]:
                    if upstream != start.own and upstream not in found:
                        found[upstream] = (topic if topic != start.own else ""), how, part
                        nexts.append(upstream)
            frontier = nexts
        parts = self._graph.parts(part for before, _, part in found.values() if part and not before)
        return {topic: Step(before, how, parts.get(part)) for topic, (before, how, part) in found.items()}

    def _read(self, topics: Iterable[str]) -> None:
        new = sorted({*topics} - self._ups.keys())
        found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        for row in self._graph.rows("upstream", new):
            key = row["upstream"].value, row["way"].value
            part = row["part"].value if row["part"] is not None else ""
            known = found[row["topic"].value].get(key, part)
            found[row["topic"].value][key] = min(known, part)
        for topic in new:
            self._ups[topic] = [(upstream, how, part) for (upstream, how), part in sorted(found[topic].items())]

    def _chains(
        self, start: Start, steps: Mapping[str, Step], abouts: Mapping[str, About]
    ) -> dict[str, tuple[Link, ...]]:  # fmt: skip
        """Return the way from the target to each topic; a step comes after the one before it."""
        chains: dict[str, tuple[Link, ...]] = {start.own: (start.link,), "": (start.link,)}
        for topic, step in steps.items():
            about = abouts[topic]
            chains[topic] = (*chains[step.before], Link(about.name, about.span, about.date, step.way))
        return chains

    # ---- superseded --------------------------------------------------------------------------------------------------

    @cached_property
    def _newer(self) -> dict[str, list[tuple[str, str]]]:
        """What each superseded topic was superseded by, with the line that says so."""
        graph = self._graph
        told = [
            (row["subject"].value, row["object"].value, row["part"].value, row["forward"].value == "true")
            for row in graph.rows("superseded")
        ]
        fields = [*graph.rows("superseding-fields")]
        parts = graph.parts(row["part"].value for row in fields)
        links = grounds.citations(graph, [*parts.values()])
        for row in fields:
            part = parts.get(row["part"].value)
            if part:
                others = [*links[part.iri]] or [self._named(row["written"].value)]
                told += [(part.topic, other, part.iri, row["forward"].value == "true") for other in others if other]
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for subject, other, part, forward in told:
            if subject != other:
                old, new = (other, subject) if forward else (subject, other)
                found[old].add((new, part))
        return {old: sorted(some) for old, some in found.items()}

    def _named(self, value: str) -> str:
        """Return the topic that a value of the front matter names without a link, empty for none."""
        bare = value.strip().removeprefix("[[").removesuffix("]]").partition("|")[0]
        answer = resolve.resolve(self._index(), PageName("", "", ""), bare, suggesting=False) if bare else None
        return (
            names.topic_iri(self._graph.base, answer.topic)
            if answer and answer.candidates and not answer.ambiguous
            else ""
        )

    def _superseded(self, topic: str, chain: tuple[Link, ...], about: About, circling: set[str]) -> list[State]:
        """
        Return that a topic was superseded, by way of all that superseded in turn what superseded it.

        The topics of a circle are added to `circling`: it is told once, not of each.
        """
        if topic not in self._newer:
            return []
        links, seen, at = list(chain), {topic: about.name}, topic
        circle = ""
        while at in self._newer and not circle:
            new = next((pair[0] for pair in self._newer[at] if pair[0] not in seen), "")
            circle = "" if new else self._newer[at][0][0]
            at = new or circle
            link = self._link(at)
            links.append(replace(link, way="superseded by, in a circle,") if circle else link)
            seen.setdefault(at, link.name)
        if circle:
            members = [*seen][[*seen].index(circle) :]
            circling |= {*members}
        abouts = self._graph.abouts([at, *(new for new, _ in self._newer[topic])])
        more = sorted({abouts[new].name for new, _ in self._newer[topic] if new not in seen})
        words = _circle([seen[one] for one in members]) if circle else _by(about.name, abouts[at])
        words = f"{about.name} was superseded by way of a circle: {words}" if circle and topic != circle else words
        words += f"; also by {', '.join(more)}" if more else ""
        return [State("superseded", words, tuple(links))]

    def _link(self, topic: str) -> Link:
        if topic not in self._linked:  # all that supersede anything, at once: each page of a chain begins one
            abouts = self._graph.abouts({topic, *(new for some in self._newer.values() for new, _ in some)})
            for one, about in abouts.items():
                self._linked[one] = Link(about.name, about.span, about.date, "superseded by")
        return self._linked[topic]

    # ---- stale -------------------------------------------------------------------------------------------------------

    def _stale(
        self,
        start: Start,
        steps: Mapping[str, Step],
        abouts: Mapping[str, About],
        chains: Mapping[str, tuple[Link, ...]],
    ) -> list[State]:
        """Return which page on the way, that of the target first, is older than what it rests on."""
        found = []
        own = abouts[start.own]
        newer = [topic for topic in steps if _is_newer(abouts[topic], own)]
        if newer and own.kind != _SOURCES:
            newest = max(newer, key=lambda one: (abouts[one].date, one))
            found.append(State("stale", _older(own, abouts[newest]), chains[newest]))
        for topic, step in steps.items():
            if step.before and abouts[step.before].kind != _SOURCES and _is_newer(abouts[topic], abouts[step.before]):
                found.append(State("stale", _older(abouts[step.before], abouts[topic]), chains[topic]))
        return found


def _by(name: str, newest: About) -> str:
    return f"{name} was superseded by {newest.name}" + (", which was retracted" if newest.retracted else "")


def _circle(members: Sequence[str]) -> str:
    few = " by ".join([*members[:_FEW], *["…"] * (len(members) > _FEW), members[0]])
    return f"{few}: {len(members):,} pages supersede one another in a circle, so none is the newest"


def _is_newer(about: About, page: About) -> bool:
    """Tell whether a page is of a later day than another one was last updated on, both known to the day."""
    return len(page.updated) == len(about.date) == _DAY and about.date > page.updated


def _older(page: About, newer: About) -> str:
    return f"{page.name} was last updated {page.updated}, {newer.name} is of {newer.date}"


def _contested(chain: tuple[Link, ...], name: str, against: Sequence[Side]) -> list[State]:
    if not against:
        return []
    one = against[0]
    more = f", and {len(against) - 1} more" if len(against) > 1 else ""
    words = f"{one.words[:-2]}{name}" if one.inward else f"{name}{one.words[2:]}"
    return [State("contested", words + more, (*chain, Link(words, one.part.span)))]
