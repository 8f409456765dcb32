"""The claims, quotes and connections that a bundle carries in the key `newsroom`, each by its line as written. Pure."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from kg.map import bundle_values, link_facts, statement_facts
from kg.map.bundle_values import Value
from kg.map.page_graph import PageGraph
from kg.model.finding import KgError
from kg.model.page import Block, Kind, Page
from kg.parse.parse_page import CARRIED, parse
from kg.rdf import names
from kg.rdf.nquads import TERMS, number, text
from kg.settings import dialect as dialects
from kg.settings.dialect import Dialect

KEYS = {"claims": "claims", "quotes": "quotes", "relations": "connections"}
_KINDS = {"claims": Kind.CLAIM, "quotes": Kind.QUOTE, "connections": Kind.CONNECTION}
_KEPT = 20_000


class _Carried(NamedTuple):
    """A statement of a page: the value with its line, the line as a block, and its role."""

    value: Value
    block: Block
    role: str


def names_used(page: Page) -> Iterator[tuple[str, bool]]:
    """Yield the names that the statements of a page link to."""
    for one in _carried(page):
        yield from (link_facts.asked(link) for link in one.block.links)


def add(m: PageGraph, page: Page) -> None:
    """Add the statements of a page as if they stood in its sections, at the places of their lines in the key."""
    counts: dict[str, int] = {}
    stated = replace(m, dialect=_spoken(page))
    for one in _carried(page):
        kind, content = statement_facts.STATEMENTS[one.block.kind], one.block.parts.content or ""
        iri = names.statement_iri(m.base, kind, m.name.topic, content)
        counts[iri] = counts.get(iri, 0) + 1
        node = f"<{iri}>" if counts[iri] == 1 else f"<{iri}-{counts[iri]}>"
        m.facts.add(node, ("rdf:type", TERMS[f"nr:{one.block.kind}"]), ("schema:isPartOf", m.part(one.value.fragment)))
        m.facts.add(node, ("nr:markup", None if one.block.parts.markup is None else text(one.block.parts.markup)))
        m.put_place(node, one.value.scalar.place)
        _links(m, one, node)
        statement_facts.add(stated, node, one.value.fragment, one.block, one.role)


def _links(m: PageGraph, one: _Carried, node: str) -> None:
    for count, link in enumerate(one.block.links, 1):
        answer, part = m.answers[link_facts.asked(link)], m.part(f"{one.value.fragment}.l{count}")
        mentioned = link_facts.mentioned(m.base, link, answer)
        m.facts.add(part, ("schema:isPartOf", node), ("nr:position", number(count)))
        m.facts.add(part, *link_facts.facts(m.base, link, answer))
        m.facts.add(node, ("schema:mentions", mentioned))
        m.put_link(mentioned)
        for name, candidate in link_facts.candidates(m.base, answer):
            m.facts.add(name, candidate)
        m.put_place(part, link.place)


def _carried(page: Page) -> Iterator[_Carried]:
    values = bundle_values.by_key(page).get(CARRIED)
    source = _spoken(page).source
    for value in values or ():
        role = KEYS.get(value.steps[0], "") if value.steps[:1] and value.steps[2:] == ("line",) else ""
        block = _block(value.scalar.text, role, source, (page.page_type, page.path)) if role else None
        if block:
            yield _Carried(value, _placed(block, value), role)


def _spoken(page: Page) -> Dialect:
    """Return the dialect that the lines of a page are in: one that ships, else the newsroom's."""
    values = bundle_values.by_key(page).get(CARRIED, ())
    source = next((value.text for value in values if value.steps == ("dialect",)), "")
    if dialects.unspelled(source)[0] in dialects.available():
        with suppress(KgError):
            return dialects.load(source)
    return dialects.load("newsroom")


@lru_cache(maxsize=_KEPT)
def _block(line: str, role: str, source: str, page: tuple[str, str]) -> Block | None:
    """Return the statement that a line is in a section of this role, None where it is none."""
    read = dialects.load(source)
    heading = next(name for name, known in read.roles.items() if known == role)
    made = f"---\ntype: {json.dumps(page[0])}\n---\n## {heading}\n\n{line}\n"
    record, _ = parse(made.encode("utf-8", "surrogatepass"), page[1], read)
    blocks = (block for section in record.sections for block in section.blocks)
    return next((block for block in blocks if block.kind is _KINDS[role]), None)


def _placed(block: Block, value: Value) -> Block:
    """Return a block whose parts stand where its line stands in the front matter."""
    place, voice = value.scalar.place, block.parts.voice
    said = replace(voice, place=voice.place and place) if voice else None
    links = tuple(replace(link, place=place) for link in block.links)
    return replace(block, parts=replace(block.parts, voice=said), links=links, place=place)
