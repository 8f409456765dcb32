"""Contradictions in words: the facts that cannot be together, why each is the case, and what the ontology says of them."""

import pytest
from pyoxigraph import Store
from support.triples import EX, triples

from kg.reason import contradiction
from kg.reason.closure import Listed, closure

WORDS = {
    ":p a owl:FunctionalProperty . :a :p 'x', 'y'":
        "'x' is the same as 'y' (it is p of 'a' and 'a' has p 'y'), which they are not",
    ":p rdfs:range xsd:integer . :a :p 'x'":
        "'x' is a xsd:integer (it is p of 'a'), which it is not",
    ":p rdfs:range :C . :C owl:disjointWith :D . :C rdfs:label 'thing' . :a :p :b . :b a :E . :E rdfs:subClassOf :D":
        "'b' is a thing (it is p of 'a') and a D "
        "('b' is an E), which the ontology says are disjoint",
    ":p a owl:AsymmetricProperty . :a :p :b . :b :p :a":
        "'a' has p 'b' and 'b' has p 'a', "
        "which the ontology says cannot hold both ways",
    ":p a owl:IrreflexiveProperty . :q rdfs:subPropertyOf :p . :a :q :a":
        "'a' has p 'a' (it is q of 'a'), "
        "which the ontology says holds of nothing and itself",
    ":a owl:sameAs :b . :a owl:differentFrom :b":
        "'a' is the same as 'b' and 'a' has owl:differentFrom 'b', which exclude each other",
}  # fmt: skip


@pytest.mark.parametrize("stated", WORDS)
def test_a_contradiction_names_the_facts_and_what_they_come_from(stated):
    whole = closure(triples(stated), Listed([]))
    messages = [finding.message for finding in contradiction.findings(Store(), EX, whole)]

    assert WORDS[stated] in messages


def test_a_clash_of_equality_is_told_once():
    text = ":p a owl:FunctionalProperty . :a :p :b, :c . :b owl:differentFrom :c"

    assert len([*contradiction.findings(Store(), EX, closure([], Listed(triples(text))))]) == 1


def test_a_thing_that_is_stated_to_be_another_than_itself_is_told():
    whole = closure([], Listed(triples(":a owl:differentFrom :a")))

    assert [one.focus for one in contradiction.findings(Store(), EX, whole)] == [f"{EX}a"]


@pytest.mark.parametrize("values", ["'x'^^xsd:token, 'x'", "'x'@en, 'x'@EN", "1.0, 1"])
def test_equal_values_of_a_functional_property_are_no_contradiction(values):
    whole = closure([], Listed(triples(f":p a owl:FunctionalProperty . :a :p {values}")))

    assert list(contradiction.findings(Store(), EX, whole)) == []


def test_what_stands_in_no_page_has_the_wiki_as_its_place():
    whole = closure([], Listed(triples(":a a owl:Nothing")))
    (finding,) = contradiction.findings(Store(), EX, whole)

    assert (str(finding.span), finding.rule, finding.focus) == (".", "inconsistent", f"{EX}a")


def test_the_order_of_contradictions_is_that_of_their_facts():
    text = ":C owl:disjointWith :D . " + " ".join(f":x{at} a :C, :D ." for at in range(9))
    whole = closure([], Listed(triples(text)))

    assert [one.focus for one in contradiction.findings(Store(), EX, whole)] == [f"{EX}x{at}" for at in range(9)]
