"""Claim forms: how a dialect writes the parts of a claim, as `⟨[{grade}] ⟩⟨{claimant} — ⟩{text}`."""

import re

from kg.model.records import dataclass

_PIECE = re.compile(r"⟨([^⟨⟩{}]*)\{(\w+)\}([^⟨⟩{}]*)⟩|\{text\}|(.)", re.DOTALL)
_BEFORE = frozenset({"grade", "label", "claimant", "link"})
_PARTED = frozenset({"claimant", "link"})
_MARKED = frozenset({"grade", "certainty"})
_BEHIND = frozenset({"grade", "certainty"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a form, and the characters before and after it."""

    before: str
    part: str
    after: str


@dataclass(frozen=True, slots=True)
class ClaimForm:
    """The parts of a claim that may stand before its text, in order, and those that may stand behind it."""

    leading: tuple[Piece, ...]
    trailing: tuple[Piece, ...]


def read(form: str) -> ClaimForm:
    """Return a form; raise ValueError, saying what is wrong, where the text is none."""
    leading: list[Piece] = []
    trailing: list[Piece] = []
    found = leading
    for match in _PIECE.finditer(form):
        if match[4]:
            raise ValueError(f"'{match[4]}' belongs to no part; write it inside the ⟨ ⟩ of the part beside it")
        if match[2] is None:
            if found is trailing:
                raise ValueError("{text} stands twice")
            found = trailing
            continue
        piece = Piece(match[1], match[2], match[3])
        _check(piece, _BEHIND if found is trailing else _BEFORE, "behind" if found is trailing else "before")
        found.append(piece)
    parts = [piece.part for piece in (*leading, *trailing)]
    if found is leading or len(set(parts)) < len(parts):
        raise ValueError("a form has {text} once, and every other part once at the most")
    return ClaimForm(tuple(leading), tuple(trailing))


def _check(piece: Piece, parts: frozenset[str], where: str) -> None:
    part = piece.part
    if part not in parts:
        raise ValueError(f"{{{part}}} cannot stand {where} {{text}}; use one of {', '.join(sorted(parts))}")
    if part in _PARTED and not piece.after.strip():
        raise ValueError(f"nothing parts {{{part}}} from the text; write a dash or colon behind it")
    if part in _MARKED and not (piece.before.strip() and piece.after.strip()):
        raise ValueError(f"nothing marks {{{part}}}; write it in brackets")
