"""Why a triple is the case: the rule and the premises of each step, down to what was stated."""

import pytest
from support.triples import EX, triples

from kg.reason.closure import Listed, closure
from kg.reason.derivation import EQUALITY, Derivations, fact_of, triple_of


def ex(name):
    return name if name.startswith("<") else f"<{EX}{name}>"


def derived(text, *terms):
    return Derivations(closure(triples(text), Listed([]))).of(fact_of(*map(ex, terms)))


def rules(one):
    """The rules of a derivation, from what follows down to what was stated."""
    return [one.rule, *(rule for premise in one.premises for rule in rules(premise))] if one.rule else []


TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
WAYS = {
    ":p rdfs:subPropertyOf :q . :q rdfs:domain :C . :a :p :b": (("a", TYPE, "C"), ["prp-dom"]),
    ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d": (("a", "p", "d"), ["prp-trp", "prp-trp"]),
    ":p owl:inverseOf :q . :a :p :b": (("b", "q", "a"), ["prp-inv1"]),
    ":a owl:sameAs :b . :a :p :c": (("b", "p", "c"), [EQUALITY]),
    ":a owl:sameAs :b . :c owl:sameAs :b . :a a :C": (("c", TYPE, "C"), [EQUALITY]),
}


@pytest.mark.parametrize("text", WAYS)
def test_a_triple_follows_by_named_rules_from_what_was_stated(text):
    terms, names = WAYS[text]
    found = derived(text, *terms)

    assert triple_of(found.fact) == tuple(map(ex, terms))
    assert rules(found)[: len(names)] == names
    assert all(leaf.rule == "" for leaf in leaves(found))


def leaves(one):
    return [leaf for premise in one.premises for leaf in leaves(premise)] or [one]


def test_what_is_stated_needs_no_rule_and_what_is_not_the_case_has_no_reason():
    text = ":p rdfs:subPropertyOf :q . :a :p :b"

    assert derived(text, "a", "p", "b").premises == ()
    assert derived(text, "b", "q", "a") is None


def test_a_circle_of_rules_ends_and_the_same_way_is_found_again():
    text = ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p . :p a owl:SymmetricProperty . :a :q :b"

    assert derived(text, "b", "q", "a") == derived(text, "b", "q", "a")
    assert len(rules(derived(text, "b", "q", "a"))) <= 4
