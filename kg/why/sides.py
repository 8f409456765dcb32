"""What speaks for and against something: typed connections, items under Contradictions, the register, equal claims."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.model.records import dataclass
from kg.rdf import names
from kg.why.graph import Graph, Said, first
from kg.why.records import Side
from kg.why.resting import page


@dataclass(frozen=True, slots=True)
class Sides:
    """What supports and what contradicts each of some nodes, by their IRIs, in the order of places."""

    supports: Mapping[str, tuple[Side, ...]]
    contradicts: Mapping[str, tuple[Side, ...]]


def of_topics(graph: Graph, topics: Iterable[str]) -> Sides:
    """Return what speaks for and against the pages about some topics, on both sides' pages."""
    rows = [*graph.rows("relations", topics)]
    parts = graph.parts(row["part"].value for row in rows)
    said = graph.said(parts)
    objects = (other for one in parts for other in said[one].get(names.expand("rdf:object"), ()))
    abouts = graph.abouts({*objects, *(part.topic for part in parts.values())})
    found: dict[str, defaultdict[str, set[Side]]] = {side: defaultdict(set) for side in ("supports", "contradicts")}
    for row in rows:
        part, topic = parts.get(row["part"].value), row["topic"].value
        inward, word = row["inward"].value == "true", row["word"].value
        if part is None or (word == "noted" and _says_otherwise(said[part.iri])) or (inward and part.topic == topic):
            continue
        others = [part.topic] if inward else [*said[part.iri].get(names.expand("rdf:object"), ())]
        found[row["side"].value][topic].add(
            Side(_word(word), part, ", ".join(abouts[one].name for one in others), inward=inward)
        )
    return _sorted(found)


def _says_otherwise(facts: Said) -> bool:
    """Tell whether an item under Contradictions says that there is none, or with what by a relation of its own."""
    return bool(first(facts, "nr:deniesContradiction") or first(facts, "rdf:predicate"))


def of_statements(graph: Graph, statements: Iterable[str]) -> Sides:
    """Return which statements elsewhere say the same as some claims, or give another figure."""
    rows = [*graph.rows("same", statements)]
    parts = graph.parts(row["other"].value for row in rows)
    abouts = graph.abouts(part.topic for part in parts.values())
    found: dict[str, defaultdict[str, set[Side]]] = {side: defaultdict(set) for side in ("supports", "contradicts")}
    for row in rows:
        part, side = parts.get(row["other"].value), row["side"].value
        if part:
            how = "says the same as" if side == "supports" else "gives another figure than"
            found[side][row["part"].value].add(Side(how, part, abouts[part.topic].name, inward=True))
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
            Side("is weighed in", page(abouts[one]), abouts[one].name) for one in sorted(some)
        )
        for node, some in found.items()
    }  # fmt: skip


def _word(word: str) -> str:
    """Return the word of a relation as it is read."""
    return {"conflictsWith": "conflicts with", "noted": "notes a contradiction with"}.get(word, word.replace("-", " "))


def _sorted(by_side: Mapping[str, Mapping[str, Iterable[Side]]]) -> Sides:
    sides = (
        {
            node: tuple(sorted(some, key=lambda one: (one.part.span, one.how, one.other)))
            for node, some in by_node.items()
        }
        for by_node in (by_side["supports"], by_side["contradicts"])
    )
    return Sides(*sides)
