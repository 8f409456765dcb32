"""The reference validator: pyshacl over rdflib, its report as the records of kg.shacl."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.model.finding import KgError
from kg.rdf.terms import Node, Term, Triple
from kg.shacl import paths, shapes_graph
from kg.shacl.results import Report, Result, in_order
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import STRING, TYPE, iri

if TYPE_CHECKING:
    import rdflib

_TARGETS = ("sh:targetNode", "sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf", "sh:target")


def validate(facts: Iterable[Triple], shapes: Iterable[Triple]) -> Report:
    """Return pyshacl's report of facts against shapes; KgError where it cannot use the shapes."""
    import rdflib.plugins.sparql  # 0.2 s
    from pyshacl import validate as run  # 0.4 s
    from pyshacl.constraints.sparql import sparql_based_constraint_components as components
    from pyshacl.errors import ReportableRuntimeError

    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False  # FROM <…> must fetch nothing
    # It remembers validators by the address of a graph, which the next one may have.
    components.SPARQLConstraintComponentValidator.validator_cache.clear()
    data, rules = _fill(_graph_of_prepared_queries(), facts), _fill(rdflib.Graph(), shapes)
    try:
        _, report, text = run(data, shacl_graph=rules, inference="none", inplace=True, advanced=False)
    except (ReportableRuntimeError, NotImplementedError) as error:
        raise KgError(f"the shapes cannot be used: {' '.join(str(error).split())}") from None
    if not isinstance(report, rdflib.Graph):
        raise KgError(f"the shapes cannot be used: {' '.join(text.split())}")
    return Report(in_order(_results(shapes_graph.read(_triples(report)))))


def only(shapes: Iterable[Triple], graph: Graph, nodes: Collection[Node]) -> Iterator[Triple]:
    """Yield a shapes graph in which only the wanted shapes have targets."""
    targets = {iri(word) for word in _TARGETS}
    kinds = shapes_graph.classes_below(graph, iri("rdfs:Class"))
    for subject, predicate, value in shapes:
        aims = predicate in targets or (predicate == TYPE and value in kinds)
        if subject in nodes or not aims:
            yield subject, predicate, value


def _results(report: Graph) -> Iterator[Result]:
    # What sh:detail hangs on a result is a result too by its type, but none of the report's.
    (whole,) = report.subjects(TYPE, iri("sh:ValidationReport"))
    for node in report.objects(whole, iri("sh:result")):

        def said(word: str, node: Term = node) -> Term | None:
            return next(iter(report.objects(node, iri(word))), None)

        focus, shape, path = said("sh:focusNode"), said("sh:sourceShape"), said("sh:resultPath")
        severity, component = said("sh:resultSeverity"), said("sh:sourceConstraintComponent")
        if focus is None or shape is None or isinstance(shape, ox.Literal):
            raise TypeError("a result without focus node or shape")
        yield Result(
            focus,
            None if path is None else paths.read(report, path, shape),
            said("sh:value"),
            severity if isinstance(severity, ox.NamedNode) else iri("sh:Violation"),
            component if isinstance(component, ox.NamedNode) else iri("sh:ConstraintComponent"),
            shape,
            said("sh:sourceConstraint"),
            tuple(one for one in report.objects(node, iri("sh:resultMessage")) if isinstance(one, ox.Literal)),
        )


def _graph_of_prepared_queries() -> "rdflib.Graph":
    """Return an empty graph that parses each query once: the validator asks the same ones for every focus node."""
    from rdflib import Graph as Triples  # 0.2 s

    class Facts(Triples):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as in rdflib
            query = _prepared(_sorted(query_object)) if isinstance(query_object, str) else query_object
            return super().query(query, *args, **kwargs)

    return Facts()


def _sorted(query: str) -> str:
    """Return a query with its leading prefixes in order: the validator writes them in another order each time."""
    lines = query.split("\n")
    body = next((row for row, line in enumerate(lines) if not line.startswith("PREFIX ")), len(lines))
    return "\n".join([*sorted(lines[:body]), *lines[body:]])


@cache
def _prepared(query: str) -> "rdflib.plugins.sparql.sparql.Query":
    from rdflib.plugins.sparql import prepareQuery  # 0.2 s

    try:
        return prepareQuery(query)
    except Exception as error:  # noqa: BLE001  # rdflib and its parser have no common class for what is no query
        raise KgError(f"the shapes cannot be used: no SPARQL query: {' '.join(str(error).split())}") from None


def _fill(graph: "rdflib.Graph", facts: Iterable[Triple]) -> "rdflib.Graph":
    for subject, predicate, value in facts:
        graph.add((_rdflib(subject), _rdflib(predicate), _rdflib(value)))
    return graph


def _triples(graph: "rdflib.Graph") -> Iterator[Triple]:
    for subject, predicate, value in sorted(graph):
        node, key = _oxigraph(subject), _oxigraph(predicate)
        if isinstance(node, ox.Literal) or not isinstance(key, ox.NamedNode):
            raise TypeError("a triple that RDF does not have")
        yield node, key, _oxigraph(value)


@cache
def _rdflib(term: Term) -> "rdflib.term.Node":
    from rdflib import BNode, Literal, URIRef  # 0.2 s

    if isinstance(term, ox.Literal):
        if term.language or term.datatype == STRING:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return URIRef(term.value) if isinstance(term, ox.NamedNode) else BNode(term.value)


def _oxigraph(term: "rdflib.term.Node") -> Term:
    from rdflib import BNode, Literal  # 0.2 s

    if not isinstance(term, Literal):
        return ox.BlankNode(str(term)) if isinstance(term, BNode) else ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)
