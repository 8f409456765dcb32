"""What rests on something, over any number of steps: sentences that cite it, and those that cite the pages of these."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.compare import ways
from kg.model.records import dataclass
from kg.rdf import names
from kg.why import grounds, notes
from kg.why.graph import Graph, first
from kg.why.grounds import DERIVED, Cited
from kg.why.notes import Label
from kg.why.records import About, Part, Resting

_STATEMENTS = ("claim", "quote")
_LINK, _SENTENCE = names.NR + "Link", names.NR + "Sentence"


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
        return self._onwards([part], {part.iri}, [])

    def on_page(self, topic: str) -> tuple[Resting, ...]:
        """Return what rests on a page: what it reports itself, sentences that link to it, pages that list it."""
        graph = self._graph
        about = graph.abouts([topic])[topic]
        reported = grounds.statements(graph, [topic]).get(topic, ()) if about.kind == "SourcePage" else ()
        found = [Resting(1, "reported", part, about.path, about.page) for part in reported]
        seen = {part.iri for part in reported}
        self._read([topic])
        for one in self._citing[topic]:
            if one.part.topic != topic and one.part.iri not in seen:
                seen.add(one.part.iri)
                found.append(Resting(1, "anchored" if one.cited.anchors else "cites", one.part, about.path, about.page))
        found += [one for one in self._by_page(about) if one.part.iri not in seen]
        if about.kind != "SourcePage" and about.kind not in DERIVED:
            return _sorted(found)  # who links to a person or an idea does not rest on the words of its page
        frontier = [one.part for one in found if one.way not in ("lists", "step", "member")]
        return self._onwards(frontier, seen, found)

    def _by_page(self, about: About) -> list[Resting]:
        """Return the pages that rest on a topic as a whole: that list it, lead to it, or gather it."""
        graph = self._graph
        rows = [*graph.rows("downstream", [about.topic])]
        parts = graph.parts(row["part"].value for row in rows if row["part"] is not None)
        lines = {(row["way"].value, row["part"].value) for row in rows if row["part"] is not None}
        found = [Resting(1, how, parts[one], about.path, about.page) for how, one in sorted(lines) if one in parts]
        gathering = graph.abouts(row["about"].value for row in rows if row["about"] is not None)
        found += [Resting(1, "member", page(one), about.path, about.page) for one in gathering.values() if one.path]
        return [one for one in found if one.part.topic != about.topic]

    def _onwards(self, frontier: list[Part], before: set[str], rests: list[Resting]) -> tuple[Resting, ...]:
        """Return what was found and all that rests on the parts that were found last, step by step."""
        step = max((one.step for one in rests), default=0)
        while frontier:
            step += 1
            self._read(part.topic for part in frontier)
            nexts = []
            for part in frontier:
                for one in self._citing[part.topic]:
                    how = "" if one.part.iri in before else self._way(part, one)
                    if how:
                        before.add(one.part.iri)
                        rests.append(Resting(step, how, one.part, str(part.span), part.iri))
                        nexts.append(one.part)
            frontier = sorted(nexts, key=lambda one: (one.span, one.iri))
        return _sorted(rests)

    def _way(self, part: Part, one: _Citing) -> str:
        """Return how a sentence that cites the page of a part rests on that part; nothing where it does not."""
        is_own = one.part.topic == part.topic
        if part.kind in _STATEMENTS:
            how = ways.way(grounds.said(self._graph, part), one.cited)
            return "" if is_own and how == "cited" else how
        if is_own:
            return ""
        if part.page_kind not in DERIVED:
            return ""
        if one.cited.anchors:
            return "anchored" if part.section_slug in one.cited.anchors else ""
        return "derived"

    def _read(self, topics: Iterable[str]) -> None:
        """Read which sentences cite some topics."""
        graph = self._graph
        new = {*topics} - self._citing.keys()
        rows = [(row["topic"].value, row["link"].value, row["part"].value) for row in graph.rows("citing", new)]
        links = graph.said(link for _, link, _ in rows)
        authored = self._authored(part for _, _, part in rows)
        anchors: dict[tuple[str, str], set[str]] = defaultdict(set)
        footnotes: dict[tuple[str, Label], set[str]] = defaultdict(set)
        for topic, link, part in rows:
            said = links[link]
            if _LINK in said.get(names.expand("rdf:type"), ()) and part in authored:
                label = notes.label_at(authored[part], int(first(said, "nr:line") or 0))
                place = footnotes[topic, label] if label else anchors[topic, part]
                place |= {*said.get(names.expand("nr:anchorSlug"), ())}
        authored |= self._from_notes(footnotes, anchors)
        mentions = graph.said(authored)
        for topic in new:
            self._citing[topic] = []
        for (topic, iri), named in sorted(pair for pair in anchors.items() if pair[0][1] in authored):
            cited = Cited(authored[iri].words, named, grounds.topics_of(mentions[iri]) - {topic})
            self._citing[topic].append(_Citing(authored[iri], cited))

    def _from_notes(
        self, footnotes: Mapping[tuple[str, Label], set[str]], anchors: dict[tuple[str, str], set[str]]
    ) -> dict[str, Part]:
        """Return the sentences that bear the marks of footnotes, which cite what these do."""
        bearing = notes.bearing_sentences(self._graph, (label for _, label in footnotes))
        for (topic, label), sections in footnotes.items():
            for sentence in bearing.get(label, ()):
                anchors[topic, sentence] |= sections
        return self._authored(sentence for some in bearing.values() for sentence in some)

    def _authored(self, nodes: Iterable[str]) -> dict[str, Part]:
        """Return the sentences among some parts that somebody wrote: a generated page or block cites nobody."""
        wanted = {*nodes}
        said = self._graph.said(wanted)
        sentences = {one for one in wanted if _SENTENCE in said[one].get(names.expand("rdf:type"), ())}
        blocks = self._graph.said({first(said[one], "schema:isPartOf") or one for one in sentences})
        marked = {one for one in blocks if first(blocks[one], "nr:generatedBlock")}
        own = {one for one in sentences if (first(said[one], "schema:isPartOf") or one) not in marked}
        return {iri: part for iri, part in self._graph.parts(own).items() if part.page_kind != "GeneratedPage"}


def page(about: About) -> Part:
    """Return a page as a part, for what is said of it as a whole."""
    return Part(about.page, "page", about.span, about.name, about.name, page=about.page, topic=about.topic)


def _sorted(rests: Sequence[Resting]) -> tuple[Resting, ...]:
    return tuple(sorted(rests, key=lambda one: (one.step, one.part.span, one.way, one.part.iri)))
