"""Following the plans of `read_plan` in a store: forwards to what a verdict reads, backwards to whose verdict it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf.terms import Fact, Node, Term
from kg.shacl.paths import Path, Step
from kg.shacl.plan import EVERYWHERE, NOWHERE, SUBCLASS, THIS, Edge, Plan, inverse, leaves
from kg.shacl.shapes import Targets
from kg.shacl.terms import TYPE

Kinds = Mapping[Term, frozenset[Term]]
# After so many properties of a node all that is said of it is read: a page has fifty facts, mostly two are asked for.
_SINGLY = 4


class TooMuch(Exception):  # noqa: N818  # not an error: it is cheaper then to check everything
    """More would be read than is worth it."""


@dataclass(slots=True)
class View:
    """
    The facts of a store, looked up as they are asked for; `counts` tells which graphs hold any.

    TooMuch is raised once more than `most` facts were looked up.
    """

    store: ox.Store
    counts: Callable[[str], bool]
    most: int
    read: int = 0
    _about: dict[Term, dict[ox.NamedNode, list[Term]]] = field(default_factory=dict)
    _values: dict[Term, dict[ox.NamedNode, list[Term]]] = field(default_factory=lambda: defaultdict(dict))
    _around: dict[tuple[Term, ox.NamedNode | None], list[Fact]] = field(default_factory=dict)
    _with: dict[ox.NamedNode, list[Fact]] = field(default_factory=dict)
    _counted: dict[str, bool] = field(default_factory=dict)

    def about(self, node: Term) -> Mapping[ox.NamedNode, list[Term]]:
        """Return what is said of a node, by property."""
        if node not in self._about:
            found: dict[ox.NamedNode, list[Term]] = defaultdict(list)
            if not isinstance(node, ox.Literal):
                for _, key, value in self._facts(node, None, None):
                    found[key].append(value)
            self._about[node] = found
        return self._about[node]

    def values(self, node: Term, key: ox.NamedNode) -> list[Term]:
        """Return the values of a property of a node."""
        known = self._values[node]
        if node in self._about or isinstance(node, ox.Literal) or (key not in known and len(known) >= _SINGLY):
            return self.about(node).get(key, [])
        if key not in known:
            known[key] = [value for _, _, value in self._facts(node, key, None)]
        return known[key]

    def around(self, node: Term, key: ox.NamedNode | None) -> list[Fact]:
        """Return the facts that have a node as the value of a property, or of any."""
        if (node, key) not in self._around:
            self._around[node, key] = list(self._facts(None, key, node))
        return self._around[node, key]

    def having(self, key: ox.NamedNode) -> list[Fact]:
        """Return all facts with a property."""
        if key not in self._with:
            self._with[key] = list(self._facts(None, key, None))
        return self._with[key]

    def _facts(self, subject: Node | None, key: ox.NamedNode | None, value: Term | None) -> Iterator[Fact]:
        for quad in self.store.quads_for_pattern(subject, key, value, None):
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                continue
            if isinstance(quad.graph_name, ox.DefaultGraph) or self._counts(quad.graph_name.value):
                self.read += 1
                if self.read > self.most:
                    raise TooMuch
                yield quad.subject, quad.predicate, quad.object

    def _counts(self, graph: str) -> bool:
        """Tell whether a graph holds any, which is asked of many quads of few graphs."""
        if graph not in self._counted:
            self._counted[graph] = self.counts(graph)
        return self._counted[graph]


def kinds(view: View) -> Kinds:
    """Return each class that has subclasses, with these and itself."""
    below: dict[Term, set[Term]] = defaultdict(set)
    for lower, _, upper in view.having(SUBCLASS):
        below[upper].add(lower)
    found: dict[Term, frozenset[Term]] = {}
    for top in below:
        reached, waiting = {top}, [top]
        while waiting:
            more = below.get(waiting.pop(), set()) - reached
            reached |= more
            waiting += more
        found[top] = frozenset(reached)
    return found


# ---- paths -----------------------------------------------------------------------------------------------------------


def follow(view: View, nodes: Iterable[Term], path: Path, facts: set[Fact] | None = None) -> set[Term]:
    """Return where a path leads from some nodes; the facts on the way are added to `facts`."""
    if path.step in (Step.PREDICATE, Step.INVERSE):
        return _step(view, nodes, path, facts)
    if path.step is Step.SEQUENCE:
        for part in path.parts:
            nodes = follow(view, nodes, part, facts)
        return set(nodes)
    starts = set(nodes)
    if path.step is Step.ALTERNATIVE:
        return set().union(*(follow(view, starts, part, facts) for part in path.parts))
    (part,) = path.parts
    if path.step is Step.ZERO_OR_ONE:
        return starts | follow(view, starts, part, facts)
    reached: set[Term] = set()
    fresh = starts
    while fresh:
        fresh = follow(view, fresh, part, facts) - reached
        reached |= fresh
    return reached | starts if path.step is Step.ZERO_OR_MORE else reached


def _step(view: View, nodes: Iterable[Term], path: Path, facts: set[Fact] | None) -> set[Term]:
    found: set[Fact] = set()
    if path.step is Step.INVERSE:
        for node in nodes:
            found.update(view.around(node, path.parts[0].predicate))
        reached: set[Term] = {subject for subject, _, _ in found}
    else:
        for node in nodes:
            if isinstance(node, ox.Literal):
                continue
            if path.predicate is None:
                found.update((node, key, value) for key, values in view.about(node).items() for value in values)
            else:
                found.update((node, path.predicate, value) for value in view.values(node, path.predicate))
        reached = {value for _, _, value in found}
    if facts is not None:
        facts |= found
    return reached


def starts(view: View, path: Path, fact: Fact) -> set[Term]:
    """Return the nodes from which a path leads over a fact."""
    subject, key, value = fact
    if path.step is Step.PREDICATE:
        return {subject} if path.predicate in (None, key) else set()
    if path.step is Step.INVERSE:
        return {value} if path.parts[0].predicate in (None, key) else set()
    if path.step is Step.SEQUENCE:
        found: set[Term] = set()
        for at, part in enumerate(path.parts):
            here = starts(view, part, fact)
            if here and _leads_on(view, part, fact, path.parts[at + 1 :]):
                before = Path(Step.SEQUENCE, parts=path.parts[:at])
                found |= follow(view, here, inverse(before)) if at else here
        return found
    here = set().union(*(starts(view, part, fact) for part in path.parts))
    if path.step in (Step.ZERO_OR_MORE, Step.ONE_OR_MORE) and here:
        here |= follow(view, here, inverse(Path(Step.ZERO_OR_MORE, parts=path.parts)))
    return here


def _leads_on(view: View, part: Path, fact: Fact, rest: tuple[Path, ...]) -> bool:
    """Tell whether a path that has gone over a fact in one of its parts gets to its end from there."""
    ends = starts(view, inverse(part), fact)
    return not rest or bool(follow(view, ends, Path(Step.SEQUENCE, parts=rest)))


# ---- plans -----------------------------------------------------------------------------------------------------------


def counts(edge: Edge, value: Term, below: Kinds) -> bool:
    """Tell whether an edge asks for this object."""
    if edge.only is None or edge.path is None or edge.path.step is not Step.PREDICATE:
        return True
    return value == edge.only or (edge.below and value in below.get(edge.only, ()))


def index(plans: Mapping[str, Plan]) -> Mapping[ox.NamedNode | None, list[tuple[str, Edge]]]:
    """Return the edges of plans by the properties that they read, those that read any under None."""
    found: dict[ox.NamedNode | None, list[tuple[str, Edge]]] = defaultdict(list)
    for name, plan in plans.items():
        for edge in plan.edges:
            for key in set(leaves(edge.path)) if edge.path else ():
                found[key].append((name, edge))
    return found


@dataclass(slots=True)
class Touched:
    """
    Whose verdicts can be others: all that is said of the nodes in `whole`, and of those in `partly` the `values`.

    `whole` is None where that can be every focus node.
    """

    whole: set[Term] | None = field(default_factory=set)
    partly: set[Term] = field(default_factory=set)
    values: set[Term] = field(default_factory=set)

    def add(self, other: "Touched") -> None:
        """Take in what another edit, or the other side of one, has touched."""
        self.whole = None if self.whole is None or other.whole is None else self.whole | other.whole
        self.partly |= other.partly
        self.values |= other.values

    def nodes(self) -> set[Term] | None:
        """Return the focus nodes of which anything can be said otherwise; None for all."""
        return None if self.whole is None else self.whole | self.partly

    def holds(self, focus: Term, value: Term | None) -> bool:
        """Tell whether a result about a focus node and a value can be another."""
        return self.whole is None or focus in self.whole or (focus in self.partly and value in self.values)


def touched(
    view: View, plans: Mapping[str, Plan], edges: Mapping[ox.NamedNode | None, list[tuple[str, Edge]]],
    facts: Iterable[Fact], below: Kinds,
) -> dict[str, Touched]:  # fmt: skip
    """Return on whose verdicts facts can bear, by the name of the plan."""
    at: dict[tuple[str, Edge], set[Term]] = defaultdict(set)
    for fact in facts:
        for key in (fact[1], None):
            for name, edge in edges.get(key, ()):
                if edge.path and counts(edge, fact[2], below):
                    at[name, edge] |= starts(view, edge.path, fact)
    found: dict[str, Touched] = defaultdict(Touched)
    for (name, edge), nodes in at.items():
        if nodes and found[name].whole is not None:
            found[name].add(_borne_on(view, plans[name], edge.start, nodes))
    return found


def _borne_on(view: View, plan: Plan, place: int, nodes: set[Term]) -> Touched:
    """Return on whose verdicts nodes at one of the places of a plan bear."""
    if plan.value is not None:
        values = _back(view, plan, place, nodes, plan.value)
        if values is not None:
            focus = _back(view, plan, plan.value, values)
            return Touched(None) if focus is None else Touched(set(), focus, values)
    return Touched(_back(view, plan, place, nodes))


def _back(view: View, plan: Plan, place: int, nodes: set[Term], goal: int = THIS) -> set[Term] | None:
    """Return the nodes at a place from which a plan leads to nodes at another; None where not only from there."""
    if place == goal:
        return nodes
    if place in (THIS, EVERYWHERE) or place in plan.constants:
        return None
    found: set[Term] = set()
    for edge in plan.edges:
        if edge.end != place:
            continue
        before = nodes if edge.path is None else follow(view, nodes, inverse(edge.path))
        back = _back(view, plan, edge.start, before, goal) if before else set()
        if back is None:
            return None
        found |= back
    return found


def forward(view: View, plan: Plan, nodes: Touched, whole: set[Term], facts: set[Fact]) -> None:
    """Add to `facts` every fact that bears on the verdicts that were touched, all verdicts on the nodes in `whole`."""
    _forward(view, plan, whole, None, facts)
    if nodes.partly - whole:
        _forward(view, plan, nodes.partly - whole, nodes.values, facts)


def _forward(view: View, plan: Plan, focus: Iterable[Term], values: set[Term] | None, facts: set[Fact]) -> None:
    at: dict[int, set[Term]] = defaultdict(set)
    at[THIS] |= set(focus)
    for place, term in plan.constants.items():
        at[place].add(term)
    for edge in plan.edges:
        start = at[edge.start] if values is None or edge.start != plan.value else at[edge.start] & values
        if edge.path is None:
            reached = start
        elif edge.start == EVERYWHERE:
            reached = _everything(view, edge.path, facts)
        else:
            reached = follow(view, start, edge.path, facts)
        if edge.end != NOWHERE:
            at[edge.end] |= reached


def _everything(view: View, path: Path, facts: set[Fact]) -> set[Term]:
    """Return all ends of a path: of one property its values, of more all nodes on the way."""
    found = {fact for key in leaves(path) if key for fact in view.having(key)}
    facts |= found
    if path.step is Step.INVERSE:
        return {subject for subject, _, _ in found}
    values: set[Term] = {value for _, _, value in found}
    return values if path.step is Step.PREDICATE else values | {subject for subject, _, _ in found}


def all_targets(view: View, targets: Targets, below: Kinds) -> set[Term]:
    """Return the focus nodes of a shape."""
    found: set[Term] = set(targets.nodes)
    for one in targets.classes:
        for kind in below.get(one, {one}):
            found.update(subject for subject, _, _ in view.around(kind, TYPE))
    found.update(subject for one in targets.subjects_of for subject, _, _ in view.having(one))
    found.update(value for one in targets.objects_of for _, _, value in view.having(one))
    return found
