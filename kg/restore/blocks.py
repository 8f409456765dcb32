"""Pieces: the blocks of a page that is being restored, and the page as Markdown."""

from collections.abc import Sequence
from enum import StrEnum

from kg.model.records import dataclass
from kg.restore.lexicon import Lexicon, heading_key

_INDENT = "  "


class Shape(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    PROSE = "prose"
    BEGIN = "begin"  # a mark before generated lines, with no empty line between
    END = "end"  # the mark behind them


@dataclass(frozen=True, slots=True)
class Piece:
    """
    One block: its words without marks, and where they stand in the rendered copy.

    `level` is that of a heading (1 to 6) or how deep an item is nested (from 0), `marker` what stands before an item,
    `gap` whether an empty line stands before the block, `role` what the section is for.
    """

    shape: Shape
    text: str
    line: int = 0
    column: int = 0
    level: int = 0
    marker: str = "-"
    gap: bool = True
    role: str = ""


def markdown(pieces: Sequence[Piece], lexicon: Lexicon, group: str) -> str:
    """Return a page as Markdown: below headings the empty lines that its group has, above generated lists none."""
    written: list[str] = []
    before: Piece | None = None
    generated = False
    for piece in pieces:
        gap = _gap(before, piece, lexicon, group) if before else 0
        if generated and before and before.shape is Shape.PROSE and piece.shape is Shape.ITEM:
            gap = 0
        written += [*([""] * gap), _lines(piece)]
        generated = piece.shape is Shape.BEGIN or (generated and piece.shape is not Shape.END)
        before = piece
    return "\n".join(written) + "\n" if written else ""


def _gap(before: Piece, piece: Piece, lexicon: Lexicon, group: str) -> int:
    if before.shape is Shape.BEGIN or piece.shape is Shape.END:
        return 0
    if piece.shape is Shape.HEADING:
        return 1
    if before.shape is not Shape.HEADING:
        return int(piece.gap)
    key = "#" if before.level == 1 else heading_key(before.text)
    known = lexicon.gaps.get((group, key), lexicon.gaps.get((group, "#" * before.level)))
    return known if known is not None else lexicon.gaps.get(("*", key), 1)


def _lines(piece: Piece) -> str:
    lines = piece.text.split("\n")
    match piece.shape:
        case Shape.HEADING:
            return f"{'#' * piece.level} {piece.text}"
        case Shape.QUOTE:
            return "\n".join(f"> {line}" if line else ">" for line in lines)
        case Shape.ITEM:
            lead = _INDENT * piece.level
            more = lead + " " * (len(piece.marker) + 1)
            return "\n".join([f"{lead}{piece.marker} {lines[0]}", *(more + line if line else "" for line in lines[1:])])
        case _:
            return piece.text
