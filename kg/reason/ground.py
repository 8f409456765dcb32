"""Rules made for one ontology: axioms are looked up, lists unrolled; what is left is about facts alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from kg.model.records import dataclass
from kg.reason.facts import Binding, Facts, Pattern, pattern, solve
from kg.reason.rule_file import FIRST, NIL, REST, Atom, Chain, Every, Members, Premise, Rule, RuleFile, variables

_UNTOLD = frozenset({"a<http://www.w3.org/2002/07/owl#Thing>", "a<http://www.w3.org/2000/01/rdf-schema#Resource>"})


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule without variables for properties: patterns, what follows, and the words for what must not be."""

    name: str
    body: tuple[Pattern, ...]
    heads: tuple[Pattern, ...]
    words: str


def schema_rules(file: RuleFile, facts: Facts) -> list[Ground]:
    """Return the rules from axioms to axioms (scm-…), their lists unrolled."""
    rules = [rule for rule in file.rules if _of_axioms(file, rule)]
    plain = [_ground(rule, _atoms(rule.body)) for rule in rules if len(_atoms(rule.body)) == len(rule.body)]
    by_head = [rule for rule in rules if len(_atoms(rule.body)) < len(rule.body)]
    return [*plain, *ground(file, by_head, facts)]


def fact_rules(file: RuleFile, facts: Facts) -> list[Ground]:
    """Return the rules about facts as the axioms among the facts leave them."""
    return ground(file, [rule for rule in file.rules if not _of_axioms(file, rule)], facts)


def _of_axioms(file: RuleFile, rule: Rule) -> bool:
    return bool(rule.heads) and all(map(file.is_axiom, [*_atoms(rule.body), *rule.heads]))


def _atoms(body: Sequence[Premise]) -> list[Atom]:
    return [premise for premise in body if isinstance(premise, Atom)]


def ground(file: RuleFile, rules: Sequence[Rule], facts: Facts) -> list[Ground]:
    """Return rules for each way in which their axioms are there; those from which nothing new follows are left out."""
    by_head = lists(facts)
    done: dict[Ground, None] = {}
    for rule in rules:
        axioms = [pattern(atom, {}) for atom in _atoms(rule.body) if file.is_axiom(atom)]
        others = [one for one in rule.body if not (isinstance(one, Atom) and file.is_axiom(one))]
        shared = frozenset(variables(*_atoms(rule.body), *rule.heads))  # what an `every` does not make its own
        for binding in solve(facts, axioms, {}):
            for atoms, wider in _unrolled(others, binding, by_head, shared):
                one = _ground(rule, atoms, wider)
                if _useful(one):
                    done[one] = None
    return list(done)


def _useful(rule: Ground) -> bool:
    bound = {arg for one in rule.body for arg in one.args}
    named = all(one.key[0] != "_" and all(arg[0] != "?" or arg in bound for arg in one.args) for one in rule.heads)
    return named and not (rule.heads and set(rule.heads) <= set(rule.body))


def _ground(rule: Rule, atoms: Sequence[Atom], binding: Binding | None = None) -> Ground:
    bind = binding or {}
    heads = tuple(pattern(atom, bind) for atom in rule.heads)
    return Ground(rule.name, tuple(pattern(atom, bind) for atom in atoms), heads, rule.words)


def _bound(atom: Atom, binding: Binding) -> Atom:
    return Atom(*(binding.get(term, term) for term in (atom.subject, atom.predicate, atom.object)))


def _unrolled(
    premises: Sequence[Premise], binding: Binding, by_head: Mapping[str, Sequence[str]], shared: frozenset[str]
) -> Iterator[tuple[list[Atom], Binding]]:
    """Yield the atoms of premises, lists taken apart, with the binding of the members that were chosen."""
    if all(isinstance(one, Atom) for one in premises):
        yield list(premises), binding  # type: ignore[arg-type]  # atoms alone
        return
    first, rest = premises[0], premises[1:]
    if isinstance(first, Members):
        for chosen in combinations(by_head.get(binding[first.list], ()), len(first.variables)):
            yield from _unrolled(rest, {**binding, **dict(zip(first.variables, chosen, strict=True))}, by_head, shared)
        return
    atoms = (
        [first] if isinstance(first, Atom) else list(_over_list(first, by_head.get(binding[first.list], ()), shared))
    )
    if atoms:
        for more, wider in _unrolled(rest, binding, by_head, shared):
            yield [*atoms, *more], wider


def _over_list(premise: Every | Chain, members: Sequence[str], shared: frozenset[str]) -> Iterator[Atom]:
    if isinstance(premise, Chain):
        ends = [premise.start, *(f"?step{at}" for at in range(1, len(members))), premise.end]
        yield from (Atom(ends[at], member, ends[at + 1]) for at, member in enumerate(members))
        return
    own = set(variables(premise.atom)) - shared - {premise.member}
    for at, member in enumerate(members):
        yield _bound(premise.atom, {premise.member: member, **{name: f"{name}{at}" for name in own}})


def lists(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Return the members of every well-formed list, by its first node."""
    firsts, rests = dict(sorted(facts.sets[FIRST], reverse=True)), dict(sorted(facts.sets[REST], reverse=True))
    by_head = {}
    for head in firsts:
        node, members, passed = head, [], set()
        while node in firsts and node not in passed:
            passed.add(node)
            members.append(firsts[node])
            node = rests.get(node, NIL)
        by_head[head] = tuple(members)
    return by_head


def told_only(rules: Sequence[Ground]) -> list[Ground]:
    """Return rules without heads that say that something is a thing, where no rule asks for that."""
    asked_for = {one.key for rule in rules for one in rule.body}
    idle = _UNTOLD - asked_for
    lean = (replace(rule, heads=tuple(h for h in rule.heads if h.key not in idle)) for rule in rules if rule.heads)
    return [*(rule for rule in rules if not rule.heads), *(rule for rule in lean if rule.heads)]
