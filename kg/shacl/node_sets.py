"""Composed queries on the data: the fragments of queries/shacl/, sets of nodes laid down in graphs of their own."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import engine_functions, sparql_text
from kg.rdf.lexical_forms import well_formed
from kg.rdf.terms import Node, Term
from kg.shacl.data import Data
from kg.shacl.literals import kept, written
from kg.shacl.results import Note

_OURS = "urn:newsroom-kg:"
_MEMBER = ox.NamedNode(_OURS + "member")
_THIS = re.compile(r"\?this\b")


@dataclass(frozen=True, slots=True)
class Engine:
    """
    The data with the sets laid down so far; `made` remembers a set by the pattern that it was made from.

    `instances` has the nodes of a class. `beside` holds the engine over the same data for other people's queries, once
    one was asked; there `spelled` says how the data write a literal. `notes` are of queries in which something
    failed.
    """

    data: Data
    made: dict[str, str] = field(default_factory=dict)
    instances: dict[ox.NamedNode, "Focus"] = field(default_factory=dict)
    beside: list["Engine"] = field(default_factory=list)
    spelled: Mapping[Term, Term] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Focus:
    """Nodes to check: those of a set, all direct instances of one class, or what ?this is bound to by a pattern."""

    set: str = ""
    of_class: ox.NamedNode | None = None
    where: str = ""


def compose(name: str, /, **pieces: str) -> str:
    """Return a fragment of queries/shacl/ with the texts of its `$NAME`s in their places."""
    return sparql_text.compose(f"shacl/{name}", **pieces)


def text(term: ox.NamedNode | ox.Literal | int) -> str:
    """Return a term as SPARQL writes it."""
    return sparql_text.bind("$term", {"term": term})


def member(of: str, node: str = "?this") -> str:
    """Return the pattern for the nodes of a set."""
    return compose("member", SET=of, NODE=node)


def pattern(focus: Focus, node: str = "?this") -> str:
    """Return the pattern that binds a variable to each focus node once."""
    if focus.of_class is not None:
        return compose("instance", NODE=node, CLASS=str(focus.of_class))
    if focus.where:
        return _THIS.sub(node, focus.where)
    return member(focus.set, node)


def either(patterns: Sequence[str]) -> Focus:
    """Return the nodes that one of several patterns binds ?this to."""
    return Focus(where=compose("either", CHOICES=" UNION ".join(f"{{ {one} }}" for one in patterns)))


def new_set(engine: Engine, terms: Iterable[Term] = ()) -> str:
    """Return a new set, with some terms in it."""
    name = f"<{_OURS}set:{next(engine.data.numbers)}>"
    add(engine, name, terms)
    return name


def stored(engine: Engine, term: Term) -> Term:
    """Return a term of the shapes as the data's store keeps it."""
    return kept(term) if engine.data.exact else term


def add(engine: Engine, into: str, terms: Iterable[Term]) -> None:
    """Add terms to a set."""
    name = ox.NamedNode(into[1:-1])
    quads = [ox.Quad(name, _MEMBER, stored(engine, one), name) for one in terms]
    if quads:
        with engine.data.writing:
            engine.data.store.extend(quads)


def insert(engine: Engine, into: str, where: str, node: str = "?this") -> None:
    """Add to a set what a variable of a pattern is bound to."""
    update = compose("insert", SET=into, NODE=node, WHERE=where)
    with engine.data.writing:
        engine.data.store.update(update, custom_functions=FUNCTIONS)


def found_set(engine: Engine, where: str, node: str = "?this") -> str:
    """Return the set of what a variable of a pattern is bound to; the same pattern gives the same set."""
    key = f"{node} {where}"
    if key not in engine.made:
        engine.made[key] = new_set(engine)
        insert(engine, engine.made[key], where, node)
    return engine.made[key]


def any_row(engine: Engine, where: str) -> bool:
    """Tell whether a pattern has a solution."""
    return bool(engine.data.store.query(compose("any", WHERE=where), custom_functions=FUNCTIONS))


def rows(engine: Engine, where: str, columns: Iterable[str]) -> Iterator[tuple[Term | None, ...]]:
    """Yield the different rows of some variables of a pattern, each term as its file wrote it."""
    names = list(dict.fromkeys(columns))
    query = compose("select", COLUMNS=" ".join(names), WHERE=where)
    for row in sparql_text.select(engine.data.store, query, FUNCTIONS):
        yield tuple(None if term is None else written(term) for term in row)


def terms(engine: Engine, where: str, node: str = "?this") -> list[Term]:
    """Return what one variable of a pattern is bound to."""
    return [term for (term,) in rows(engine, where, [node]) if term is not None]


def node_list(terms: Iterable[Term]) -> list[Node]:
    """Return the terms that are no literals."""
    return [term for term in terms if not isinstance(term, ox.Literal)]


def _well_formed(term: Term) -> ox.Literal | None:
    literal = written(term)
    return ox.Literal(value=well_formed(literal)) if isinstance(literal, ox.Literal) else None


FUNCTIONS: dict[ox.NamedNode, Callable[..., Term | ox.Triple | None]] = {
    ox.NamedNode(_OURS + "well-formed"): _well_formed,
    **engine_functions.FUNCTIONS,
}
