"""The two graphs of one page while they are filled: its facts, and the places of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.links.resolve import Answer
from kg.model.page import Link, Place
from kg.rdf import names
from kg.rdf.names import PageName
from kg.rdf.nquads import Graph, number
from kg.settings.dialect import Dialect

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

    def known(self, link: Link) -> bool:
        """Tell whether a link names anything: an empty link and one to an attachment have no topic."""
        return bool(self.answers[link.slug, bool(link.anchor)].topic)

    def part(self, fragment: str) -> str:
        """Return a part of the page, in angle brackets."""
        return f"{self.page[:-1]}#{fragment}>"

    def put_place(self, part: str, place: Place) -> None:
        """Say where a part stands."""
        self.places.add(
            part,
            ("nr:line", number(place.line)),
            ("nr:column", number(place.column)),
            ("nr:start", number(place.start)),
            ("nr:end", number(place.end)),
            ("nr:endLine", number(place.end_line) if place.end_line != place.line else None),
            ("nr:endColumn", number(place.end_column) if place.end_line != place.line else None),
        )
