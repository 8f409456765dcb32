"""Everything that follows from an ontology and facts: rules made for the ontology, run until nothing new follows."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from kg.model.records import dataclass
from kg.rdf import names
from kg.reason import datatypes, equality, evaluate, ground, rule_file
from kg.reason.facts import Elements, Facts, by_class
from kg.reason.ground import Ground
from kg.reason.rule_file import FIRST, REST, SAME, TYPE, RuleFile

Triple = tuple[str, str, str]
_COUNTED = tuple(f"<{names.expand(f'owl:{word}')}>" for word in ("maxCardinality", "maxQualifiedCardinality"))


class Source(Protocol):
    """Where facts come from; only what can matter is asked for."""

    def predicates(self) -> Iterable[str]:
        """Return every property that there are facts of."""

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """Return what a property other than rdf:type says: pairs of terms as in N-Triples."""

    def members(self) -> Mapping[str, set[str]]:
        """Return what belongs to each class."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What is the case, what of it was stated, and the rules by which the rest follows."""

    facts: Facts
    stated: dict[str, Elements]
    rules: tuple[Ground, ...]
    file: RuleFile


class Listed:
    """Facts from a list of triples."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._pairs: dict[str, set[tuple[str, str]]] = {}
        for subject, predicate, value in triples:
            self._pairs.setdefault(predicate, set()).add((subject, value))

    def predicates(self) -> Iterable[str]:
        """Return every property that there are facts of."""
        return self._pairs.keys()

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """Return what a property says."""
        return self._pairs.get(predicate, set())

    def members(self) -> Mapping[str, set[str]]:
        """Return what belongs to each class."""
        return {key[1:]: some for key, some in by_class(self.pairs(TYPE)).items()}


def closure(ontology: Iterable[Triple], source: Source, file: RuleFile | None = None) -> Closure:
    """Return what follows from an ontology and from facts by OWL 2 RL (W3C, OWL 2 Profiles, 4.3)."""
    return _Work(file or rule_file.load(), Listed(ontology), source).done()


class _Work:
    """One closure in the making: what was read, what follows of it so far."""

    def __init__(self, file: RuleFile, ontology: Listed, source: Source) -> None:
        self.file, self.source = file, source
        self.facts = Facts()
        self.stated: dict[str, Elements] = {}
        self.loaded: set[str] = set()
        self._read(ontology, ontology.predicates())
        self.load([*file.axiom_predicates, FIRST, REST, SAME, TYPE])

    def load(self, predicates: Collection[str]) -> None:
        """Read what the source says by some properties, unless it was read."""
        new = sorted({*predicates} - self.loaded)
        self.loaded.update(new)
        self._read(self.source, new)

    def _read(self, source: Source, predicates: Iterable[str]) -> None:
        for predicate in predicates:
            if predicate == TYPE:
                for name, members in source.members().items():
                    self._state(f"a{name}", members)
            else:
                pairs = source.pairs(predicate)
                counts = {(s, _count(value)) for s, value in pairs} if predicate in _COUNTED else set()
                self._state(predicate, pairs | counts if counts else pairs)

    def _state(self, key: str, elements: Elements) -> None:
        if elements:
            self.stated[key] = self.stated[key] | elements if key in self.stated else elements
            self.facts.add(key, elements)

    def done(self) -> Closure:
        """Return the closure: run the rules, and again where new axioms, equal things or literals turn up."""
        while True:
            evaluate.run(ground.schema_rules(self.file, self.facts), self.facts)
            before = self._axioms()
            rules = self._rules()
            evaluate.run(rules, self.facts)
            more = self._axioms() != before
            together = equality.groups(self.facts)
            if together:
                self.load([*self.source.predicates()])
                more |= datatypes.add_own_types(self.facts, together, self.file.wider)
                more |= equality.spread(self.facts, together)
            if not more:
                return Closure(self.facts, self.stated, tuple(rules), self.file)

    def _rules(self) -> list[Ground]:
        """Return the rules about facts, with everything read that they can be about."""
        rules = ground.fact_rules(self.file, self.facts)
        bodies = {one.key for rule in rules for one in rule.body}
        keys = bodies | {one.key for rule in rules for one in rule.heads}
        self.load([key for key in keys if key[0] == "<"])
        if TYPE in bodies:
            self.facts.mirror()
        constants = [arg for rule in rules for head in rule.heads for arg in head.args]
        datatypes.add_types(self.facts, bodies, self.file.wider, constants)
        return ground.told_only([*rules, *ground.schema_rules(self.file, self.facts)])

    def _axioms(self) -> int:
        """Return how many axioms there are; more of them make more rules."""
        keys = (*self.file.axiom_predicates, FIRST, REST, *(f"a{name}" for name in self.file.axiom_classes))
        return sum(len(self.facts.sets[key]) for key in keys)


def _count(value: str) -> str:
    text = value[1:].partition('"')[0]
    return rule_file.count(int(text)) if text.isdigit() else value
