"""Property paths: read from a shapes graph, written as SPARQL, copied into reports."""

from collections.abc import Iterator
from enum import StrEnum

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf.terms import Node, Term
from kg.shacl.shapes_graph import Graph, is_list, members
from kg.shacl.terms import NIL, ill_formed, iri, named


class Step(StrEnum):
    """The kinds of path; the value is the operator that SPARQL writes."""

    PREDICATE = ""
    INVERSE = "^"
    SEQUENCE = "/"
    ALTERNATIVE = "|"
    ZERO_OR_MORE = "*"
    ONE_OR_MORE = "+"
    ZERO_OR_ONE = "?"


_WORDS = {
    "sh:inversePath": Step.INVERSE,
    "sh:alternativePath": Step.ALTERNATIVE,
    "sh:zeroOrMorePath": Step.ZERO_OR_MORE,
    "sh:oneOrMorePath": Step.ONE_OR_MORE,
    "sh:zeroOrOnePath": Step.ZERO_OR_ONE,
}


@dataclass(frozen=True, slots=True)
class Path:
    """A property path: a predicate, or an operator with its parts."""

    step: Step
    predicate: ox.NamedNode | None = None
    parts: tuple["Path", ...] = ()


def read(graph: Graph, node: Term, shape: Node, above: tuple[Term, ...] = ()) -> Path:
    """Return the path that a node of the shapes graph stands for; KgError where it is ill-formed."""
    if isinstance(node, ox.NamedNode) and node != NIL:
        return Path(Step.PREDICATE, node)
    if not isinstance(node, ox.BlankNode) or node in above:
        raise ill_formed(shape, f"{named(node)} is no property path")
    above = (*above, node)
    if is_list(graph, node):
        return Path(Step.SEQUENCE, parts=_parts(graph, node, shape, above, "a sequence path"))
    found = [(word, value) for word in _WORDS for value in graph.objects(node, iri(word))]
    if len(found) != 1:
        raise ill_formed(
            shape, "its sh:path is neither a property nor one of the blank nodes that SHACL knows as paths"
        )
    ((word, value),) = found
    if word == "sh:alternativePath":
        return Path(Step.ALTERNATIVE, parts=_parts(graph, value, shape, above, word))
    return Path(_WORDS[word], parts=(read(graph, value, shape, above),))


def _parts(graph: Graph, head: Term, shape: Node, above: tuple[Term, ...], what: str) -> tuple[Path, ...]:
    found = members(graph, head, shape, what)
    if len(found) < 2:  # noqa: PLR2004  # the specification's number
        raise ill_formed(shape, f"{what} needs a list of two or more paths")
    return tuple(read(graph, one, shape, above) for one in found)


def sparql(path: Path) -> str:
    """Return a path in SPARQL, with brackets around everything that is more than a property."""
    if path.step is Step.PREDICATE:
        return str(path.predicate)
    written = [sparql(part) for part in path.parts]
    if path.step in (Step.SEQUENCE, Step.ALTERNATIVE):
        return f"({path.step.join(written)})"
    return f"(^{written[0]})" if path.step is Step.INVERSE else f"({written[0]}{path.step})"


def single(path: Path) -> bool:
    """Tell whether a path is one property, forwards or backwards: it leads to each value once."""
    return path.step is Step.PREDICATE or (path.step is Step.INVERSE and path.parts[0].step is Step.PREDICATE)


def may_stay(path: Path) -> bool:
    """Tell whether a path also leads from a node to itself, in no step."""
    if path.step in (Step.ZERO_OR_MORE, Step.ZERO_OR_ONE):
        return True
    if path.step is Step.ALTERNATIVE:
        return any(may_stay(part) for part in path.parts)
    return path.step is not Step.PREDICATE and all(may_stay(part) for part in path.parts)


def predicates(path: Path) -> Iterator[ox.NamedNode]:
    """Yield the properties of a path as it names them."""
    if path.predicate is not None:
        yield path.predicate
    for part in path.parts:
        yield from predicates(part)


def turtle(path: Path) -> str:
    """Return a path as Turtle, in blank nodes of its own."""
    if path.step is Step.PREDICATE:
        return str(path.predicate)
    written = " ".join(turtle(part) for part in path.parts)
    if path.step is Step.SEQUENCE:
        return f"( {written} )"
    word = next(word for word, step in _WORDS.items() if step is path.step)
    return f"[ {iri(word)} ( {written} ) ]" if path.step is Step.ALTERNATIVE else f"[ {iri(word)} {written} ]"


def readable(path: Path) -> str:
    """Return a path as a person writes it: prefixed names, the operators of SPARQL."""
    if path.predicate is not None:
        return named(path.predicate)
    written = [readable(part) for part in path.parts]
    if path.step in (Step.SEQUENCE, Step.ALTERNATIVE):
        return f"({path.step.join(written)})"
    return f"^{written[0]}" if path.step is Step.INVERSE else f"{written[0]}{path.step}"
