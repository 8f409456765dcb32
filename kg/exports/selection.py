"""What of a generation leaves: topics, pages, graphs, the answer of a query; with what that needs, and as a view."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QueryTriples, RdfFormat, serialize

from kg.ask import query
from kg.ask.query import Answer, Vocabulary
from kg.exports import graphs, views
from kg.exports.closure import STATEMENTS, Closure, iri
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import names
from kg.store.reading import Reading

# How a statement, or another topic, speaks of a topic.
_SPEAKING = (
    "nr:claimant",
    "nr:speaker",
    "nr:reportedIn",
    "schema:mentions",
    "nr:heldBy",
    "nr:evidence",
    "rdf:subject",
    "rdf:object",
)
_LINE = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What a person wants to leave: everything where nothing is named, else all of what is named together.

    `answer` gives the answer of a query, called `query` in messages.
    """

    topics: Sequence[str] = ()
    pages: Sequence[str] = ()
    graphs: Sequence[str] = ()
    answer: Callable[[], Answer] | None = None
    query: str = ""
    view: str = "full"

    @property
    def everything(self) -> bool:
        """Whether nothing is named."""
        return not (self.topics or self.pages or self.graphs or self.answer)


def lines(reading: Reading, choice: Wanted) -> list[bytes]:
    """Return the quads that leave, as sorted lines of N-Quads."""
    if choice.view == "full" and not (choice.topics or choice.pages or choice.answer):
        return graphs.lines(reading.quads, reading.base, choice.graphs)
    found = _Selection(reading, choice)
    text = serialize(found.quads(), format=RdfFormat.N_QUADS) or b""
    return sorted(text.splitlines(keepends=True))


def path_of(reading: Reading, name: str) -> str:
    """Return the path of a page by its path, file name, title or alias; raise KgError where none is called so."""
    if name in reading.pages:
        return name
    topic = query.topic(name, Vocabulary(reading.base, reading.pages), reading.quads).value
    for path, page in reading.pages.items():
        if names.topic_iri(reading.base, page.topic) == topic:
            return path
    raise KgError(f"no page of this wiki is about '{name}'; name a page by its path, file name, title or alias")


