"""Which graphs a foreign store has, and what else than stated facts a question over all of them would see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from kg.model import declared
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.rdf.terms import Triple
from kg.remote_check.questions import Questions
from kg.remote_check.remote_quads import pieces
from kg.shacl import data
from kg.shacl.plan import SUBCLASS
from kg.shacl.terms import iri

# What kg.map writes into the graphs of places, beside stated facts.
PLACE_PROPERTIES = frozenset(
    {iri("schema:sha256"), iri("rdf:type")}
    | {
        iri(f"nr:{word}")
        for word in (
            "line", "column", "start", "end", "endLine", "endColumn", "exact", "size", "path", "firstLine", "lastLine",
            "rule", "level", "message",
        )
    }
)  # fmt: skip
PLACE_CLASSES = frozenset({iri("nr:ParseFinding")})


@dataclass(frozen=True, slots=True)
class Scope:
    """
    The graphs of a store: those of `stated` facts, and the properties and classes that any other graph names.

    `inferred` tells that some of the others say more of nodes that are stated; `mixed` why questions over all graphs
    are no questions about this wiki alone, empty where they are. `ontology` has the triples of the ontology where the
    store lacks it; `kinds` are the classes below each class, with itself, that have instances.
    """

    stated: tuple[ox.NamedNode, ...]
    properties: frozenset[ox.NamedNode]
    classes: frozenset[ox.NamedNode]
    inferred: bool
    mixed: str
    ontology: tuple[Triple, ...]
    kinds: Mapping[ox.NamedNode, tuple[ox.NamedNode, ...]]


def of(questions: Questions, base: str, classes: Iterable[ox.NamedNode]) -> Scope:
    """Return the scope of a wiki's facts in a store; `classes` are those that the shapes name."""
    graphs = _named(questions, sparql_text.compose("remote/graphs"))
    places = {graph for graph in graphs if names.is_place(base, graph.value)}
    stated = [one for one in graphs if one.value.startswith(f"{base}graph/") and names.is_stated(base, one.value)]
    others = sorted({*graphs} - places - {*stated}, key=str)
    ontology = ox.NamedNode(names.common_graph_iri(base, "ontology"))
    inferred = ox.NamedNode(names.common_graph_iri(base, "inferred"))
    history = ox.NamedNode(names.common_graph_iri(base, "history"))
    said = _said(questions, "properties", others)
    strange = _said(questions, "properties", [one for one in others if one not in (history, inferred)])
    lacking = () if ontology in graphs else tuple(data.triples([declared.folder("ontology") / "newsroom.ttl"]))
    return Scope(
        tuple(sorted(stated, key=str)),
        PLACE_PROPERTIES.union(said),
        PLACE_CLASSES.union(_said(questions, "classes", others)),
        inferred in others,
        _mixed(strange, inferred=inferred in others),
        lacking,
        _kinds(questions, sorted(classes, key=str), ontology, lacking),
    )


def _mixed(strange: Iterable[ox.NamedNode], *, inferred: bool) -> str:
    """Say why all graphs of a store are not one wiki's: `strange` are the properties of graphs that are not its."""
    if inferred:
        return "the store has what was inferred beside what is stated"
    ours = sorted(names.shorten(one.value) for one in strange if one.value.startswith(names.PREFIXES["nr"]))
    return f"the store has {ours[0]} in graphs of others, too" if ours else ""


def _said(questions: Questions, name: str, graphs: Sequence[ox.NamedNode]) -> set[ox.NamedNode]:
    found: set[ox.NamedNode] = set()
    for some in pieces(questions, graphs):
        found |= {*_named(questions, sparql_text.compose(f"remote/{name}", GRAPHS=" ".join(map(str, some))))}
    return found


def _named(questions: Questions, text: str) -> list[ox.NamedNode]:
    return [row[0] for row in questions.rows(text).rows if isinstance(row[0], ox.NamedNode)]


def _kinds(
    questions: Questions, classes: Sequence[ox.NamedNode], ontology: ox.NamedNode, lacking: Sequence[Triple]
) -> dict[ox.NamedNode, tuple[ox.NamedNode, ...]]:
    """Return the classes below each of some classes that have instances, as the ontology states them."""
    stated = [(one, above) for one, key, above in lacking if key == SUBCLASS]
    if not lacking:
        rows = questions.rows(sparql_text.compose("remote/below", GRAPH=str(ontology))).rows
        stated = [
            (one, above) for one, above in rows if isinstance(one, ox.NamedNode | ox.BlankNode) and above is not None
        ]
    directly: dict[object, set[ox.NamedNode]] = defaultdict(set)
    for one, above in stated:
        if isinstance(one, ox.NamedNode):
            directly[above].add(one)
    below = {one: _closed(directly, one) for one in classes}
    every = sorted({kind for kinds in below.values() for kind in kinds}, key=str)
    there: set[ox.NamedNode] = set()
    for some in pieces(questions, every):
        there |= {*_named(questions, sparql_text.compose("remote/instances", KINDS=" ".join(map(str, some))))}
    return {one: tuple(sorted(kinds & there, key=str)) or (one,) for one, kinds in below.items()}


def _closed(directly: Mapping[object, set[ox.NamedNode]], start: ox.NamedNode) -> set[ox.NamedNode]:
    reached, waiting = {start}, [start]
    while waiting:
        fresh = directly.get(waiting.pop(), set()) - reached
        reached |= fresh
        waiting += fresh
    return reached
