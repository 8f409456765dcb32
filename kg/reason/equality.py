"""What equality means (table 4, eq-…): things that are the same share everything that is said of one of them."""

from collections import defaultdict
from itertools import product

from kg.reason.facts import Elements, Facts
from kg.reason.rule_file import SAME, TYPE


def groups(facts: Facts) -> dict[str, tuple[str, ...]]:
    """Return the terms that are the same as another one, each with all that it is the same as, itself among them."""
    neighbours: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in facts.sets[SAME]:
        if one != other:
            neighbours[one].add(other)
            neighbours[other].add(one)
    together: dict[str, tuple[str, ...]] = {}
    for term in sorted(neighbours):
        if term not in together:
            reached, open_ends = {term}, [term]
            while open_ends:
                more = neighbours[open_ends.pop()] - reached
                reached |= more
                open_ends += more
            group = tuple(sorted(reached))
            together |= dict.fromkeys(group, group)
    return together


def spread(facts: Facts, together: dict[str, tuple[str, ...]]) -> bool:
    """Say of every term what is said of one that is the same; tell whether there was anything to say."""
    new = False
    for key in [key for key in facts.sets if key != TYPE]:
        name = "a" if key[0] == "a" else ""
        keys = [f"{name}{term}" for term in together.get(key[len(name) :], (key[len(name) :],))]
        wider = _wider(facts.sets[key], together)
        for other in keys:
            if name or other[0] == "<":  # no triple has a literal or a blank node as its property
                new |= bool(facts.add(other, wider if other == key else facts.sets[key] | wider))
    return new


def _wider(elements: Elements, together: dict[str, tuple[str, ...]]) -> Elements:
    """Return elements with each of their terms in turn replaced by all that are the same."""
    more: Elements = set()
    for element in elements:
        if isinstance(element, str):
            more.update(together.get(element, ()))
        elif element[0] in together or element[1] in together:
            more.update(product(*(together.get(term, (term,)) for term in element)))
    return more
