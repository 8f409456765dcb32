"""The sources that a concept of a bundle lists, and the sentences that its footnotes join to them. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.links.wikilinks import by_path
from kg.map import bundle_values, footnote_marks
from kg.map.bundle_actors import actor, time
from kg.map.bundle_values import Entry, Value
from kg.map.page_graph import PageGraph
from kg.model import page_files
from kg.model.page import Block, Kind, Page, Place
from kg.rdf.nquads import TERMS, number, text

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?\S+\Z")
_NUMBER = re.compile(r"[0-9]{1,18}")
_CITED = re.compile(
    r"[ \t]*(?:[-*+][ \t]+|[0-9]{1,9}[.)][ \t]+)?(?:\[(?P<label>[0-9]{1,9})\](?!\()[:.]?[ \t]*)?"
    r"(?:\[(?P<title>[^\[\]\n]*)\]\((?P<target>[^\s()]+)\)|<?(?P<bare>https?://[^\s<>]+)>?)"
)
_LISTED = frozenset({Kind.ITEM, Kind.PROSE})


class _Cited(NamedTuple):
    """A line of the list under Citations, by which version 0.1 named its sources."""

    label: str
    title: str
    resource: str
    place: Place


def is_page_path(resource: str) -> bool:
    """Tell whether a resource is the path of a page, and no address and no words."""
    return not _ADDRESS.match(resource) and page_files.is_page(resource.partition("#")[0])


def asked(resource: str) -> str:
    """Return what to ask for the page that a resource is the path of: the path without a place in the page."""
    return by_path(resource.partition("#")[0])


def resources(fields: Mapping[str, list[Value]]) -> Iterator[Value]:
    """Yield the resources of the sources in a front matter."""
    for entry in bundle_values.entries(fields.get("sources")):
        if value := bundle_values.said(entry, "resource"):
            yield value


def page_at(m: PageGraph, resource: str) -> str | None:
    """Return the topic of the page that a resource is the path of, None where it is none of this wiki."""
    answer = m.answers.get((asked(resource), False))
    return m.meant(asked(resource)) if answer and answer.candidates and answer.topic else None


def add(m: PageGraph, page: Page, fields: Mapping[str, list[Value]], blocks: Mapping[str, str]) -> None:
    """Add the sources, and which sentences rest on which by a footnote; those of version 0.1 where none are listed."""
    labels: dict[str, str] = {}
    window = next(bundle_values.entries(fields.get("usage_window")), {}) if "usage_window" in fields else {}
    for count, entry in enumerate(bundle_values.entries(fields.get("sources")), 1):
        node = _entry(m, count, entry, window)
        if label := bundle_values.said(entry, "id"):
            labels.setdefault(label.text, node)
    if not fields.get("sources"):
        for count, cited in enumerate(_citations(page), 1):
            node = m.part(f"_source.{count}")
            _source(m, node, count, (cited.label, cited.resource, cited.title))
            m.facts.add(node, ("nr:readFrom", text("Citations")))
            m.put_place(node, cited.place)
    footnote_marks.add(m, page, labels, blocks)


def _entry(m: PageGraph, count: int, entry: Entry, window: Entry) -> str:
    node = m.part(f"_source.{count}")
    label, resource, title = (bundle_values.said(entry, key) for key in ("id", "resource", "title"))
    author, times, changed = (bundle_values.said(entry, key) for key in ("author", "usage_count", "last_modified"))
    _source(m, node, count, tuple(value.text if value else "" for value in (label, resource, title)))
    used = times and (number(int(times.text)) if _NUMBER.fullmatch(times.text) else text(times.text))
    reading = time(m, changed) if changed else None
    m.facts.add(
        node,
        ("dcterms:creator", actor(m, author) if author else None),
        ("nr:usageCount", used or None),
        ("nr:lastModified", reading.term if reading else None),
    )
    for prop, key in (("nr:usageFrom", "from"), ("nr:usageTo", "to")):
        at = bundle_values.said(entry, "usage_window", key) or bundle_values.said(window, key)
        m.facts.add(node, (prop, time(m, at).term if at else None))
    m.put_place(node, (label or bundle_values.place_of(entry)).scalar.place)
    return node


def _source(m: PageGraph, node: str, count: int, words: tuple[str, ...]) -> None:
    """Add what every source has, whichever version of the format names it: its id, its resource and its title."""
    label, resource, title = words
    about = page_at(m, resource)
    address = resource if _ADDRESS.match(resource) else ""
    m.facts.add(
        node,
        ("rdf:type", TERMS["nr:SourceEntry"]),
        ("schema:isPartOf", m.page),
        ("nr:position", number(count)),
        ("dcterms:identifier", text(label) if label else None),
        ("nr:resourceText", text(resource) if resource else None),
        ("schema:url", text(address) if address else None),
        ("nr:target", about),
        ("dcterms:title", text(title) if title else None),
    )
    m.facts.add(m.page, ("nr:hasSource", node), ("nr:declaresSource", about))


def _citations(page: Page) -> Iterator[_Cited]:
    for section in page.sections:
        if section.name != "citations":
            continue
        for block in section.blocks:
            if block.kind in _LISTED:
                yield from _cited_in(block)


def _cited_in(block: Block) -> Iterator[_Cited]:
    for row, line in enumerate((block.raw or block.parts.markup or "").split("\n")):
        if match := _CITED.match(line):
            first = match.start("title") if match["title"] is not None else match.start("bare")
            at = block.place
            column = (at.column if row == 0 else 1) + first
            place = Place(at.line + row, column, at.start, at.end, at.line + row, column + match.end() - first)
            yield _Cited(match["label"] or "", match["title"] or "", match["target"] or match["bare"], place)
