"""Why a triple is the case, step by step: the rule that it follows by, its premises, and theirs, down to the stated."""

from collections import defaultdict
from typing import Any

from kg.model.records import dataclass
from kg.rdf import names
from kg.reason.closure import Closure
from kg.reason.facts import Pattern, fit, solve
from kg.reason.ground import Ground
from kg.reason.proof import Fact, premises
from kg.reason.rule_file import SAME, TYPE

EQUALITY = "eq-rep"
_DEPTH = 12
_TRIES = 20_000
_WAYS = 200


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact with the rule that it follows by, its form, and its premises; a stated fact has none of these."""

    fact: Fact
    rule: str = ""
    form: str = ""
    premises: tuple["Derived", ...] = ()


class Derivations:
    """The ways by which facts of a closure follow, the shortest first."""

    def __init__(self, whole: Closure) -> None:
        self._whole = whole
        self._rules: defaultdict[str, list[tuple[Ground, Pattern]]] = defaultdict(list)
        self._left = 0
        for rule in whole.rules:
            for head in rule.heads:
                self._rules[head.key].append((rule, head))

    def of(self, fact: Fact) -> Derived | None:
        """Return why a fact is the case; None where it is not, or where no way of some dozen steps leads to it."""
        if fact[1] not in self._whole.facts.sets.get(fact[0], ()):
            return None
        self._left = _TRIES
        return next((one for depth in range(_DEPTH) if (one := self._way(fact, depth, ())) is not None), None)

    def _way(self, fact: Fact, depth: int, above: tuple[Fact, ...]) -> Derived | None:
        if fact[1] in self._whole.stated.get(fact[0], ()):
            return Derived(fact)
        self._left -= 1
        if not depth or fact in above or self._left < 0:
            return None
        for rule, body in [*self._bodies(fact), *self._equal(fact)]:
            ways = []
            for premise in body:
                way = self._way(premise, depth - 1, (*above, fact))
                if way is None:
                    break
                ways.append(way)
            else:
                return Derived(fact, rule.name, form(rule), tuple(ways))
        return None

    def _bodies(self, fact: Fact) -> list[tuple[Ground, tuple[Fact, ...]]]:
        """Return the rules from which a fact follows, each with its premises: those with the fewest first, in order."""
        found: set[tuple[int, tuple[Fact, ...], str, int]] = set()
        rules = self._rules[fact[0]]
        for number, (rule, head) in enumerate(rules):
            binding = fit(head, fact[1], {})
            for wider in () if binding is None else solve(self._whole.facts, rule.body, binding):
                body = premises(rule, wider)
                found.add((len(body), body, rule.name, number))
        return [(rules[number][0], body) for _, body, _, number in sorted(found)[:_WAYS]]

    def _equal(self, fact: Fact) -> list[tuple[Ground, tuple[Fact, ...]]]:
        """Return that a fact is the case of what is the same as one of its terms."""
        key, element = fact
        terms = (element,) if key[0] == "a" else element
        if key == SAME:
            one, other = element
            between = [(twin, self._same(one, twin)) for twin in self._twins(one)]
            return [
                (_EQUAL, (pair,) if twin == other else (pair, (SAME, (twin, other))))
                for twin, pair in between
                if pair != fact and pair[1] in self._whole.stated.get(SAME, ())
            ]
        found: list[tuple[Ground, tuple[Fact, ...]]] = []
        for at, term in enumerate(terms):
            for twin in self._twins(term):
                like = tuple(twin if at == place else one for place, one in enumerate(terms))
                there: Any = like[0] if key[0] == "a" else like
                if there in self._whole.facts.sets.get(key, ()):
                    found.append((_EQUAL, (self._same(term, twin), (key, there))))
        return found

    def _twins(self, term: str) -> list[str]:
        """Return what is the same as a term, in order."""
        same = self._whole.facts.index(SAME, 0)
        return sorted({pair[1] for pair in same.get(term, ())} - {term})

    def _same(self, one: str, other: str) -> Fact:
        """Return the fact that two things are the same, the way round in which it was stated."""
        stated = self._whole.stated.get(SAME, ())
        return (SAME, (other, one) if (other, one) in stated and (one, other) not in stated else (one, other))


_EQUAL = Ground(EQUALITY, (), (), "")


def fact_of(subject: str, predicate: str, value: str) -> Fact:
    """Return a triple of terms as in N-Triples as a closure has it."""
    return (f"a{value}", subject) if predicate == TYPE else (predicate, (subject, value))


def triple_of(fact: Fact) -> tuple[str, str, str]:
    """Return a fact of a closure as a triple of terms as in N-Triples."""
    key, element = fact
    return (element, TYPE, key[1:]) if key[0] == "a" else (element[0], key, element[1])


def form(rule: Ground) -> str:
    """Return a rule as the ontology's axioms leave it: `?x nr:contradicts ?y → ?x nr:conflictsWith ?y`."""
    if not rule.body:
        return "what is the same has the same properties" if rule.name == EQUALITY else ""
    body, heads = (" . ".join(map(_pattern, some)) for some in (rule.body, rule.heads))
    return f"{body} → {heads}"


def _pattern(one: Pattern) -> str:
    terms = (one.args[0], TYPE, one.key[1:]) if one.key[0] == "a" else (one.args[0], one.key, one.args[-1])
    return " ".join("a" if term == TYPE else names.shorten(term[1:-1]) if term[0] == "<" else term for term in terms)
