"""Validation: every shape with targets against the data, every constraint for all focus nodes at once."""

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import partial

import pyoxigraph as ox

from kg.model import progress
from kg.model.records import dataclass
from kg.rdf.terms import Node, Term
from kg.shacl import core_constraints, extent, node_sets, query_messages, recursion, shapes, sparql_constraints
from kg.shacl.core_constraints import CHECKS, Context, class_focus, value_focus
from kg.shacl.data import Data
from kg.shacl.node_sets import Engine, Focus, compose
from kg.shacl.paths import Path, Step
from kg.shacl.recursion import Loop
from kg.shacl.results import Note, Refused, Report, Result, Verdict, in_order
from kg.shacl.shapes import Constraint, Shape, Targets, component
from kg.shacl.shapes_graph import Graph
from kg.shacl.sparql_constraints import Parameter, Solution
from kg.shacl.terms import Unsupported, ill_formed, iri, named

_WITH_QUERY = frozenset({"sparql", "custom"})


@dataclass(frozen=True, slots=True)
class _Run:
    """One validation: the data, the shapes graph, the components that it declares, the shapes read so far."""

    engine: Engine
    graph: Graph
    declared: Mapping[Node, tuple[Parameter, ...]]
    shapes: dict[Node, Shape]
    loop: Loop = field(default_factory=Loop)


@dataclass(frozen=True, slots=True)
class Unit:
    """One constraint of a shape with targets: what is checked, and whose verdicts are kept, by itself."""

    name: str
    node: Node
    targets: Targets
    constraint: Constraint


# Which units to check and for which focus nodes: None for all of them.
Only = Mapping[str, Collection[Term] | None]


def validate(data: Data, graph: Graph) -> Report:
    """
    Return the report of data against the shapes of a graph; the data's store is used up by it.

    Shapes that this engine cannot do are in the report's `refused` with a reason, and have no result in it. KgError,
    with the shape's name, where the shapes graph is ill-formed.
    """
    notes: list[Note] = []
    found, refused = verdicts(data, graph, notes=notes)
    return Report(in_order(one.result for one in found), refused, extent.unchecked(graph), notes=tuple(notes))


def verdicts(
    data: Data, graph: Graph, only: Only | None = None, *, notes: list[Note] | None = None
) -> tuple[list[Verdict], tuple[Refused, ...]]:
    """
    Return what `validate` finds, in no order, with the units that found it; of some units and nodes where `only`.

    Where an expression of a query failed, that is added to `notes`.
    """
    roots = [*shapes.roots(graph)]
    found: list[Verdict] = []
    refused: list[Refused] = []
    for _, one in each_root(data, graph, progress.each("checking rules", range(len(roots))), only):
        found += one.verdicts
        refused += one.refused
        if notes is not None:
            notes += one.notes
    return found, tuple(refused)


@dataclass(frozen=True, slots=True)
class OfRoot:
    """What one shape with targets found, or why it was refused, and what should be known of its queries."""

    verdicts: list[Verdict] = field(default_factory=list)
    refused: tuple[Refused, ...] = ()
    notes: tuple[Note, ...] = ()


def each_root(
    data: Data, graph: Graph, turns: Iterable[int], only: Only | None = None
) -> Iterator[tuple[int, OfRoot]]:  # fmt: skip
    """Yield what `verdicts` finds by the shapes with targets whose numbers `turns` gives, each with its number."""
    _refuse_entailment(graph)
    notes: list[Note] = []
    job = _Run(Engine(data, notes=notes), graph, sparql_constraints.components(graph), {})
    roots = [*shapes.roots(graph)]
    # The name of a unit begins with its shape, so that shapes of which nothing is asked are not read.
    asked = None if only is None else {name.partition(" ")[0] for name in only}
    nobodys = {one.shape for one in extent.unchecked(graph)}
    rules = extent.rules_of(graph)
    for number in turns:
        node, targets = roots[number]
        if node in nobodys or (asked is not None and str(node) not in asked):
            yield number, OfRoot()
            continue
        if rules and not extent.is_off(graph, node):
            yield number, OfRoot(refused=(Refused(node, "sh:rule adds to the data before they are checked"),))
            continue
        notes.clear()
        found = _root_or_why(job, node, targets, only)
        yield number, replace(found, notes=tuple(notes))
        if found.refused:
            job = replace(job, loop=Loop())


def _root_or_why(job: _Run, node: Node, targets: Targets, only: Only | None) -> OfRoot:
    try:
        return OfRoot(_root(job, node, targets, only))
    except Unsupported as why:
        return OfRoot(refused=(Refused(node, _why(node, why)),))
    except RuntimeError as error:  # the engine's word for a function that it does not know
        return OfRoot(refused=(Refused(node, f"a query of it: {' '.join(str(error).split())}"),))


