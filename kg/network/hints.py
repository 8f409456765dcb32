"""What the generation says of communities before any is looked for: the editor's labels, another tool's, and tags."""

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode, Store

from kg.network.communities import Start
from kg.network.facts import Hints
from kg.network.labels import EARLIER, EDITOR, Label
from kg.rdf import names, sparql_text


def read(store: Store, base: str, earlier: Sequence[Label] = ()) -> Hints:
    """Return it, with the labels of an earlier generation in place of another tool's where there are any."""
    found = _labels(store, base)
    file = [label for label in found if label.origin == EARLIER]
    editor = [label for label in found if label.origin == EDITOR]
    start = Start(tuple(label.members for label in file if label.members))
    return Hints(editor, list(earlier) or file, start, _tags(store))


def _labels(store: Store, base: str) -> list[Label]:
    clusters = NamedNode(names.common_graph_iri(base, "clusters"))
    query = sparql_text.bind(sparql_text.declared_query("network/labels").text, {"clusters": clusters})
    called: dict[tuple[str, str], str] = {}
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in sparql_text.select(store, query):
        kind, slug, name, member = row["kind"], row["slug"], row["name"], row["member"]
        if isinstance(kind, Literal) and isinstance(slug, Literal) and isinstance(name, Literal):
            key = kind.value, slug.value
            called[key] = min(name.value, called.get(key, name.value))
            members[key].update({member.value} if isinstance(member, NamedNode) else ())
    return [
        Label(slug, name, frozenset(members[kind, slug]), EDITOR if kind == "editor" else EARLIER)
        for (kind, slug), name in sorted(called.items())
    ]


def _tags(store: Store) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in sparql_text.select(store, sparql_text.declared_query("network/tags").text):
        topic, tag = row["topic"], row["tag"]
        if isinstance(topic, NamedNode) and isinstance(tag, Literal):
            found[topic.value].append(tag.value)
    return {topic: sorted(tags) for topic, tags in sorted(found.items())}
