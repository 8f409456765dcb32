"""Rules run over facts until nothing new follows: whole sets at a time where one fact is enough, else joins."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from kg.reason.facts import Binding, Elements, Facts, Pattern, fit, instance, solve
from kg.reason.ground import Ground
from kg.reason.joins import Join, join

_Step = Callable[[Elements], Elements]


def run(rules: Sequence[Ground], facts: Facts) -> None:
    """Add to facts all that follows from them by rules (semi-naively: only what is new is looked at again)."""
    steps, joins = _steps(rules), _joins(rules)
    pending: dict[str, Elements] = {key: set(some) for key, some in facts.sets.items() if key in steps or key in joins}
    for rule in rules:
        if not rule.body:
            _put(facts, pending, [(one.key, {instance(one, {})}) for one in rule.heads])
    while pending:
        key = next(iter(pending))
        fresh = pending.pop(key)
        for head, step in steps.get(key, ()):
            _put(facts, pending, [(head, step(fresh))])
        for joined in joins.get(key, ()):
            _put(facts, pending, joined(fresh, facts))


def _put(facts: Facts, pending: dict[str, Elements], derived: Sequence[tuple[str, Elements]]) -> None:
    for key, elements in derived:
        for part, new in facts.add(key, elements):
            if part in pending:
                pending[part] |= new
            else:
                pending[part] = new


def _steps(rules: Sequence[Ground]) -> dict[str, list[tuple[str, _Step]]]:
    """Return what follows from one fact of a key: the key of what follows, and how its elements are made."""
    steps: defaultdict[str, list[tuple[str, _Step]]] = defaultdict(list)
    for rule in rules:
        if len(rule.body) == 1:
            for head in rule.heads:
                steps[rule.body[0].key].append((head.key, _step(rule.body[0], head)))
    return dict(steps)


def _joins(rules: Sequence[Ground]) -> dict[str, list[Join]]:
    joins: defaultdict[str, list[Join]] = defaultdict(list)
    for rule in rules:
        if len(rule.body) > 1 and rule.heads:
            for at, one in enumerate(rule.body):
                joins[one.key].append(join(rule, at))
    return dict(joins)


def _step(body: Pattern, head: Pattern) -> _Step:
    """Return how a set of facts becomes the set of what follows from each: in one pass, or as it is."""
    plain = len(body.variables) == len(body.args)
    if plain and body.args == head.args:
        return lambda fresh: fresh
    if plain and len(body.args) == 2 and head.args == body.args[::-1]:  # noqa: PLR2004  # a pair
        return lambda fresh: {(b, a) for a, b in fresh}
    if plain and len(body.args) == 2 and head.args == body.args[:1]:  # noqa: PLR2004
        return lambda fresh: {a for a, _ in fresh}
    if plain and len(body.args) == 2 and head.args == body.args[1:]:  # noqa: PLR2004
        return lambda fresh: {b for _, b in fresh}
    if len(body.args) == 2 and head.args == body.args[:1] and not body.variables - {body.args[0]}:  # noqa: PLR2004
        value = body.args[1]
        return lambda fresh: {a for a, b in fresh if b == value}
    return lambda fresh: _made(body, head, fresh)


def _made(body: Pattern, head: Pattern, fresh: Elements) -> Elements:
    bindings = (fit(body, element, {}) for element in fresh)
    return {instance(head, binding) for binding in bindings if binding is not None}


def contradictions(rules: Sequence[Ground], facts: Facts) -> Iterator[tuple[Ground, Binding]]:
    """Yield every rule that says what must not be, with each binding under which it is the case."""
    for rule in rules:
        if rule.heads:
            continue
        if len(rule.body) > 1 and len({one.args for one in rule.body}) == 1 and len(rule.body[0].args) == 1:
            shared = set.intersection(*(facts.sets[one.key] for one in rule.body))
            yield from ((rule, {rule.body[0].args[0]: term}) for term in shared if rule.body[0].args[0][0] == "?")
        else:
            yield from ((rule, binding) for binding in solve(facts, rule.body, {}))