def units(graph: Graph) -> Iterator[tuple[Unit, Mapping[Node, Shape]]]:
    """Yield the units of a shapes graph, each with its shape and those that it refers to; none of shapes refused."""
    job = _Run(Engine(Data(ox.Store())), graph, sparql_constraints.components(graph), {})
    for node, targets in shapes.roots(graph):
        with contextlib.suppress(Unsupported):
            for one in _units(job, node, targets):
                yield one, job.shapes


def refuse_ill_formed(graph: Graph) -> None:
    """Raise KgError, with the shape's name, where a shapes graph is ill-formed, as far as shapes with targets lead."""
    _refuse_entailment(graph)
    for _ in units(graph):
        pass


def _refuse_entailment(graph: Graph) -> None:
    for node, rows in graph.about.items():
        for regime in rows.get(iri("sh:entailment"), ()):
            if not isinstance(node, ox.Literal):
                raise ill_formed(node, f"sh:entailment {named(regime)} is not done here; infer first, then validate")


def _why(node: Node, unsupported: Unsupported) -> str:
    inside = (
        ""
        if unsupported.shape == node or isinstance(unsupported.shape, ox.BlankNode)
        else f" (in {unsupported.shape.value})"
    )
    return f"{unsupported.why}{inside}"


def _units(job: _Run, node: Node, targets: Targets) -> list[Unit]:
    """Return the constraints of a shape by themselves, named by the shape and their place in it."""
    found = shapes.read(job.graph, lambda graph, shape: sparql_constraints.custom(graph, job.declared, shape), node)
    job.shapes.update(found)
    if job.shapes[node].deactivated:
        return []
    plain, denying = recursion.loops(found)
    job.loop.shapes.update(plain)
    job.loop.denying.update(denying)
    return [
        Unit(f"{node} {number} {' '.join(map(str, one.shapes[:1]))}".rstrip(), node, targets, one)
        for number, one in enumerate(job.shapes[node].constraints, 1)
    ]


def _root(job: _Run, node: Node, targets: Targets, only: Only | None) -> list[Verdict]:
    asked = [unit for unit in _units(job, node, targets) if only is None or unit.name in only]
    if not asked:
        return []
    focus = _targeted(job.engine, targets)
    if not node_sets.any_row(job.engine, node_sets.pattern(focus)):
        return []
    return [
        Verdict(unit.name, this, result)
        for unit in asked
        for this, result in _of_constraint(job, _context(job, node, _some(job, focus, unit, only)), unit.constraint)
    ]


def _some(job: _Run, focus: Focus, unit: Unit, only: Only | None) -> Focus:
    """Return those of the focus nodes that are asked for."""
    nodes = only[unit.name] if only else None
    if nodes is None:
        return focus
    asked, into = node_sets.new_set(job.engine, nodes), node_sets.new_set(job.engine)
    node_sets.insert(job.engine, into, f"{node_sets.member(asked)} {node_sets.pattern(focus)}")
    return Focus(into)


def _targeted(engine: Engine, targets: Targets) -> Focus:
    """Return the focus nodes of a shape: one pattern where one class without subclasses is the only target."""
    foci = [class_focus(engine, one) for one in targets.classes]
    if len(foci) == 1 and not (targets.nodes or targets.subjects_of or targets.objects_of):
        return foci[0]
    if engine.data.foreign and not targets.nodes:
        return node_sets.either(
            [
                *map(node_sets.pattern, foci),
                *(compose("subjects-of", PROPERTY=str(one)) for one in targets.subjects_of),
                *(compose("objects-of", PROPERTY=str(one)) for one in targets.objects_of),
            ]
        )
    into = node_sets.new_set(engine, targets.nodes)
    for focus in foci:
        node_sets.insert(engine, into, node_sets.pattern(focus))
    for name, found in (("subjects-of", targets.subjects_of), ("objects-of", targets.objects_of)):
        for prop in found:
            node_sets.insert(engine, into, compose(name, PROPERTY=str(prop)))
    return Focus(into)


def _context(job: _Run, node: Node, focus: Focus) -> Context:
    return Context(job.engine, job.shapes[node], focus, lambda other, nodes: _broken(job, other, nodes))


# ---- conformance: which nodes break a shape --------------------------------------------------------------------------


def _broken(job: _Run, node: Node, focus: Focus) -> str:
    """Return the set of the focus nodes that do not conform to a shape."""
    engine = job.engine
    if node in job.loop.shapes:
        nodes = node_sets.terms(engine, node_sets.pattern(focus))
        return node_sets.new_set(engine, _in_order(recursion.broken(job.loop, node, nodes, partial(_break, job))))
    key = f"broken {node} {node_sets.pattern(focus)}"
    if key not in engine.made:
        engine.made[key] = into = node_sets.new_set(engine)
        if node_sets.any_row(engine, node_sets.pattern(focus)):
            with _deeper(job, node):
                context = _context(job, node, focus)
                for constraint in context.shape.constraints:
                    _add_broken(job, context, constraint, into)
    return engine.made[key]


