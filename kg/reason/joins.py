"""Joins of what is new with what is known: by the columns of terms where a rule has two premises, else by bindings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from kg.reason.facts import Binding, Elements, Facts, Pattern, fit, instance, solve
from kg.reason.ground import Ground

_PAIR = 2
# From new elements to what follows by one rule: the key of each head, with the elements that follow.
Join = Callable[[Elements, Facts], list[tuple[str, Elements]]]
_Pick = Callable[[tuple[str, ...]], Any]


def join(rule: Ground, at: int) -> Join:
    """Return how what is new of a premise, by its place in the rule, is joined with the other premises."""
    body, rest = rule.body[at], [*rule.body[:at], *rule.body[at + 1 :]]
    if len(rest) == 1 and len(body.variables) == len(body.args) and len(rest[0].variables) == len(rest[0].args):
        return _of_two(body, rest[0], rule.heads)
    return lambda fresh, facts: _by_bindings(rule, body, rest, fresh, facts)


def _by_bindings(
    rule: Ground, body: Pattern, rest: Sequence[Pattern], fresh: Elements, facts: Facts
) -> list[tuple[str, Elements]]:
    derived: list[Elements] = [set() for _ in rule.heads]
    for binding in _bindings(body, rest, fresh, facts):
        for some, head in zip(derived, rule.heads, strict=True):
            some.add(instance(head, binding))
    return [(head.key, some) for head, some in zip(rule.heads, derived, strict=True)]


def _bindings(body: Pattern, rest: Sequence[Pattern], fresh: Elements, facts: Facts) -> Iterator[Binding]:
    """Yield the bindings of a rule of which one premise is new; where another has fewer facts, begin with that."""
    fewest = min(len(facts.sets[one.key]) for one in rest)
    if not fewest:
        return
    if fewest < len(fresh):
        yield from solve(facts, [body, *rest], {})
        return
    for element in fresh:
        binding = fit(body, element, {})
        if binding is not None:
            yield from solve(facts, rest, binding)


def _of_two(body: Pattern, other: Pattern, heads: Sequence[Pattern]) -> Join:
    """Return the join of two premises, each with different variables: a row is the terms of one, then of the other."""
    columns = [*body.args, *other.args]
    picks = [(head.key, _pick([columns.index(arg) if arg[0] == "?" else arg for arg in head.args])) for head in heads]
    partners = _partners(body, other)

    def joined(fresh: Elements, facts: Facts) -> list[tuple[str, Elements]]:
        rows = partners(fresh, facts)
        return [(key, {pick(row) for row in rows}) for key, pick in picks]

    return joined


def _partners(body: Pattern, other: Pattern) -> Callable[[Elements, Facts], list[tuple[str, ...]]]:
    """Return how rows are made: each new element with each element of the other set that shares its variables."""
    single, lone = len(body.args) == 1, len(other.args) == 1
    common = [(at, body.args.index(arg)) for at, arg in enumerate(other.args) if arg in body.args]

    def whole(fresh: Elements, facts: Facts) -> list[tuple[str, ...]]:
        rows = _rows(fresh, single=single)
        everything = _rows(facts.sets[other.key], single=lone)
        if not common:
            return [(*row, *more) for row in rows for more in everything]
        if len(common) == len(other.args):
            places = [place for _, place in common]
            wanted = ((row, tuple(row[place] for place in places)) for row in rows)
            known = set(everything) if lone else facts.sets[other.key]
            return [(*row, *key) for row, key in wanted if key in known]
        ((at, place),) = common
        index = facts.index(other.key, at)
        return [(*row, *more) for row in rows for more in index.get(row[place], ())]

    return whole


def _rows(elements: Elements, *, single: bool) -> Iterable[tuple[str, ...]]:
    return [(element,) for element in elements] if single else list(elements)


def _pick(columns: Sequence[int | str]) -> _Pick:
    """Return what makes an element of a row: terms by their columns, or as they are."""
    if len(columns) == 1:
        (one,) = columns
        return (lambda row: row[one]) if isinstance(one, int) else lambda _row: one
    first, second = columns
    if isinstance(first, int) and isinstance(second, int):
        return lambda row: (row[first], row[second])
    return lambda row: tuple(row[column] if isinstance(column, int) else column for column in columns)
