"""Shapes that refer to themselves: which, and whether they mean something on every graph.

SHACL leaves recursion open. Where no way from a shape back to itself leads through a denial, one reading is right on
data without a cycle and the usual one on others: a node breaks a shape only where some chain of facts shows it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from graphlib import CycleError, TopologicalSorter

from kg.model.records import dataclass
from kg.rdf.terms import Node, Term
from kg.shacl.shapes import Constraint, Shape
from kg.shacl.terms import Unsupported


@dataclass(slots=True)
class Loop:
    """
    What was found out so far about shapes that refer to themselves.

    `asked` are the nodes that each was asked about, `broken` those of them that break it; `wanted` are nodes to ask
    about next, and `running` tells that a round goes on. Those that deny themselves (`denying`) are followed step by
    step instead, as results in results are: `depth` says how deep, `steps` how often.
    """

    shapes: set[Node] = field(default_factory=set)
    asked: dict[Node, set[Term]] = field(default_factory=lambda: defaultdict(set))
    broken: dict[Node, set[Term]] = field(default_factory=lambda: defaultdict(set))
    wanted: dict[Node, set[Term]] = field(default_factory=lambda: defaultdict(set))
    denying: set[Node] = field(default_factory=set)
    running: bool = False
    depth: int = 0
    steps: int = 0


_DEEPEST, _MOST = 120, 1000


Breaks = Callable[[Node, Collection[Term]], set[Term]]


def broken(loop: Loop, node: Node, focus: Collection[Term], breaks: Breaks) -> set[Term]:
    """
    Return the focus nodes that break a shape that refers to itself.

    `breaks` returns which nodes break a shape as far as the loop knows yet, and asks for others by this function. First
    every node is found that the shapes ask about, then they are judged until nothing new breaks: from the last found
    on, so that a chain is done in one round.
    """
    loop.wanted[node] |= set(focus) - loop.asked[node]
    if not loop.running and any(loop.wanted.values()):
        loop.running = True
        batches: list[tuple[Node, set[Term]]] = []
        while batch := _next(loop):
            batches.append(batch)
            loop.broken[batch[0]] |= breaks(*batch)
        while sum([_again(loop, shape, nodes, breaks) for shape, nodes in reversed(batches)]):
            pass
        loop.running = False
    return loop.broken[node] & set(focus)


def _next(loop: Loop) -> tuple[Node, set[Term]] | None:
    """Return a shape with nodes that it was not asked about yet, and take them as asked."""
    for node in sorted(loop.wanted, key=str):
        fresh = loop.wanted.pop(node) - loop.asked[node]
        if fresh:
            loop.asked[node] |= fresh
            return node, fresh
    return None


def _again(loop: Loop, shape: Node, nodes: set[Term], breaks: Breaks) -> int:
    """Judge nodes that did not break a shape yet again; return how many do now."""
    left = nodes - loop.broken[shape]
    now = breaks(shape, left) if left else set()
    loop.broken[shape] |= now
    return len(now)


def loops(shapes: Mapping[Node, Shape]) -> tuple[set[Node], set[Node]]:
    """
    Return the shapes that lead to themselves: those by no denial, and those by one (sh:not, sh:xone, a maximum).

    The latter may have no meaning on data with a cycle.
    """
    found = {node for node in shapes if node in _reach(shapes, node)} if _refers_back(shapes) else set()
    ways = {node: _reach(shapes, node) for node in found}
    denials = [
        (node, other)
        for node in found
        for constraint in shapes[node].constraints
        for other in _denied(constraint)
        if other == node or node in ways.get(other, ())
    ]
    denying = {one for node, _ in denials for one in found if one in ways[node] and node in ways[one]}
    return found - denying, denying


def step(loop: Loop, node: Node) -> None:
    """Count one step of a shape into itself; Unsupported where they are too many to be worth going on."""
    loop.steps += 1
    if loop.depth > _DEEPEST or loop.steps > _MOST:
        raise Unsupported(node, f"it refers to itself, and {loop.steps} steps did not come to an end")


def _denied(constraint: Constraint) -> Iterator[Node]:
    """Yield the shapes of a constraint whose breaking may make a node conform to it."""
    if constraint.word in ("not", "xone") or (constraint.word == "qualified" and constraint.high is not None):
        yield from constraint.shapes
    elif constraint.word == "qualified":
        yield from constraint.shapes[1:]


def _reach(shapes: Mapping[Node, Shape], start: Node) -> set[Node]:
    """Return the shapes that one leads to, itself only by a way back."""
    found: set[Node] = set()
    waiting = [start]
    while waiting:
        for constraint in shapes[waiting.pop()].constraints:
            for other in constraint.shapes:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
    return found


def _refers_back(shapes: Mapping[Node, Shape]) -> bool:
    """Tell whether any of some shapes leads to itself."""
    leads = {node: {other for one in shape.constraints for other in one.shapes} for node, shape in shapes.items()}
    try:
        TopologicalSorter(leads).prepare()
    except CycleError:
        return True
    return False
