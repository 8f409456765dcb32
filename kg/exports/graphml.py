"""GraphML: topics, and the connections between them with their words."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from kg.exports.facts import Facts

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
_KEYS = {
    "node": ("label", "kind", "path"),
    "edge": ("relation", "text", "path", "line"),
}
# What XML cannot hold stands as the sign for a character that cannot be shown.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def written(facts: Facts) -> bytes:
    """Return the graph: a node a topic, an edge a connection, both by their IRIs."""
    keys = [
        f'<key id="{role}-{name}" for="{role}" attr.name="{name}" attr.type="{"int" if name == "line" else "string"}"/>'
        for role, words in _KEYS.items()
        for name in words
    ]
    parts = [*keys, '<graph edgedefault="directed">', *_nodes(facts), *_edges(facts), "</graph>", "</graphml>"]
    return (_HEAD + "\n".join(parts) + "\n").encode()


def _nodes(facts: Facts) -> Iterator[str]:
    ends = {node for _, subject, _, value in facts.connections for node in (subject, value)}
    for node in [*facts.topics, *sorted(ends - {*facts.topics})]:
        kinds = " ".join(kind.rpartition(":")[2] for kind in facts.kinds(node))
        data = _data("node", (facts.label(node), kinds, facts.path(node)))
        yield f"<node id={_attribute(node)}>{data}</node>"


def _edges(facts: Facts) -> Iterator[str]:
    for at, (node, subject, relation, value) in enumerate(facts.connections, 1):
        place = facts.place(node)
        words = (facts.relation(relation), facts.one(node, "schema:text"), place.path, str(place.line or ""))
        yield f'<edge id="e{at}" source={_attribute(subject)} target={_attribute(value)}>{_data("edge", words)}</edge>'


def _data(role: str, values: tuple[str, ...]) -> str:
    pairs = zip(_KEYS[role], values, strict=True)
    return "".join(f'<data key="{role}-{name}">{_text(value)}</data>' for name, value in pairs if value)


def _text(value: str) -> str:
    # A reader of XML takes a bare carriage return for a line feed.
    return escape(_NOT_IN_XML.sub("\ufffd", value), {"\r": "&#13;"})


def _attribute(value: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\ufffd", value))
