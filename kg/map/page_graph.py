"""The two graphs of one page while they are filled: its facts, and the places of its parts."""

from collections.abc import Mapping

from kg.links.resolve import Answer
from kg.map import link_facts
from kg.model.page import Link, Place
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.names import PageName
from kg.rdf.nquads import Graph
from kg.settings.dialect import Dialect

_NARRATIVE = frozenset({"OverviewPage", "ContradictionPage", "SynthesisPage", "TimelinePage", "TrailPage", "RootPage"})
Answers = Mapping[tuple[str, bool], Answer]


@dataclass(frozen=True, slots=True)
class PageGraph:
    """Everything that the parts of one page are mapped with."""

    base: str
    name: PageName
    dialect: Dialect
    answers: Answers
    facts: Graph
    places: Graph
    page: str
    topic: str
    topic_class: str
    page_class: str

    def meant(self, slug: str, *, anchored: bool = False) -> str:
        """Return the topic that a slug on this page means, in angle brackets."""
        return f"<{names.topic_iri(self.base, self.answers[slug, anchored].topic)}>"

    def target(self, link: Link) -> str | None:
        """Return the topic that a link names; an empty link and one to an attachment name none."""
        asked = link_facts.asked(link)
        return self.meant(asked[0], anchored=asked[1]) if self.answers[asked].topic else None

    def part(self, fragment: str) -> str:
        """Return a part of the page, in angle brackets."""
        return f"{self.page[:-1]}#{fragment}>"

    def put_link(self, topic: str | None) -> None:
        """Say that the page links to a topic in its own text, and that it draws on it where it is narrative."""
        self.facts.add(
            self.page, ("nr:linksTo", topic), ("nr:drawsOn", topic if self.page_class in _NARRATIVE else None)
        )

    def put_place(self, part: str, place: Place) -> None:
        """Say where a part stands."""
        self.places.add_numbers(
            part,
            ("nr:line", place.line),
            ("nr:column", place.column),
            ("nr:start", place.start),
            ("nr:end", place.end),
        )
        if place.end_line != place.line:
            self.places.add_numbers(part, ("nr:endLine", place.end_line), ("nr:endColumn", place.end_column))
