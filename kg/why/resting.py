"""What rests on something, over any number of steps: sentences that cite it, and those that cite the pages of these."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.compare import ways
from kg.why import grounds
from kg.why.graph import Graph
from kg.why.grounds import DERIVED, Cited
from kg.why.records import Part, Resting

_STATEMENTS = ("claim", "quote")


@dataclass(frozen=True, slots=True)
class _Citing:
    """A sentence that cites a topic."""

    part: Part
    cited: Cited


class Rests:
    """The search for what rests on one thing; each topic is asked for once, so that circles end."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._citing: dict[str, list[_Citing]] = {}

    def on_part(self, part: Part) -> tuple[Resting, ...]:
        """Return what rests on a part of a page, in the order of steps and places."""
        return self._onwards([(part, str(part.span))], {part.iri}, [])

    def on_page(self, topic: str) -> tuple[Resting, ...]:
        """Return what rests on a page: what it reports itself, the sentences that link to it, the pages that list it."""
        graph = self._graph
        about = graph.abouts([topic])[topic]
        reported = grounds.statements(graph, [topic]).get(topic, ()) if about.kind == "SourcePage" else ()
        found = [Resting(1, "reported", part, about.path) for part in reported]
        seen = {part.iri for part in reported}
        self._read([topic])
        for one in self._citing[topic]:
            if one.part.topic != topic and one.part.iri not in seen:
                seen.add(one.part.iri)
                found.append(Resting(1, "anchored" if one.cited.anchors else "cites", one.part, about.path))
        lists = graph.rows("downstream", [topic])
        parts = graph.parts(row["part"].value for row in lists if row["part"] is not None)
        found += [Resting(1, "lists", part, about.path) for part in parts.values() if part.topic != topic]
        if about.kind != "SourcePage" and about.kind not in DERIVED:
            return _sorted(found)  # who links to a person or an idea does not rest on the words of its page
        frontier = [(one.part, str(one.part.span)) for one in found if one.way != "lists"]
        return self._onwards(frontier, seen, found)

    def _onwards(self, frontier: list[tuple[Part, str]], seen: set[str], found: list[Resting]) -> tuple[Resting, ...]:
        """Return what was found and all that rests on the parts that were found last, step by step."""
        step = max((one.step for one in found), default=0)
        while frontier:
            step += 1
            self._read(part.topic for part, _ in frontier)
            nexts = []
            for part, place in frontier:
                for one in self._citing[part.topic]:
                    how = "" if one.part.iri in seen else self._way(part, one)
                    if how:
                        seen.add(one.part.iri)
                        found.append(Resting(step, how, one.part, place))
                        nexts.append((one.part, str(one.part.span)))
            frontier = sorted(nexts, key=lambda pair: pair[0].span)
        return _sorted(found)

    def _way(self, part: Part, one: _Citing) -> str:
        """Return how a sentence that cites the page of a part rests on that part; nothing where it does not."""
        if one.part.topic == part.topic:
            return ""
        if part.kind in _STATEMENTS:
            return ways.way(grounds.said(self._graph, part), one.cited)
        if part.page_kind not in DERIVED:
            return ""
        if one.cited.anchors:
            return "anchored" if part.section_slug in one.cited.anchors else ""
        return "derived"

    def _read(self, topics: Iterable[str]) -> None:
        """Read which sentences cite some topics."""
        new = {*topics} - self._citing.keys()
        anchors: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self._graph.rows("citing", new):
            found = anchors[row["topic"].value, row["part"].value]
            if row["anchor"].value:
                found.add(row["anchor"].value)
        parts = self._graph.parts(part for _, part in anchors)
        mentions = self._graph.said(parts)
        for topic in new:
            self._citing[topic] = []
        for (topic, iri), named in sorted(anchors.items()):
            if iri in parts:
                cited = Cited(parts[iri].words, named, grounds.topics_of(mentions[iri]) - {topic})
                self._citing[topic].append(_Citing(parts[iri], cited))


def _sorted(found: Sequence[Resting]) -> tuple[Resting, ...]:
    return tuple(sorted(found, key=lambda one: (one.step, one.part.span, one.way, one.part.iri)))
