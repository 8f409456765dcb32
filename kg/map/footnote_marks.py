"""The marks of footnotes as evidence: the sentence that each belongs to, the source that its label names. Pure."""

import re
from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from kg.map.page_graph import PageGraph
from kg.model.page import Block, Kind, Page, Place
from kg.parse import line_forms
from kg.parse.markdown import hide
from kg.rdf import names
from kg.rdf.nquads import TERMS, text

_MARK = re.compile(r"(?<![\\!])\[\^([^\s\[\]\\^]{1,100})\]")
# Behind it what looks like a mark may be a class of a regular expression, unless it has the label of a source.
_REPEATS = frozenset("*+?{]")
_ALONE = re.compile(r"(?:[\s.,;:!?]|\[\^[^\s\[\]\\^]{1,100}\])*")
_BEFORE_DEFINITION = re.compile(r"(?:[ \t>]|(?:[-*+]|[0-9]{1,9}[.)])[ \t])*")
_UNREAD = frozenset({Kind.FENCE, Kind.FIELD, Kind.CODE, Kind.COMMENT, Kind.MARKER, Kind.SPACE})


class Mark(NamedTuple):
    """
    A mark: its label, where it stands, and the number of the sentence that it belongs to.

    In a block that is not cut into sentences the number is 0, and `row` is the line that bears the mark.
    """

    label: str
    place: Place
    sentence: int
    row: str = ""


def marks(block: Block, labels: Container[str] = frozenset()) -> Iterator[Mark]:
    """
    Yield the marks of a block; what defines a footnote is none. `labels` are the ids of sources, in small letters.

    A mark behind a full stop stands at the head of the next sentence, or is all of it, and yet belongs to the one
    before.
    """
    if block.kind in _UNREAD:
        return
    for number, sentence in enumerate(block.sentences, 1):
        if "[^" not in sentence.markup:
            continue
        alone = _ALONE.match(sentence.markup)
        lead = alone.end() if alone else 0
        for match in _found(sentence.markup, labels):
            leads = number > 1 and match.start() <= lead
            place = _place(sentence.place, sentence.markup, match, block)
            yield Mark(match[1], place, number - 1 if leads else number)
    if not block.sentences:
        written = block.raw or line_forms.write(block.kind, block.parts) or block.parts.markup or ""
        if "[^" in written:
            for match in _found(written, labels):
                place = _place(block.place, written, match, block)
                yield Mark(match[1], place, 0, written.split("\n")[place.line - block.place.line].strip())


def _found(words: str, labels: Container[str]) -> Iterator[re.Match[str]]:
    hidden = hide(words)
    for match in _MARK.finditer(hidden):
        if hidden[match.end() : match.end() + 1] in _REPEATS and not _is_of_source(match, hidden, labels):
            continue
        line = hidden.rfind("\n", 0, match.start()) + 1
        defines = hidden.startswith(":", match.end()) and _BEFORE_DEFINITION.fullmatch(hidden, line, match.start())
        if not defines:
            yield match


def _is_of_source(match: re.Match[str], words: str, labels: Container[str]) -> bool:
    """Tell whether a mark has the label of a source, and is no pointer to a block, [[^x]]."""
    return match[1].casefold() in labels and not (words[: match.start()].endswith("[") and words[match.end()] == "]")


def _place(whole: Place, words: str, match: re.Match[str], block: Block) -> Place:
    """Return the place of a match in some words that begin at a place; a line end of two characters counts as such."""
    rows = words.count("\n", 0, match.start())
    last = words.rfind("\n", 0, match.start()) + 1
    column = (whole.column if rows == 0 else 1) + match.start() - last
    start = whole.start + match.start() + (rows if "\r\n" in block.written else 0)
    length = match.end() - match.start()
    return Place(whole.line + rows, column, start, start + length, whole.line + rows, column + length)


def add(m: PageGraph, page: Page, labels: Mapping[str, str], blocks: Mapping[str, str]) -> None:
    """Add the marks of a page, and that their sentences, or blocks, cite the sources with their labels as evidence."""
    folded = {label.casefold(): node for label, node in reversed(list(labels.items()))}
    count = 0
    for section in page.sections:
        for block in section.blocks:
            for mark in marks(block, folded):
                count += 1
                source = labels.get(mark.label) or folded.get(mark.label.casefold())
                fragment = f"{names.escape(section.slug)}.{block.number}"
                bearer = m.part(f"{fragment}.s{mark.sentence}") if mark.sentence else blocks[fragment]
                node = m.part(f"_mark.{count}")
                m.facts.add(
                    node,
                    ("rdf:type", TERMS["nr:FootnoteMark"]),
                    ("schema:isPartOf", bearer),
                    ("nr:footnoteLabel", text(mark.label)),
                    ("nr:markup", text(mark.row) if mark.row else None),
                    ("nr:joins", source),
                )
                m.facts.add(bearer, ("cito:citesAsEvidence", source))
                m.put_place(node, mark.place)
