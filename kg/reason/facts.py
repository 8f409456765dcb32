"""Facts as sets: the members of each class, the pairs of each property; rules are matched against them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kg.model.records import dataclass
from kg.reason.rule_file import TYPE, Atom

# A key is a property, or `a` with a class; an element of its set is a pair of terms, or one term.
Elements = set[Any]
Binding = dict[str, str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What elements of one set are like: terms, and variables, which begin with `?`."""

    key: str
    args: tuple[str, ...]

    @property
    def variables(self) -> frozenset[str]:
        """The variables of the pattern."""
        return frozenset(arg for arg in self.args if arg[0] == "?")


def pattern(atom: Atom, binding: Binding) -> Pattern:
    """Return the pattern of an atom under a binding; of rdf:type with a variable class, that of pairs."""
    subject, predicate, value = (binding.get(term, term) for term in (atom.subject, atom.predicate, atom.object))
    if predicate == TYPE and value[0] != "?":
        return Pattern(f"a{value}", (subject,))
    return Pattern(predicate, (subject, value))


class Facts:
    """Sets of elements by key, and their indexes, which are made when first needed and kept right."""

    def __init__(self) -> None:
        self.sets: defaultdict[str, Elements] = defaultdict(set)
        self.mirrored = False
        self._indexes: dict[tuple[str, int], defaultdict[str, list[Any]]] = {}

    def add(self, key: str, elements: Elements) -> list[tuple[str, Elements]]:
        """Add elements, and return what was new by its key: a type is a member of a class, a pair where mirrored."""
        if key == TYPE:
            return [part for name, some in by_class(elements).items() for part in self.add(name, some)]
        new = elements - self.sets[key]
        if not new:
            return []
        parts = [(key, new)]
        if self.mirrored and key[0] == "a":
            parts.append((TYPE, {(member, key[1:]) for member in new}))
        for name, some in parts:
            self.sets[name] |= some
            for at in (0, 1):
                index = self._indexes.get((name, at))
                if index is not None:
                    _fill(index, some, at)
        return parts

    def mirror(self) -> None:
        """Keep types as pairs, too, from now on: a rule asks what classes a thing has."""
        if not self.mirrored:
            self.mirrored = True
            self.sets[TYPE] = {(m, key[1:]) for key, some in self.sets.items() if key[0] == "a" for m in some}

    def index(self, key: str, at: int) -> defaultdict[str, list[Any]]:
        """Return the pairs of a key by their term at 0 or 1."""
        found = self._indexes.get((key, at))
        if found is None:
            found = self._indexes[key, at] = defaultdict(list)
            _fill(found, self.sets[key], at)
        return found

    def candidates(self, one: Pattern, binding: Binding) -> Iterable[Any]:
        """Return the elements among which those that fit a pattern under a binding are."""
        args = [binding.get(arg, arg) for arg in one.args]
        free = [arg[0] == "?" for arg in args]
        if not any(free):
            element = args[0] if len(args) == 1 else tuple(args)
            return (element,) if element in self.sets[one.key] else ()
        if len(args) == 1 or all(free):
            return self.sets[one.key]
        at = 0 if not free[0] else 1
        return self.index(one.key, at).get(args[at], ())


def _fill(index: defaultdict[str, list[Any]], elements: Elements, at: int) -> None:
    for element in elements:
        index[element[at]].append(element)


def by_class(pairs: Iterable[tuple[str, str]]) -> dict[str, Elements]:
    """Return the members of each class, by its key, from pairs of a thing and its class."""
    members: defaultdict[str, Elements] = defaultdict(set)
    for subject, cls in pairs:
        members[f"a{cls}"].add(subject)
    return members


def fit(one: Pattern, element: Any, binding: Binding) -> Binding | None:  # noqa: ANN401  # a term or a pair
    """Return the binding with what an element adds to it, None where it does not fit the pattern."""
    terms = (element,) if len(one.args) == 1 else element
    new: Binding = {}
    for arg, term in zip(one.args, terms, strict=True):
        if arg[0] != "?":
            if arg != term:
                return None
        elif new.setdefault(arg, binding.get(arg, term)) != term:
            return None
    return {**binding, **new}


def solve(facts: Facts, body: Sequence[Pattern], binding: Binding) -> Iterator[Binding]:
    """Yield every binding under which all patterns of a body are facts; that with the fewest candidates goes first."""
    if not body:
        yield binding
        return
    best = 0 if len(body) == 1 else min(range(len(body)), key=lambda at: _cost(facts, body[at], binding))
    rest = [*body[:best], *body[best + 1 :]]
    for element in tuple(facts.candidates(body[best], binding)):
        wider = fit(body[best], element, binding)
        if wider is not None:
            yield from solve(facts, rest, wider)


def _cost(facts: Facts, one: Pattern, binding: Binding) -> float:
    free = sum(arg[0] == "?" and arg not in binding for arg in one.args)
    size = len(facts.sets[one.key])
    return size if free == len(one.args) else 0 if not free else 1 + size / 1000


def instance(one: Pattern, binding: Binding) -> Any:  # noqa: ANN401  # a term or a pair
    """Return the element that a pattern is under a binding."""
    args = tuple(binding.get(arg, arg) for arg in one.args)
    return args[0] if len(args) == 1 else args
