"""What the lines that leave say of topics and statements, looked up by node and property."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.model.records import dataclass
from kg.rdf import names

_TYPE = names.expand("rdf:type")
_NAMES = ("schema:name", "foaf:name", "dcterms:title", "rdfs:label")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: nothing of it where the page is not among what leaves."""

    path: str = ""
    line: int = 0
    column: int = 0


class Facts:
    """The values of properties by nodes; values are texts, and IRIs are texts, too."""

    def __init__(self, lines: Iterable[bytes], base: str) -> None:
        self.base = base
        self._said: dict[str, dict[str, set[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(set))
        self.of_kind: dict[str, set[str]] = defaultdict(set)
        # The lines of a page's text are most of what a wiki says, and none of what is asked here.
        pages = f"<{base}page/".encode()
        text = b"".join(
            line for line in lines if not line.startswith(pages) or b"#" not in line[len(pages) : line.index(b" ")]
        )
        for quad in parse(input=text, format=RdfFormat.N_QUADS):
            node, value = quad.subject, quad.object
            if isinstance(node, NamedNode) and isinstance(value, NamedNode | Literal):
                self._said[node.value][quad.predicate.value].add(value)
                if quad.predicate.value == _TYPE:
                    self.of_kind[value.value].add(node.value)

    def all(self, node: str, word: str) -> list[str]:
        """Return the values of a property, sorted."""
        return sorted({term.value for term in self.terms(node, word)})

    def terms(self, node: str, word: str) -> list[NamedNode | Literal]:
        """Return the values of a property as terms, sorted."""
        return sorted(self._said[node].get(names.expand(word), ()), key=str) if node in self._said else []

    def links(self, node: str, word: str) -> list[str]:
        """Return the nodes that a property leads to, sorted; a text is none."""
        return sorted({term.value for term in self.terms(node, word) if isinstance(term, NamedNode)})

    def one(self, node: str, word: str) -> str:
        """Return the first value of a property, empty where it has none."""
        return next(iter(self.all(node, word)), "")

    def kinds(self, node: str) -> list[str]:
        """Return the classes of a node, as short as may be."""
        return [names.shorten(kind) for kind in self.all(node, "rdf:type")]

    def nodes(self, word: str) -> list[str]:
        """Return the nodes of a class: statements in the order of their places, others by their names."""
        return sorted(self.of_kind.get(names.expand(word), ()), key=lambda node: (*self._order(node), node))

    def _order(self, node: str) -> tuple[str, int]:
        place = self.place(node)
        return (place.path or self.path(node), place.line)

    def label(self, node: str) -> str:
        """Return what a node is called."""
        return next(
            filter(None, (self.one(node, word) for word in _NAMES)), unquote(node.rstrip("/").rpartition("/")[2])
        )

    def path(self, topic: str) -> str:
        """Return the path of the page on which a topic is described, empty for none."""
        return next((path for page in self.all(topic, "nr:describedOn") for path in self.all(page, "nr:path")), "")

    def place(self, statement: str) -> Place:
        """Return where a statement stands."""
        line, column = self.one(statement, "nr:line"), self.one(statement, "nr:column")
        topic = self.one(statement, "nr:reportedIn") or self.one(statement, "rdf:subject") or self._owner(statement)
        return Place(self.path(topic), int(line or 0), int(column or 0)) if line else Place(self.path(topic))

    def _owner(self, statement: str) -> str:
        """Return the topic in whose name a statement is named."""
        kind, _, rest = statement.removeprefix(self.base).partition("/")
        return f"{self.base}id/{rest.rpartition('/')[0]}" if kind in ("claim", "quote", "connection") else ""

    def grade(self, claim: str) -> str:
        """Return the grade of a claim: fact, analysis, forecast, or nothing."""
        return self.one(claim, "nr:epistemicType").rpartition("#")[2]

    @cached_property
    def _quotes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for quote in self.nodes("nr:Quote"):
            for source in self.all(quote, "nr:reportedIn"):
                found[source].append(quote)
        return found

    def quotes_of(self, claim: str) -> list[str]:
        """Return the quotes of a claim's source that a claimant spoke."""
        voices = {*self.all(claim, "nr:claimant")}
        quotes = [quote for source in self.all(claim, "nr:reportedIn") for quote in self._quotes.get(source, ())]
        return [quote for quote in quotes if voices & {*self.all(quote, "nr:speaker")}]

    @cached_property
    def connections(self) -> list[tuple[str, str, str, str]]:
        """Every connection with each of its subjects, relations and objects, in the order of their places."""
        return [
            (node, subject, relation, value)
            for node in self.nodes("nr:Connection")
            for subject in self.all(node, "rdf:subject")
            for relation in self.all(node, "rdf:predicate")
            for value in self.all(node, "rdf:object")
        ]

    @cached_property
    def topics(self) -> list[str]:
        """The topics that have a page, and those that statements name, by their pages and names."""
        begins = (f"{self.base}id/", f"{self.base}agent/")
        found = {node for node in self._said if node.startswith(begins)}
        for _, subject, _, value in self.connections:
            found |= {node for node in (subject, value) if node.startswith(begins)}
        return sorted(found, key=lambda node: (self.path(node), node))

    def relation(self, iri: str) -> str:
        """Return the word of a relation."""
        return unquote(iri.rpartition("/")[2]) if iri.startswith(f"{self.base}relation/") else iri.rpartition("#")[2]

    def sources(self) -> Iterator[str]:
        """Yield the topics in which claims or quotes are reported, and those that are sources, in their order."""
        kept = {*self.of_kind.get(names.expand("nr:Source"), ())}
        for kind in ("nr:Claim", "nr:Quote"):
            kept |= {
                source
                for node in self.of_kind.get(names.expand(kind), ())
                for source in self.all(node, "nr:reportedIn")
            }
        yield from sorted(kept, key=lambda node: (self.path(node), node))
