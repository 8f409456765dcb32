"""SPARQL queries as groups and their elements: enough of the grammar to say what a variable is bound to, and where.

A query is taken apart token by token and loses nothing but its comments. What this grammar does not know is refused
(`NotUnderstood`), never guessed.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.model.records import dataclass
from kg.rdf import sparql_text

_KEYWORDS = frozenset(
    {"FILTER", "OPTIONAL", "UNION", "MINUS", "VALUES", "SERVICE", "GRAPH", "BIND", "EXISTS", "SELECT"}
)
_GLUED = re.compile("|".join(sorted(_KEYWORDS)), re.IGNORECASE)
FORBIDDEN = frozenset({"MINUS", "VALUES", "SERVICE"})


class NotUnderstood(Exception):  # noqa: N818  # not an error: the query may be right all the same
    """A query that this grammar cannot take apart, with the reason."""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between braces; a sub-select has a `head` (SELECT …) and a `tail` (GROUP BY …)."""

    pieces: tuple["Piece", ...]
    head: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One element of a group; `items` are its texts and the groups between them, which give it back when joined."""

    kind: str  # triples, filter, bind, optional, graph, union
    items: tuple["str | Group", ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups in it."""
        return tuple(item for item in self.items if isinstance(item, Group))


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT or an ASK: `prologue` (PREFIX …), `head`, the group of its pattern, `tail`."""

    prologue: str
    head: str
    where: Group
    tail: str


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    at: int = 0

    def ahead(self) -> str:
        """Return the next token that is no space, in capitals, empty at the end."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at].upper() if self.at < len(self.tokens) else ""

    def take(self, token: str = "") -> str:
        """Return the next token that is no space and go on."""
        ahead = self.ahead()
        if not ahead or (token and ahead != token):
            raise NotUnderstood(f"expected {token or 'more'}, found {ahead or 'the end'}")
        self.at += 1
        return self.tokens[self.at - 1]


def parse(text: str) -> Query:
    """Return a query taken apart; raise NotUnderstood where that is not possible."""
    reader = _Reader(list(_tokens(text)))
    prologue = _until(reader, {"SELECT", "ASK"})
    head = _until(reader, {"{"})
    where = _group(reader)
    tail = "".join(reader.tokens[reader.at :])
    if "{" in variables_and_braces(tail):
        raise NotUnderstood("braces behind the pattern")
    return Query(prologue, head, where, tail)


def _tokens(text: str) -> Iterator[str]:
    for kind, word in sparql_text.tokens(text):
        if kind == "comment":
            yield " "
        elif kind == "open":
            raise NotUnderstood("a string that is never closed")
        elif kind == "word":
            bare = word.lstrip(".")
            yield from "." * (len(word) - len(bare))
            if _GLUED.search(bare) and ":" not in bare and bare.upper() not in _KEYWORDS:
                raise NotUnderstood(f"{bare} runs several words together")
            if bare:
                yield bare
        else:
            yield word


def _until(reader: _Reader, stops: set[str]) -> str:
    """Return the text up to the first of some tokens outside brackets."""
    start, depth = reader.at, 0
    while reader.ahead() not in stops or depth:
        word = reader.take()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word in "{}" and depth:
            raise NotUnderstood("braces between brackets")
    return "".join(reader.tokens[start : reader.at])


def _group(reader: _Reader) -> Group:
    reader.take("{")
    if reader.ahead() == "SELECT":
        head = _until(reader, {"{"})
        inner = _group(reader)
        return Group(inner.pieces, head, _until(reader, {"}"}) + reader.take("}").replace("}", ""))
    pieces: list[Piece] = []
    while reader.ahead() != "}":
        pieces.append(_piece(reader))
    reader.take("}")
    return Group(tuple(piece for piece in pieces if piece.items != ("",)))


def _piece(reader: _Reader) -> Piece:
    ahead = reader.ahead()
    if ahead == "{":
        return _union(reader)
    if ahead == "FILTER":
        return Piece("filter", (reader.take(), " ", *_constraint(reader)))
    if ahead == "BIND":
        return Piece("bind", (reader.take(), *_bracketed(reader)))
    if ahead == "OPTIONAL":
        return Piece("optional", (reader.take(), " ", _group(reader)))
    if ahead == "GRAPH":
        return Piece("graph", (reader.take(), " ", reader.take(), " ", _group(reader)))
    if ahead in FORBIDDEN:
        raise NotUnderstood(f"{ahead} is not allowed in SHACL")
    return _triples(reader)


