"""Terms of our own vocabulary, and graphs, that a query asks for and nobody ever wrote: mostly a slip of the pen."""

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode, Store

from kg.model import declared, did_you_mean
from kg.rdf import names, sparql_text

_GRAPHS = frozenset({"GRAPH", "FROM", "WITH", "USING"})
_DECLARED = r"(?m)^nr:([\w-]+)"


def lines(text: str, store: Store) -> list[str]:
    """
    Return a line for each term `nr:…` of a query or an update that is neither in the ontology nor in the wiki.

    So for each graph that it names and that the store has not. Each line says what was probably meant.
    """
    known: set[str] = set()
    found = []
    for term, line, column in _terms(text):
        node = NamedNode(names.NR + term)
        uses = (
            store.quads_for_pattern(node, None, None),
            store.quads_for_pattern(None, node, None),
            store.quads_for_pattern(None, None, node),
        )
        if any(next(quads, None) is not None for quads in uses):
            continue
        known = known or set(re.findall(_DECLARED, declared.read("ontology/newsroom.ttl")))
        if term not in known:
            near = did_you_mean.hint(f"nr:{term}", {f"nr:{one}" for one in known}, "docs/ontology.md lists the terms")
            found.append(f"line {line}, column {column}: nothing here is called nr:{term}; {near}")
    return list(dict.fromkeys([*found, *_graphs(text, store)]))


def _graphs(text: str, store: Store) -> Iterator[str]:
    """
    Yield a line for each graph that GRAPH, FROM, WITH or USING names by its IRI and that is nowhere.

    Graphs of no page, such as that of the inferences, are there or not by what was done: their names are right.
    """
    before, at = "", 0
    for kind, word in sparql_text.tokens(text):
        if kind == "iri" and before in _GRAPHS and not _is_of_no_page(word[1:-1]) and not _has_graph(store, word[1:-1]):
            line, column = _line_and_column(text, at)
            graphs = {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)}
            near = did_you_mean.hint(word[1:-1], graphs, "GRAPH ?page { … } finds a page's")
            yield f"line {line}, column {column}: no graph is called {word}; {near}"
        if not word.isspace() and kind != "comment" and word.upper() != "NAMED":
            before = word.upper()
        at += len(word)


def _has_graph(store: Store, iri: str) -> bool:
    try:
        return store.contains_named_graph(NamedNode(iri))
    except ValueError:  # a relative one, which the engine refuses or resolves
        return True


def _terms(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the local names in our namespace with their lines and columns."""
    prefixes = {"nr:"}
    before, at = ["", ""], 0
    for kind, word in sparql_text.tokens(text):
        if kind == "iri" and before[0].upper() == "PREFIX":
            (prefixes.add if word[1:-1] == names.NR else prefixes.discard)(before[1])
        elif kind == "iri" and word[1:-1].startswith(names.NR):
            yield from _placed(text, at, word[1 + len(names.NR) : -1])
        elif kind == "word":
            prefix, _, local = word.rstrip(".").partition(":")
            if f"{prefix}:" in prefixes:
                yield from _placed(text, at, local)
        if not word.isspace() and kind != "comment":
            before = [before[1], word]
        at += len(word)


def _placed(text: str, at: int, local: str) -> Iterator[tuple[str, int, int]]:
    if re.fullmatch(r"[\w-]+", local):
        yield local, *_line_and_column(text, at)


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _is_of_no_page(graph: str) -> bool:
    return graph.rpartition("/graph/")[2] in names.RESERVED_GRAPHS
