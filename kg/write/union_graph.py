"""An update outside GRAPH: its patterns see all graphs as one, as a query does, and its templates are the pages'."""

import io
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from kg.model.finding import KgError
from kg.rdf import names, sparql_text

_HERE = DefaultGraph()
_HEADED = frozenset({"GRAPH", "SERVICE"})
Triples = frozenset[bytes]


def wanted(text: str) -> bool:
    """Tell whether an update may speak of triples outside GRAPH; to be wrong about it costs time and nothing else."""
    depth, graph_depths, round_brackets = 0, [], 0
    header = False
    for kind, word in sparql_text.tokens(text):
        if word.isspace() or kind == "comment":
            continue
        if word == "{":
            depth += 1
            if header:
                graph_depths.append(depth)
            header = False
        elif word == "}":
            if graph_depths and graph_depths[-1] == depth:
                graph_depths.pop()
            depth -= 1
        elif word in "()" and kind == "other":
            round_brackets += 1 if word == "(" else -1
        elif kind == "word" and word.upper() in _HEADED:
            header = True
        elif depth and not header and not graph_depths and not round_brackets and _is_term(kind, word):
            return True
    return False


def _is_term(kind: str, word: str) -> bool:
    return kind in ("iri", "variable") or (kind == "word" and ":" in word)


def lay(store: Store) -> Triples:
    """Lay all named graphs into the one without a name; return its lines."""
    copied = io.BytesIO()
    for graph in store.named_graphs():
        copied.write(store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) or b"")
    store.bulk_load(input=copied.getvalue(), format=RdfFormat.N_TRIPLES, lenient=True)
    return _lines(store)


def _lines(store: Store) -> Triples:
    return frozenset((store.dump(format=RdfFormat.N_TRIPLES, from_graph=_HERE) or b"").splitlines())


def carry(store: Store, before: Triples, pages: Mapping[str, str]) -> None:
    """
    Carry what changed in the graph without a name over into the graphs of pages, and empty it.

    A triple that went goes from every graph. One that came goes where a triple with its subject and property went, else
    to the only page of its subject; KgError where there is no such page. `pages` has the paths of facts' graphs.
    """
    after = _lines(store)
    gone, come = list(_quads(before - after)), list(_quads(after - before))
    store.clear_graph(_HERE)
    left: dict[tuple[object, object], set[str]] = {}
    for quad in gone:
        for held in list(store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)):
            if isinstance(held.graph_name, NamedNode):
                left.setdefault((quad.subject, quad.predicate), set()).add(held.graph_name.value)
            store.remove(held)
    homes = {(quad.subject, quad.predicate): _home(store, quad, left, pages) for quad in come}
    store.extend(Quad(one.subject, one.predicate, one.object, homes[one.subject, one.predicate]) for one in come)


def _quads(lines: Iterable[bytes]) -> Iterator[Quad]:
    yield from parse(b"\n".join(sorted(lines)), format=RdfFormat.N_TRIPLES, lenient=True)


def _home(
    store: Store, quad: Quad, origins: Mapping[tuple[object, object], set[str]], pages: Mapping[str, str]
) -> NamedNode:
    graphs = origins.get((quad.subject, quad.predicate), set()) & set(pages)
    if not graphs:
        held = store.quads_for_pattern(quad.subject, None, None, None)
        graphs = {str(one.graph_name.value) for one in held if not isinstance(one.graph_name, DefaultGraph)} & set(
            pages
        )
    if len(graphs) == 1:
        return NamedNode(next(iter(graphs)))
    # The label of a nameless node is another in each run.
    subject, value = ("[]" if isinstance(one, BlankNode) else one for one in (quad.subject, quad.object))
    triple = f"{subject} {names.shorten(quad.predicate.value)} {value}"
    if not graphs:
        raise KgError(f"the update writes into no graph: no page has {triple}; name its page with GRAPH ?page {{ … }}")
    some = ", ".join(sorted(pages[graph] for graph in graphs)[:3])
    raise KgError(f"{triple} could be of {len(graphs)} pages ({some} …); name one with GRAPH ?page {{ … }}")
