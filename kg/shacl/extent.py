"""Which shapes of a graph are to be checked, which of them no engine here can, and which nothing leads to."""

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from kg.rdf.terms import Node, Term
from kg.shacl import shapes, shapes_graph, vocabulary
from kg.shacl.results import Unchecked
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import NIL, TYPE, iri, named

# The words by which a shape leads to others, in their values or in lists of them.
_WORDS = (
    "property node not and or xone qualifiedValueShape memberShape reifierShape someValue target targetWhere "
    "expression filterShape nodes intersection union if then else exists rule condition"
)
_LEADS = tuple(iri(f"sh:{word}") for word in _WORDS.split(" "))
_NOBODYS = ("http://www.w3.org/ns/shacl/", "https://www.w3.org/ns/shacl")


@shapes_graph.once
def unchecked(graph: Graph) -> tuple[Unchecked, ...]:
    """
    Return the shapes that no engine here checks, with the reason: in the order of the graph.

    Those with a word that nobody here does, those that neither have a target nor are led to; where there is no shape at
    all, one entry says so.
    """
    roots = [node for node, _ in shapes.roots(graph) if not is_off(graph, node)]
    own = tuple(_own_words(graph))
    words, without = (*_LEADS, *own), _without_validator(graph)
    reached: set[Term] = {other for node in off(graph) for other in reach(graph, node, words)}
    found = []
    for root in roots:
        why = ""
        for node in reach(graph, root, words):
            reached.add(node)
            why = why or _not_done(graph, root, node, own) or _no_validator(graph, node, without)
        found += [Unchecked(root, why)] if why else []
    aside = "it has no target, and no shape that is checked leads to it"
    alone = (node for node in _shapes(graph) if node not in reached and not is_off(graph, node))
    return (*found, *(Unchecked(node, aside) for node in alone))


def no_shape(graph: Graph) -> str:
    """Return why there is nothing to check in a graph without a shape; empty where there is one."""
    if any(True for _ in shapes.roots(graph)) or any(True for _ in _shapes(graph)):
        return ""
    terms = (term for node, rows in graph.about.items() for term in (node, *rows))
    space = next((one for term in terms for one in _NOBODYS if term.value.startswith(one)), "")
    if space:
        return f"no shape stands in it: SHACL's names begin with {vocabulary.SPACE}, these with {space}"
    return "no shape stands in it; were the files of --data and --shapes interchanged?"


def imports(graph: Graph) -> tuple[str, ...]:
    """Return what is to be known of the files that a graph imports and that are not part of it, in order."""
    wanted = {
        one.value: None
        for rows in graph.about.values()
        for one in rows.get(iri("owl:imports"), ())
        if one not in graph.about
    }
    return tuple(f"owl:imports {one} is not followed; give its file beside this one" for one in wanted)


def rules_of(graph: Graph) -> bool:
    """Tell whether shapes add to the data, by sh:rule, before anything is checked."""
    return any(iri("sh:rule") in rows and not is_off(graph, node) for node, rows in graph.about.items())


def needs_advanced(graph: Graph) -> bool:
    """Tell whether a graph uses what SHACL Advanced Features add."""
    words = {iri(f"sh:{word}") for word in ("target", "expression", "rule")}
    functions = iri("sh:SPARQLFunction")
    return any(not words.isdisjoint(rows) or functions in rows.get(TYPE, ()) for rows in graph.about.values())


def reach(graph: Graph, root: Node, words: Sequence[ox.NamedNode] = _LEADS) -> Iterator[Node]:
    """Yield a shape and all shapes that it leads to by some words, those that are deactivated left out with theirs."""
    waiting: list[Term] = [root]
    seen: set[Term] = set()
    while waiting:
        node = waiting.pop()
        if node in seen or isinstance(node, ox.Literal) or node == NIL:
            continue
        seen.add(node)
        rows = graph.about.get(node, {})
        if shapes_graph.is_list(graph, node):
            waiting += [*rows.get(iri("rdf:rest"), ()), *rows.get(iri("rdf:first"), ())]
        elif node == root or not is_off(graph, node):
            yield node
            waiting += [value for key in words for value in rows.get(key, ())]


