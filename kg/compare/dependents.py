"""
What rests on a changed claim or quote: the sentences of other pages that quote it, point to its section, or cite it.

The three ways, the strongest first (a sentence is listed once, with the strongest):
quoted    at least 20 characters between quotation marks occur in the statement as it was
anchored  a link of the sentence names the section that the statement stands, or stood, in
cited     the sentence links to the source and names another topic that the statement names, too
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.compare.read_side import relative
from kg.compare.records import Change, Item, Resting, Wiki
from kg.compare.sides import Side
from kg.compare.ways import WAYS, Said, way
from kg.model.finding import Span
from kg.model.records import dataclass
from kg.rdf import names, sparql_text


@dataclass(slots=True)
class _Citing:
    """A sentence that cites a source, with the sections that its links name and the other topics that it names."""

    span: Span
    page: str
    text: str
    anchors: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)


class Opened(NamedTuple):
    """One side of a comparison, and what was read of it."""

    side: Side
    wiki: Wiki


def with_resting(changes: Sequence[Change], old: Opened, new: Opened) -> tuple[Change, ...]:
    """Return the changes, each with the sentences of the newer side that rest on what is gone or is otherwise now."""
    topics = {page.page: page.iri for page in old.wiki.pages}
    citing: dict[str, list[_Citing]] = {}
    found = []
    for change in changes:
        before = change.old
        if before is None or before.kind not in ("claim", "quote"):
            found.append(change)
            continue
        topic = topics[before.page]
        if topic not in citing:
            citing[topic] = _citing(new.side, topic)
        found.append(replace(change, rests=_rests(before, _mentions(old.side, before), citing[topic], change)))
    return tuple(found)


def _rests(item: Item, mentions: set[str], citing: Iterable[_Citing], change: Change) -> tuple[Resting, ...]:
    here = {item.page, change.item.page}
    said = Said(item.content, item.section, frozenset(mentions))
    ways = ((one, way(said, one)) for one in citing if one.page not in here)
    return tuple(
        sorted(
            (Resting(one.span, one.text, how) for one, how in ways if how),
            key=lambda rest: (WAYS.index(rest.way), rest.span),
        )
    )


def _mentions(side: Side, item: Item) -> set[str]:
    """Return the topics that a statement names, its claimant or speaker among them."""
    mentions = NamedNode(names.expand("schema:mentions"))
    quads = side.quads.quads_for_pattern(NamedNode(item.iri), mentions, None, None)
    return {relative(side, quad.object.value) for quad in quads if isinstance(quad.object, NamedNode)} | set(item.who)


def _citing(side: Side, topic: str) -> list[_Citing]:
    """Return the sentences of one side that link to a source."""
    query = sparql_text.bind(sparql_text.declared_query("diff/resting").text, {"topic": NamedNode(side.base + topic)})
    found: dict[str, _Citing] = {}
    for row in sparql_text.select(side.quads, query):
        path = row["path"].value
        span = Span(side.files.get(path, path), int(row["line"].value), int(row["column"].value))
        text = row["markup"].value if row["markup"] else ""
        one = found.setdefault(row["sentence"].value, _Citing(span, path, text))
        if row["anchor"]:
            one.anchors.add(row["anchor"].value)
        if row["mentioned"]:
            one.topics.add(relative(side, row["mentioned"].value))
    return list(found.values())


def pages(changes: Iterable[Change]) -> Mapping[str, int]:
    """Return the paths of the pages with sentences that rest on what changed, each with how many."""
    found: dict[str, set[Span]] = defaultdict(set)
    for change in changes:
        for rest in change.rests:
            found[rest.span.path].add(rest.span)
    return {path: len(spans) for path, spans in sorted(found.items())}
