"""Certain fixes: the edits of findings applied to pages, and lines that are not in their canonical form rewritten."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kg.files.text import decode, encode
from kg.model.finding import Edit, Finding, Span
from kg.model.page import Block, Page, Parts
from kg.model.records import dataclass
from kg.parse import line_forms
from kg.parse.parse_page import parse
from kg.settings.dialect import Dialect
from kg.write import parser_repairs, render
from kg.write.replace_files import Rewritten

CANONICAL = "line-canonical"


@dataclass(frozen=True, slots=True)
class Fixed:
    """
    The pages as they would be after the fixes.

    `findings` are those that the edits answer; `left` is how many findings have an edit that overlaps another one and
    waits for the next run.
    """

    pages: tuple[Rewritten, ...]
    findings: tuple[Finding, ...]
    left: int


def fix(store: ox.Store, findings: Iterable[Finding], dialect: Dialect) -> Fixed:
    """Return the pages of a store with every edit of these findings made that no earlier edit overlaps."""
    by_page: dict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings):
        if finding.edits or finding.rule == CANONICAL or finding.rule in parser_repairs.REPAIRS:
            by_page[finding.span.path].append(finding)
    pages, answered, left = [], [], 0
    for stored in render.pages(store):
        wanted = by_page.get(stored.path)
        if not wanted:
            continue
        old = render.render(store, stored)
        new, done, waiting = _page(old, stored.path, wanted, dialect)
        left += waiting
        if new != old:
            pages.append(Rewritten(stored.path, old, new))
            answered += done
    return Fixed(tuple(pages), tuple(answered), left)


def _page(old: bytes, path: str, findings: Sequence[Finding], dialect: Dialect) -> tuple[bytes, list[Finding], int]:
    """Return the bytes of a page after its fixes, the findings that they answer, and how many have to wait."""
    text = decode(old)
    canonical = _canonical(old, path, dialect)
    taken: list[tuple[int, int, str]] = []
    done, waiting = [], 0
    for finding in findings:
        own = canonical.get(finding.span.line, ()) if finding.rule == CANONICAL else finding.edits
        edits = own or parser_repairs.edits(old, path, dialect, finding)
        placed = parser_repairs.placed(text, tuple(edit for edit in edits if edit.span.path == path))
        if not placed or len(placed) != len(edits):
            continue
        if any(start < end_ and start_ < end for start, end, _ in placed for start_, end_, _ in taken):
            waiting += 1
            continue
        taken += placed
        done.append(finding)
    raw = text.raw
    for start, end, words in sorted(taken, reverse=True):
        raw = raw[:start] + words.replace("\n", text.newline) + raw[end:]
    return encode(raw, text.encoding, mark=text.mark), done, waiting


def _canonical(data: bytes, path: str, dialect: Dialect) -> dict[int, tuple[Edit, ...]]:
    """
    Return, by line, the edits that give lines the form that they are written in from their parts.

    Only those are certain after which the line is read as the same parts and no finding is new.
    """
    page, findings = parse(data, path, dialect)
    complaints = {(finding.rule, finding.message) for finding in findings}
    return {
        block.place.line: (edit,)
        for block in _blocks(page)
        if (edit := _rewritten(block, path)) and _certain(data, path, dialect, block, edit, complaints)
    }


def _blocks(page: Page) -> Iterator[Block]:
    return (block for section in page.sections for block in section.blocks)


def _rewritten(block: Block, path: str) -> Edit | None:
    written = line_forms.write(block.kind, block.parts) if block.raw is not None else None
    if written is None or "\n" in written or "\n" in (block.raw or "") or written == block.raw:
        return None
    if _letters(written) != _letters(block.raw or ""):
        return None  # a comment, a box to tick or the number of an item would go
    place = block.place
    return Edit(Span(path, place.line, 1, place.line, len(block.raw or "") + 1), written)


def _letters(line: str) -> str:
    return "".join(char for char in line if char.isalnum())


def _said(parts: Parts) -> Parts:
    """Return the parts of a line without their places."""
    return replace(parts, voice=replace(parts.voice, place=None) if parts.voice else None, values=())


def _certain(
    data: bytes, path: str, dialect: Dialect, block: Block, edit: Edit, complaints: set[tuple[str, str]]
) -> bool:
    text = decode(data)
    line = text.lines[edit.span.line - 1]
    raw = text.raw[: line.raw] + edit.text + text.raw[line.raw + len(line.text) :]
    page, findings = parse(encode(raw, text.encoding, mark=text.mark), path, dialect)
    again = next((one for one in _blocks(page) if one.place.line == edit.span.line), None)
    if again is None or again.raw is not None or again.kind is not block.kind:
        return False
    new = {(finding.rule, finding.message) for finding in findings}
    return _said(again.parts) == _said(block.parts) and new <= complaints