def _own_words(graph: Graph) -> Iterator[ox.NamedNode]:
    """Yield the parameters of the constraint components that a graph declares."""
    for rows in graph.about.values():
        for parameter in rows.get(iri("sh:parameter"), ()):
            yield from (one for one in graph.objects(parameter, iri("sh:path")) if isinstance(one, ox.NamedNode))


def is_off(graph: Graph, node: Term) -> bool:
    """Tell whether a shape is deactivated."""
    return any(one.value == "true" for one in graph.objects(node, iri("sh:deactivated")))


def off(graph: Graph) -> Iterator[Node]:
    """Yield the shapes that are deactivated."""
    yield from (node for node in graph.about if is_off(graph, node) and not isinstance(node, ox.Literal))


def _without_validator(graph: Graph) -> dict[Node, list[Term]]:
    """Return the components that a graph declares without a validator, each with the parameters that it needs."""
    found = {}
    for node in shapes_graph.instances(graph, iri("sh:ConstraintComponent")):
        words = ("sh:validator", "sh:nodeValidator", "sh:propertyValidator")
        # SHACL's own vocabulary declares the components of Core so.
        if any(graph.objects(node, iri(word)) for word in words) or node.value.startswith(vocabulary.SPACE):
            continue
        needed = [one for one in graph.objects(node, iri("sh:parameter")) if not _is_optional(graph, one)]
        if paths := [path for one in needed for path in graph.objects(one, iri("sh:path"))]:
            found[node] = paths
    return found


def _is_optional(graph: Graph, parameter: Term) -> bool:
    return any(one.value == "true" for one in graph.objects(parameter, iri("sh:optional")))


def _no_validator(graph: Graph, node: Node, without: Mapping[Node, list[Term]]) -> str:
    rows = graph.about.get(node, {})
    for component, needed in without.items():
        if all(path in rows for path in needed):
            return f"{named(component)}, whose parameters it has, is declared without a validator"
    return ""


def _not_done(graph: Graph, root: Node, node: Node, own: Sequence[ox.NamedNode]) -> str:
    """Return what in one shape nobody here does, empty where all is done."""
    rows = graph.about.get(node, {})
    inside = f" (in {named(node)})" if node != root and isinstance(node, ox.NamedNode) else ""
    for word, where in vocabulary.NOT_DONE.items():
        if word in rows and word not in own:
            return f"{named(word)} belongs to {where}, which is not done here{inside}"
    for kind in rows.get(TYPE, ()):
        if kind in vocabulary.KINDS_NOT_DONE:
            return f"{named(kind)} belongs to SHACL 1.2, which is not done here{inside}"
    targets = rows.get(iri("sh:target"), ())
    if any(not _is_query(graph, one) for one in targets):
        return f"sh:target is done here with a query (sh:SPARQLTarget) only{inside}"
    return ""


def _is_query(graph: Graph, target: Term) -> bool:
    return bool(graph.objects(target, iri("sh:select")))


# ---- shapes that nothing leads to ------------------------------------------------------------------------------------


def _shapes(graph: Graph) -> Iterator[Node]:
    """Yield the nodes that are shapes by their type or by a parameter, without parameters of components."""
    kinds = shapes.kinds(graph)
    for node, rows in graph.about.items():
        # A nameless one that something refers to is part of that.
        part = isinstance(node, ox.BlankNode) and node in graph.around
        if part or isinstance(node, ox.Literal) or graph.subjects(iri("sh:parameter"), node):
            continue
        if not kinds.isdisjoint(rows.get(TYPE, ())) or shapes.has_parameter(rows):
            yield node
