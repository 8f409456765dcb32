"""The file of rules: what it says is read, what it cannot mean is refused at its line."""

import pytest

from kg.model.finding import KgError
from kg.reason import rule_file
from kg.reason.rule_file import Atom, Chain, Every, Members


def test_a_rule_is_read_with_its_lists():
    file = rule_file.parse("prp-spo2: ?p owl:propertyChainAxiom ?l . chain ?l: ?x ?y → ?x ?p ?y\n# a word\n")
    (rule,) = file.rules

    assert rule.name == "prp-spo2"
    assert rule.body[1] == Chain("?l", "?x", "?y")
    assert rule.heads == (Atom("?x", "?p", "?y"),)
    assert rule_file._premise("?a ?b in ?l") == Members(("?a", "?b"), "?l")
    assert rule_file._premise("every ?m in ?l: ?x ?m ?y") == Every("?m", "?l", Atom("?x", "?m", "?y"))


def test_axioms_are_told_from_facts():
    file = rule_file.load()
    kinds = {rule.name: [file.is_axiom(one) for one in rule.body if isinstance(one, Atom)] for rule in file.rules}

    assert kinds["prp-dom"] == [True, False]
    assert kinds["prp-symp"] == [True, False]
    assert kinds["cls-nothing2"] == [False]
    assert kinds["scm-sco"] == [True, True]
    assert kinds["eq-diff1"] == [False]


@pytest.mark.parametrize(
    "line", ["prp-dom ?x ?p ?y", "a: ?x ?p → ?x ?p ?y", "a: ?x nowhere:p ?y → ?x ?p ?y", "a: ?x ?p ?y → false", "dt x"]
)
def test_a_line_that_is_no_rule_is_named(line):
    with pytest.raises(KgError, match=r"ontology/owl2rl\.rules:2: .* is no rule"):
        rule_file.parse(f"# rules\n{line}")
