"""Three forms of a query that the engine plans badly, in a form with the same answers that it plans well.

NOT EXISTS over several patterns is planned without the rows before it (58 s against 0.4 s); a left join that must fail
says the same. So is EXISTS; a join with the different rows of its group says the same, and multiplies no row.
A branch of a UNION whose patterns only the patterns before it connect is a cross product; with these in
the branch it is none. Where a condition below does not hold, the query stays as it is.
"""

from collections.abc import Iterable, Iterator

from kg.rdf import sparql_text
from kg.shacl.query_grammar import Group, Piece, bound, variables


def rewritten(group: Group) -> Group:
    """Return a group with EXISTS and NOT EXISTS as joins, and what connects a UNION in it, wherever that can be."""
    return _rewritten(_connected(group), variables(group), set())


def _rewritten(group: Group, names_in_use: set[str], outside: set[str]) -> Group:
    """Return a group rewritten; `outside` are the variables that its filters see beyond it: it is an OPTIONAL's."""
    pieces = [
        Piece(p.kind, tuple(_inside(group, p, item, names_in_use, outside) for item in p.items)) for p in group.pieces
    ]
    firm = set().union(*(bound(piece) for piece in pieces))
    loose = set().union(*(variables(piece) for piece in pieces if piece.kind != "filter")) - firm
    kept: list[Piece] = []
    joined: list[Piece] = []
    added: list[Piece] = []
    for piece in pieces:
        if _denied(piece, firm, outside - firm):
            added += _left_join(piece.groups[0], names_in_use)
        elif _asked(piece, firm, loose | outside - firm):
            joined.append(_semi_join(piece.groups[0], firm))
        else:
            kept.append(piece)
    return Group((*kept, *joined, *added), group.head, group.tail)


def _inside(group: Group, piece: Piece, item: str | Group, names_in_use: set[str], outside: set[str]) -> str | Group:
    """Return an item of a piece, rewritten within; groups in expressions stay, for they are planned with their rows."""
    if isinstance(item, str) or piece.kind in ("filter", "bind"):
        return item
    others = (variables(other) for other in group.pieces if other is not piece and other.kind != "filter")
    return _rewritten(item, names_in_use, outside.union(*others) if piece.kind == "optional" else set())


def _is_filter(piece: Piece, *words: str) -> bool:
    """Tell whether a piece is FILTER [NOT] EXISTS over several triple patterns and filters, and nothing else."""
    said = "".join(item for item in piece.items if isinstance(item, str)).upper().split()
    if piece.kind != "filter" or said != ["FILTER", *words]:
        return False
    inner = piece.groups[0]
    if inner.head or any(one.kind not in ("triples", "filter") for one in inner.pieces):
        return False
    return sum(patterns(one) for one in inner.pieces if one.kind == "triples") > 1


def _denied(piece: Piece, firm: set[str], beyond: set[str]) -> bool:
    """
    Tell whether a piece is a FILTER NOT EXISTS that a left join can replace.

    Its group shares a variable that the rows before always have, and none that only an OPTIONAL around them knows; no
    filter in it asks about a variable that is assigned or optional outside, so both ways see the same terms.
    """
    if not _is_filter(piece, "NOT", "EXISTS"):
        return False
    inner = piece.groups[0]
    within = bound(inner)
    filters = [one for one in inner.pieces if one.kind == "filter"]
    asked = set().union(*(variables(one) for one in filters))
    local = set().union(*(variables(group) for one in filters for group in one.groups))
    return bool(within & firm) and asked - local <= within | firm and not variables(inner) & beyond


def _asked(piece: Piece, firm: set[str], loose: set[str]) -> bool:
    """
    Tell whether a piece is a FILTER EXISTS that a join with the different rows of its group can replace.

    Its group shares only variables that the rows before always have, and its filters ask about its own patterns. A path
    of no step leads from a term that a row brings, even where the data do not have it: that one stays.
    """
    if not _is_filter(piece, "EXISTS"):
        return False
    inner = piece.groups[0]
    if any(word in ("*", "?") for one in inner.pieces if one.kind == "triples" for word in _words(one)):
        return False
    within = bound(inner)
    return bool(within & firm) and variables(inner) <= within and not within & loose


def _words(piece: Piece) -> Iterator[str]:
    return (word for _, word in sparql_text.tokens("".join(item for item in piece.items if isinstance(item, str))))


