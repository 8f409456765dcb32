"""What the reference validator cannot do with a shape, found before it runs: it would leave it out without a word."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.rdf.terms import Node
from kg.shacl import extent, query_check, query_words
from kg.shacl.query_check import Written
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import TYPE, ill_formed, iri

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query


def reasons(graph: Graph, root: Node) -> Iterator[str]:
    """Yield why pyshacl cannot check a shape; KgError for a query that is none, with its place in the query."""
    functions = {
        one.value for kind in ("SPARQLFunction", "JSFunction") for one in graph.subjects(TYPE, iri(f"sh:{kind}"))
    }
    for query in query_check.queries(graph, root):
        query_words.refuse_other_form(query.shape, query.word, query.text)
        if query_check.uses(query, "PATH"):  # a text that is put in there, and no variable
            continue
        for name in sorted(set(_functions(query)) - functions):
            yield f"its query calls <{name}>, which is no function of SPARQL, and the shapes declare none of this name"


def refuse_no_query(graph: Graph, roots: Iterable[Node]) -> None:
    """Raise KgError for a query of these shapes that neither engine reads, also where the data have no node for it."""
    nobodys = {one.shape for one in extent.unchecked(graph)}
    for root in roots:
        if root in nobodys or extent.is_off(graph, root):
            continue
        for query in query_check.queries(graph, root):
            query_words.refuse_other_form(query.shape, query.word, query.text)
            if not query_check.uses(query, "PATH") and query_check.fault(query):
                list(reasons(graph, root))


def _functions(query: Written) -> Iterator[str]:
    """Yield the IRIs of the functions that a query calls and that rdflib does not have."""
    from rdflib.plugins.sparql import operators, prepareQuery  # 0.2 s

    try:
        prepared = prepareQuery(query.prologue + query.text)
    except Exception as error:  # noqa: BLE001  # rdflib and its parser have no common class for what is no query
        said = query_check.fault(query) or " ".join(str(error).split())
        raise ill_formed(query.shape, f"{query.word} is no SPARQL query: {said}", query.text) from None
    known = set(operators._CUSTOM_FUNCTIONS)  # noqa: SLF001  # it has no other list
    yield from (str(one) for one in _called(prepared) if one not in known)


def _called(query: "Query") -> "Iterator[object]":
    from rdflib.plugins.sparql.algebra import traverse  # 0.2 s

    found: list[object] = []

    def visit(node: object) -> None:
        if getattr(node, "name", "") == "Function":
            found.append(node["iri"])  # type: ignore[index]  # a record of rdflib's, with its parts by their names

    traverse(query.algebra, visitPost=visit)
    yield from found
