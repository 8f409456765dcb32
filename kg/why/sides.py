"""What speaks for and against something: typed connections, items under Contradictions, the register, equal claims."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.why.graph import Graph
from kg.why.records import About, Part, Side


@dataclass(frozen=True, slots=True)
class Sides:
    """What supports and what contradicts each of some nodes, by their IRIs, in the order of places."""

    supports: Mapping[str, tuple[Side, ...]]
    contradicts: Mapping[str, tuple[Side, ...]]


def of_topics(graph: Graph, topics: Iterable[str]) -> Sides:
    """Return what speaks for and against the pages about some topics, on both sides' pages."""
    rows = [*graph.rows("relations", topics)]
    parts = graph.parts(row["part"].value for row in rows)
    others = graph.abouts(row["other"].value for row in rows if row["other"] is not None)
    found: dict[str, defaultdict[str, set[Side]]] = {side: defaultdict(set) for side in ("supports", "contradicts")}
    for row in rows:
        part = parts.get(row["part"].value)
        if part:
            other = row["other"].value if row["other"] is not None else ""
            inward = row["inward"].value == "true"
            one = Side(_word(row["word"].value), part, others[other].name if other else "", inward=inward)
            found[row["side"].value][row["topic"].value].add(one)
    return _sorted(found)


def of_statements(graph: Graph, statements: Iterable[str]) -> Sides:
    """Return which statements elsewhere say the same as some claims, or give another figure."""
    rows = [*graph.rows("same", statements)]
    parts = graph.parts(row["other"].value for row in rows)
    found: dict[str, defaultdict[str, set[Side]]] = {side: defaultdict(set) for side in ("supports", "contradicts")}
    for row in rows:
        part, side = parts.get(row["other"].value), row["side"].value
        if part:
            how = "says the same as" if side == "supports" else "gives another figure than"
            found[side][row["part"].value].add(Side(how, part, graph.name(part.topic), inward=True))
    return _sorted(found)


def themes(graph: Graph, nodes: Iterable[str]) -> dict[str, tuple[Side, ...]]:
    """Return the themes of the register that take up some statements, or the contradictions of some sources."""
    rows = [*graph.rows("themes", nodes)]
    abouts = graph.abouts(row["theme"].value for row in rows)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row["node"].value].add(row["theme"].value)
    return {
        node: tuple(
            Side("is weighed in", _page(abouts[one]), abouts[one].name) for one in sorted(some)
        )
        for node, some in found.items()
    }  # fmt: skip


def _page(about: About) -> Part:
    """Return a page as a part, for what is said of it as a whole."""
    return Part(about.page or about.topic, "page", about.span, about.name, about.name, page=about.page, topic=about.topic)


def _word(word: str) -> str:
    """Return the word of a relation as it is read."""
    return {"conflictsWith": "conflicts with", "noted": "notes a contradiction with"}.get(word, word.replace("-", " "))


def _sorted(found: Mapping[str, Mapping[str, Iterable[Side]]]) -> Sides:
    sides = (
        {node: tuple(sorted(some, key=lambda one: (one.part.span, one.how, one.other))) for node, some in by_node.items()}
        for by_node in (found["supports"], found["contradicts"])
    )
    return Sides(*sides)
