"""One page's bytes to its record and findings. Pure: no other page, no file, no RDF."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import pairwise
from typing import NamedTuple

from kg.files.text import Line, Places, Text, decode
from kg.front_matter import fields, page_titles
from kg.front_matter.page_titles import Top
from kg.links.wikilinks import FIELD, WikiLink, find, plain
from kg.model.finding import Finding
from kg.model.page import Block, Expresses, Kind, Link, Page, Parts, Section, Sentence
from kg.model.records import dataclass
from kg.parse import (
    block_words,
    claims,
    line_forms,
    markdown_links,
    page_findings,
    reader_text,
    sentences,
    statements,
    suppression_comments,
)  # fmt: skip
from kg.parse.markdown import HIDDEN, Chunk, Heading, Row, chunks, heading, is_generated, item, rows
from kg.parse.page_findings import Reading
from kg.parse.statements import Said, Words
from kg.rdf.names import slugify
from kg.settings.dialect import Dialect

_YAML_COMMENT = re.compile(r"(?:^|[ \t])#")
# The key in which a page of a bundle carries its statements; its sections only show them then.
CARRIED = "newsroom"
_TOP_INDENT = 2
_H2 = 2
_STATED = frozenset({Kind.CLAIM, Kind.QUOTE, Kind.CONNECTION, Kind.HOP, Kind.ENTRY})


@dataclass(slots=True)
class _Open:
    """A section while its blocks are being collected."""

    slug: str
    title: str = ""
    level: int = 0
    parent: int | None = None
    role: str = ""
    blocks: list[Block] = field(default_factory=list)


class _Extent(NamedTuple):
    """
    The lines of a block, as indices of the page's: its gap starts at `outer`, what follows it at `last`.

    `number` is that of the block in its section.
    """

    outer: int
    first: int
    last: int
    number: int


class _Within(NamedTuple):
    """What a block has within its lines, and where it stands: as the fields of a block are called."""

    links: tuple[Link, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    top: bool = True
    auto: str = ""


@dataclass(frozen=True, slots=True)
class _Context:
    """What every block of one page is parsed with."""

    text: Text
    places: Places
    dialect: Dialect
    page_class: str
    page_grade: str | None
    generated: bool
    defined: Mapping[str, str] = field(default_factory=dict)

    @property
    def bare(self) -> bool:
        """Whether a Markdown link may name a page without `.md`."""
        return self.dialect.links.markdown != "path"


def parse(data: bytes, path: str, dialect: Dialect, top: Top | None = None) -> tuple[Page, list[Finding]]:
    """
    Return the record of a page and what its author may want to know; any bytes have one.

    `top` is what was read of the top of these bytes before, for this path and in this dialect.
    """
    reading = record(data, path, dialect, top)
    return reading.page, page_findings.findings(data, reading, dialect)


def record(data: bytes, path: str, dialect: Dialect, top: Top | None = None) -> Reading:
    """Return the record of a page with what it was made from, where nobody wants to know what is odd on it."""
    text = decode(data)
    places = Places(text.lines)
    named, front, errors = top or page_titles.top_of(text.lines, places, path, dialect)
    values = fields.texts(front)
    page_type = _word(values, "type")
    page_grade = " ".join(values.get(dialect.grade_field, [])[:1]).strip() if dialect.grade_field else ""
    if dialect.bundle == "okf" and any(entry.key == CARRIED for entry in front.fields):
        dialect = replace(dialect, roles={})
    body = rows(text.lines[front.end :])
    generated = is_generated(body)
    page_class = "GeneratedPage" if generated else dialect.page_class(page_type, path)
    context = _Context(text, places, dialect, page_class, page_grade or None, generated)
    sections = [*_front(context, front), *_body(context, body, front.end)]
    page = Page(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        encoding=text.encoding,
        newline=text.newline,
        mark=text.mark,
        front=front.status,
        sections=tuple(sections),
        page_class=context.page_class,
        topic_class="Topic" if generated else dialect.topic_class(page_type, path, _word(values, "kind")),
        page_type=page_type,
        title="" if generated else named.title,
        aliases=() if generated else named.aliases,
        suppressions=suppression_comments.read(text, places, body, sections),
    )
    return Reading(page, text, front, body, errors)


def _word(values: dict[str, list[str]], key: str) -> str:
    """Return the first value of a key in lower case, empty where there is none."""
    return " ".join(values.get(key, [])[:1]).strip().casefold()


def _front(context: _Context, front: fields.FrontMatter) -> list[Section]:
    if not front.end:
        return []
    lines = context.text.lines
    section = _Open("_front")
    starts = {entry.first: entry for entry in front.fields}
    gap, row = 0, 0
    while row < front.end:
        entry = starts.get(row)
        last = entry.last if entry else row + 1
        if entry is None and not lines[row].text.strip(" \t"):
            gap, row = gap + 1, last
            continue
        fence = row in (0, front.end - 1)
        kind = Kind.FIELD if entry else Kind.FENCE if fence else Kind.COMMENT
        written = _lines(lines, row, last)
        parts = _field_parts(entry, written) if entry else Parts(markup=written)
        linked = tuple(_field_links(context, entry, row)) if entry and not context.generated else ()
        extent = _Extent(row - gap, row, last, len(section.blocks))
        section.blocks.append(_block(context, kind, extent, parts, _Within(linked)))
        gap, row = 0, last
    return [_closed(section)]


def _field_links(context: _Context, entry: fields.Field, first: int) -> Iterator[Link]:
    """Yield the links in the values of a field, each with the number of its value, 0 where YAML reads them as lists."""
    lines = context.text.lines[first : entry.last]
    written = "\n".join(line.text for line in lines)
    style = context.dialect.links
    for link in find(written, style=style):
        place = context.places(lines[0].start + link.target_start, lines[0].start + link.end)
        start = place.start - (link.target_start - link.start)
        inside = [n for n, v in enumerate(entry.values, 1) if v.place.start < place.end and start < v.place.end]
        before = written[written.rfind("\n", 0, link.start) + 1 : link.start]
        value = inside[0] if inside else 0
        if style.fields == "whole" and not (value and entry.values[value - 1].text == written[link.start : link.end]):
            continue
        if inside or not _YAML_COMMENT.search(before):
            first = link.words_first
            yield Link(place, link.slug, link.anchor, link.alias, link.embed, None, value, FIELD, first)


def _field_parts(entry: fields.Field, text: str) -> Parts:
    rest = text[len(entry.key) + 1 :] if text.startswith(f"{entry.key}:") else f" {text}"
    if not rest:
        return Parts(key=entry.key, values=entry.values)
    if rest.startswith("\n"):
        return Parts(key=entry.key, below=rest[1:], values=entry.values)
    return Parts(key=entry.key, yaml=rest.removeprefix(" "), values=entry.values)


def _lines(lines: Sequence[Line], first: int, last: int) -> str:
    return "\n".join(line.text for line in lines[first:last])


def _block(context: _Context, kind: Kind, extent: _Extent, parts: Parts, within: _Within) -> Block:
    """Return a block over lines."""
    outer, first, last, number = extent
    lines = context.text.lines
    covered = lines[outer:last]
    odd = any(line.ending != context.text.newline for line in covered[:-1])
    odd = odd or covered[-1].ending not in ("", context.text.newline)
    end = covered[-1].raw + len(covered[-1].text) + len(covered[-1].ending)
    place = context.places(lines[first].start, lines[last - 1].end)
    written = context.text.raw[place.start : place.end]
    return Block(
        kind=kind,
        number=number,
        place=place,
        parts=parts,
        gap="".join(line.text + "\n" for line in lines[outer:first]) if outer < first else "",
        raw=line_forms.raw(kind, parts, _lines(lines, first, last)),
        verbatim=context.text.raw[covered[0].raw : end] if odd else None,
        written=written if "\r" in written else "",
        unended=not odd and not covered[-1].ending,
        top=within.top,
        auto=within.auto,
        links=within.links,
        sentences=within.sentences,
    )


def _body(context: _Context, body: Sequence[Row], start: int) -> list[Section]:
    context = replace(context, defined=markdown_links.definitions(body, bare=context.bare))
    opened: list[_Open] = []
    slugs: dict[str, int] = {}
    for chunk in chunks(body):
        title = _title(body[chunk.first : chunk.last]) if chunk.kind is Kind.HEADING else None
        if title:
            text = plain(title.text, context.dialect.links)
            opened.append(_Open(_unique(slugify(text) or "section", slugs), text, title.level))
            _place_section(opened, context.dialect)
        elif not opened:
            opened.append(_Open("_top"))
        section = opened[-1]
        section.blocks += _blocks(context, body, chunk, section, start)
    return [_closed(section) for section in opened]


def _title(body: Sequence[Row]) -> Heading | None:
    return heading([row.seen[row.start :].strip(" \t") for row in body])


def _closed(section: _Open) -> Section:
    return Section(
        slug=section.slug,
        title=section.title,
        name=_heading_name(section.title),
        level=section.level,
        parent=section.parent,
        role=section.role,
        blocks=tuple(section.blocks),
    )


def _unique(slug: str, counts: dict[str, int]) -> str:
    """Return the slug, or with `-2`, `-3` … where it is taken; `counts` counts what each has been given."""
    name = slug
    while name in counts:
        counts[slug] += 1
        name = f"{slug}-{counts[slug]}"
    counts[name] = 1
    return name


def _place_section(sections: list[_Open], dialect: Dialect) -> None:
    """Give the newest section its parent, and the role of its H2."""
    section = sections[-1]
    above = len(sections) - 2 if len(sections) > 1 else None
    while above is not None and not 0 < sections[above].level < section.level:
        above = sections[above].parent
    section.parent = above
    if section.level == _H2:
        section.role = dialect.roles.get(_heading_name(section.title), "")
    elif section.level > _H2 and len(sections) > 1:
        section.role = sections[-2].role


def _heading_name(title: str) -> str:
    bare = reader_text.seen(title).replace("*", "").replace("`", "")
    return " ".join(bare.split()).strip(" :：").casefold()


def _blocks(context: _Context, body: Sequence[Row], chunk: Chunk, section: _Open, start: int) -> Iterator[Block]:
    """Yield the blocks of a chunk: one, or in a section of quotes one for each line that opens a quote."""
    kind = _kind(context, body, chunk, section)
    quoted = kind is Kind.QUOTATION and section.role == "quotes"
    opening = block_words.openings(body, chunk) if quoted else []
    firsts = sorted({chunk.first, *opening})
    gap = chunk.gap
    for number, (first, behind) in enumerate(pairwise((*firsts, chunk.last)), len(section.blocks)):
        one = Kind.QUOTE if first in opening else kind
        last = block_words.end(body, first, behind) if behind < chunk.last else behind
        extent = _Extent(start + first - gap, start + first, start + last, number)
        yield _stated(context, (one, section.role), body[first:last], extent, chunk)
        gap = behind - last


def _kind(context: _Context, body: Sequence[Row], chunk: Chunk, section: _Open) -> Kind:
    if chunk.kind is not Kind.ITEM or chunk.indent >= _TOP_INDENT:
        return chunk.kind
    row = body[chunk.first]
    if HIDDEN in row.seen and not row.seen[row.start :].strip(f" \t{HIDDEN}"):
        return chunk.kind
    if section.role == "claims":
        return Kind.CLAIM
    if section.role == "connections":
        return Kind.CONNECTION
    if context.page_class == "TimelinePage":
        return Kind.ENTRY
    listed = item(body[chunk.first].seen)
    numbered = listed is not None and listed.marker[0].isdigit()
    return Kind.HOP if section.role == "path" and numbered else Kind.ITEM


def _stated(
    context: _Context, role_of_block: tuple[Kind, str], body: Sequence[Row], extent: _Extent, chunk: Chunk
) -> Block:
    """Return one block with its parts, links and sentences; `role_of_block` is its kind and the role of its section."""
    kind, role = role_of_block
    words, aside = block_words.words(kind, body, context.places, _reading(context))
    if kind in _STATED:
        said = _said(context, kind, words, body[0].seen)
    elif kind is Kind.ITEM and role == "contradictions" and chunk.indent < _TOP_INDENT:
        said = statements.contradiction(words, context.dialect, block_words.written(body))
    else:
        said = Said(_plain_parts(kind, body), {})
    cuts = _cuts(context, kind, words) if not chunk.auto else []
    within = _Within(
        links=_links(words, aside, said.expresses, cuts),
        sentences=tuple(Sentence(words.place(a, b), words.text[a:b].strip()) for a, b in cuts),
        top=chunk.indent < _TOP_INDENT,
        auto=chunk.auto,
    )
    return _block(context, kind, extent, said.parts, within)


def _reading(context: _Context) -> block_words.Reading:
    return block_words.Reading(context.dialect.links, context.defined, bare=context.bare)


def _plain_parts(kind: Kind, body: Sequence[Row]) -> Parts:
    title = heading([row.line.text[row.start :].strip(" \t") for row in body]) if kind is Kind.HEADING else None
    return Parts(markup=title.text, level="#" * title.level) if title else Parts(markup=block_words.written(body))


def _said(context: _Context, kind: Kind, words: Words, line: str) -> Said:
    match kind:
        case Kind.CLAIM:
            return claims.claim(words, context.dialect, context.page_grade)
        case Kind.QUOTE:
            return statements.quote(words, context.dialect)
        case Kind.CONNECTION:
            return statements.connection(words, context.dialect, grouped=context.page_class != "SourcePage")
        case Kind.ENTRY:
            return statements.entry(words, context.dialect)
        case _:
            listed = item(line)
            return statements.hop(words, listed.marker[:-1] if listed else "1")


def _cuts(context: _Context, kind: Kind, words: Words) -> list[tuple[int, int]]:
    if kind not in block_words.CUT or context.page_class == "GeneratedPage":
        return []
    if not any(character.isalnum() for character in words.text):
        return []
    return sentences.cut(words.text, words.hidden, context.dialect.abbreviations)


def _links(
    words: Words, aside: Words, expresses: dict[int, Expresses], cuts: list[tuple[int, int]]
) -> tuple[Link, ...]:
    """Return the links of some words, each with what it stands for and the sentence that it stands in."""
    starts = [start for start, _ in cuts]

    def placed(link: WikiLink, expressed: Expresses | None) -> Link:
        place = words.place(link.target_start, link.end)
        sentence = bisect_right(starts, link.start)
        words_first = link.words_first
        return Link(place, link.slug, link.anchor, link.alias, link.embed, expressed, sentence, link.form, words_first)

    found = [placed(link, expresses.get(index)) for index, link in enumerate(words.links)]
    if aside.links:
        found = sorted([*found, *(placed(link, None) for link in aside.links)], key=lambda link: link.place.start)
    return tuple(found)
