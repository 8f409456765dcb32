"""Positions: who stands on which side of a contradiction, and what the page cites for it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field

from kg.links.wikilinks import plain
from kg.map.page_graph import PageGraph
from kg.model.page import Block, Kind, Link, Page, Place, Section
from kg.model.records import dataclass
from kg.parse import line_forms
from kg.rdf import names
from kg.rdf.nquads import TERMS, text

_MARKER = r"[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?"
# The name of a position in bold before its words, and what stands in brackets behind it: **Position A** (it may).
_LEAD = re.compile(
    _MARKER
    + r"(?P<mark>\*\*|__)(?P<name>[^*\n]*[^*\s\n])(?P=mark)"
    + r"(?P<aside>[ \t]*[(（][^()（）\[\]\n]+[)）])?(?P<end>[ \t]*[:：.]?)"
)
_ARTICLE = re.compile(r"[\s\"“'(]*(?:the|both|a|an|der|die|das|el|la|los|las|le|les|o|os|as)?\s*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|、|，|&|and|,\s*and|und|y|e|et|和|与|및|и)?\s*(?:the\s+)?", re.IGNORECASE)
_JOINT = 40
_STATING = frozenset({Kind.PROSE, Kind.ITEM, Kind.QUOTATION})


@dataclass(slots=True)
class _Position:
    """A position while its blocks are read: where its name stands, the name, and the words that say who holds it."""

    node: str
    name: str
    place: Place
    words: str = ""
    holders: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)


def add(m: PageGraph, page: Page) -> None:
    """Add the positions that the page of a contradiction sets out, one for each name in bold or heading of its own."""
    if m.topic_class != "Contradiction":
        return
    for one in _positions(m, page.sections):
        m.facts.add(
            one.node,
            ("rdf:type", TERMS["nr:Position"]),
            ("nr:sideOf", m.topic),
            ("nr:label", text(one.name)),
            ("nr:saidByText", text(one.words) if one.words else None),
            *(("schema:isPartOf", block) for block in one.blocks),
            *(("nr:heldBy", holder) for holder in one.holders),
            *(("nr:evidence", source) for source in one.evidence if source not in one.holders),
        )
        m.put_place(one.node, one.place)


def _positions(m: PageGraph, sections: Sequence[Section]) -> Iterator[_Position]:
    open_at: int | None = None
    current: _Position | None = None
    for section in sections:
        if open_at is None or section.level <= open_at:
            open_at = section.level if section.name in m.dialect.position_headings else None
            yield from _closed(current)
            current = None
        if open_at is None:
            continue
        for block in section.blocks:
            started = _started(m, section, block, below=section.level > open_at)
            if started is not None:
                yield from _closed(current)
                current, begin = started
            else:
                begin = 0
            if current is not None and block.kind in _STATING:
                _read(m, current, section, block, begin)
    yield from _closed(current)


def _closed(position: _Position | None) -> Iterator[_Position]:
    if position is not None and position.blocks:
        yield position


def _started(m: PageGraph, section: Section, block: Block, *, below: bool) -> tuple[_Position, int] | None:
    """Return the position that a block begins, and the offset of the words behind its name; None for no position."""
    node = m.part(f"{names.escape(section.slug)}.{block.number}.position")
    if block.kind is Kind.HEADING:
        name = plain(section.title, m.dialect.links).strip()
        return (_Position(node, name, block.place), 0) if below and name else None
    if block.kind not in (Kind.PROSE, Kind.ITEM) or not block.top:
        return None
    lines = _lines(block)
    lead = _LEAD.match(lines)
    if lead is None or "\n" in lead["name"]:
        return None
    name = plain(lead["name"], m.dialect.links).strip().rstrip(":：.").rstrip()
    first = lead.start("name")
    place = block.place
    spot = Place(
        place.line, place.column + first, place.start + first, place.start + lead.end("name"),
        place.line, place.column + lead.end("name"),
    )  # fmt: skip
    aside = (lead["aside"] or "").strip()
    return (_Position(node, f"{name} {aside}" if aside else name, spot), lead.end()) if name else None


def _lines(block: Block) -> str:
    return block.written or block.raw or line_forms.write(block.kind, block.parts) or ""


def _read(m: PageGraph, position: _Position, section: Section, block: Block, begin: int) -> None:
    """Read the words of a block of a position: who holds it, and what they cite."""
    position.blocks.append(m.part(f"{names.escape(section.slug)}.{block.number}"))
    lines = _lines(block)
    links = [(at, link) for link in block.links if (at := _opening(block, lines, link)) >= begin]
    named = _between_dashes(m, lines, begin) if begin else None
    if named:
        position.words = lines[slice(*named)]
    holding = {at for at, _ in links if named[0] <= at < named[1]} if named else _subjects(block, lines, begin, links)
    depth, behind = 0, begin
    for at, link in links:
        between = lines[behind:at]
        depth = max(0, depth + sum(map(between.count, "(（")) - sum(map(between.count, ")）")))
        behind = at
        target = m.target(link)
        if target is not None and at in holding:
            position.holders.append(target)
        elif target is not None and (link.anchor or depth):
            position.evidence.append(target)


def _opening(block: Block, lines: str, link: Link) -> int:
    """Return the offset of a link's first bracket in the lines of its block."""
    target = link.place.start - block.place.start
    before = len(link.alias or "") + 4 if link.form or link.words_first else 40
    return lines.rfind("[" if link.form else "[[", max(0, target - before), target + 1)


def _between_dashes(m: PageGraph, lines: str, begin: int) -> tuple[int, int] | None:
    """Return where the words between two dashes behind the name of a position stand; None where there are not two."""
    dash = "|".join(re.escape(one) for one in m.dialect.dashes)
    found = re.compile(rf"\s*(?:{dash})\s+(?P<who>[^\n]*?\S)\s+(?:{dash})\s").match(lines, begin)
    return found.span("who") if found else None


def _subjects(block: Block, lines: str, begin: int, links: Sequence[tuple[int, Link]]) -> set[int]:
    """Return the links with which a sentence begins, alone or joined by `and`: those it speaks of."""
    found: set[int] = set()
    waiting = list(reversed(links))
    for sentence in block.sentences:
        end = sentence.place.end - block.place.start
        behind = max(begin, sentence.place.start - block.place.start)
        joint: re.Pattern[str] | None = _ARTICLE
        while waiting and waiting[-1][0] < end:
            at, link = waiting.pop()
            if joint is not None and at - behind <= _JOINT and joint.fullmatch(lines, behind, at):
                found.add(at)
                behind, joint = link.place.end - block.place.start, _AND
            else:
                joint = None
    return found