def _union(reader: _Reader) -> Piece:
    items: list[str | Group] = [_group(reader)]
    while reader.ahead() == "UNION":
        items += [" UNION ", _group(reader)] if reader.take() else []
    return Piece("union", tuple(items))


def _constraint(reader: _Reader) -> Iterator["str | Group"]:
    """Yield the parts of what follows FILTER: brackets, a function's call, or EXISTS with its group."""
    if reader.ahead() == "NOT":
        yield reader.take() + " "
    if reader.ahead() == "EXISTS":
        yield reader.take() + " "
        yield _group(reader)
        return
    while reader.ahead() != "(":
        yield reader.take()
    yield from _bracketed(reader)


def _bracketed(reader: _Reader) -> Iterator["str | Group"]:
    yield reader.take("(")
    while True:
        space = reader.at
        ahead = reader.ahead()
        yield "".join(reader.tokens[space : reader.at])
        if ahead == ")":
            yield reader.take()
            return
        if ahead == "(":
            yield from _bracketed(reader)
        elif ahead == "{":
            yield _group(reader)
        elif ahead in FORBIDDEN or ahead in ("SELECT", "}"):
            raise NotUnderstood(f"{ahead} in an expression")
        else:
            yield reader.take()


def _triples(reader: _Reader) -> Piece:
    start = reader.at
    while (ahead := reader.ahead()) not in ("{", "}") and ahead not in _KEYWORDS:
        reader.take()
    if reader.at == start:
        raise NotUnderstood(f"{ahead or 'the end'} where a pattern begins")
    # The dots around it go: whatever is put beside it later, `write` sets them anew.
    return Piece("triples", ("".join(reader.tokens[start : reader.at]).strip(" \t\r\n."),))


# ---- what a query says of its variables ------------------------------------------------------------------------------


def write(group: Group) -> str:
    """Return a group as text, with its braces."""
    inner = " ".join(
        "".join(write(item) if isinstance(item, Group) else item for item in piece.items)
        + (" ." if piece.kind == "triples" else "")
        for piece in group.pieces
    )
    return f"{{ {group.head} {{ {inner} }} {group.tail} }}" if group.head else f"{{ {inner} }}"


def variables_and_braces(text: str) -> set[str]:
    """Return the names of the variables of a text, and `{` where one stands in it."""
    return {
        word[1:] if kind == "variable" else word
        for kind, word in sparql_text.tokens(text)
        if kind == "variable" or word == "{"
    }


def variables(part: "Group | Piece | str") -> set[str]:
    """Return the names of all variables in a part of a query."""
    if isinstance(part, str):
        return variables_and_braces(part) - {"{"}
    if isinstance(part, Piece):
        return set().union(*(variables(item) for item in part.items))
    return set().union(variables(part.head), variables(part.tail), *(variables(piece) for piece in part.pieces))


def bound(part: Group | Piece) -> set[str]:
    """Return the names of the variables that are bound in every solution of a part."""
    if isinstance(part, Group):
        inside = set().union(*(bound(piece) for piece in part.pieces))
        return inside if not part.head else inside & projected(part.head, inside)
    if part.kind == "triples":
        return variables(part)
    if part.kind == "union":
        return set.intersection(*(bound(group) for group in part.groups))
    if part.kind == "graph":
        return set().union(*(variables(item) if isinstance(item, str) else bound(item) for item in part.items))
    return set()


def projected(head: str, inside: set[str]) -> set[str]:
    """Return the names that a SELECT returns as they are: without what it computes."""
    names, depth = set(), 0
    for kind, word in sparql_text.tokens(head):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "*" and not depth:
            return inside
        if kind == "variable" and not depth:
            names.add(word[1:])
    return names


def assigned(text: str) -> set[str]:
    """Return the names behind AS in a text."""
    words = [(kind, word) for kind, word in sparql_text.tokens(text) if not word.isspace() and kind != "comment"]
    return {word[1:] for (_, before), (kind, word) in pairwise(words) if before.upper() == "AS" and kind == "variable"}


def selects(group: Group) -> Iterator[Group]:
    """Yield the sub-selects of a group, at any depth."""
    if group.head:
        yield group
    for piece in group.pieces:
        for inner in piece.groups:
            yield from selects(inner)
