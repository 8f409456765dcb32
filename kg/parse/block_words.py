"""The words of a block: its lines without the marks of what it stands in, and where quotes open in a quotation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.files.text import Places
from kg.links.wikilinks import WikiLink, find
from kg.model.page import Kind
from kg.model.records import dataclass
from kg.parse import markdown_links, quotations
from kg.parse.markdown import HIDDEN, Chunk, Row, cover, hide, item
from kg.parse.statements import Words
from kg.settings.link_style import LinkStyle

CUT = frozenset({Kind.PROSE, Kind.ITEM, Kind.QUOTE, Kind.QUOTATION, Kind.HOP, Kind.ENTRY})
_STATED = frozenset({Kind.CLAIM, Kind.CONNECTION, Kind.HOP, Kind.ENTRY})
_LINKED = CUT | {Kind.HEADING, Kind.TABLE, Kind.CLAIM, Kind.CONNECTION}
_WRAPPED = 20  # the lines over which a quotation is sought for the mark that closes it


@dataclass(frozen=True, slots=True)
class Reading:
    """How links are read: the style of the wiki, the page's link reference definitions, and whether `.md` may lack."""

    style: LinkStyle
    defined: Mapping[str, str]
    bare: bool


def openings(body: Sequence[Row], chunk: Chunk) -> list[int]:
    """Return the rows of a quotation on which a quote opens; one that goes on in another paragraph may open again."""
    found: list[int] = []
    lines = [_behind(row) for row in body[chunk.first : chunk.last]]
    for index, line in enumerate(lines):
        mark = quotations.opener(line)
        if not mark or not quotations.opens("\n".join(lines[index : index + _WRAPPED])):
            continue
        before = lines[max(found[-1], index - _WRAPPED) : index] if found else []
        opened = quotations.opener(lines[found[-1]]) if found else ""
        if before and quotations.closes(line, opened) and quotations.is_open("\n".join(before), opened):
            continue
        again = bool(before) and not before[-1].strip() and opened == mark
        if not (again and quotations.is_open("\n".join(before), mark)):
            found.append(index)
    return [chunk.first + index for index in found]


def end(body: Sequence[Row], first: int, last: int) -> int:
    """Return where a quote ends that another one follows in the quotation: before lines without words."""
    while last - 1 > first and not _behind(body[last - 1]).strip():
        last -= 1
    return last


def _behind(row: Row) -> str:
    """Return what stands behind the first mark of a quotation; on a line that goes on without one, the line."""
    return row.seen[_mark(row) :]


def _mark(row: Row) -> int:
    """Return where the text behind the first mark of a quotation starts."""
    text = row.seen
    start = text.find(">", 0, row.start) + 1
    return start + len(text[start:]) - len(text[start:].lstrip(" \t"))


def words(kind: Kind, body: Sequence[Row], places: Places, reading: Reading) -> tuple[Words, Words]:
    """Return the words of a block, and the same with only those seen that stand in comments in which links count."""
    lines, lead, seen, hidden = written(body), _lead(kind, body[0]), "", ""
    if kind in _LINKED:
        marked = kind in (Kind.QUOTE, Kind.QUOTATION)
        seen = "\n".join(" " * row.start + row.seen[row.start :] if marked else row.seen for row in body)
        hidden = hide(seen, cells=kind is Kind.TABLE)[lead:]
    text, offset = lines[lead:], body[0].line.start + lead
    own = Words(text, seen[lead:], hidden, _links(text, hidden, reading), offset, places)
    if all(row.linked is row.seen for row in body) or kind in (Kind.CODE, Kind.LIVE):
        return own, Words(text, own.seen, "", (), offset, places)
    linked = hide("\n".join(row.linked for row in body), cells=kind is Kind.TABLE)[lead:]
    starts = {link.start for link in own.links}
    aside = tuple(one for one in _links(text, linked, reading) if one.start not in starts)
    return own, replace(own, hidden=linked, links=aside)


def _links(text: str, hidden: str, reading: Reading) -> tuple[WikiLink, ...]:
    """Return the wikilinks of some words and their Markdown links to pages, in the order in which they stand."""
    links = list(find(hidden, text, reading.style)) if "[[" in hidden else []
    if "](" in hidden or reading.defined:
        seen = cover(hidden, [(link.start, link.end) for link in links], HIDDEN)
        links = sorted(
            [*links, *markdown_links.find(text, seen, reading.defined, bare=reading.bare)], key=lambda link: link.start
        )
    return tuple(links)


def written(body: Sequence[Row]) -> str:
    """Return the lines of a block as its author wrote them."""
    return "\n".join(row.line.text for row in body)


def _lead(kind: Kind, row: Row) -> int:
    """Return how many characters of a block's first line come before its words."""
    if kind in (Kind.QUOTE, Kind.QUOTATION):
        return _mark(row)
    text = row.line.text if kind in _STATED else row.seen  # a comment before what is stated is part of its line
    found = item(text) if kind in _LINKED and kind not in (Kind.HEADING, Kind.TABLE, Kind.PROSE) else None
    return len(text) - len(found.text) if found else 0
