"""What follows from each fact by itself: where no rule joins two facts, an edit is reasoned about without the others.

The axioms of an ontology mostly leave rules with one premise: a claim is a part, what is reported in something derives
from it. Then what follows from a wiki is what follows from each of its facts, put together. What an edit adds follows
from the facts that came; and of what follows from those that went, that is lost which no fact that stayed entails.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pyoxigraph import NamedNode, Quad, Store

from kg.model.records import dataclass
from kg.rdf.terms import Fact
from kg.reason import datatypes, equality, evaluate
from kg.reason.closure import Closure, Triple
from kg.reason.facts import Elements, Facts, Pattern
from kg.reason.ground import Ground
from kg.reason.rule_file import DIFFERENT, FIRST, REST, SAME, TYPE
from kg.store.generation_delta import Delta

# The terms of an element, None for any.
_Like = tuple[str, tuple[str | None, ...]]


class NotAloneError(Exception):
    """What follows from an edit does not follow from its facts alone."""


@dataclass(frozen=True, slots=True)
class EachFact:
    """
    The rules about facts, each with one premise.

    `asked` are the properties that they ask for. A fact with one of the keys in `beyond` makes other rules or can
    contradict another one. `wanted` are the datatypes that rules ask for, `wider` has the next wider one of each.
    """

    rules: tuple[Ground, ...]
    asked: frozenset[str]
    beyond: frozenset[str]
    wanted: frozenset[str]
    wider: Mapping[str, str]

    def record(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "rules": [asdict(rule) for rule in self.rules],
            **{name: sorted(getattr(self, name)) for name in ("asked", "beyond", "wanted")},
            "wider": dict(self.wider),
        }

    def follows(self, some: Iterable[Fact]) -> Facts:
        """Return facts and all that follows from them; NotAloneError where that takes others, or contradicts one."""
        facts = Facts()
        for fact in some:
            subject, predicate, value = map(str, fact)
            if predicate == TYPE and isinstance(fact[2], NamedNode):
                facts.add(f"a{value}", {subject})
            elif predicate in self.asked:
                facts.add(predicate, {(subject, value)})
        bodies = {one.key for rule in self.rules for one in rule.body}
        constants = [arg for rule in self.rules for head in rule.heads for arg in head.args]
        datatypes.add_types(facts, self.wanted & bodies, self.wider, constants)
        evaluate.run(self.rules, facts)
        for key, elements in facts.sets.items():
            if elements and (key in self.beyond or self._misfits(key, elements)):
                raise NotAloneError(key)
        return facts

    def _misfits(self, key: str, elements: Elements) -> bool:
        if key[0] != "a" or not datatypes.is_datatype(key[1:], self.wider):
            return False
        return any(one[0] == '"' and datatypes.misfit(one, key[1:], self.wider) for one in elements)

    def by_head(self) -> Mapping[str, list[tuple[Pattern, Pattern]]]:
        """Return the premise and what follows from it, by the key of what follows."""
        found: defaultdict[str, list[tuple[Pattern, Pattern]]] = defaultdict(list)
        for rule in self.rules:
            for head in rule.heads:
                found[head.key].append((rule.body[0], head))
        return found


def of_closure(whole: Closure, axioms: Iterable[Triple], properties: Iterable[str], base: str) -> EachFact | None:
    """
    Return the rules of a closure where it is what follows from each fact by itself, else None.

    `properties` are those that it was made of, without the silent ones.
    """
    file = whole.file
    of_axioms = {*file.axiom_predicates, FIRST, REST, SAME, DIFFERENT, *(f"a{name}" for name in file.axiom_classes)}
    rules = [rule for rule in whole.rules if rule.heads and not {one.key for one in rule.body} <= of_axioms]
    mustnt = {one.key for rule in whole.rules if not rule.heads for one in rule.body}
    joins = any(len(rule.body) != 1 or len({*rule.body[0].args}) < len(rule.body[0].args) for rule in rules)
    beyond = frozenset(of_axioms | mustnt)
    bodies = {one.key for rule in whole.rules for one in rule.body}
    own = f"<{base}"
    if (
        joins
        or any(not rule.body for rule in whole.rules)
        or TYPE in bodies
        or any(whole.facts.sets.get(key) for key in mustnt)
        or equality.groups(whole.facts)
        or any(term.startswith(own) for triple in axioms for term in triple)
    ):
        return None
    wanted = frozenset(key for key in bodies if key[0] == "a" and datatypes.is_datatype(key[1:], file.wider))
    return EachFact(tuple(rules), frozenset(properties), beyond, wanted, file.wider)


def of_record(record: Mapping[str, Any]) -> EachFact:
    """Return what was kept as JSON."""
    rules = tuple(
        Ground(one["name"], _patterns(one["body"]), _patterns(one["heads"]), one["words"]) for one in record["rules"]
    )
    asked, beyond, wanted = (frozenset(record[name]) for name in ("asked", "beyond", "wanted"))
    return EachFact(rules, asked, beyond, wanted, record["wider"])


def _patterns(records: Iterable[Mapping[str, Any]]) -> tuple[Pattern, ...]:
    return tuple(Pattern(one["key"], tuple(one["args"])) for one in records)


@dataclass(frozen=True, slots=True)
class Stores:
    """A generation before with what follows from it, in which graph, and the generation now."""

    reasoned: Store
    graph: str
    quads: Store


def changed(
    rules: EachFact, stores: Stores, delta: Delta, tells: Callable[[Triple], bool]
) -> tuple[list[Triple], list[Triple]]:  # fmt: skip
    """
    Return what is inferred no more and what is inferred now, of all that a wiki is told.

    NotAloneError where that cannot be told from the facts that went and came.
    """
    gone: list[Triple] = []
    come: list[Triple] = []
    now, before = rules.follows(delta.now).sets, rules.follows(delta.before).sets
    backwards = rules.by_head()
    graph = NamedNode(stores.graph)
    for key in sorted({*now, *before}):
        for element in now[key] | before[key]:
            triple = _triple(key, element)
            if not tells(triple):
                continue
            was = Quad(*_terms(triple), graph) in stores.reasoned
            like = key, element if isinstance(element, tuple) else (element,)
            ways = _ways(like, backwards)
            is_stated = (key[0] == "a" or key in rules.asked) and _holds(stores.quads, like)
            follows = element in now[key] or any(_holds(stores.quads, way) for way in ways if _asks(rules, way))
            if was != (follows and not is_stated):
                (gone if was else come).append(triple)
    return gone, come


def _asks(rules: EachFact, like: _Like) -> bool:
    return like[0][0] == "a" or like[0] in rules.asked


def _triple(key: str, element: Any) -> Triple:  # noqa: ANN401  # a term or a pair
    return (element, TYPE, key[1:]) if key[0] == "a" else (element[0], key, element[1])


def _ways(goal: _Like, backwards: Mapping[str, list[tuple[Pattern, Pattern]]]) -> Iterator[_Like]:
    """Yield what a fact can follow from, itself first."""
    found, pending = {goal}, [goal]
    while pending:
        key, terms = pending.pop()
        yield key, terms
        for body, head in backwards.get(key, ()):
            if (binding := _fit(head, terms)) is not None:
                like = body.key, tuple(binding.get(arg) if arg[0] == "?" else arg for arg in body.args)
                if like not in found:
                    found.add(like)
                    pending.append(like)


def _fit(head: Pattern, terms: tuple[str | None, ...]) -> dict[str, str | None] | None:
    """Return what the variables of a pattern stand for where it is like terms, None where it is not."""
    binding: dict[str, str | None] = {}
    for arg, term in zip(head.args, terms, strict=True):
        if arg[0] != "?":
            if term is not None and term != arg:
                return None
        elif binding.setdefault(arg, term) != term:
            raise NotAloneError(head.key)
    return binding


def _holds(quads: Store, like: _Like) -> bool:
    """Tell whether a store states a fact with these terms; of a blank node it cannot be told by its name."""
    key, terms = like
    triple = _triple(key, terms[0] if key[0] == "a" else terms)
    if any(term is not None and term[0] == "_" for term in triple):
        return False
    return next(quads.quads_for_pattern(*_terms(triple), None), None) is not None


def _terms(triple: Sequence[str | None]) -> tuple[Any, Any, Any]:  # terms of the kinds that the places take
    subject, predicate, value = (
        term and (NamedNode(term[1:-1]) if term[0] == "<" else datatypes.literal(term)) for term in triple
    )
    return subject, predicate, value
