"""The best way between two topics, by what each step costs, and the line behind each step."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from kg.model.records import dataclass
from kg.network import libraries
from kg.network.links import COSTS, Links
from kg.rdf import names, sparql_text

# A cost counts so many times as much as a step, so that of ways which cost the same the one of fewer steps is taken.
_COST, _STEP = 1 << 20, 1


_TOPIC, _PATH = (NamedNode(names.expand(name)) for name in ("foaf:primaryTopic", "nr:path"))


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


def plain(links: Links) -> Links:
    """Return links of which every step costs 1, whatever the line says: the newsroom's own distance."""
    return Links(links.topics, dict.fromkeys(links.costs, 10))


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
    steps = itertools.pairwise(topics)
    return sum(min(links.costs.get((a, b), far), links.costs.get((b, a), far)) for a, b in steps)


def lines(store: Store, base: str, one: str, other: str) -> list[Line]:
    """
    Return the lines that join two topics, the most telling first, then in the order of their places.

    Where none of the lines counts by itself, as in a list that a tool wrote, all that name the other end are returned.
    """
    forward = _lines(store, base, one, other)
    backward = (replace(line, forward=False) for line in _lines(store, base, other, one))
    found = {*forward, *backward}
    counting = {line for line in found if line.kind in COSTS} or found
    return sorted(
        counting, key=lambda line: (COSTS.get(line.kind, 0), line.path, line.line, line.column, line.relation)
    )


def _lines(store: Store, base: str, source: str, target: str) -> Iterator[Line]:
    """Yield the lines of the pages about one topic that name another."""
    query = sparql_text.declared_query("network/step").text
    for page in store.quads_for_pattern(None, _TOPIC, NamedNode(source), None):
        path = next((quad.object for quad in store.quads_for_pattern(page.subject, _PATH, None, page.graph_name)), None)
        if not isinstance(path, Literal) or not isinstance(page.graph_name, NamedNode):
            continue
        places = NamedNode(f"{base}prov/{page.graph_name.value.removeprefix(f'{base}graph/')}")
        asked = {"facts": page.graph_name, "places": places, "target": NamedNode(target)}
        for row in sparql_text.select(store, sparql_text.bind(query, asked)):
            kind = _kind(row)
            words, line, column = (_value(row, name) for name in ("words", "line", "column"))
            yield Line(True, kind, _relation(row, kind), words, path.value, int(line), int(column))  # noqa: FBT003


def _value(row: QuerySolution, name: str) -> str:
    term = row[name]
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _kind(row: QuerySolution) -> str:
    """Return the kind of a line, as queries/network/links.rq has it; `list` for one that does not count."""
    if row["relation"] is not None:
        return "related" if _value(row, "relation") == names.expand("nr:relatesTo") else "connection"
    if row["source"] is not None:
        return "statement"
    if row["key"] is not None:
        return "field"
    return "text" if row["authored"] is not None else "list"


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
