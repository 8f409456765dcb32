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
    """A page on which something rests: how and by which line the page before leads to it."""

    before: str
    way: str
    part: Part | None


class Standing:
    """The life of pages of one generation."""

    def __init__(self, graph: Graph, index: Callable[[], NameIndex]) -> None:
        self._graph, self._index = graph, index
        self._ups: dict[str, list[tuple[str, str, str]]] = {}
        self._linked: dict[str, About] = {}

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
        for topic in topics:
            chain = self._chain(start, topic, steps, abouts)
            if abouts[topic].retracted:
                found.append(State("retracted", f"{abouts[topic].name} was retracted", chain))
            found += self._superseded(topic, chain, abouts[topic])
            if topic == start.own or abouts[topic].kind == _SOURCES:
                found += _contested(chain, abouts[topic].name, against.get(topic, ()))
        for one in figures:
            found += _contested(one.chain, one.name, one.sides)
        found += self._stale(start, steps, abouts)
        return tuple(sorted(found, key=lambda one: (_STATES.index(one.state), len(one.chain))))

    # ---- what it rests on, over any number of steps ------------------------------------------------------------------

    def upstream(self, start: Start) -> dict[str, Step]:
        """Return the topics on which a target rests, in the order of steps; a circle ends where it began."""
        found: dict[str, Step] = {}
        for topic, how in start.rests:
            if topic != start.own and topic not in found:
                found[topic] = Step("", how, None)
        frontier = [start.own, *found] if start.whole else [*found]
        while frontier:
            self._read(frontier)
            nexts = []
            parts = self._graph.parts(part for one in frontier for _, _, part in self._ups[one] if part)
            for topic in frontier:
                for upstream, how, part in self._ups[topic]:
                    if upstream != start.own and upstream not in found:
                        found[upstream] = Step(topic if topic != start.own else "", how, parts.get(part))
                        nexts.append(upstream)
            frontier = nexts
        return found

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

    def _chain(
        self, start: Start, topic: str, steps: Mapping[str, Step], abouts: Mapping[str, About]
    ) -> tuple[Link, ...]:  # fmt: skip
        """Return the way from the target to a topic."""
        back: list[Link] = []
        while topic and topic != start.own:
            step = steps[topic]
            about = abouts[topic]
            back.append(Link(about.name, about.span, about.date, step.way))
            topic = step.before
        return (start.link, *reversed(back))

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

    def _superseded(self, topic: str, chain: tuple[Link, ...], about: About) -> list[State]:
        """Return that a topic was superseded, by way of all that superseded in turn what superseded it."""
        if topic not in self._newer:
            return []
        links, seen, at = list(chain), {topic}, topic
        while at in self._newer:
            new = next((pair for pair in self._newer[at] if pair[0] not in seen), None)
            if new is None:
                links.append(
                    replace(self._link(self._newer[at][0][0], "superseded by"), way="superseded by, in a circle,")
                )
                break
            at = new[0]
            seen.add(at)
            links.append(self._link(at, "superseded by"))
        abouts = self._graph.abouts([at, *(new for new, _ in self._newer[topic])])
        more = sorted({abouts[new].name for new, _ in self._newer[topic] if new not in seen})
        words = f"{about.name} was superseded by {links[-1].name}"
        words += ", which was retracted" if abouts[at].retracted else ""
        words += f"; also by {', '.join(more)}" if more else ""
        return [State("superseded", words, tuple(links))]

    def _link(self, topic: str, how: str) -> Link:
        if topic not in self._linked:  # all that supersede anything, at once: each page of a chain begins one
            self._linked.update(self._graph.abouts({topic, *(new for some in self._newer.values() for new, _ in some)}))
        about = self._linked[topic]
        return Link(about.name, about.span, about.date, how)

    # ---- stale -------------------------------------------------------------------------------------------------------

    def _stale(self, start: Start, steps: Mapping[str, Step], abouts: Mapping[str, About]) -> list[State]:
        """Return which page on the way, that of the target first, is older than what it rests on."""
        found = []
        own = abouts[start.own]
        newer = [topic for topic in steps if _is_newer(abouts[topic], own)]
        if newer and own.kind != _SOURCES:
            newest = max(newer, key=lambda one: (abouts[one].date, one))
            chain = self._chain(start, newest, steps, abouts)
            found.append(State("stale", _older(own, abouts[newest]), chain))
        for topic, step in steps.items():
            if step.before and abouts[step.before].kind != _SOURCES and _is_newer(abouts[topic], abouts[step.before]):
                chain = self._chain(start, topic, steps, abouts)
                found.append(State("stale", _older(abouts[step.before], abouts[topic]), chain))
        return found


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
