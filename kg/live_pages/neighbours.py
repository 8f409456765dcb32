"""The graph of topics: all of them in parts, the best linked first, or what is around one; drawn, and as a table."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kg.ask import query
from kg.live_pages import as_json
from kg.live_pages.answers import drawing
from kg.live_pages.asked import Asked, Made, NotHere, part
from kg.live_pages.live_wiki import LiveWiki
from kg.model.kg_error import KgError
from kg.static_site import graph_layout

_NEAR = 100


def graph(live: LiveWiki, request: Asked) -> Made:
    """Return a part of the graph, or of what is around a topic."""
    request.known("topic", "from")
    counts = live.degrees
    listing = {page.topic for page in live.pages.values() if graph_layout.is_list(page)}
    drawn = {topic: counts.get(topic, 0) for topic in live.by_topic if topic not in listing}
    ranked = sorted(drawn, key=lambda topic: (-drawn[topic], topic))
    middle = _middle(live, request)
    if middle:
        near = _around(live, middle)
        ranked = [middle, *(topic for topic in ranked if topic in near and topic != middle)]
    shown, where = part(request, len(ranked), _NEAR if middle else graph_layout.A_PAGE)
    topics = ranked[where]
    if middle and topics and topics[0] != middle:
        topics = [middle, *topics]
    picture = _drawing(live, topics, counts, request.here)
    if request.as_json:
        return as_json.record({"from": shown.first, "total": shown.total, **picture})
    return live.filled(
        "live_graph.html", request, "graph", shown=shown, middle=live.entry(middle) if middle else None,
        drawing=picture, topic=request.text("topic"),
        rows=[(live.entry(topic), counts.get(topic, 0), live.by_topic[topic].path) for topic in topics],
    )  # fmt: skip


def _middle(live: LiveWiki, request: Asked) -> str:
    if not request.text("topic"):
        return ""
    try:
        found = query.topic(request.text("topic"), query.Vocabulary(live.reading.base, live.reading.pages),
                            live.reading.quads)  # fmt: skip
    except KgError as error:
        raise NotHere(str(error)) from None
    if found.value not in live.by_topic:
        raise NotHere(f"'{request.text('topic')[:100]}' has no page, and so no place in the graph")
    return found.value


def _around(live: LiveWiki, topic: str) -> set[str]:
    """Return the topics whose pages link to one, and those that its page links to."""
    outward = {row["to"].value for row in live.composed("joined", [topic])}
    inward = {row["from"].value for row in live.composed("linking", [topic])}
    return (outward | inward) & live.by_topic.keys()


def _drawing(live: LiveWiki, topics: Sequence[str], counts: dict[str, int], here: str) -> dict[str, Any]:
    near: dict[str, set[str]] = defaultdict(set)
    for row in live.composed("joined", topics) if topics else ():
        one, other = row["from"].value, row["to"].value
        if one != other:
            near[min(one, other)].add(max(one, other))
    drawn = graph_layout.drawn(topics, {one: sorted(some) for one, some in near.items()})
    pages = [live.by_topic[topic] for topic in topics]
    return drawing(
        drawn,
        [
            (page.about.name, live.address(page.path, here=here), page.about.kind, counts.get(page.topic, 0))
            for page in pages
        ],
    )
