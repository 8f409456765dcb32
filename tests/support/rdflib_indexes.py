"""
Indexes for rdflib's engine, through what it has for that: the same rows, sooner.

As it comes it tries every graph for every row of `GRAPH ?g`, and holds every row of a sub-select against every other.
"""

from collections import defaultdict

from rdflib import URIRef, Variable
from rdflib.plugins import sparql
from rdflib.plugins.sparql import evaluate
from rdflib.plugins.stores import memory
from support import rdflib_process


class Indexed:
    """rdflib with a graph, to be asked in copies of the process: what it lets others evaluate stays so for its process."""

    def __init__(self, quads):
        self._dataset = rdflib_process.dataset(quads, _ByGraph())

    def query(self, text):
        """Return what rdflib answers."""
        sparql.CUSTOM_EVALS.update(graphs=_graph, joins=_joined)
        return self._dataset.query(text)


class _ByGraph(memory.Memory):
    """rdflib's store in memory, with an index for each graph: what a graph holds is not sought among all triples."""

    def __init__(self):
        super().__init__()
        self._parts = {}

    def add(self, triple, context, quoted=False):  # noqa: FBT002  # as rdflib has it
        super().add(triple, context, quoted)
        self._parts.setdefault(context.identifier, memory.SimpleMemory()).add(triple, context)

    def triples(self, triple_pattern, context=None):
        part = self._parts.get(context.identifier) if context is not None else None
        return part.triples(triple_pattern) if part is not None else super().triples(triple_pattern, context)


def _joined(ctx, part):
    if part.name != "Join" or part.lazy:
        raise NotImplementedError
    return _by_shared_values(list(evaluate.evalPart(ctx, part.p1)), set(evaluate.evalPart(ctx, part.p2)))


def _by_shared_values(left, right):
    shared = sorted(set.intersection(*(set(row) for side in (left, right) for row in side))) if left and right else []
    rows = defaultdict(list)
    for row in right:
        rows[tuple(row[name] for name in shared)].append(row)
    for row in left:
        yield from evaluate._join([row], rows[tuple(row[name] for name in shared)])


def _graph(ctx, part):
    if part.name != "Graph" or ctx[part.term] is not None:
        raise NotImplementedError
    graphs = _candidates(ctx, part.p)
    if graphs is None:
        raise NotImplementedError
    return _answers(ctx.clone(), part, graphs)


def _answers(ctx, part, graphs):
    before = ctx.graph
    for graph in graphs:
        if graph == ctx.dataset.default_context:
            continue
        within = ctx.pushGraph(graph).push()
        for row in evaluate._join(evaluate.evalPart(within, part.p), [{part.term: graph.identifier}]):
            row.ctx.graph = before
            yield row


def _candidates(ctx, part):
    """Return the graphs that hold a match of the pattern that is told most of, in order; nothing where none is needed."""
    needed = [[ctx[term] for term in triple] for triple in _needed(part)]
    chosen = [[None if isinstance(term, Variable) else term for term in triple] for triple in needed]
    narrow = [triple for triple in chosen if triple[0] is not None or triple[2] is not None]
    if not narrow:
        return None
    best = max(narrow, key=lambda triple: (sum(term is not None for term in triple), triple[0] is not None))
    found = {graph for _, graphs in ctx.dataset.store.triples(tuple(best), context=None) for graph in graphs if graph}
    return sorted(found, key=lambda graph: graph.identifier)


def _needed(part):
    """Yield the triples without a path of which every answer of a pattern has a match in the graph."""
    if part.name == "BGP":
        yield from (triple for triple in part.triples if isinstance(triple[1], URIRef | Variable))
    elif part.name in ("Join", "Minus", "LeftJoin", "Filter", "Extend", "Distinct", "Project", "OrderBy"):
        yield from _needed(part.p1 if "p1" in part else part.p)
        if part.name == "Join":
            yield from _needed(part.p2)
