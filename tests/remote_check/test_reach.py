"""Which constraints a store is asked about: those that see there just what the pages state."""

import re
from dataclasses import replace

import pyoxigraph as ox
import pytest
from support.cases import RULES, laid_out, packed
from support.pages import BASE

from kg.check import rules
from kg.rdf import names
from kg.remote_check import reach, scope
from kg.remote_check.scope import Scope
from kg.shacl import shapes_graph
from kg.shacl.data import triples
from kg.shacl.terms import iri

NOTHING = Scope((), scope.PLACE_PROPERTIES, scope.PLACE_CLASSES, inferred=False, mixed="", ontology=(), kinds={})
SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <https://example.org/> . @prefix nr: <https://w3id.org/newsroom-kg/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
x:Shape a sh:NodeShape ; sh:targetClass x:Kind ; sh:property [ SAID ] .
"""


@pytest.fixture(scope="module")
def shipped():
    return reach.of(shapes_graph.read(rules.shapes_with()), NOTHING)


def reasons(tmp_path, said, found=NOTHING):
    file = tmp_path / "shape.ttl"
    file.write_text(SHAPE.replace("SAID", said), encoding="utf-8")
    return [one.why for one in reach.of(shapes_graph.read(triples([file])), found)]


def test_the_mapper_writes_nothing_else_into_graphs_of_places():
    store = laid_out(packed(RULES)[0])
    said = [quad for quad in store if names.is_place(BASE, getattr(quad.graph_name, "value", ""))]

    assert len(said) > 1000
    assert {quad.predicate for quad in said} <= scope.PLACE_PROPERTIES
    assert {quad.object for quad in said if quad.predicate == iri("rdf:type")} <= scope.PLACE_CLASSES


def test_most_of_the_constraints_that_ship_are_asked_of_the_store(shipped):
    at_store = [one for one in shipped if not one.why]

    assert len(at_store) >= 140
    assert len(at_store) >= 0.85 * len(shipped)


def test_what_is_not_asked_of_the_store_is_said_with_a_reason(shipped):
    assert {re.sub(r"reads \S+,", "reads …,", one.why) for one in shipped if one.why} <= {
        "it reads …, which graphs beside the stated ones have too",
        "it reads classes that graphs beside the stated ones name too",
        "it counts rows, and a fact in two graphs may count twice at the store",
    }


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("sh:path x:p ; sh:minCount 2", ""),
        ("sh:path nr:line ; sh:minCount 2", "it reads nr:line, which graphs beside the stated ones have too"),
        ("sh:path x:p ; sh:class nr:ParseFinding", "it reads classes that graphs beside the stated ones name too"),
        (
            'sh:path x:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this $PATH ?v } GROUP BY $this HAVING (COUNT(?v) > 1)" ]',
            "it counts rows, and a fact in two graphs may count twice at the store",
        ),
        (
            'sh:path x:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this $PATH ?v } GROUP BY $this HAVING (COUNT(DISTINCT ?v) > 1)" ]',
            "",
        ),
        (
            'sh:path x:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this ?any ?value }" ]',
            "it reads any property, and the store has the places of parts beside what is stated",
        ),
        ('sh:path x:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this a ?kind }" ]', ""),
        (
            'sh:path x:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this $PATH ?v . ?some a ?kind }" ]',
            "it reads classes that graphs beside the stated ones name too",
        ),
    ],
)
def test_a_constraint_is_asked_of_the_store_where_it_sees_what_is_stated(tmp_path, said, why):
    assert reasons(tmp_path, said) == [why]


def test_inferred_classes_keep_what_reads_classes_here(tmp_path):
    kind = ox.NamedNode("https://example.org/Kind")
    inferred = replace(NOTHING, classes=frozenset({kind}), inferred=True)

    assert reasons(tmp_path, "sh:path x:p ; sh:minCount 1", inferred) == [
        "it reads classes that graphs beside the stated ones name too"
    ]
