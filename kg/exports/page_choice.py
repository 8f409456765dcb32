"""Which pages leave with a form that is made of whole pages: those named, those around a topic, those of an answer."""

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from kg.ask import query
from kg.ask.query import Answer, Vocabulary
from kg.exports.selection import Wanted, path_of
from kg.model.kg_error import KgError
from kg.rdf import names, sparql_text
from kg.store.reading import Reading


def paths(reading: Reading, choice: Wanted) -> frozenset[str] | None:
    """Return the paths of the pages that a person wants to leave; None for all, where nothing is named."""
    if choice.everything:
        return None
    found = {path_of(reading, name) for name in choice.pages}
    for name in choice.topics:
        found |= _around(reading, name)
    if choice.answer:
        found |= _of_answer(reading, choice.answer(), choice.query)
    return frozenset(found)


def _around(reading: Reading, name: str) -> set[str]:
    """Return the page about a topic, those that name it, and those that its own page links to."""
    topic = query.topic(name, Vocabulary(reading.base, reading.pages), reading.quads)
    text = sparql_text.bind(sparql_text.declared_query("site/around").text, {"topic": topic})
    found = {row["path"].value for row in sparql_text.select(reading.quads, text)} & {*reading.pages}
    if not found:
        raise KgError(f"no page is about '{name}' or names it; name another topic, or a page with --page")
    return found


def _of_answer(reading: Reading, answer: Answer, name: str) -> set[str]:
    """Return the pages that the rows of a SELECT name, by path, or by the IRI of a page, a topic or a part."""
    if isinstance(answer, (QueryBoolean, QueryTriples)):
        raise KgError(f"query '{name}' names no page; to choose pages, write a SELECT with their IRIs or a column path")
    columns, rows = [one.value for one in answer.variables], _rows(answer)
    known = _Homes(reading)
    found = {path for row in rows for path in known.of(row)}
    if not found:
        has = ", ".join(columns)
        raise KgError(f"query '{name}' names no page; its columns are {has}: give it one of IRIs, or path")
    return found


def _rows(answer: QuerySolutions) -> list[Mapping[str, object]]:
    columns = [one.value for one in answer.variables]
    return [dict(zip(columns, row, strict=True)) for row in answer]


class _Homes:
    """The page of everything that has one."""

    def __init__(self, reading: Reading) -> None:
        self._store, self._paths = reading.quads, reading.pages
        self._known: dict[str, str] = {}
        self._graphs: dict[str, str] = {}
        for path, page in reading.pages.items():
            self._graphs[names.graph_iri(reading.base, page.name)] = path
            self._known[names.page_iri(reading.base, page.name)] = path
            self._known[names.topic_iri(reading.base, page.topic)] = path

    def of(self, row: Mapping[str, object]) -> Iterator[str]:
        """Yield the pages that a row names."""
        path = row.get("path")
        if isinstance(path, Literal) and path.value in self._paths:
            yield path.value
            return
        yield from self._of_nodes(value for value in row.values() if isinstance(value, NamedNode))

    def _of_nodes(self, nodes: Iterable[NamedNode]) -> Iterator[str]:
        for node in nodes:
            if node.value in self._known:
                yield self._known[node.value]
                continue
            for quad in self._store.quads_for_pattern(node, None, None, None):
                graph = quad.graph_name
                if isinstance(graph, NamedNode) and graph.value in self._graphs:
                    yield self._graphs[graph.value]
