"""The shapes of a shapes graph as records: targets, paths, constraints; what is ill-formed is refused by name."""

import re
from collections.abc import Callable, Iterator, Mapping

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import xpath_regex
from kg.rdf.terms import Node, Term
from kg.rdf.xpath_regex import NotARegex
from kg.shacl import paths, shapes_graph
from kg.shacl.paths import Path
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import (
    BOOLEAN,
    DIR_LANG_STRING,
    HTML,
    INTEGER,
    LANG_STRING,
    STRING,
    Unsupported,
    ill_formed,
    iri,
    named,
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """
    One constraint of a shape: the component that checks it, the parameter that says it, and what the parameter says.

    `terms` are the parameter's value or the members of its list, `shapes` the shapes it refers to, `node` the node of
    a query or of a validator; `low` and `high` are the counts of a qualified value shape, `flag` its disjointness.
    """

    component: ox.NamedNode
    word: str
    terms: tuple[Term, ...] = ()
    shapes: tuple[Node, ...] = ()
    node: Term | None = None
    low: int | None = None
    high: int | None = None
    flag: bool = False
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Targets:
    """What a shape applies to."""

    nodes: tuple[Term, ...]
    classes: tuple[ox.NamedNode, ...]
    subjects_of: tuple[ox.NamedNode, ...]
    objects_of: tuple[ox.NamedNode, ...]

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape (`path` is None) or a property shape."""

    node: Node
    path: Path | None
    deactivated: bool
    severity: ox.NamedNode
    messages: tuple[ox.Literal, ...]
    constraints: tuple[Constraint, ...]


# The parameters that take one term, any number of times, and the component of each.
_EACH = {
    "sh:class": "Class", "sh:disjoint": "Disjoint", "sh:equals": "Equals", "sh:hasValue": "HasValue",
    "sh:lessThan": "LessThan", "sh:lessThanOrEquals": "LessThanOrEquals",
}  # fmt: skip
# Those that take one term, at most once.
_ONCE = {
    "sh:datatype": "Datatype", "sh:maxCount": "MaxCount", "sh:maxExclusive": "MaxExclusive",
    "sh:maxInclusive": "MaxInclusive", "sh:maxLength": "MaxLength", "sh:minCount": "MinCount",
    "sh:minExclusive": "MinExclusive", "sh:minInclusive": "MinInclusive", "sh:minLength": "MinLength",
    "sh:nodeKind": "NodeKind", "sh:pattern": "Pattern",
}  # fmt: skip
_LISTS = {"sh:in": "In", "sh:languageIn": "LanguageIn"}
_SHAPES = {"sh:node": "Node", "sh:not": "Not", "sh:property": "Property"}
_SHAPE_LISTS = {"sh:and": "And", "sh:or": "Or", "sh:xone": "Xone"}
_IRIS = frozenset({"sh:class", "sh:datatype", "sh:disjoint", "sh:equals", "sh:lessThan", "sh:lessThanOrEquals"})
_COUNTS = frozenset({"sh:minCount", "sh:maxCount", "sh:minLength", "sh:maxLength"})
_RANGES = frozenset({"sh:minExclusive", "sh:minInclusive", "sh:maxExclusive", "sh:maxInclusive"})
_OF_PROPERTIES = (
    "sh:minCount", "sh:maxCount", "sh:lessThan", "sh:lessThanOrEquals", "sh:uniqueLang",
    "sh:qualifiedValueShape",
)  # fmt: skip
_COUNT = re.compile(r"\+?[0-9]+")
# A text, one with a language, one with a direction, and (SHACL 1.2) one in HTML.
_MESSAGES = (STRING, LANG_STRING, DIR_LANG_STRING, HTML)
_KINDS = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
# What SHACL Advanced Features add to a shape.
_ADVANCED = ("sh:target", "sh:expression", "sh:rule")
_OTHER_TARGETS = ("sh:target", "sh:targetWhere")


def component(name: str) -> ox.NamedNode:
    """Return a constraint component of SHACL by its short name, such as MinCount."""
    return iri(f"sh:{name}ConstraintComponent")


@shapes_graph.once
def roots(graph: Graph) -> tuple[tuple[Node, Targets], ...]:
    """Return the nodes with targets, in the order of the graph; KgError for a target that is ill-formed."""
    return tuple(_roots(graph))


def _roots(graph: Graph) -> Iterator[tuple[Node, Targets]]:
    shape_kinds, class_kinds = kinds(graph), classes(graph)
    for node, rows in graph.about.items():
        if isinstance(node, ox.Literal):
            continue
        types = set(rows.get(iri("rdf:type"), ()))
        is_shape = types & shape_kinds or has_parameter(rows)
        implicit = (node,) if isinstance(node, ox.NamedNode) and types & class_kinds and is_shape else ()
        targets = Targets(
            rows.get(iri("sh:targetNode"), ()),
            (*_iris(node, rows, "sh:targetClass"), *implicit),
            _iris(node, rows, "sh:targetSubjectsOf"),
            _iris(node, rows, "sh:targetObjectsOf"),
        )
        if targets or any(iri(word) in rows for word in _OTHER_TARGETS) or iri("sh:ShapeClass") in types:
            yield node, targets


@shapes_graph.once
def kinds(graph: Graph) -> set[Term]:
    """Return the classes of shapes: those of SHACL, and their subclasses in a graph."""
    return set().union(*(shapes_graph.classes_below(graph, iri(f"sh:{kind}Shape")) for kind in ("Node", "Property")))


@shapes_graph.once
def classes(graph: Graph) -> set[Term]:
    """Return the classes of classes, whose instances may be the targets of themselves: RDFS's and OWL's."""
    return shapes_graph.classes_below(graph, iri("rdfs:Class")) | shapes_graph.classes_below(graph, iri("owl:Class"))


def has_parameter(rows: Mapping[ox.NamedNode, tuple[Term, ...]]) -> bool:
    """Tell whether a node has a parameter of SHACL Core, which makes it a shape."""
    words = (
        *_EACH,
        *_ONCE,
        *_LISTS,
        *_SHAPES,
        *_SHAPE_LISTS,
        "sh:closed",
        "sh:sparql",
        "sh:uniqueLang",
        "sh:qualifiedValueShape",
    )
    return any(iri(word) in rows for word in words)


def _iris(node: Node, rows: Mapping[ox.NamedNode, tuple[Term, ...]], word: str) -> tuple[ox.NamedNode, ...]:
    found = rows.get(iri(word), ())
    for one in found:
        if not isinstance(one, ox.NamedNode):
            raise ill_formed(node, f"{word} needs an IRI, found {named(one)}")
    return tuple(one for one in found if isinstance(one, ox.NamedNode))


Custom = Callable[[Graph, Shape], tuple[Constraint, ...]]


def read(graph: Graph, custom: Custom, root: Node) -> dict[Node, Shape]:
    """
    Return a shape and every shape that it refers to, by their nodes.

    `custom` finds the constraints of components that the shapes graph itself declares. KgError for what is ill-formed;
    Unsupported where a shape uses SHACL's advanced features.
    """
    found: dict[Node, Shape] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = shape(graph, custom, node)
            waiting += [other for constraint in found[node].constraints for other in constraint.shapes]
    return found


def shape(graph: Graph, custom: Custom, node: Node) -> Shape:
    """Return one shape; one that is deactivated has no constraints."""
    path_nodes = graph.objects(node, iri("sh:path"))
    if len(path_nodes) > 1:
        raise ill_formed(node, "sh:path may stand once")
    path = paths.read(graph, path_nodes[0], node) if path_nodes else None
    severities = graph.objects(node, iri("sh:severity"))
    severity = severities[0] if severities else iri("sh:Violation")
    if len(severities) > 1 or not isinstance(severity, ox.NamedNode):
        raise ill_formed(node, "sh:severity needs one IRI")
    bare = Shape(node, path, is_true(graph, node, "sh:deactivated", node), severity, messages(graph, node, node), ())
    if bare.deactivated:
        return bare
    for word in _ADVANCED:
        if graph.objects(node, iri(word)):
            raise Unsupported(node, f"{word} belongs to SHACL's advanced features")
    if path is None:
        _refuse_property_words(graph, node)
    constraints = (*_core(graph, bare), *_queries(graph, node), *custom(graph, bare))
    return Shape(node, path, False, severity, bare.messages, constraints)  # noqa: FBT003  # a record's field


def _refuse_property_words(graph: Graph, node: Node) -> None:
    if graph.subjects(iri("sh:property"), node) or iri("sh:PropertyShape") in graph.objects(node, iri("rdf:type")):
        raise ill_formed(node, "a property shape needs sh:path")
    for word in _OF_PROPERTIES:
        if graph.objects(node, iri(word)):
            raise ill_formed(node, f"{word} may stand only in a shape with sh:path")


def is_true(graph: Graph, node: Term, word: str, shape: Node) -> bool:
    """Return whether a node has the value true, written so: the specification asks for the term, and `1` is another."""
    found = graph.objects(node, iri(word))
    # The W3C's suite has `sh:uniqueLang "1"` stand for nothing at all; elsewhere its author is told.
    taken = ("true", "false", "1", "0") if word == "sh:uniqueLang" else ("true", "false")
    for value in found:
        if not isinstance(value, ox.Literal) or value.datatype != BOOLEAN or value.value not in taken:
            raise ill_formed(shape, f"{word} needs true or false, found {named(value)}")
    if len(found) > 1:
        raise ill_formed(shape, f"{word} may stand once")
    return any(value.value == "true" for value in found)


def messages(graph: Graph, node: Term, shape: Node) -> tuple[ox.Literal, ...]:
    """Return the messages of a node; KgError for one that is no text."""
    found = graph.objects(node, iri("sh:message"))
    for text in found:
        if not isinstance(text, ox.Literal) or text.datatype not in _MESSAGES:
            raise ill_formed(shape, f"sh:message needs a text, found {named(text)}")
    return tuple(text for text in found if isinstance(text, ox.Literal))


# ---- the constraints of SHACL Core -----------------------------------------------------------------------------------


def _core(graph: Graph, shape: Shape) -> Iterator[Constraint]:
    node = shape.node
    yield from _of_terms(graph, node)
    yield from _of_shapes(graph, node)
    if is_true(graph, node, "sh:closed", node):
        yield Constraint(component("Closed"), "closed", _allowed(graph, node))
    if shape.path is not None:
        if is_true(graph, node, "sh:uniqueLang", node):
            yield Constraint(component("UniqueLang"), "uniqueLang")
        yield from _qualified(graph, node)


def _of_terms(graph: Graph, node: Node) -> Iterator[Constraint]:
    for word, name in (_EACH | _ONCE | _LISTS).items():
        values = graph.objects(node, iri(word))
        if word not in _EACH and len(values) > 1:
            raise ill_formed(node, f"{word} may stand once")
        for value in values:
            if word in _LISTS:
                yield Constraint(component(name), word[3:], _listed(graph, value, node, word))
            else:
                _check_value(node, word, value)
                flags = _flags(graph, node, value.value) if word == "sh:pattern" else ""
                yield Constraint(component(name), word[3:], (value,), flags=flags)


def _of_shapes(graph: Graph, node: Node) -> Iterator[Constraint]:
    for word, name in (_SHAPES | _SHAPE_LISTS).items():
        for value in graph.objects(node, iri(word)):
            listed = shapes_graph.members(graph, value, node, word) if word in _SHAPE_LISTS else (value,)
            yield Constraint(
                component(name), word[3:], shapes=tuple(_shape_node(graph, one, node, word) for one in listed)
            )


def _check_value(node: Node, word: str, value: Term) -> None:
    literal = value if isinstance(value, ox.Literal) else None
    if word in _IRIS and not isinstance(value, ox.NamedNode):
        raise ill_formed(node, f"{word} needs an IRI, found {named(value)}")
    if word in _COUNTS:
        count(value, node, word)
    if word in _RANGES and literal is None:
        raise ill_formed(node, f"{word} needs a literal, found {named(value)}")
    if word == "sh:pattern" and (literal is None or literal.datatype != STRING):
        raise ill_formed(node, f"{word} needs a text, found {named(value)}")
    if word == "sh:nodeKind" and value not in [iri(f"sh:{kind}") for kind in _KINDS]:
        raise ill_formed(
            node, f"{word} needs one of {', '.join(f'sh:{kind}' for kind in _KINDS)}, found {named(value)}"
        )


def count(value: Term, node: Node, word: str) -> int:
    """Return a count as an integer; KgError where it is none."""
    if not isinstance(value, ox.Literal) or value.datatype != INTEGER or not _COUNT.fullmatch(value.value):
        raise ill_formed(node, f"{word} needs a whole number (xsd:integer, from 0 on), found {named(value)}")
    return int(value.value)


def _flags(graph: Graph, node: Node, pattern: str) -> str:
    """Return the flags of a shape's pattern; KgError where they are none, or the pattern is no regular expression."""
    found = graph.objects(node, iri("sh:flags"))
    if len(found) > 1 or not all(isinstance(one, ox.Literal) and one.datatype == STRING for one in found):
        raise ill_formed(node, "sh:flags needs one text")
    flags = found[0].value if found else ""
    try:
        xpath_regex.translated(pattern, flags)
    except NotARegex as error:
        raise ill_formed(node, f"sh:pattern is no regular expression: {pattern}: {error}") from None
    return flags


def _listed(graph: Graph, head: Term, node: Node, word: str) -> tuple[Term, ...]:
    found = shapes_graph.members(graph, head, node, word)
    if word == "sh:languageIn" and not all(isinstance(one, ox.Literal) and one.datatype == STRING for one in found):
        raise ill_formed(node, f"{word} needs a list of language tags")
    return found


def _shape_node(graph: Graph, value: Term, node: Node, word: str) -> Node:
    if isinstance(value, ox.Literal):
        raise ill_formed(node, f"{word} needs a shape, found {named(value)}")
    if isinstance(value, ox.NamedNode) and value not in graph.about:
        raise ill_formed(node, f"{word} names {named(value)}, of which the shapes say nothing")
    if word == "sh:node" and graph.objects(value, iri("sh:path")):
        raise ill_formed(node, "sh:node needs a node shape, and this one has sh:path; write sh:property")
    return value


def _allowed(graph: Graph, node: Node) -> tuple[Term, ...]:
    """Return the properties that a closed shape allows: those of its property shapes, and the ignored ones."""
    heads = graph.objects(node, iri("sh:ignoredProperties"))
    if len(heads) > 1:
        raise ill_formed(node, "sh:ignoredProperties may stand once")
    ignored = [one for head in heads for one in shapes_graph.members(graph, head, node, "sh:ignoredProperties")]
    own = [
        path
        for prop in graph.objects(node, iri("sh:property"))
        for path in graph.objects(prop, iri("sh:path"))
        if isinstance(path, ox.NamedNode)
    ]
    if not all(isinstance(one, ox.NamedNode) for one in ignored):
        raise ill_formed(node, "sh:ignoredProperties needs a list of IRIs")
    return tuple(dict.fromkeys([*own, *ignored]))


def _qualified(graph: Graph, node: Node) -> Iterator[Constraint]:
    values = graph.objects(node, iri("sh:qualifiedValueShape"))
    low, high = (_bound(graph, node, f"sh:qualified{end}Count") for end in ("Min", "Max"))
    counted = low is not None or high is not None
    if counted != bool(values):
        least = "sh:qualifiedMinCount or sh:qualifiedMaxCount"
        raise ill_formed(
            node, f"{least} without sh:qualifiedValueShape" if counted else f"sh:qualifiedValueShape without {least}"
        )
    disjoint = is_true(graph, node, "sh:qualifiedValueShapesDisjoint", node)
    for value in values:
        shapes = (
            _shape_node(graph, value, node, "sh:qualifiedValueShape"),
            *(_siblings(graph, node) if disjoint else ()),
        )
        if low is not None:
            yield Constraint(component("QualifiedMinCount"), "qualified", shapes=shapes, low=low)
        if high is not None:
            yield Constraint(component("QualifiedMaxCount"), "qualified", shapes=shapes, high=high)


def _bound(graph: Graph, node: Node, word: str) -> int | None:
    found = graph.objects(node, iri(word))
    if len(found) > 1:
        raise ill_formed(node, f"{word} may stand once")
    return count(found[0], node, word) if found else None


def _siblings(graph: Graph, node: Node) -> Iterator[Node]:
    """Yield the other qualified value shapes of the shapes that have this property shape."""
    own = graph.objects(node, iri("sh:qualifiedValueShape"))
    seen: set[Term] = set(own)
    for parent in graph.subjects(iri("sh:property"), node):
        for prop in graph.objects(parent, iri("sh:property")):
            for value in graph.objects(prop, iri("sh:qualifiedValueShape")):
                if value not in seen and not isinstance(value, ox.Literal):
                    seen.add(value)
                    yield value


def _queries(graph: Graph, node: Node) -> Iterator[Constraint]:
    for value in graph.objects(node, iri("sh:sparql")):
        yield Constraint(component("SPARQL"), "sparql", node=value)
