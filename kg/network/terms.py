"""The terms of the network's facts, by which a query is known that asks for them."""

from collections.abc import Iterable

from kg.rdf import names

GRAPH = "network"
# Who asks for one of these asks for the facts of the network; nothing else in a generation uses them.
TERMS_OF_IT = frozenset({
    "Community", "CommunityGap", "SurprisingLink", "TopicGap", "betweenness", "bridging", "centre", "cohesion",
    "communityLabel", "gapBetween", "inCommunity", "labelOrigin", "linkEnd", "linkedTopics", "memberCount",
    "namedTogether", "standsFor", "surprise",
})  # fmt: skip


def asks(words: Iterable[tuple[str, str]], base: str) -> bool:
    """Tell whether a query, as its tokens, names a term of the network or its graph."""
    graph = f"<{names.common_graph_iri(base, GRAPH)}>"
    return any(
        (kind == "word" and word.rpartition(":")[2] in TERMS_OF_IT and ":" in word)
        or (kind == "iri" and (word == graph or word[1:-1].rpartition("#")[2] in TERMS_OF_IT))
        for kind, word in words
    )
