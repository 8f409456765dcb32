"""The answer: everything behind a target, put together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.links import name_keys
from kg.why import grounds, sides
from kg.why.graph import Graph
from kg.why.grounds import Earlier
from kg.why.records import About, Ground, Link, Part, Side, State, Why
from kg.why.resting import Rests
from kg.why.standing import Against, Standing, Start, Step
from kg.why.target import Meant

if TYPE_CHECKING:
    from kg.links.name_tables import NameIndex
    from kg.links.resolve import Listed

# Gives the earliest generation in which a part stood as it does, and whose sources at some paths were others.
Remember = Callable[[Part, Sequence[str]], Earlier | None]


class Answering:
    """Answers about one generation."""

    def __init__(self, graph: Graph, pages: "Mapping[str, Listed]", remember: Remember) -> None:
        self._graph, self._remember = graph, remember
        self._standing = Standing(graph, _index(pages))
        self._rests = Rests(graph)

    def of(self, target: Meant) -> tuple[Why, ...]:
        """Return the answer about a page, or about each part that is meant."""
        if not target.parts:
            return (self._page(target.topic),)
        found = grounds.of_parts(self._graph, target.parts)
        return tuple(self._part(part, found[part.iri]) for part in target.parts)

    # ---- a part of a page --------------------------------------------------------------------------------------------

    def _part(self, part: Part, basis: Sequence[Ground]) -> Why:
        graph = self._graph
        about = graph.abouts([part.topic])[part.topic]
        rests = tuple((one.about.topic, one.way) for one in basis if one.way != "about")
        link = Link(part.kind, part.span, about.date)
        start = Start(link, part.topic, rests, whole=about.kind == "SourcePage")
        supports, contradicts, states = self._both_sides(start, self._standing.upstream(start), [part.iri], basis)
        paths = [one.about.path for one in basis if one.about.path]
        earlier = self._remember(part, paths) if paths else None
        return Why(
            kind=part.kind,
            iri=part.iri,
            about=about,
            part=part,
            verdicts=graph.verdicts([part.iri]).get(part.iri, ()),
            grounds=tuple(basis),
            gone=grounds.gone(graph, part, basis, earlier),
            supports=supports,
            contradicts=contradicts,
            resting=self._rests.on_part(part),
            states=states,
        )

    def _both_sides(
        self, start: Start, steps: Mapping[str, Step], nodes: Iterable[str], basis: Sequence[Ground] = ()
    ) -> tuple[tuple[Side, ...], tuple[Side, ...], tuple[State, ...]]:
        """Return what supports and contradicts a target, and the states that follow from that and from its upstream."""
        graph, nodes = self._graph, [*nodes]
        topics = sides.of_topics(graph, [start.own, *steps])
        same = sides.of_statements(graph, [*nodes, *(one.part.iri for one in basis if one.part)])
        themes = sides.themes(graph, [*nodes, start.own])
        own = [*nodes, start.own]
        supports = [side for node in own for by_node in (same, topics) for side in by_node.supports.get(node, ())]
        against = [side for node in own for by_node in (same, topics) for side in by_node.contradicts.get(node, ())]
        weighed = [side for node in own for side in themes.get(node, ())]
        figures = [Against((start.link,), "it", same.contradicts.get(node, ())) for node in nodes]
        figures += [_against(start, one, same.contradicts.get(one.part.iri, ())) for one in basis if one.part]
        states = self._standing.of(start, steps, topics.contradicts, figures)
        return tuple(dict.fromkeys(supports)), tuple(dict.fromkeys([*against, *weighed])), states

    # ---- a page ------------------------------------------------------------------------------------------------------

    def _page(self, topic: str) -> Why:
        graph = self._graph
        about = graph.abouts([topic])[topic]
        start = Start(Link(about.name, about.span, about.date), topic, (), whole=True)
        steps = self._standing.upstream(start)
        supports, contradicts, states = self._both_sides(start, steps, ())
        abouts = graph.abouts(steps)
        found = tuple(Ground(step.way, abouts[one], step.part) for one, step in steps.items() if not step.before)
        return Why(
            kind="page",
            iri=about.page or topic,
            about=about,
            grounds=tuple(sorted(found, key=_dated)),
            supports=supports,
            contradicts=contradicts,
            resting=self._rests.on_page(topic),
            states=states,
        )


def _against(start: Start, ground: Ground, contradicting: tuple[Side, ...]) -> Against:
    """Return what contradicts a statement on which a target rests."""
    span = ground.part.span if ground.part else ground.about.span
    return Against((start.link, Link(ground.about.name, span, ground.about.date, ground.way)), "it", contradicting)


def _dated(ground: Ground) -> tuple[str, str, str]:
    about: About = ground.about
    return about.date, about.path, ground.way


def _index(pages: "Mapping[str, Listed]") -> "Callable[[], NameIndex]":
    return lambda: name_keys.index_of(pages)
