"""The order of a query's rows, taken out of the query: the engine looks up both texts of every comparison on disk."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from kg.model.records import dataclass
from kg.rdf import names, sparql_text

Row = Mapping[str, object]
Rank = tuple[int, str | int]
_Token = tuple[str, str]
# What the columns are called that a query is given for its keys.
KEY = "orderedBy"
_NOTHING_BESIDE: Mapping[str, str] = {}
_DEPTH = {"{": 1, "(": 1, "}": -1, ")": -1}
_INTEGER, _STRING = (NamedNode(names.expand(name)) for name in ("xsd:integer", "xsd:string"))
_WHOLE = re.compile("-?[0-9]{1,18}")
_NOTHING, _IRI, _TEXT, _NUMBER = range(4)
_NEVER_LITERALS = frozenset({_NOTHING, _IRI})
_ENDINGS = frozenset({"LIMIT", "OFFSET", "VALUES", "HAVING"})


@dataclass(frozen=True, slots=True)
class Ordered:
    """A query without its order, whose rows have the `keys` as columns, each with whether the greatest comes first."""

    text: str
    keys: tuple[tuple[str, bool], ...]
    once: bool

    def sort(self, rows: Sequence[Row], columns: Sequence[str]) -> list[Row] | None:
        """
        Return rows in the order of the query, and rows that it leaves open in that of the texts of their columns.

        None where a key is neither an IRI, a simple text nor a whole number, or is now a text and now a number.
        """
        ranked: list[tuple[list[Rank], Row]] = []
        for row in rows:
            ranks = [*filter(None, (_rank(row[name]) for name, _ in self.keys))]
            if len(ranks) < len(self.keys):
                return None
            ranked.append((ranks, row))
        for at, (_, downwards) in reversed([*enumerate(self.keys)]):
            if len({ranks[at][0] for ranks, _ in ranked} - _NEVER_LITERALS) > 1:
                return None
            ranked.sort(key=lambda pair, at=at: pair[0][at], reverse=downwards)  # type: ignore[misc]
        found: list[Row] = []
        for _, run in groupby(ranked, key=lambda pair: pair[0]):
            some = [row for _, row in run]
            found += some if len(some) == 1 else sorted(some, key=lambda row: [str(row[name]) for name in columns])
        return found


def _rank(term: object) -> Rank | None:
    """Return a term as Python compares it: nothing before IRIs before literals; None for one of another kind."""
    if term is None:
        return _NOTHING, ""
    if isinstance(term, NamedNode):
        return _IRI, term.value
    if isinstance(term, Literal) and term.language is None:
        if term.datatype == _STRING:
            return _TEXT, term.value
        if term.datatype == _INTEGER and _WHOLE.fullmatch(term.value):
            return _NUMBER, int(term.value)
    return None


def taken_out(text: str, beside: Mapping[str, str] = _NOTHING_BESIDE) -> Ordered | None:
    """
    Return a SELECT without the order of its rows; None where that has none, or does more than order them.

    Columns `beside` those of the query, given as {name: variable}, come with each row.
    """
    tokens = sparql_text.tokens(text)
    outside = [*_outside(tokens)]
    words = {at: tokens[at][1].upper() for at in outside if tokens[at][0] == "word"}
    select = next((at for at, word in words.items() if word == "SELECT"), None)
    order = next((at for at, word in words.items() if word == "ORDER"), None)
    where = next((at for at in outside if tokens[at][1] == "{"), None)
    if select is None or order is None or where is None or _ENDINGS & {*words.values()} or KEY in text:
        return None
    by = next((at for at, word in words.items() if at > order and word == "BY"), len(tokens))
    head = [at for at in range(select + 1, where) if words.get(at) != "WHERE"]
    columns = {tokens[at][1][1:] for at in head if tokens[at][0] == "variable"}
    shown = {*_projected([tokens[at] for at in head])}
    keys = [*_keys([*tokens[by + 1 :]])]
    if not keys or any(tokens[at][1] == "*" for at in head if at in outside):
        return None
    once = next((words.get(at) in ("DISTINCT", "REDUCED") for at in head if not tokens[at][1].isspace()), False)
    used = {word[1:] for key, _ in keys for kind, word in key if kind == "variable"}
    if (once or "GROUP" in words.values()) and not used <= columns:
        return None
    named = [_named(key, shown) or f"{KEY}{number}" for number, (key, _) in enumerate(keys, 1)]
    pieces = zip(keys, named, strict=True)
    columns_too = [
        *((f"?{given}", name) for name, given in beside.items()),
        *((_joined(key), name) for (key, _), name in pieces if name.startswith(KEY)),
    ]
    added = (sparql_text.compose("ordered/key", KEY=key, NAME=f"?{name}") for key, name in columns_too)
    last = max(at for at in range(select, where) if not tokens[at][1].isspace())
    cut = last if words.get(last) == "WHERE" else where
    bare = f"{_joined(tokens[:cut])} {' '.join(map(str.strip, added))} {_joined(tokens[cut:order])}"
    return Ordered(bare, tuple((name, down) for name, (_, down) in zip(named, keys, strict=True)), once)


def _projected(head: Sequence[_Token]) -> Iterator[str]:
    """Yield the names of the columns of a SELECT: variables that stand alone, and those behind AS."""
    depth, last = 0, ""
    for kind, word in head:
        step = _DEPTH.get(word, 0) if kind == "other" else 0
        depth += step
        if kind == "variable":
            last = word[1:]
        if (kind == "variable" and not depth) or (step < 0 and not depth):
            yield last


def _named(key: Sequence[_Token], columns: Collection[str]) -> str:
    """Return the column that a key is as it stands; empty where it is none, or has to be worked out."""
    bare = key[1:-1] if len(key) > 1 and key[0][1] == "(" else key
    name = bare[0][1][1:] if len(bare) == 1 and bare[0][0] == "variable" else ""
    return name if name in columns else ""


def _joined(tokens: Sequence[_Token]) -> str:
    return "".join(word for _, word in tokens)


def _outside(tokens: Sequence[_Token]) -> Iterator[int]:
    """Yield the places of the tokens that stand in no braces, these themselves with them."""
    depth = 0
    for at, (kind, word) in enumerate(tokens):
        step = {"{": 1, "}": -1}.get(word, 0) if kind == "other" else 0
        if depth == 0 or depth + step == 0:
            yield at
        depth += step


def _keys(tokens: Sequence[_Token]) -> Iterator[tuple[list[_Token], bool]]:
    """Yield what is ordered by, and whether the greatest comes first."""
    key: list[_Token] = []
    depth, down = 0, False
    for kind, word in tokens:
        if kind == "comment" or (not depth and word.isspace()):
            continue
        if not depth and kind == "word" and word.upper() in ("ASC", "DESC"):
            down = word.upper() == "DESC"
            continue
        key.append((kind, word))
        depth += _DEPTH.get(word, 0) if kind == "other" else 0
        if not depth and (kind == "variable" or word == ")"):
            yield key, down
            key, down = [], False
