"""Each rule of OWL 2 RL by its name in the W3C's tables 4 to 9: what follows, and what must not be."""

import pytest
from support.triples import EX, told, triples

from kg.reason import evaluate, rule_file
from kg.reason.closure import Listed, closure

FOLLOWS = {
    "eq-rep-s": (":a owl:sameAs :b . :a :p :c", ":b owl:sameAs :a . :b :p :c"),
    "eq-rep-p": (":p owl:sameAs :q . :a :p :c", ":q owl:sameAs :p . :a :q :c"),
    "eq-rep-o": (":c owl:sameAs :d . :a :p :c", ":d owl:sameAs :c . :a :p :d"),
    "eq-trans": (":a owl:sameAs :b . :b owl:sameAs :c",
                 ":a owl:sameAs :c . :b owl:sameAs :a . :c owl:sameAs :a, :b"),
    "prp-dom": (":p rdfs:domain :C . :a :p :b", ":a a :C"),
    "prp-rng": (":p rdfs:range :C . :a :p :b", ":b a :C"),
    "prp-fp": (":p a owl:FunctionalProperty . :a :p :b, :c", ":b owl:sameAs :c . :c owl:sameAs :b"),
    "prp-ifp": (":p a owl:InverseFunctionalProperty . :b :p :a . :c :p :a", ":b owl:sameAs :c . :c owl:sameAs :b"),
    "prp-symp": (":p a owl:SymmetricProperty . :a :p :b", ":b :p :a"),
    "prp-trp": (":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d", ":a :p :c, :d . :b :p :d"),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :a :p :b", ":a :q :b"),
    "prp-spo2": (":r owl:propertyChainAxiom (:p :q :p) . :a :p :b . :b :q :c . :c :p :d", ":a :r :d"),
    "prp-eqp1": (":p owl:equivalentProperty :q . :a :p :b",
                 ":a :q :b . :p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p . :q owl:equivalentProperty :p"),
    "prp-inv1": (":p owl:inverseOf :q . :a :p :b", ":b :q :a"),
    "prp-inv2": (":p owl:inverseOf :q . :a :q :b", ":b :p :a"),
    "prp-key": (":C owl:hasKey (:p :q) . :a a :C ; :p 1 ; :q 2 . :b a :C ; :p 1 ; :q 2 . :c a :C ; :p 1 ; :q 3",
                ":a owl:sameAs :b . :b owl:sameAs :a"),
    "cls-int1": (":C owl:intersectionOf (:D :E) . :a a :D, :E . :b a :D",
                 ":a a :C . :C rdfs:subClassOf :D, :E"),
    "cls-int2": (":C owl:intersectionOf (:D :E) . :a a :C", ":a a :D, :E . :C rdfs:subClassOf :D, :E"),
    "cls-uni": (":C owl:unionOf (:D :E) . :a a :E", ":a a :C . :D rdfs:subClassOf :C . :E rdfs:subClassOf :C"),
    "cls-svf1": (":C owl:onProperty :p ; owl:someValuesFrom :D . :a :p :b . :b a :D . :c :p :d", ":a a :C"),
    "cls-svf1, a datatype": (":C owl:onProperty :p ; owl:someValuesFrom xsd:decimal . :a :p 1 . :b :p 'x'", ":a a :C"),
    "cls-svf2": (":C owl:onProperty :p ; owl:someValuesFrom owl:Thing . :a :p :b", ":a a :C"),
    "cls-avf": (":C owl:onProperty :p ; owl:allValuesFrom :D . :a :p :b ; a :C . :c :p :d", ":b a :D"),
    "cls-hv1": (":C owl:onProperty :p ; owl:hasValue 1 . :a a :C", ":a :p 1"),
    "cls-hv2": (":C owl:onProperty :p ; owl:hasValue :v . :a :p :v . :b :p :w", ":a a :C"),
    "cls-maxc2": (":C owl:onProperty :p ; owl:maxCardinality 1 . :a a :C ; :p :b, :c",
                  ":b owl:sameAs :c . :c owl:sameAs :b"),
    "cls-maxqc3": ((":C owl:onProperty :p ; owl:onClass :D ; owl:maxQualifiedCardinality 1 ."
                   ":a a :C ; :p :b, :c, :d . :b a :D . :c a :D"), ":b owl:sameAs :c . :c owl:sameAs :b"),
    "cls-maxqc4": ((":C owl:onProperty :p ; owl:onClass owl:Thing ; owl:maxQualifiedCardinality 1 ."
                   ":a a :C ; :p :b, :c"), ":b owl:sameAs :c . :c owl:sameAs :b"),
    "cls-oo": (":C owl:oneOf (:a :b)", ":a a :C . :b a :C"),
    "cax-sco": (":C rdfs:subClassOf :D . :D rdfs:subClassOf :E . :a a :C", ":a a :D, :E . :C rdfs:subClassOf :E"),
    "cax-eqc1": (":C owl:equivalentClass :D . :a a :C",
                 ":a a :D . :C rdfs:subClassOf :D . :D rdfs:subClassOf :C . :D owl:equivalentClass :C"),
    "scm-cls": (":C a owl:Class", ":C rdfs:subClassOf owl:Thing"),
    "scm-dom1": (":p rdfs:domain :C . :C rdfs:subClassOf :D", ":p rdfs:domain :D"),
    "scm-dom2": (":p rdfs:domain :C . :q rdfs:subPropertyOf :p", ":q rdfs:domain :C"),
    "scm-rng1": (":p rdfs:range :C . :C rdfs:subClassOf :D", ":p rdfs:range :D"),
    "scm-hv": ((":C owl:onProperty :p ; owl:hasValue 1 . :D owl:onProperty :q ; owl:hasValue 1 ."
               ":p rdfs:subPropertyOf :q"), ":C rdfs:subClassOf :D"),
    "scm-svf1": ((":C owl:onProperty :p ; owl:someValuesFrom :E . :D owl:onProperty :p ; owl:someValuesFrom :F ."
                 ":E rdfs:subClassOf :F"), ":C rdfs:subClassOf :D"),
    "scm-avf2": ((":C owl:onProperty :p ; owl:allValuesFrom :E . :D owl:onProperty :q ; owl:allValuesFrom :E ."
                 ":p rdfs:subPropertyOf :q"), ":D rdfs:subClassOf :C"),
    "a rule makes an axiom": (":K rdfs:subClassOf owl:TransitiveProperty . :p a :K . :a :p :b . :b :p :c",
                              ":p a owl:TransitiveProperty . :a :p :c"),
    "a property below rdf:type": (":p rdfs:subPropertyOf rdf:type . :C rdfs:subClassOf :D . :a :p :C", ":a a :C, :D"),
    "a property above rdf:type": ("rdf:type rdfs:subPropertyOf :p . :C rdfs:subClassOf :D . :a a :C",
                                  ":a a :D ; :p :C, :D"),
}  # fmt: skip

