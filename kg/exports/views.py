"""Views: what of the graph a reader likes to see, by the properties that templates/views.toml lists."""

import tomllib
from collections.abc import Mapping
from functools import cache

from pyoxigraph import Quad

from kg.model import declared
from kg.model.records import dataclass
from kg.rdf import names

_KINDS = {
    "claim/": "statement", "quote/": "statement", "connection/": "statement", "id/": "topic", "agent/": "topic",
    "cluster/": "topic", "page/": "page", "original/": "topic",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """The properties that stay of each kind of node; `relations` are those between topics: a wiki has its own."""

    base: str
    kept: Mapping[str, frozenset[str]]
    relations: bool

    @property
    def statements(self) -> bool:
        """Whether claims and quotes stay."""
        return "statement" in self.kept

    def kind(self, iri: str) -> str:
        """Return what kind of node an IRI names: statement, topic, page, else match."""
        below = iri.removeprefix(self.base) if iri.startswith(self.base) else ""
        begin = below[: below.find("/") + 1]
        return _KINDS.get(begin, "match")

    def keeps(self, quad: Quad) -> bool:
        """Tell whether a quad stays."""
        kind, predicate = self.kind(str(getattr(quad.subject, "value", ""))), quad.predicate.value
        if predicate in self.kept.get(kind, ()):
            return True
        return self.relations and kind == "topic" and self.kind(str(getattr(quad.object, "value", ""))) == "topic"


def read(name: str, base: str) -> View:
    """Return a view of a wiki."""
    table = _tables()[name]
    kept = {kind: frozenset(map(names.expand, words)) for kind, words in table.items() if isinstance(words, list)}
    return View(base, kept, bool(table.get("relations")))


@cache
def _tables() -> dict[str, dict[str, object]]:
    return tomllib.loads(declared.read("templates/views.toml"))
