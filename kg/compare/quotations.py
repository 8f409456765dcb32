"""Words compared as a reader sees them, and what a sentence has between quotation marks."""

import re
import unicodedata

from kg.links.wikilinks import plain

# Between quotation marks of one kind; a straight mark behind a letter, or before a blank, opens nothing.
_QUOTED = re.compile(
    r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|「([^「」]+)」|『([^『』]+)』|(?<!\w)\"(?=\S)([^\"]+)\"(?!\w)"
)
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*")
_MARKS = re.compile(r"[*_`]+")
_QUOTES = re.compile("[“”„«»「」『』‘’‚'\"]+")
_DASHES = re.compile("[‐‑‒–—―−-]+")
_EDGE = " .,;:!?。，、！？'"  # a mark before the closing one is often the sentence's own
LONG = 20


def folded(text: str) -> str:
    """Return a text as it is compared: what a reader sees, without case, emphasis, kinds of marks, runs of blanks."""
    seen = unicodedata.normalize("NFKC", plain(text)).casefold()
    seen = _MARKS.sub("", _DASHES.sub("-", _QUOTES.sub("'", seen)))
    return " ".join(seen.split())


def holds(text: str, piece: str) -> bool:
    """Tell whether a text has the words of a piece, both folded before they are compared."""
    return folded(piece).strip(_EDGE) in folded(text)


def quoted(text: str, least: int = LONG) -> list[str]:
    """Return what a text has between quotation marks, cut at ellipses: pieces of so many characters, each once."""
    whole = (next(filter(None, match.groups())) for match in _QUOTED.finditer(text))
    pieces = (piece.strip(_EDGE) for one in whole for piece in _ELLIPSIS.split(one))
    return list(dict.fromkeys(piece for piece in pieces if len(plain(piece)) >= least))
