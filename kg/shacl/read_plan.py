"""What a verdict reads, derived from the shape: a plan that leads from a focus node to every triple it can touch.

Each path, class and triple pattern of a shape is an edge between places of the plan, and hangs on an earlier place.
Followed forwards from a focus node, the edges meet every triple that can bear on its verdict; followed backwards from a
triple, they meet every focus node whose verdict the triple can bear on.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import NamedTuple

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.rdf.terms import Node, Term
from kg.shacl import sparql_constraints
from kg.shacl.paths import Path, Step
from kg.shacl.plan import EVERYWHERE, NOWHERE, THIS, Edge, Plan, inverse, leaves, normal
from kg.shacl.query_grammar import Group, NotUnderstood, Piece, assigned, projected, variables
from kg.shacl.shapes import Constraint, Shape, Targets
from kg.shacl.shapes_graph import Graph
from kg.shacl.sparql_constraints import Parameter
from kg.shacl.terms import TYPE, iri
from kg.shacl.triple_patterns import ANY, Pattern, Place, patterns

_TYPE = Path(Step.PREDICATE, TYPE)
# Properties with which very many nodes have one value: the last by which another node is looked for.
_WIDE = (TYPE, iri("rdf:predicate"), iri("nr:epistemicType"), iri("nr:resolution"))
_WIDTHS = 3
# Functions that give one of their terms, or its text; or take one out of several between blanks, which no IRI holds.
_SAME = frozenset(
    {"MIN", "MAX", "SAMPLE", "DISTINCT", "STR", "IRI", "URI", "COALESCE", "CONCAT", "STRAFTER", "STRBEFORE", '" "'}
)

_NODES = frozenset({"IRI", "URI"})
_TEXTS = frozenset({"STR", "CONCAT", "STRAFTER", "STRBEFORE"})


@dataclass(slots=True)
class _Draft:
    """
    A plan while it is made.

    `graphs` tells whether GRAPH may stand in a query: any graph is read then; `above` are the shapes around.
    """

    edges: list[Edge] = field(default_factory=list)
    constants: dict[int, Term] = field(default_factory=dict)
    places: Iterator[int] = field(default_factory=lambda: itertools.count(THIS + 1))
    fresh: Iterator[int] = field(default_factory=itertools.count)
    values: dict[tuple[int, Path], int] = field(default_factory=dict)
    named: dict[str, set[int]] = field(default_factory=dict)
    computed: set[str] = field(default_factory=set)
    value: int | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    always: frozenset[str] = frozenset()
    graphs: bool = False
    above: list[Node] = field(default_factory=list)

    def plan(self) -> Plan:
        """Return the plan as it is now."""
        return Plan(tuple(dict.fromkeys(self.edges)), dict(self.constants), self.value)

    def lead(self, start: int, path: Path | None, only: ox.NamedNode | None = None) -> int:
        """Add an edge to a new place, and return the place."""
        end = next(self.places)
        self.edges.append(Edge(start, normal(path) if path else None, end, only))
        return end

    def test(self, start: int, path: Path, only: ox.NamedNode | None = None, *, below: bool = False) -> None:
        """Add an edge to nowhere."""
        self.edges.append(Edge(start, normal(path), NOWHERE, only, below))


# ---- shapes ----------------------------------------------------------------------------------------------------------


class Declared(NamedTuple):
    """A shapes graph, the components that it declares, and its shapes by their nodes."""

    graph: Graph
    components: Mapping[Node, tuple[Parameter, ...]]
    shapes: Mapping[Node, Shape]


_COMPARES = frozenset({"equals", "disjoint", "lessThan", "lessThanOrEquals"})


def of_constraint(context: Declared, targets: Targets, shape: Shape, constraint: Constraint) -> Plan:
    """Return the plan of one constraint of a shape with targets; raise NotUnderstood where none can be made."""
    draft = _Draft()
    for one in targets.classes:
        draft.test(THIS, _TYPE, one, below=True)
    for one in targets.subjects_of:
        draft.test(THIS, Path(Step.PREDICATE, one))
    for one in targets.objects_of:
        draft.test(THIS, inverse(Path(Step.PREDICATE, one)))
    draft.value = _constraint(draft, context, shape, constraint, THIS)
    return draft.plan()


def _constraint(draft: _Draft, context: Declared, shape: Shape, constraint: Constraint, focus: int) -> int | None:
    """Add what a constraint reads; return the place of the values of its results where they can be told apart."""
    value = _value(draft, shape, focus)
    if constraint.word in ("sparql", "custom"):
        return _query(draft, context, shape, constraint, (focus, value))
    for term in constraint.terms:
        if constraint.word == "class" and isinstance(term, ox.NamedNode):
            draft.test(value, _TYPE, term, below=True)
        elif constraint.word in _COMPARES and isinstance(term, ox.NamedNode):
            draft.test(focus, Path(Step.PREDICATE, term))
    if constraint.word == "closed":
        draft.test(value, ANY)
    if shape.node in draft.above:
        raise NotUnderstood("a shape that refers to itself")
    draft.above.append(shape.node)
    inside = [(node, inner) for node in constraint.shapes for inner in context.shapes[node].constraints]
    places = [_constraint(draft, context, context.shapes[node], inner, value) for node, inner in inside]
    draft.above.pop()
    return places[0] if constraint.word == "property" and len(places) == 1 else None


def _value(draft: _Draft, shape: Shape, focus: int) -> int:
    """Return the place of a shape's value nodes."""
    if shape.path is None:
        return focus
    key = focus, shape.path
    if key not in draft.values:
        draft.values[key] = draft.lead(focus, shape.path)
    return draft.values[key]


