"""A page copied as text: its frame taken off, its headings, lists and quotes told apart."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from kg.model import declared
from kg.model.records import dataclass
from kg.parse import quotations
from kg.parse.markdown import Item
from kg.restore.blocks import Piece, Shape
from kg.restore.lexicon import Lexicon, heading_key
from kg.restore.relink import Doubt
from kg.settings.dialect import Dialect

_BULLET = re.compile(r"([ \t]*)([•◦▪▫‣⁃●○■·*+-])[ \t]+(?=\S)(.*)")
_NUMBER = re.compile(r"([ \t]*)(\d{1,3}[.)])[ \t]+(?=\S)(.*)")
_NO_HEADING = re.compile(r"[\"“”'`<>|*_\[(]|.*[.!?:;,…\"”'’`>|*_]\Z|https?://", re.DOTALL)
_HEADING_SIZE = 100
_H2 = 2
_TAB = 4
_HEAD = 12


@dataclass(frozen=True, slots=True)
class Copy:
    """
    What a flattened page holds: `title` stands above the page, `titled` whether the page repeats it as its own H1.

    `dropped` are the lines of the frame, `doubts` (line, doubt) what was guessed; lines count from 1.
    """

    title: str
    title_line: int
    titled: bool
    pieces: tuple[Piece, ...]
    dropped: tuple[tuple[int, str], ...]
    doubts: tuple[tuple[int, Doubt], ...]


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings that are known: level by key, and the role of a section by key."""

    levels: Mapping[str, int]
    roles: Mapping[str, str]
    required: frozenset[str]
    opening: bool


@cache
def frames() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Return the lines that hosts write around a page: before, notice, after."""
    table = tomllib.loads(declared.read("templates/frames.toml"))
    return {part: tuple(map(re.compile, patterns)) for part, patterns in table.items()}


def _is(part: str, line: str) -> bool:
    return any(pattern.fullmatch(line.strip()) for pattern in frames()[part])


def headings(dialect: Dialect, lexicon: Lexicon, group: str, page_class: str) -> Headings:
    """Return the headings that pages of a group are known to have; `opening`: a section it must have comes first."""
    where = group if any(one == group for one, _ in lexicon.levels) else "*"
    levels = {key: level for (one, key), level in lexicon.levels.items() if one == where and key != "#"}
    mine = [known for known in dialect.types.values() if known.page == page_class]
    own = {heading_key(one) for known in mine for one in known.sections}
    every = {heading_key(one) for known in dialect.types.values() for one in known.sections}
    levels = {**dict.fromkeys([*dialect.roles, *every], _H2), **levels}
    opening = page_class in ("SourcePage", "EntityPage", "ConceptPage", "HubPage")
    return Headings(levels, dialect.roles, frozenset(own), opening)


def read(lines: Sequence[str], headings: Headings) -> Copy:
    """Return what a copy holds, by the headings that are known."""
    top = _top(lines)
    end = next((i for i, line in enumerate(lines) if i >= top and _is("after", line)), len(lines))
    title = _title(lines, top, end, headings)
    start = _start(lines, top if title is None else title + 1, end, headings)
    words = lines[title].strip() if title is not None else ""
    titled = title is not None and start < end and lines[start].strip() == words and not headings.opening
    first = _filled(lines, start + 1, end) if titled else start
    pieces, doubts = _pieces(lines, first, end, headings)
    frame = [*range(top if title is None else title), *_between(title, start), *range(end, len(lines))]
    dropped = tuple((i + 1, lines[i].strip()) for i in frame if lines[i].strip() not in ("", words))
    return Copy(words, 0 if title is None else title + 1, titled, tuple(pieces), dropped, tuple(doubts))


def _top(lines: Sequence[str]) -> int:
    """Return the line below the last line of the frame above a page, looked for in the first lines of the copy."""
    filled = [index for index, line in enumerate(lines) if line.strip()][:_HEAD]
    return max((index + 1 for index in filled if _is("before", lines[index])), default=0)


def _between(title: int | None, start: int) -> range:
    return range(0) if title is None else range(title + 1, start)


def _filled(lines: Sequence[str], index: int, end: int) -> int:
    while index < end and not lines[index].strip():
        index += 1
    return index


def _title(lines: Sequence[str], top: int, end: int, headings: Headings) -> int | None:
    """Return the line of the title: the first below the frame, alone, and no section of its own."""
    first = _filled(lines, top, end)
    if first >= end or heading_key(lines[first]) in headings.required or not _alone(lines, first):
        return None
    if top:
        return first
    words = lines[first].strip()
    alone = _may_be_heading(words.rstrip("?!)")) and heading_key(words) not in headings.levels
    return first if alone else None


def _start(lines: Sequence[str], top: int, end: int, headings: Headings) -> int:
    """Return where the page's own lines start: at its first section where it opens with one, else below notices."""
    start = _filled(lines, top, end)
    if headings.opening:
        found = next((i for i in range(start, end) if heading_key(lines[i]) in headings.levels), None)
        return start if found is None else found
    while start < end and _is("notice", lines[start]):
        start = _filled(lines, start + 1, end)
    return start