def _semi_join(inner: Group, firm: set[str]) -> Piece:
    shared = " ".join(f"?{name}" for name in sorted(bound(inner) & firm))
    return Piece("union", (Group(inner.pieces, f"SELECT DISTINCT {shared} WHERE "),))


def patterns(piece: Piece) -> int:
    """Return how many triple patterns a text of triples holds at least; each step of a path is one."""
    depth, count, fresh = 0, 0, True
    for kind, word in sparql_text.tokens("".join(item for item in piece.items if isinstance(item, str))):
        if word.isspace() or kind == "comment":
            continue
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0)
        if word in ("/", "[", "("):
            count += 1
        if word in (".", ";", ","):
            fresh = True
        elif fresh:
            count, fresh = count + 1, False
        if kind == "word" and word.endswith("."):
            fresh = True
    return count


def _left_join(inner: Group, names_in_use: set[str]) -> Iterator[Piece]:
    name = next(f"none{number}" for number in range(len(names_in_use) + 1) if f"none{number}" not in names_in_use)
    names_in_use.add(name)
    mark = Piece("bind", (f"BIND(true AS ?{name})",))
    yield Piece("optional", ("OPTIONAL ", Group((*inner.pieces, mark))))
    yield Piece("filter", (f"FILTER(!BOUND(?{name}))",))


# ---- branches of a UNION ---------------------------------------------------------------------------------------------


def _connected(group: Group) -> Group:
    """
    Return a group in which the triple patterns before a UNION stand in each of its branches, where one needs them.

    A join with a UNION is the UNION of the joins; a branch may not ask about a variable that only the patterns bind,
    or it would see more than before.
    """
    pieces = [
        piece
        if piece.kind in ("filter", "bind")
        else Piece(piece.kind, tuple(item if isinstance(item, str) else _connected(item) for item in piece.items))
        for piece in group.pieces
    ]
    at = next(
        (row for row, piece in enumerate(pieces) if piece.kind not in ("triples", "graph", "filter")), len(pieces)
    )
    before = [piece for piece in pieces[:at] if piece.kind == "triples"]
    if at == len(pieces) or not before or not _needs(pieces[at], before):
        return Group(tuple(pieces), group.head, group.tail)
    branches = tuple(
        item if isinstance(item, str) else Group((*before, *item.pieces), item.head, item.tail)
        for item in pieces[at].items
    )
    kept = [piece for piece in pieces[:at] if piece.kind != "triples"]
    return Group((*kept, Piece("union", branches), *pieces[at + 1 :]), group.head, group.tail)


def _needs(union: Piece, before: list[Piece]) -> bool:
    """Tell whether a branch falls apart without the patterns before it, and none would see more with them."""
    if union.kind != "union" or len(union.groups) < 2 or any(branch.head for branch in union.groups):  # noqa: PLR2004
        return False
    firm = set().union(*(bound(piece) for piece in before))
    for branch in union.groups:
        own = [piece for piece in branch.pieces if piece.kind == "triples"]
        others = set().union(*(variables(piece) for piece in branch.pieces if piece.kind != "triples"))
        if (others & firm) - set().union(*(bound(piece) for piece in own)):
            return False
    return any(
        len(_parts([*_statements(branch.pieces)])) > 1
        and len(_parts([*_statements(before), *_statements(branch.pieces)])) == 1
        for branch in union.groups
    )


def _statements(pieces: Iterable[Piece]) -> Iterator[set[str]]:
    """Yield the variables of each triple pattern, or of those that share a subject, where there are any."""
    for piece in pieces:
        names: set[str] = set()
        for kind, word in sparql_text.tokens(
            "".join(str(item) for item in piece.items) if piece.kind == "triples" else ""
        ):
            if word == "." or (kind == "word" and word.endswith(".")):
                yield from [names] if names else []
                names = set()
            elif kind == "variable":
                names.add(word[1:])
        yield from [names] if names else []


def _parts(statements: list[set[str]]) -> list[set[str]]:
    """Return the variables of statements that are connected with one another."""
    parts: list[set[str]] = []
    for names in statements:
        touching = [part for part in parts if part & names]
        parts = [part for part in parts if not part & names]
        parts.append(set().union(names, *touching))
    return parts
