"""What a person types, as terms to look for. Whatever it is, it is data: docs/search.md names all that has a meaning.

Words must all occur. `"…"` are words in a row, and so are those of one word with signs within, `open-weights`. A star
right behind a word takes any ending. Nothing else means anything: neither AND nor a colon, a minus or brackets.
"""

import re
from collections.abc import Iterator

from kg.model.records import dataclass
from kg.search import folding

_MARKS = '"“”„‟«»＂'
_PHRASE = re.compile(f"[{_MARKS}]([^{_MARKS}]*)[{_MARKS}]")
_WORD = re.compile(r"\S+")
_TEXTS = "title text"


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens in a row; `open_end` tells that the last one may go on."""

    tokens: tuple[str, ...]
    open_end: bool = False


# What must occur: one of some rows. `OpenWeights` is a word, or two in a row.
Term = tuple[Row, ...]


def terms(text: str) -> tuple[Term, ...]:
    """Return what a text asks for, each term once; none where it holds no letter and no digit."""
    found = (_term(piece) for piece in _pieces(text))
    return tuple(dict.fromkeys(term for term in found if term))


def _pieces(text: str) -> Iterator[str]:
    """Yield the phrases and the words of a text, in their order."""
    done = 0
    for phrase in _PHRASE.finditer(text):
        yield from _WORD.findall(text[done : phrase.start()])
        yield phrase[1]
        done = phrase.end()
    yield from _WORD.findall(text[done:])


def _term(piece: str) -> Term:
    rows = (_row(piece), _row(folding.parted(piece)))
    return tuple(dict.fromkeys(row for row in rows if row.tokens))


def _row(piece: str) -> Row:
    runs = folding.runs(piece)
    if not runs:
        return Row(())
    *before, last = runs
    tokens = [token for run in before for token in folding.tokens(run)]
    tokens += folding.tokens(last, whole=False)
    starred = piece[last.end : last.end + 1] == "*"
    return Row(tuple(tokens), starred or (last.unparted and len(last.letters) == 1))


def expression(required: tuple[Term, ...], columns: str = "") -> str:
    """Return what FTS5 is asked for terms that must all occur, in some columns where they are named."""
    where = f"{{{columns}}} : " if columns else ""
    return " AND ".join(f"{where}({' OR '.join(map(_quoted, term))})" for term in required)


def expressions(required: tuple[Term, ...]) -> list[str]:
    """
    Return what FTS5 is asked for terms that must all occur, the narrowest first.

    In a row, as they were typed; anywhere in a title or a text; as parts of names and in the names of who says it, too.
    """
    rows = [term[0] for term in required]
    in_a_row = Row(tuple(token for row in rows for token in row.tokens), rows[-1].open_end)
    narrow = [(in_a_row,)] if len(rows) > 1 and not any(row.open_end for row in rows[:-1]) else []
    return [*(expression((term,), _TEXTS) for term in narrow), expression(required, _TEXTS), expression(required)]


def _quoted(row: Row) -> str:
    """Return a row for FTS5; a token holds letters and digits alone, so nothing in it means anything."""
    return f'"{" ".join(row.tokens)}"{" *" if row.open_end else ""}'