def _query(
    draft: _Draft, context: Declared, shape: Shape, constraint: Constraint, places: tuple[int, int]
) -> int | None:  # fmt: skip
    found = sparql_constraints.taken_apart(context.graph, context.components, shape, constraint)
    if found is None:
        return None
    draft.prefixes = found.prefixes
    draft.always = frozenset(found.names)
    known = {name: place for name, place in zip(("this", "value"), places, strict=True) if name in found.names}
    draft.named, draft.computed = {name: {place} for name, place in known.items()}, set()
    bound = _group(draft, found.where, known, frozenset())
    if constraint.word != "sparql" or not found.by_value or "value" in draft.computed:
        return None
    place = bound.get("value", THIS)
    alias = any(edge.path is None and edge.end == place for edge in draft.edges)
    return place if draft.named.get("value") == {place} and place != THIS and not alias else None


def of_query(where: Group, prefixes: Mapping[str, str], *variables: str) -> Plan:
    """Return the plan of a query about the terms that some variables stand for, in any graph; none is told apart."""
    known = dict.fromkeys(variables, THIS)
    draft = _Draft(
        prefixes=prefixes, always=frozenset(variables), graphs=True, named={name: {THIS} for name in variables}
    )
    _group(draft, where, known, frozenset())
    return draft.plan()


def together(plans: Iterable[Plan]) -> Plan:
    """Return one plan that reads what several do."""
    edges: list[Edge] = []
    constants: dict[int, Term] = {}
    shift = 0
    for plan in plans:
        places = {edge.start for edge in plan.edges} | {edge.end for edge in plan.edges} | {*plan.constants}
        moved = {place: place + shift if place > THIS else place for place in places}
        edges += [replace(edge, start=moved[edge.start], end=moved[edge.end]) for edge in plan.edges]
        constants |= {moved[place]: term for place, term in plan.constants.items()}
        shift += max(places, default=0)
    return Plan(tuple(edges), constants)


# ---- queries ---------------------------------------------------------------------------------------------------------

_Known = dict[str, int]


