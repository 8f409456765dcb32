"""Which constraints a foreign store can be asked about, and why others are checked here."""

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Node
from kg.remote_check.scope import Scope
from kg.shacl import read_plan, run_shapes, sparql_constraints
from kg.shacl.paths import Step
from kg.shacl.plan import EVERYWHERE, THIS, Edge, Plan, leaves
from kg.shacl.query_grammar import NotUnderstood
from kg.shacl.shapes import Constraint, Shape
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import TYPE, iri

# A fact that two graphs state stands twice where all graphs are asked as one: only different ones may be counted.
_COUNTS_ROWS = re.compile(r"\b(COUNT|SUM|AVG|GROUP_CONCAT)\s*\(\s*(?!DISTINCT\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reads:
    """What a constraint reads: its properties, None where it may be any; why the store is not asked, if it is not."""

    unit: str
    shape: Node
    properties: frozenset[ox.NamedNode] | None
    why: str = ""


def of(graph: Graph, scope: Scope) -> list[Reads]:
    """Return what each constraint of the shapes with targets reads, and whether the store is asked about it."""
    components = sparql_constraints.components(graph)
    found = []
    for unit, shapes in run_shapes.units(graph):
        said = read_plan.Declared(graph, components, shapes)
        try:
            plan = read_plan.of_constraint(said, unit.targets, shapes[unit.node], unit.constraint)
        except NotUnderstood as error:
            found.append(Reads(unit.name, unit.node, None, f"what it reads cannot be told: {error}"))
            continue
        read = _properties(plan)
        why = _beyond_the_stated(plan, read, scope) or _counted(graph, shapes, unit.constraint)
        found.append(Reads(unit.name, unit.node, read, why))
    return found


def classes_of(graph: Graph) -> set[ox.NamedNode]:
    """Return the classes whose instances shapes are about: targets, and those that values must have."""
    found: set[ox.NamedNode] = set()
    for unit, shapes in run_shapes.units(graph):
        found.update(unit.targets.classes)
        for shape in shapes.values():
            for one in shape.constraints:
                if one.word == "class":
                    found.update(term for term in one.terms if isinstance(term, ox.NamedNode))
    return found


def _properties(plan: Plan) -> frozenset[ox.NamedNode] | None:
    read = {one for edge in plan.edges if edge.path for one in leaves(edge.path)}
    known = frozenset(one for one in read if one is not None)
    return known if len(known) == len(read) else None


def _beyond_the_stated(plan: Plan, properties: frozenset[ox.NamedNode] | None, scope: Scope) -> str:
    """Say what a constraint would see at the store beside what the pages state; nothing where it sees just that."""
    if properties is None:
        return "it reads any property, and the store has the places of parts beside what is stated"
    if scope.ontology and iri("rdfs:subClassOf") in properties:
        return "it reads rdfs:subClassOf, and the store lacks the ontology"
    seen = sorted(names.shorten(one.value) for one in properties & scope.properties if one != TYPE)
    if seen:
        return f"it reads {', '.join(seen)}, which graphs beside the stated ones have too"
    if any(_sees_more_types(edge, plan, scope) for edge in plan.edges):
        return "it reads classes that graphs beside the stated ones name too"
    return ""


def _sees_more_types(edge: Edge, plan: Plan, scope: Scope) -> bool:
    """
    Tell whether an edge meets classes that only graphs beside the stated ones name.

    Where any class will do, it does not if its nodes are found by something else, too: what those graphs type is not
    stated. That does not hold of what was inferred, which is about what is stated.
    """
    if edge.path is None or TYPE not in {*leaves(edge.path)}:
        return False
    if edge.only is not None:
        return not scope.classes.isdisjoint(scope.kinds.get(edge.only, (edge.only,)))
    if scope.inferred or edge.path.step is not Step.PREDICATE:
        return True
    return not any(_finds(one, edge.start) for one in plan.edges)


def _finds(edge: Edge, place: int) -> bool:
    """Tell whether an edge leads from or to a place by something else than its class."""
    typed = edge.path is not None and TYPE in {*leaves(edge.path)} and edge.only is None
    return place == THIS or (place != EVERYWHERE and not typed and place in (edge.start, edge.end))


def _counted(graph: Graph, shapes: Mapping[Node, Shape], constraint: Constraint) -> str:
    for text in _texts(graph, shapes, constraint):
        if _COUNTS_ROWS.search(text):
            return "it counts rows, and a fact in two graphs may count twice at the store"
    return ""


def _texts(graph: Graph, shapes: Mapping[Node, Shape], constraint: Constraint) -> Iterator[str]:
    """Yield the texts of the queries of a constraint and of the shapes in it."""
    waiting, seen = [constraint], set[Node]()
    while waiting:
        one = waiting.pop()
        if one.node is not None:
            for word in ("sh:select", "sh:ask"):
                yield from (text.value for text in graph.objects(one.node, iri(word)))
        for node in one.shapes:
            if node not in seen:
                seen.add(node)
                waiting += shapes[node].constraints
