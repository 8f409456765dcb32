"""What the network of links is, as facts: communities with their labels, measures of topics, gaps, surprising links."""

from collections.abc import Mapping, Sequence

from kg.model.records import dataclass
from kg.network import communities, labels, measures
from kg.network.communities import Start
from kg.network.labels import Label, Sources
from kg.network.links import Links
from kg.network.measures import Measures
from kg.network.terms import GRAPH
from kg.rdf import names
from kg.rdf.nquads import TERMS, Graph, number, text, typed


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beside the links: the editor's labels, earlier ones, the file's communities, and the tags."""

    editor: Sequence[Label] = ()
    earlier: Sequence[Label] = ()
    start: Start | None = None
    tags: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """The facts as sorted lines of N-Quads, and the labels that a later generation begins with."""

    lines: tuple[str, ...]
    labels: tuple[Label, ...]


def network(links: Links, base: str, hints: Hints) -> Network:
    """Return what the links say; the names of the communities depend on what the `hints` say, all else on the links."""
    joined = communities.weights(links)
    groups = communities.find(joined, hints.start or Start())
    joins = communities.joining(links, groups)
    measured = measures.measure(links, joined, joins, len(groups))
    called = {iri: topic.name for iri, topic in links.topics.items()}
    labelled = labels.give(groups, Sources(hints.editor, hints.earlier, hints.tags or {}, called, measured.degrees))
    graph = Graph(names.common_graph_iri(base, GRAPH))
    nodes = [f"<{base}community/{names.escape(label.slug)}>" for label in labelled]
    _communities(graph, base, labelled, nodes, measured)
    _topics(graph, joins, nodes, measured)
    _gaps(graph, base, labelled, nodes, measured)
    _surprising(graph, base, measured)
    return Network(tuple(sorted(set(graph.lines))), tuple(labelled))


def _communities(graph: Graph, base: str, labelled: Sequence[Label], nodes: Sequence[str], measured: Measures) -> None:
    for place, (node, label) in enumerate(zip(nodes, labelled, strict=True)):
        editors = label.origin == labels.EDITOR
        graph.add(
            node,
            ("rdf:type", TERMS["nr:Community"]),
            ("schema:name", text(label.name)),
            ("nr:communityLabel", text(label.slug)),
            ("nr:labelOrigin", text(label.origin)),
            ("nr:standsFor", f"<{names.topic_iri(base, label.slug)}>" if editors else None),
            ("nr:centre", f"<{min(label.members, key=lambda topic: (-measured.degrees[topic], topic))}>"),
            ("nr:memberCount", number(len(label.members))),
            ("nr:cohesion", _decimal(measured.cohesion[place])),
            *(("skos:member", f"<{topic}>") for topic in sorted(label.members)),
        )


def _topics(graph: Graph, joins: Mapping[str, int], nodes: Sequence[str], measured: Measures) -> None:
    for topic, place in joins.items():
        graph.add(
            f"<{topic}>",
            ("nr:inCommunity", nodes[place]),
            ("nr:linkedTopics", number(measured.degrees[topic]) if topic in measured.degrees else None),
            ("nr:betweenness", _decimal(measured.betweenness[topic]) if topic in measured.betweenness else None),
            ("nr:bridging", _decimal(measured.bridging[topic]) if topic in measured.bridging else None),
        )


def _gaps(graph: Graph, base: str, labelled: Sequence[Label], nodes: Sequence[str], measured: Measures) -> None:
    for gap in measured.topic_gaps:
        graph.add(
            f"<{base}gap/{_short(base, gap.one)}/{_short(base, gap.other)}>",
            ("rdf:type", TERMS["nr:TopicGap"]),
            ("nr:gapBetween", f"<{gap.one}>"),
            ("nr:gapBetween", f"<{gap.other}>"),
            ("nr:namedTogether", number(gap.pages)),
            ("nr:linkedTopics", number(gap.links)),
        )
    for one, other, pages, direct in measured.community_gaps:
        first, second = sorted((labelled[one].slug, labelled[other].slug))
        graph.add(
            f"<{base}gap/community/{names.escape(first)}/{names.escape(second)}>",
            ("rdf:type", TERMS["nr:CommunityGap"]),
            ("nr:gapBetween", nodes[one]),
            ("nr:gapBetween", nodes[other]),
            ("nr:namedTogether", number(pages)),
            ("nr:linkedTopics", number(direct)),
        )


def _surprising(graph: Graph, base: str, measured: Measures) -> None:
    for link in measured.surprising:
        graph.add(
            f"<{base}surprise/{_short(base, link.one)}/{_short(base, link.other)}>",
            ("rdf:type", TERMS["nr:SurprisingLink"]),
            ("nr:linkEnd", f"<{link.one}>"),
            ("nr:linkEnd", f"<{link.other}>"),
            ("nr:surprise", _decimal(link.score)),
        )


def _short(base: str, iri: str) -> str:
    """Return the name of a topic in the IRI of something that is said of two, its segments kept apart from theirs."""
    return iri.removeprefix(base).partition("/")[2].replace("/", "%2F")


def _decimal(value: float) -> str:
    return typed(f"{value:.6f}".rstrip("0").rstrip(".") or "0", "decimal")
