"""The reference validator: pyshacl over rdflib, its report as the records of kg.shacl."""

import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

import pyoxigraph as ox

from kg.check import finding_place, python_patterns, reference_limits
from kg.rdf.terms import Node, Term, Triple
from kg.shacl import extent, paths, run_shapes, shapes_graph
from kg.shacl import shapes as shapes_of
from kg.shacl.results import Report, Result, Unchecked, in_order
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import HTML, STRING, TYPE, iri

if TYPE_CHECKING:
    import logging

    import rdflib

NAME = "pyshacl"
_SHORT = 200
_TARGETS = ("sh:targetNode", "sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf", "sh:target")
# How many shapes it may follow in one another: its own limit of 15 stops at shapes that only stand deep.
_DEPTH = 100
_LOG = "pyshacl-validate"  # where it says that it left a constraint out


class _LeftOut(Exception):  # noqa: N818  # the caller names the shape
    """The reference left something out and went on, with what it said of it."""


def validate(facts: Iterable[Triple], shapes: Iterable[Triple]) -> Report:
    """
    Return pyshacl's report of facts against shapes, by its advanced features where the shapes use them.

    A shape that it cannot check, or not to the end, is in the report's `unchecked` and has no result in it. KgError,
    with the shape's name, for what is ill-formed.
    """
    held, said = list(facts), list(shapes)
    graph = shapes_graph.read(said)
    run_shapes.refuse_ill_formed(graph)
    nobodys = list(extent.unchecked(graph))
    roots = [node for node, _ in shapes_of.roots(graph) if not extent.is_off(graph, node)]
    for node in roots:
        nobodys += [Unchecked(node, why) for why in reference_limits.reasons(graph, node)][:1]
    skipped = {one.shape for one in nobodys}
    todo = [node for node in roots if node not in skipped]
    said, spelled = python_patterns.with_patterns_of_python(said)
    found, stopped = _together_or_alone(held, said, graph, todo)
    results = [
        replace(one, messages=tuple(python_patterns.as_spelled(text, spelled) for text in one.messages))
        for one in found
    ]
    done = tuple((node, NAME) for node in todo if node not in {one.shape for one in stopped})
    return Report(in_order(results), (), (*nobodys, *stopped), done)


def _together_or_alone(
    facts: list[Triple], shapes: list[Triple], graph: Graph, nodes: Sequence[Node]
) -> tuple[list[Result], list[Unchecked]]:  # fmt: skip
    """Return what shapes find; where the reference stops, each by itself, with those at which it does."""
    if not nodes:
        return [], []
    try:
        return list(
            _run(facts, _plainly(only(shapes, graph, set(nodes)), graph, nodes), extent.needs_advanced(graph))
        ), []
    except Exception as error:  # noqa: BLE001  # rdflib and pyshacl raise of every kind, also for what an author wrote
        if len(nodes) == 1:
            return [], [Unchecked(nodes[0], f"pyshacl stopped: {_in_short(error)}")]
    results: list[Result] = []
    stopped: list[Unchecked] = []
    for node in nodes:
        found, unchecked = _together_or_alone(facts, shapes, graph, [node])
        results += found
        stopped += unchecked
    return results, stopped


def _in_short(error: Exception) -> str:
    first = " ".join(str(error).partition("For reference")[0].split()) or type(error).__name__
    return first if len(first) <= _SHORT else f"{first[:_SHORT].rstrip()}…"


def _run(facts: Iterable[Triple], shapes: Iterable[Triple], advanced: bool) -> Iterator[Result]:  # noqa: FBT001  # pyshacl's word
    import logging

    import rdflib.plugins.sparql  # 0.2 s
    from pyshacl import validate as run  # 0.4 s
    from pyshacl.constraints.sparql import sparql_based_constraint_components as components
    from pyshacl.errors import ShapeRecursionWarning

    logging.getLogger("rdflib.term").disabled = True  # it prints a traceback for each literal that is ill-typed
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False  # FROM <…> must fetch nothing
    # It remembers validators by the address of a graph, which the next one may have.
    components.SPARQLConstraintComponentValidator.validator_cache.clear()
    data, rules = _fill(_graph_of_prepared_queries(), facts), _fill(rdflib.Graph(), shapes)
    with _listening() as said, redirect_stdout(io.StringIO()), catch_warnings(record=True) as warned:
        simplefilter("always")
        _, report, text = run(
            data, shacl_graph=rules, inference="none", inplace=True, advanced=advanced, max_validation_depth=_DEPTH
        )
    if any(issubclass(one.category, ShapeRecursionWarning) for one in warned):
        raise _LeftOut("it refers to itself, and not every step was followed")
    if said or not isinstance(report, rdflib.Graph):
        raise _LeftOut(said[0] if said else text)
    return _results(shapes_graph.read(_triples(report)))


def _plainly(shapes: Iterable[Triple], graph: Graph, nodes: Sequence[Node]) -> list[Triple]:
    """
    Return shapes with what the reference needs to be told: what is a shape, and what a class.

    It passes over a shape without a type whose only target is a query, and over classes of OWL's subclasses; and it
    stops at the message of a query that is no plain text.
    """
    said: list[Triple] = []
    for subject, word, value in shapes:
        of_query = graph.objects(subject, iri("sh:select")) or graph.objects(subject, iri("sh:ask"))
        if word == iri("sh:message") and isinstance(value, ox.Literal) and value.datatype == HTML and of_query:
            said.append((subject, word, ox.Literal(finding_place.shown(value))))
        else:
            said.append((subject, word, value))
    for node in nodes:
        kind = "sh:PropertyShape" if graph.objects(node, iri("sh:path")) else "sh:NodeShape"
        said.append((node, TYPE, iri(kind)))
    wanted = set(nodes)
    implicit = (node for node, targets in shapes_of.roots(graph) if node in wanted and node in targets.classes)
    said += [(node, TYPE, iri("rdfs:Class")) for node in implicit]
    return said


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Lend the list of what the reference says of constraints that it leaves out, and keep it off the terminal."""
    import logging

    said: list[str] = []

    def heard(record: "logging.LogRecord") -> bool:
        if record.levelno >= logging.WARNING:
            said.append(record.getMessage())
        return False

    log = logging.getLogger(_LOG)
    log.addFilter(heard)
    try:
        yield said
    finally:
        log.removeFilter(heard)


def only(shapes: Iterable[Triple], graph: Graph, nodes: Collection[Node]) -> Iterator[Triple]:
    """Yield a shapes graph in which only the wanted shapes have targets."""
    targets = {iri(word) for word in _TARGETS}
    kinds = shapes_of.classes(graph)
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

    return prepareQuery(query)


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