def _group(draft: _Draft, group: Group, outer: Mapping[str, int], siblings: frozenset[str]) -> _Known:
    """
    Add what a group reads, and return the places of the variables that it binds for certain, with those known outside.

    `siblings` are the variables that stand beside the group, so that an OPTIONAL or EXISTS in it is asked with them.
    """
    known, waiting = dict(outer), list[Pattern]()
    later: list[Group] = []
    for piece in group.pieces:
        if piece.kind == "triples":
            waiting += patterns("".join(map(str, piece.items)), draft.prefixes, draft.fresh)
        elif piece.kind in ("filter", "bind"):
            later += piece.groups
            _named(draft, "".join(item for item in piece.items if isinstance(item, str)), known)
        elif piece.kind == "optional":
            beside = _beside(draft, known, siblings)
            _group(draft, piece.groups[0], beside, frozenset(beside))
        else:
            known |= _branches(draft, piece, known)
        siblings |= variables(piece) if piece.kind != "filter" else frozenset()
        waiting = _connected(draft, waiting, known)
    while waiting:
        _everywhere(draft, waiting.pop(0), known)
        waiting = _connected(draft, waiting, known)
    for inner in later:
        beside = _beside(draft, known, siblings)
        _group(draft, inner, beside, frozenset(beside))
    return known


def _beside(draft: _Draft, places: Mapping[str, int], siblings: frozenset[str]) -> _Known:
    """Return the places of the variables that stand in a group: what it is joined with later it does not know."""
    return {name: place for name, place in places.items() if name in siblings | draft.always}


def _named(draft: _Draft, text: str, places: _Known) -> None:
    """
    Give places to the names behind AS in a text, where what they stand for is a term of a known variable.

    `IRI(?first)` of `MIN(STR(?page))` is one of the pages, also where a date and a blank stood before it; what is
    computed in another way has no place.
    """
    words = [word for kind, word in sparql_text.tokens(text) if not word.isspace() and kind != "comment"]
    for at in (at for at, word in enumerate(words) if word.upper() == "AS" and at + 1 < len(words)):
        said = [word for word in words[_opened(words, at) : at] if word not in "(),"]
        terms = {word[1:] for word in said if word[0] in "?$"}
        name = words[at + 1][1:]
        if terms and terms <= set(draft.named) - draft.computed and all(map(_is_same, said)):
            place = next(draft.places)
            draft.edges += [Edge(start, None, place) for term in sorted(terms) for start in sorted(draft.named[term])]
            draft.named.setdefault(name, set()).add(place)
            if _is_node(said) and (len(said) > 1 or terms <= set(places)):
                places[name] = place
        else:
            draft.computed.add(name)


def _is_same(word: str) -> bool:
    """Tell whether a word of an expression leaves a term what it is; what is reckoned is a number, no node."""
    return word[0] in "?$*+-" or word.isdigit() or word.upper() in _SAME


def _is_node(words: list[str]) -> bool:
    """Tell whether an expression of such words is a term, and not its text, which no pattern finds."""
    return words[0].upper() in _NODES or not _TEXTS & {word.upper() for word in words}


def _know(draft: _Draft, places: _Known, name: str, place: int) -> None:
    places[name] = place
    draft.named.setdefault(name, set()).add(place)


def _opened(words: list[str], at: int) -> int:
    """Return where the bracket begins in which a word stands."""
    depth = 0
    while at > 0:
        depth += {"(": 1, ")": -1}.get(words[at], 0)
        if depth > 0:
            break
        at -= 1
    return at


def _branches(draft: _Draft, piece: Piece, outer: _Known) -> _Known:
    """Add what the branches of a UNION read, and return the places of what each of them binds."""
    if piece.kind == "graph" and not draft.graphs:
        raise NotUnderstood("GRAPH: it reads something else than the facts")
    found = [_branch(draft, branch, outer) for branch in piece.groups]
    common = set.intersection(*(set(one) for one in found)) - set(outer)
    places: _Known = {}
    for name in sorted(common):
        _know(draft, places, name, next(draft.places))
        draft.edges += [Edge(one[name], None, places[name]) for one in found]
    return places


def _branch(draft: _Draft, group: Group, places: _Known) -> _Known:
    if not group.head:
        return _group(draft, group, places, frozenset())
    names = projected(group.head, variables(group)) if not _cut(group) else set()
    if "GROUP" in group.tail.upper().split():
        names &= variables(_grouping(group.tail))
    elif assigned(group.head):
        names = set()
    outer = {name: place for name, place in places.items() if name in names | draft.always}
    inside = _group(draft, Group(group.pieces), outer, frozenset())
    _named(draft, group.head, inside)
    returned = projected(group.head, variables(group)) | assigned(group.head)
    return {name: place for name, place in inside.items() if name in returned}


