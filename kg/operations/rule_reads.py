"""What a verdict of a rule reads, in words: the plan that incremental validation follows, an edge a line."""

from collections.abc import Iterable, Iterator

from kg.check import finding_remedy, profiles, rules
from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.shacl import paths, query_grammar, read_plan, run_shapes, shapes_graph, sparql_constraints
from kg.shacl.plan import EVERYWHERE, NOWHERE, THIS, Edge, Plan
from kg.shacl.query_grammar import NotUnderstood
from kg.shacl.run_shapes import Unit
from kg.shacl.shapes import Targets
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import iri, named

_NO_PLAN = "  everything: what it reads cannot be told"


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The shapes that ship, and the name of the rule that is looked at."""

    graph: Graph
    rule: str


def reads(rule: str) -> str:
    """Return what each check of a rule reads from its focus node on; KgError where there is no such rule."""
    graph = shapes_graph.read(rules.shapes_with())
    known = sorted(one.name for one in rules.described(graph, profiles.Profile()))
    if rule not in known:
        raise KgError(f"there is no rule '{rule}'; {profiles.meant(rule, known)}")
    return "".join(f"{line}\n" for line in _lines(_Shapes(graph, rule)))


def _lines(shapes: _Shapes) -> Iterator[str]:
    if shapes.rule in map(rules.name, rules.text_rules(shapes.graph)):
        yield f"{shapes.rule}: reads nothing of the graph; it is found while files and pages are read"
        return
    units = [(unit, inner) for unit, inner in run_shapes.units(shapes.graph) if shapes.rule in _rules_of(unit)]
    if not units:
        yield f"{shapes.rule}: everything; the shape is left to pyshacl"
    declared_there = sparql_constraints.components(shapes.graph)
    for unit, inner in units:
        yield f"{shapes.rule}: of {_targets(unit.targets)}"
        try:
            parts = read_plan.Declared(shapes.graph, declared_there, inner)
            yield from _plan(read_plan.of_constraint(parts, unit.targets, inner[unit.node], unit.constraint))
        except NotUnderstood:
            yield _NO_PLAN
    yield from _beside(shapes)


def _rules_of(unit: Unit) -> set[str]:
    """Return the rules that a unit is the check of: its shape, and the shapes that it refers to."""
    return {rules.name(node) for node in (unit.node, *unit.constraint.shapes)}


def _beside(shapes: _Shapes) -> Iterator[str]:
    """Yield what the queries for other places and edits read, of a rule that has some."""
    for shape in sorted(rules.named_shapes(shapes.graph), key=str):
        if rules.name(shape) != shapes.rule:
            continue
        for node in finding_remedy.queries_of(shapes.graph, shape):
            prefixes = sparql_constraints.prefixes(shapes.graph, shape, node)
            for text in shapes.graph.objects(node, iri("sh:select")):
                yield f"{shapes.rule}: for other places and fixes"
                yield from _plan(read_plan.of_query(query_grammar.parse(text.value).where, prefixes, "this", "value"))


def _targets(targets: Targets) -> str:
    kinds: tuple[tuple[str, Iterable[object]], ...] = (
        ("each", targets.classes),
        ("each with", targets.subjects_of),
        ("each value of", targets.objects_of),
        ("the node", targets.nodes),
    )
    return ", ".join(f"{word} {_term(term)}" for word, terms in kinds for term in terms)


def _plan(plan: Plan) -> Iterator[str]:
    for edge in plan.edges:
        yield f"  {_edge(plan, edge)}"


def _edge(plan: Plan, edge: Edge) -> str:
    end = "" if edge.end == NOWHERE else f" → {_place(plan, edge.end)}"
    only = "" if edge.only is None else f" = {_term(edge.only)}{' or a subclass' if edge.below else ''}"
    return f"{_place(plan, edge.start)}  {paths.readable(edge.path) if edge.path else 'is'}{only}{end}"


def _place(plan: Plan, number: int) -> str:
    if number in plan.constants:
        return _term(plan.constants[number])
    return {THIS: "this", EVERYWHERE: "anywhere"}.get(number, f"?{number}")


def _term(term: object) -> str:
    return named(term)  # type: ignore[arg-type]  # a term of the shapes