class _Selection:
    """What is wanted of a generation, looked up."""

    def __init__(self, reading: Reading, choice: Wanted) -> None:
        self._reading = reading
        self._store, self._base, self._pages = reading.quads, reading.base, reading.pages
        self._wanted = choice
        self._parts: set[NamedNode] = set()
        self._whole: set[NamedNode] = {graphs.named(self._store, self._base, name) for name in choice.graphs}
        self._named: set[NamedNode] = set()
        self._made: set[Quad] = set()
        for name in choice.topics:
            self._add_topic(name)
        for name in choice.pages:
            self._add_page(name)
        if choice.answer:
            self._add_answer(choice.answer())

    def quads(self) -> set[Quad]:
        """Return the quads that leave."""
        closure = Closure(self._store)
        if self._wanted.view == "full":
            closure.add(self._parts)
            for graph in self._whole | self._named:
                said = [*self._store.quads_for_pattern(None, None, None, graph)]
                closure.quads.update(said)
                if graph in self._named:
                    closure.name(said)
            return closure.quads | self._made
        view = views.read(self._wanted.view, self._base)
        closure.add(self._of_kinds(STATEMENTS[:2]) if view.statements else ())
        kept = {quad for quad in closure.quads if view.keeps(quad)}
        return kept | (self._topics(view) if view.relations else set()) | self._made

    def _of_kinds(self, kinds: Iterable[str]) -> set[NamedNode]:
        """Return the statements of some kinds among what is selected."""
        found = set()
        for kind in kinds:
            for quad in self._store.quads_for_pattern(None, iri("rdf:type"), iri(kind), None):
                if isinstance(quad.subject, NamedNode) and self._selects(quad.subject, quad.graph_name):
                    found.add(quad.subject)
        return found

    def _selects(self, node: NamedNode, graph: object) -> bool:
        return self._wanted.everything or node in self._parts or graph in self._whole or graph in self._named

    def _topics(self, view: views.View) -> set[Quad]:
        """Return what a view keeps of the topics among what is selected, with the names of what they lead to."""
        closure = Closure(self._store)
        described = iri("nr:describedOn")
        nodes = {node for node in self._parts if view.kind(node.value) == "topic"}
        for quad in self._store.quads_for_pattern(None, described, None, None):
            if isinstance(quad.subject, NamedNode) and self._selects(quad.subject, quad.graph_name):
                nodes.add(quad.subject)
        for node in sorted(nodes, key=lambda one: one.value):
            said = [quad for quad in self._store.quads_for_pattern(node, None, None, None) if view.keeps(quad)]
            closure.quads.update(said)
            closure.name(said)
            for page in closure.objects(node, "nr:describedOn"):
                closure.quads.update(self._store.quads_for_pattern(page, None, None, None))
        return {quad for quad in closure.quads if view.keeps(quad)}

    # ---- what is named -----------------------------------------------------------------------------------------------

    def _add_topic(self, name: str) -> None:
        topic = query.topic(name, Vocabulary(self._base, self._pages), self._store)
        self._parts.add(topic)
        statements = {iri(kind) for kind in STATEMENTS}
        for word in _SPEAKING:
            for quad in self._store.quads_for_pattern(None, iri(word), topic, None):
                if isinstance(quad.subject, NamedNode) and statements & self._kinds(quad.subject):
                    self._parts.add(quad.subject)

    def _kinds(self, node: NamedNode) -> set[object]:
        return {quad.object for quad in self._store.quads_for_pattern(node, iri("rdf:type"), None, None)}

    def _add_page(self, name: str) -> None:
        page = self._pages[path_of(self._reading, name)].name
        self._named |= {NamedNode(names.graph_iri(self._base, page)), NamedNode(names.provenance_iri(self._base, page))}

    def _add_answer(self, answer: Answer) -> None:
        """Add the triples of a CONSTRUCT, or the parts that the rows of a SELECT name by IRI or by place."""
        if isinstance(answer, QueryBoolean):
            raise KgError(
                f"query '{self._wanted.query}' gives true or false; to select what leaves, write SELECT or CONSTRUCT"
            )
        if isinstance(answer, QueryTriples):
            self._made.update(Quad(one.subject, one.predicate, one.object) for one in answer)
            return
        columns = [one.value for one in answer.variables]
        rows = [dict(zip(columns, row, strict=True)) for row in answer]
        nodes = {value for row in rows for value in row.values() if isinstance(value, NamedNode)}
        known = {
            node for node in nodes if next(self._store.quads_for_pattern(node, None, None, None), None) is not None
        }
        placed = self._placed(_places(rows))
        if rows and not known | placed:
            has = ", ".join(columns)
            raise KgError(
                f"query '{self._wanted.query}' selects no part; its columns are {has}: "
                "give it one of IRIs, or path and line"
            )
        self._parts |= placed or known

    def _placed(self, places: Iterable[tuple[str, int]]) -> set[NamedNode]:
        """Return the statements that begin at some lines of pages."""
        found: set[NamedNode] = set()
        wanted: dict[str, set[int]] = {}
        for path, line in places:
            wanted.setdefault(path, set()).add(line)
        begins = tuple(f"{self._base}{kind}/" for kind in ("claim", "quote", "connection"))
        for path in sorted(wanted.keys() & {*self._pages}):
            graph = NamedNode(names.provenance_iri(self._base, self._pages[path].name))
            for quad in self._store.quads_for_pattern(None, iri("nr:line"), None, graph):
                node, number = quad.subject, quad.object
                if isinstance(node, NamedNode) and isinstance(number, Literal) and node.value.startswith(begins):
                    found |= {node} if int(number.value) in wanted[path] else set()
        return found


def _places(rows: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, int]]:
    """Yield the places that rows name in columns `path` and `line`."""
    for row in rows:
        path, line = row.get("path"), row.get("line")
        if isinstance(path, Literal) and isinstance(line, Literal) and _LINE.fullmatch(line.value):
            yield path.value, int(line.value)