def _cut(group: Group) -> bool:
    words = group.tail.upper().split()
    return "LIMIT" in words or "OFFSET" in words


def _grouping(tail: str) -> str:
    """Return what stands behind GROUP BY."""
    words = tail.split()
    start = [word.upper() for word in words].index("GROUP") + 2
    ends = [
        at for at, word in enumerate(words) if at >= start and word.upper().partition("(")[0] in ("HAVING", "ORDER")
    ]
    return " ".join(words[start : ends[0] if ends else len(words)])


def _connected(draft: _Draft, waiting: list[Pattern], places: _Known) -> list[Pattern]:
    """Hang patterns on known places, the narrowest first, and return those that hang on none."""
    left = list(waiting)
    while left:
        width, at = min((_width(one, places), at) for at, one in enumerate(left))
        if width > _WIDTHS:
            break
        _hang(draft, left.pop(at), places)
    return left


def _width(one: Pattern, places: _Known) -> int:
    """Return how many nodes a pattern may lead to: from its subject few, from its object more, from nowhere all."""
    if _placed(one.subject, places) is not None:
        return 0
    if _placed(one.object, places) is None:
        return _WIDTHS + 1
    wide = any(leaf is None or leaf in _WIDE for leaf in leaves(one.path))
    return 2 if wide else 1


def _placed(term: Place, places: _Known) -> int | None:
    return places.get(term[1:]) if isinstance(term, str) else None


def _hang(draft: _Draft, one: Pattern, places: _Known) -> None:
    subject, value = _placed(one.subject, places), _placed(one.object, places)
    if subject is not None and isinstance(one.object, str) and value is None:
        _know(draft, places, one.object[1:], draft.lead(subject, one.path))
    elif subject is not None:
        draft.test(subject, one.path, one.object if isinstance(one.object, ox.NamedNode) else None)
    elif value is not None and isinstance(one.subject, str):
        _know(draft, places, one.subject[1:], draft.lead(value, inverse(normal(one.path))))
    elif value is not None:
        draft.test(value, inverse(normal(one.path)))


def _may_be_empty(path: Path) -> bool:
    """Tell whether a path leads from every node to itself."""
    if path.step in (Step.ZERO_OR_ONE, Step.ZERO_OR_MORE):
        return True
    empty = [_may_be_empty(part) for part in path.parts]
    return any(empty) if path.step is Step.ALTERNATIVE else bool(empty) and all(empty)


def _everywhere(draft: _Draft, one: Pattern, places: _Known) -> None:
    """Add a pattern that hangs on nothing but, at best, a name in the shape."""
    if None in set(leaves(one.path)):
        raise NotUnderstood("a variable for a property, of a subject that hangs on nothing")
    if _may_be_empty(one.path):
        raise NotUnderstood("a path that may have no step, of a subject that hangs on nothing")
    subject, value = one.subject, one.object
    if not isinstance(subject, str):
        place = next(draft.places)
        draft.constants[place] = subject
        draft.edges.append(Edge(place, normal(one.path), *_end(draft, value, places)))
    elif isinstance(value, ox.NamedNode):
        place = next(draft.places)
        draft.constants[place] = value
        _know(draft, places, subject[1:], draft.lead(place, inverse(normal(one.path))))
    else:
        _know(draft, places, subject[1:], draft.lead(EVERYWHERE, inverse(normal(one.path))))
        if isinstance(value, str):
            _know(draft, places, value[1:], draft.lead(EVERYWHERE, one.path))


def _end(draft: _Draft, value: Place, places: _Known) -> tuple[int, ox.NamedNode | None]:
    if not isinstance(value, str):
        return NOWHERE, value if isinstance(value, ox.NamedNode) else None
    _know(draft, places, value[1:], next(draft.places))
    return places[value[1:]], None