@contextlib.contextmanager
def _deeper(job: _Run, node: Node) -> Iterator[None]:
    """Count a step into a shape that leads to itself, and back."""
    job.loop.depth += 1
    if node in job.loop.denying or node in job.loop.shapes:
        recursion.step(job.loop, node)
    yield
    job.loop.depth -= 1


def _break(job: _Run, node: Node, nodes: Collection[Term]) -> set[Term]:
    """Return those of some nodes that break a shape, as far as is known of the shapes that it refers to."""
    engine, into = job.engine, node_sets.new_set(job.engine)
    context = _context(job, node, Focus(node_sets.new_set(engine, _in_order(nodes))))
    for constraint in context.shape.constraints:
        _add_broken(job, context, constraint, into)
    return set(node_sets.terms(engine, node_sets.member(into)))


def _in_order(terms: Iterable[Term]) -> list[Term]:
    return sorted(terms, key=str)


def _add_broken(job: _Run, context: Context, constraint: Constraint, into: str) -> None:
    if constraint.word in _WITH_QUERY:
        rows = sparql_constraints.solutions(job.graph, job.declared, context, constraint)
        terms = list({row.this: None for row in rows})
        node_sets.add(job.engine, into, terms)
        return
    for found in CHECKS[constraint.word](context, constraint):
        node_sets.insert(job.engine, into, found.where)


# ---- results ---------------------------------------------------------------------------------------------------------


def _results(job: _Run, node: Node, focus: Focus) -> Iterator[tuple[Term, Result]]:
    """Yield the results of focus nodes against a shape, each with the focus node from which it was reached."""
    shape = job.shapes[node]
    if not shape.constraints or not node_sets.any_row(job.engine, node_sets.pattern(focus)):
        return
    context = _context(job, node, focus)
    for constraint in shape.constraints:
        yield from _of_constraint(job, context, constraint)


def _of_constraint(job: _Run, context: Context, constraint: Constraint) -> Iterator[tuple[Term, Result]]:
    if constraint.word == "property":
        yield from _of_property(job, context, constraint)
    elif constraint.word in _WITH_QUERY:
        rows = list(sparql_constraints.solutions(job.graph, job.declared, context, constraint))
        related = sparql_constraints.related(rows)
        for row in rows:
            yield row.this, _of_query(job, context.shape, constraint, row, related.get((row.this, row.value), ()))
    else:
        for found in CHECKS[constraint.word](context, constraint):
            yield from _of_pattern(job, context, constraint, found)


def _of_pattern(
    job: _Run, context: Context, constraint: Constraint, match: core_constraints.Found
) -> Iterator[tuple[Term, Result]]:
    columns = ["?this", match.value or "?this", "?path" if match.path else "?this", *match.also]
    names = list(dict.fromkeys(columns))
    shape = context.shape
    for row in node_sets.rows(job.engine, match.where, names):
        terms = dict(zip(names, row, strict=True))
        this, way = terms["?this"], terms.get("?path")
        if this is not None:
            path = Path(Step.PREDICATE, way) if isinstance(way, ox.NamedNode) else shape.path
            value = terms[match.value] if match.value else None
            yield this, _result(shape, constraint, this, path, value)


def _result(shape: Shape, constraint: Constraint, this: Term, path: Path | None, value: Term | None) -> Result:
    return Result(this, path, value, shape.severity, constraint.component, shape.node, None, shape.messages, ())


def _of_query(
    job: _Run, shape: Shape, constraint: Constraint, row: Solution, related: tuple[Term, ...]
) -> Result:  # fmt: skip
    value = row.value if row.value is not None or shape.path is not None else row.this
    path = Path(Step.PREDICATE, row.path) if isinstance(row.path, ox.NamedNode) else shape.path
    node = constraint.node if constraint.component == component("SPARQL") else None
    words = query_messages.said(job.graph, shape, constraint, row)
    return Result(row.this, path, value, shape.severity, constraint.component, shape.node, node, words, related)


def _of_property(job: _Run, context: Context, constraint: Constraint) -> Iterator[tuple[Term, Result]]:
    """Yield the results of a shape's property shape: once for each focus node that leads to the value node."""
    inner = list(_inner_results(job, constraint.shapes[0], value_focus(context)))
    if context.shape.path is None or not inner:
        yield from inner
        return
    reached = node_sets.new_set(job.engine, list({origin: None for origin, _ in inner}))
    origins: dict[Term, list[Term]] = defaultdict(list)
    where = f"{context.values} {node_sets.member(reached, '?value')}"
    for this, value in node_sets.rows(job.engine, where, ["?this", "?value"]):
        if this is not None and value is not None:
            origins[value].append(this)
    for origin, result in inner:
        for this in origins[origin]:
            yield this, result


def _inner_results(job: _Run, node: Node, focus: Focus) -> Iterator[tuple[Term, Result]]:
    with _deeper(job, node):
        yield from _results(job, node, focus)