CLASHES = {
    "eq-diff1": (":a owl:sameAs :b ; owl:differentFrom :b", ":a"),
    "eq-diff2": ("[] a owl:AllDifferent ; owl:members (:a :b :c) . :b owl:sameAs :c", ":b"),
    "eq-diff3": ("[] a owl:AllDifferent ; owl:distinctMembers (:a :b) . :a owl:sameAs :b", ":a"),
    "prp-irp": (":p a owl:IrreflexiveProperty . :a :p :a . :b :p :c", ":a"),
    "prp-asyp": (":p a owl:AsymmetricProperty . :a :p :b . :b :p :a", ":a"),
    "prp-pdw": (":p owl:propertyDisjointWith :q . :a :p :b ; :q :b . :c :p :b", ":a"),
    "prp-adp": ("[] a owl:AllDisjointProperties ; owl:members (:p :q :r) . :a :q :b ; :r :b", ":a"),
    "prp-npa1": ("[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . :a :p :b", ":a"),
    "prp-npa2": ("[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 1 . :a :p 1", ":a"),
    "cls-nothing2": (":a a owl:Nothing", ":a"),
    "cls-com": (":C owl:complementOf :D . :a a :C, :D . :b a :C", ":a"),
    "cls-maxc1": (":C owl:onProperty :p ; owl:maxCardinality 0 . :a a :C ; :p :b . :c :p :b", ":a"),
    "cls-maxqc1": ((":C owl:onProperty :p ; owl:onClass :D ; owl:maxQualifiedCardinality 0 ."
                   ":a a :C ; :p :b . :b a :D"), ":a"),
    "cls-maxqc2": ((":C owl:onProperty :p ; owl:onClass owl:Thing ; owl:maxQualifiedCardinality 0 ."
                   ":a a :C ; :p :b"), ":a"),
    "cax-dw": (":C owl:disjointWith :D . :E rdfs:subClassOf :C . :a a :E, :D . :b a :C", ":a"),
    "cax-adc": ("[] a owl:AllDisjointClasses ; owl:members (:C :D :E) . :a a :D, :E", ":a"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLLOWS)
def test_what_follows(name):
    stated, expected = FOLLOWS[name]

    assert told(closure([], Listed(triples(stated)))) == set(triples(expected))


@pytest.mark.parametrize("name", FOLLOWS)
def test_it_does_not_matter_whether_the_ontology_or_the_wiki_states_it(name):
    stated, expected = FOLLOWS[name]

    assert told(closure(triples(stated), Listed([]))) == set(triples(expected))


@pytest.mark.parametrize("name", CLASHES)
def test_what_must_not_be(name):
    stated, about = CLASHES[name]
    whole = closure([], Listed(triples(stated)))
    clashes = list(evaluate.contradictions(whole.rules, whole.facts))
    subjects = {binding.get(arg, arg) for rule, binding in clashes for arg in rule.body[0].args[:1]}

    assert clashes
    assert {rule.name for rule, _ in clashes} == {name}
    assert f"<{EX}{about[1:]}>" in subjects


def test_every_rule_of_the_file_has_a_case_here_or_is_the_twin_of_one():
    twins = {"prp-eqp2", "cax-eqc2", "scm-sco", "scm-spo", "scm-op", "scm-dp", "scm-eqc1", "scm-eqc2", "scm-eqp1",
             "scm-eqp2", "scm-rng2", "scm-svf2", "scm-avf1", "scm-int", "scm-uni"}  # fmt: skip
    names = {rule.name for rule in rule_file.load().rules}

    assert names - {*FOLLOWS, *CLASHES} == twins


def test_what_rules_do_not_ask_for_is_not_read():
    class Counted(Listed):
        def pairs(self, predicate):
            asked.add(predicate)
            return super().pairs(predicate)

    asked = set()
    closure(triples(":p rdfs:domain :C"), Counted(triples(":a :p :b ; :silent 'a long text'")))

    assert f"<{EX}p>" in asked
    assert f"<{EX}silent>" not in asked