def _alone(lines: Sequence[str], index: int) -> bool:
    above = lines[index - 1] if index else ""
    below = lines[index + 1] if index + 1 < len(lines) else ""
    return not above.strip() and not below.strip()


def _may_be_heading(line: str) -> bool:
    words = line.strip()
    return (
        0 < len(words) <= _HEADING_SIZE
        and not _NO_HEADING.match(words)
        and not words[0].islower()
        and (" — " not in words or words[0].isdigit())
        and any(character.isalnum() for character in words)
    )


def _pieces(
    lines: Sequence[str], start: int, end: int, headings: Headings
) -> tuple[list[Piece], list[tuple[int, Doubt]]]:
    found: list[tuple[Piece, list[str]]] = []
    doubts: list[tuple[int, Doubt]] = []
    role, indents = "", [0]
    for index in range(start, end):
        line = lines[index]
        if not line.strip():
            continue
        gap = index == start or not lines[index - 1].strip()
        before = found[-1][0].shape if found else Shape.HEADING
        level = _heading_level(lines, index, end, headings)
        item = None if level else _item(lines, index, role)
        if level:
            piece, doubt = _heading(line, index, level, role, headings)
            role = piece.role
            doubts += [(index + 1, doubt)] if doubt else []
        elif item:
            indents = _nested(indents, item.indent, fresh=before is not Shape.ITEM)
            depth = len(indents) - 1
            piece = Piece(Shape.ITEM, item.text, index + 1, _column(line, item.text), depth, item.marker, gap, role)
        elif not gap and before is not Shape.HEADING:
            found[-1][1].append(line.strip())
            continue
        else:
            piece = _paragraph(line, index, role, gap=gap)
        found.append((piece, [piece.text]))
    return [replace(piece, text="\n".join(words)) for piece, words in found], doubts


def _heading(line: str, index: int, level: int, role: str, headings: Headings) -> tuple[Piece, Doubt | None]:
    """Return a heading with the role of what stands below it, and the doubt where its name is not known."""
    title = line.strip()
    key = heading_key(title)
    role = headings.roles.get(key, "") if level <= _H2 else role
    piece = Piece(Shape.HEADING, title, index + 1, _column(line, title), level, role=role)
    return piece, None if key in headings.levels else _guessed(line, title, level)


def _paragraph(line: str, index: int, role: str, *, gap: bool) -> Piece:
    text = line.strip()
    quoted = text.startswith("> ")
    text = text[2:] if quoted else text
    shape = Shape.QUOTE if quoted or (role == "quotes" and quotations.opens(text)) else Shape.PROSE
    return Piece(shape, text, index + 1, _column(line, text), gap=gap, role=role)


def _column(line: str, text: str) -> int:
    return line.index(text) + 1


def _heading_level(lines: Sequence[str], index: int, end: int, headings: Headings) -> int:
    """Return the level of a heading: a known name on a line of its own, or what looks like one; 0 for none."""
    line = lines[index]
    if line[:1] in (" ", "\t") or _BULLET.match(line):
        return 0
    key = heading_key(line)
    if key in headings.levels and line[0] not in "*_`[" and (index == 0 or not lines[index - 1].strip()):
        return headings.levels[key]
    last = _filled(lines, index + 1, end) >= end
    return _H2 if _alone(lines, index) and not last and _may_be_heading(line) else 0


def _guessed(line: str, title: str, level: int) -> Doubt:
    start = line.index(title)
    message = f"'{title}' is taken for a heading of level {level}; a rendered copy does not show levels"
    return Doubt(start, start + len(title), "rendered-heading", message)


def _item(lines: Sequence[str], index: int, role: str) -> Item | None:
    """Return the list item on a line, or None."""
    line = lines[index]
    bullet = _BULLET.match(line)
    if bullet:
        return Item(len(bullet[1].expandtabs(_TAB)), "-", bullet[3].strip())
    number = _NUMBER.match(line)
    if number is None:
        return None
    if number[1] or role == "path" or any(_numbered(lines, index + step) for step in (-1, 1)):
        return Item(len(number[1].expandtabs(_TAB)), number[2], number[3].strip())
    return None


def _numbered(lines: Sequence[str], index: int) -> bool:
    return 0 <= index < len(lines) and _NUMBER.match(lines[index]) is not None


def _nested(indents: list[int], indent: int, *, fresh: bool) -> list[int]:
    """Return the indents of the items that an item is in, its own last."""
    if fresh:
        return [indent]
    kept = [one for one in indents if one < indent]
    return [*kept, indent] if kept or indent <= indents[0] else [indents[0], indent]


def cells(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines with the blanks of layout (no-break, em, thin) as plain blanks, so that they compare."""
    yield from (re.sub(r"[\u00a0\u2002\u2003\u2009]", " ", line).rstrip() for line in lines)
