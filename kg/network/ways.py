"""The best way between two topics, by what each step costs, and the line behind each step."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from kg.network import libraries
from kg.network.links import COSTS, Links
from kg.rdf import names, sparql_text

# A cost counts so many times as much as a step, so that of ways which cost the same the one of fewer steps is taken.
_COST, _STEP = 1 << 20, 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line that names one end of a step on the page of the other: its place, its words, and what it says of them."""

    forward: bool
    kind: str
    relation: str
    words: str
    path: str
    line: int
    column: int


def way(links: Links, one: str, other: str, avoid: Collection[str] = ()) -> list[str] | None:
    """
    Return the topics on the best way from one topic to another, both included; None where there is no way.

    Links are walked in both directions, but through no list: a page that names everything joins nothing. Of equal ways
    the one of fewer steps is taken, then the first in the order of the topics' IRIs.
    """
    closed = {topic.iri for topic in links.topics.values() if topic.lists}.union(avoid) - {one, other}
    if one == other:
        return [one]
    graph = _graph(links, closed)
    if one not in graph or other not in graph:
        return None
    # From the far end: before a topic on its way stand then the topics that come next, of which the first is taken.
    before, _ = libraries.networkx().dijkstra_predecessor_and_distance(graph, other, weight="cost")
    if one not in before:
        return None
    found = [one]
    while found[-1] != other:
        found.append(min(before[found[-1]]))
    return found


def _graph(links: Links, closed: Collection[str]) -> Any:  # noqa: ANN401  # networkx has no types of its own
    graph = libraries.networkx().Graph()
    for (source, target), cost in links.costs.items():
        if source not in closed and target not in closed:
            least = min(cost, links.costs.get((target, source), cost))
            graph.add_edge(source, target, cost=least * _COST + _STEP)
    return graph


def cost(links: Links, topics: Sequence[str]) -> int:
    """Return what a way costs, in tenths."""
    far = max(COSTS.values()) + 1
    steps = zip(topics, topics[1:], strict=False)
    return sum(min(links.costs.get((a, b), far), links.costs.get((b, a), far)) for a, b in steps)


def lines(store: Store, one: str, other: str) -> list[Line]:
    """Return the lines that join two topics, the most telling first, then in the order of their places."""
    query = sparql_text.declared_query("network/step").text
    bound = sparql_text.bind(query, {"one": NamedNode(one), "other": NamedNode(other)})
    found = set(_lines(sparql_text.select(store, bound)))
    return sorted(found, key=lambda line: (COSTS[line.kind], line.path, line.line, line.column, line.relation))


def _lines(rows: Any) -> Iterator[Line]:  # noqa: ANN401  # an iterator of solutions, which the engine does not type
    for row in rows:
        kind = _kind(row)
        if kind:
            yield Line(
                _value(row, "forward") == "true",
                kind,
                _relation(row, kind),
                _value(row, "words"),
                _value(row, "path"),
                int(_value(row, "line")),
                int(_value(row, "column")),
            )


def _value(row: QuerySolution, name: str) -> str:
    term = row[name]
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _kind(row: QuerySolution) -> str:
    """Return the kind of a line, as queries/network/links.rq has it; empty for one that does not count."""
    if row["relation"] is not None:
        return "related" if _value(row, "relation") == names.expand("nr:relatesTo") else "connection"
    if row["source"] is not None:
        return "statement"
    if row["key"] is not None:
        return "field"
    return "text" if row["authored"] is not None else ""


def _relation(row: QuerySolution, kind: str) -> str:
    """Return what a line says of its two ends: the author's word, else the vocabulary's; who speaks; the field."""
    said: Mapping[str, str] = {
        "connection": _value(row, "word") or _local(_value(row, "relation")),
        "related": "",
        "statement": _local(_value(row, "role")) or _local(_value(row, "grade")) or "statement",
        "field": _value(row, "key"),
    }
    return said.get(kind, "")


def _local(iri: str) -> str:
    return iri.rpartition("#")[2] if iri.startswith(names.NR) else iri.rpartition("/")[2]
