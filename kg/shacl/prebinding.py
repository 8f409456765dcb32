"""Pre-binding: a query about one focus node as one query about all of them.

SHACL asks a query once for each focus node, with $this bound everywhere in it. Here the pattern of all focus nodes is
put wherever the query needs $this and does not bind it itself; then one run gives the same rows for all nodes together.
"""

import re
from collections.abc import Collection, Mapping

from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.shacl.query_grammar import (
    FORBIDDEN,
    Group,
    NotUnderstood,
    Piece,
    Query,
    assigned,
    bound,
    parse,
    projected,
    selects,
    variables,
    write,
)
from kg.shacl.query_rewrite import rewritten

_AGGREGATE = re.compile(r"\b(COUNT|SUM|AVG|MIN|MAX|SAMPLE|GROUP_CONCAT)\s*\(", re.IGNORECASE)
_CUT = re.compile(r"\b(LIMIT|OFFSET)\b", re.IGNORECASE)
_GROUP_BY = re.compile(r"\bGROUP\s+BY\b(.*?)(?:\bHAVING\b|\bORDER\b|$)", re.IGNORECASE | re.DOTALL)


class Forbidden(Exception):  # noqa: N818  # the caller names the shape
    """A query that SHACL-SPARQL does not allow, with the reason."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A query of a shape: taken apart, with constants in it, and the names that its focus pattern must bind."""

    query: Query
    names: tuple[str, ...]
    together: bool


def prepared(text: str, constants: Mapping[str, str], names: tuple[str, ...]) -> Bound:
    """
    Return a query with the constants (texts by their names) in their places, ready for a pattern that binds `names`.

    `together` tells whether one run for all focus nodes gives what a run for each of them gives. Raise Forbidden for
    what the specification rules out, NotUnderstood for what cannot be taken apart.
    """
    _refuse(text)
    query = parse(text)
    whole = Group(query.where.pieces, query.head, query.tail)
    taken = {*names, *constants, "shapesGraph", "currentShape"}
    for select in selects(whole):
        again = assigned(select.head) & taken
        if again:
            raise Forbidden(f"AS ?{min(again)} gives a new value to a variable that SHACL binds")
        missing = set(names) - projected(select.head, set()) if select is not whole else set()
        if missing:
            raise Forbidden(f"a SELECT inside the query must return ?{min(missing)}")
    if _assigns(query.where, taken):
        raise Forbidden("BIND gives a new value to a variable that SHACL binds")
    returned = {name for select in selects(whole) for name in projected(select.head, set())} & set(constants)
    if returned:
        raise NotUnderstood(f"it returns ?{min(returned)}, which is a constant")
    with_constants = _with_constants(text, constants)
    filled = query if with_constants == text else parse(with_constants)
    return Bound(filled, names, all(_regular(one, names) for one in selects(whole)))


def _refuse(text: str) -> None:
    for kind, word in sparql_text.tokens(text):
        if kind == "word" and word.strip(".").upper() in FORBIDDEN:
            raise Forbidden(f"{word.strip('.').upper()} is not allowed in SHACL")
        if kind == "word" and word.strip(".").upper() == "FROM":
            raise NotUnderstood("FROM")


def _assigns(group: Group, variables: Collection[str]) -> bool:
    return any(
        (
            piece.kind == "bind"
            and not assigned("".join(i for i in piece.items if isinstance(i, str))).isdisjoint(variables)
        )
        or any(_assigns(inner, variables) for inner in piece.groups)
        for piece in group.pieces
    )


def _regular(select: Group, names: tuple[str, ...]) -> bool:
    """Tell whether a SELECT treats each focus node by itself: nothing is cut, and groups keep focus nodes apart."""
    if _CUT.search(select.tail):
        return False
    groups = _GROUP_BY.search(select.tail)
    if groups:
        return set(names) <= projected(groups[1], set())
    return not _AGGREGATE.search(select.head)


def _with_constants(text: str, constants: Mapping[str, str]) -> str:
    """Return a text with constants for variables; to ask whether a constant is bound is to say true."""
    words = [word for _, word in sparql_text.tokens(text)]
    for at, (kind, word) in enumerate(sparql_text.tokens(text)):
        if kind == "variable" and word[1:] in constants:
            words[at] = constants[word[1:]]
            before = [i for i in range(at) if words[i] and not words[i].isspace()][-2:]
            if len(before) == 2 and words[before[1]] == "(" and words[before[0]].upper() == "BOUND":  # noqa: PLR2004
                words[before[0]], words[at] = "", "true"
    return "".join(words)


# ---- the pattern of focus nodes in its places ------------------------------------------------------------------------


def select(bound: Bound, pattern: str, columns: str = "") -> str:
    """
    Return the query with a pattern that binds the focus nodes; `columns` make a SELECT of an ASK.

    NOT EXISTS over several patterns is rewritten afterwards, when it is known what is bound before it.
    """
    focus = parse(f"ASK {{ {pattern} }}").where.pieces
    where = rewritten(_begun(_placed(bound.query.where, set(bound.names), focus), focus))
    head = f"SELECT DISTINCT {columns} WHERE" if columns else bound.query.head
    return f"{bound.query.prologue} {head} {write(where)} {bound.query.tail}"


def _whole(group: Group, names: set[str], focus: tuple[Piece, ...]) -> Group:
    """Return a group that binds all the names, itself or by the focus pattern."""
    inside = _placed(group, names, focus)
    return inside if names <= bound(Group(inside.pieces)) else _begun(inside, focus)


def _begun(group: Group, focus: tuple[Piece, ...]) -> Group:
    if group.pieces[: len(focus)] == focus:
        return group
    return Group((*focus, *group.pieces), group.head, group.tail)


def _placed(group: Group, names: set[str], focus: tuple[Piece, ...]) -> Group:
    """Return a group with the focus pattern before everything that asks for a name that is not bound there."""
    pieces = tuple(_within(piece, names, focus) for piece in group.pieces)
    result = Group(pieces, group.head, group.tail)
    known: set[str] = set()
    for piece in pieces:
        if piece.kind in ("bind", "optional") and not (variables(piece) & names) <= known:
            return _begun(result, focus)
        known |= bound(piece)
    asked = set().union(*(variables(piece) for piece in pieces if piece.kind == "filter"))
    return result if asked & names <= known else _begun(result, focus)


def _within(piece: Piece, names: set[str], focus: tuple[Piece, ...]) -> Piece:
    """Return a piece with its own groups treated; a filter is asked with the rows before, which bind the names."""
    if piece.kind in ("filter", "bind"):
        return piece
    return Piece(
        piece.kind,
        tuple(
            item if isinstance(item, str) or variables(item).isdisjoint(names) else _inner(piece, item, names, focus)
            for item in piece.items
        ),
    )


def _inner(piece: Piece, group: Group, names: set[str], focus: tuple[Piece, ...]) -> Group:
    if group.head:
        return _whole(group, names, focus)
    if piece.kind == "optional":
        placed = _placed(Group(tuple(p for p in group.pieces if p.kind != "filter")), names, focus)
        filters = tuple(p for p in group.pieces if p.kind == "filter")
        return Group((*placed.pieces, *filters))
    return _placed(group, names, focus)
