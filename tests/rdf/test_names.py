"""Names: which graphs hold the wiki's own word."""

import pytest

from kg.rdf import names

BASE = "https://wiki.example/"


@pytest.mark.parametrize("graph", [names.graph_iri(BASE, "sources/x"), names.common_graph_iri(BASE, "ontology")])
def test_the_facts_of_pages_and_of_the_corpus_are_stated(graph):
    assert names.is_stated(BASE, graph)


@pytest.mark.parametrize(
    "graph",
    [
        names.provenance_iri(BASE, "sources/x"),
        names.common_graph_iri(BASE, "inferred"),
        names.common_graph_iri(BASE, "history"),
    ],
)
def test_places_inferences_and_the_history_are_not_stated(graph):
    assert not names.is_stated(BASE, graph)
