"""Why something is the case: the stated facts from which rules lead to it, by the shortest way."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kg.rdf import names
from kg.reason import evaluate
from kg.reason.closure import Closure
from kg.reason.facts import Pattern, fit, instance, solve
from kg.reason.ground import Ground
from kg.reason.rule_file import SAME

_DIFFERENT = f"<{names.expand('owl:differentFrom')}>"
_DEPTH = 6
_WAYS = 1000
Fact = tuple[str, Any]  # a key with an element of its set


class Proofs:
    """The ways back from what is the case to what was stated."""

    def __init__(self, whole: Closure) -> None:
        self._whole = whole
        self._rules: defaultdict[str, list[tuple[Ground, Pattern]]] = defaultdict(list)
        for rule in whole.rules:
            for head in rule.heads:
                self._rules[head.key].append((rule, head))

    def of(self, fact: Fact) -> tuple[Fact, ...]:
        """Return the stated facts from which a fact follows; the fact alone where no short way leads to it."""
        ways = (self._way(fact, depth, ()) for depth in range(_DEPTH))
        return next((way for way in ways if way is not None), (fact,))

    def _way(self, fact: Fact, depth: int, above: tuple[Fact, ...]) -> tuple[Fact, ...] | None:
        if fact[1] in self._whole.stated.get(fact[0], ()):
            return (fact,)
        if not depth or fact in above:
            return None
        ways = (self._all(body, depth - 1, (*above, fact)) for body in self._bodies(fact))
        return min((way for way in ways if way is not None), key=lambda way: (len(way), way), default=None)

    def _all(self, body: tuple[Fact, ...], depth: int, above: tuple[Fact, ...]) -> tuple[Fact, ...] | None:
        """Return the stated facts behind all premises of a rule, None where one of them has none."""
        stated: list[Fact] = []
        for premise in body:
            way = self._way(premise, depth, above)
            if way is None:
                return None
            stated += (one for one in way if one not in stated)
        return tuple(stated)

    def _bodies(self, fact: Fact) -> Iterator[tuple[Fact, ...]]:
        """Yield the premises of each rule from which a fact follows, in order."""
        for rule, head in self._rules[fact[0]]:
            binding = fit(head, fact[1], {})
            if binding is not None:
                found = {premises(rule, wider) for wider in solve(self._whole.facts, rule.body, binding)}
                yield from sorted(found)[:_WAYS]


def premises(rule: Ground, binding: dict[str, str]) -> tuple[Fact, ...]:
    """Return the premises of a rule under a binding."""
    return tuple((one.key, instance(one, binding)) for one in rule.body)


def contradictions(whole: Closure) -> list[tuple[Ground, tuple[Fact, ...]]]:
    """Return each set of facts that cannot be together, in order, with the first rule that says so."""
    clashes: dict[frozenset[Fact], tuple[Ground, tuple[Fact, ...]]] = {}
    pairs = ((rule, premises(rule, binding)) for rule, binding in evaluate.contradictions(whole.rules, whole.facts))
    for rule, body in sorted(pairs, key=lambda pair: (pair[1], pair[0].name, pair[0].words)):
        if not any(_only_follows(whole, fact) for fact in body):
            clashes.setdefault(frozenset(map(_either_way, body)), (rule, body))
    return list(clashes.values())


def _only_follows(whole: Closure, fact: Fact) -> bool:
    """Tell whether a fact says that a thing is not itself, and nobody stated it: the pair behind it says more."""
    key, element = fact
    return key == _DIFFERENT and element[0] == element[1] and element not in whole.stated.get(key, frozenset())


def _either_way(fact: Fact) -> Fact:
    """Return a fact, one that holds both ways always the same way round."""
    key, element = fact
    return (key, (min(element), max(element))) if key in (SAME, _DIFFERENT) else fact
