"""Queries of shapes as their authors wrote them: where they stand, and what is wrong with one that is none."""

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import sparql_text, syntax_error
from kg.rdf.terms import Node, Term
from kg.shacl import extent, sparql_constraints
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import STRING, ill_formed, iri

_ROW = re.compile(r"error at (\d+):")


@dataclass(frozen=True, slots=True)
class Written:
    """A query that a shape asks: the shape, the word that holds it, its text and the prefixes that it may use."""

    shape: Node
    word: str
    text: str
    prefixes: Mapping[str, str]

    @property
    def prologue(self) -> str:
        """The prefixes as one line, so that the lines of the text keep their numbers but for one."""
        return " ".join(f"PREFIX {name}: <{space}>" for name, space in sorted(self.prefixes.items())) + "\n"


def queries(graph: Graph, root: Node) -> Iterator[Written]:
    """Yield the queries that a shape asks, or one that it leads to: its own, and those of the components it uses."""
    components = sparql_constraints.components(graph)
    for shape in extent.reach(graph, root):
        nodes: list[Term] = [*graph.objects(shape, iri("sh:sparql")), *graph.objects(shape, iri("sh:target"))]
        for component, parameters in components.items():
            if all(one.optional or graph.objects(shape, one.path) for one in parameters):
                kind = "node" if not graph.objects(shape, iri("sh:path")) else "property"
                nodes += [*graph.objects(component, iri("sh:validator"))]
                nodes += [*graph.objects(component, iri(f"sh:{kind}Validator"))]
        _refuse_missing(graph, shape)
        for node in nodes:
            yield from _written(graph, shape, node)


def _refuse_missing(graph: Graph, shape: Node) -> None:
    for node in graph.objects(shape, iri("sh:sparql")):
        if not sparql_constraints.is_silent(graph, node) and not graph.objects(node, iri("sh:select")):
            raise ill_formed(shape, "a query is missing: sh:select")


def _written(graph: Graph, shape: Node, node: Term) -> Iterator[Written]:
    if sparql_constraints.is_silent(graph, node):
        return
    for word in ("sh:select", "sh:ask"):
        texts = graph.objects(node, iri(word))
        if len(texts) > 1 or any(not isinstance(one, ox.Literal) or one.datatype != STRING for one in texts):
            raise ill_formed(shape, f"{word} needs one text")
        for text in texts:
            yield Written(shape, word, text.value, sparql_constraints.prefixes(graph, shape, node))


def fault(query: Written) -> str:
    """Return what is wrong with a query, with the line and column that its author sees; empty where nothing is."""
    try:
        ox.Store().query(query.prologue + query.text)
    except SyntaxError as error:
        own = _ROW.sub(lambda match: f"error at {int(match[1]) - 1}:", str(error))
        said = syntax_error.explain(query.text, own, prefixes=query.prefixes).partition("\n")[0]
        return " ".join(said.removeprefix("not a SPARQL query: ").split())
    except RuntimeError:  # a function that the engine does not know is no fault of the text
        return ""
    return ""


def uses(query: Written, variable: str) -> bool:
    """Tell whether a variable stands in a query."""
    return any(kind == "variable" and word[1:] == variable for kind, word in sparql_text.tokens(query.text))
