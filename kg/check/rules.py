"""The rules: the shapes that ship and a user's own, named, levelled and with their thresholds; those of the parser."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.check import profiles
from kg.check.profiles import Profile
from kg.model import declared
from kg.model.finding import Level
from kg.model.rule import Rule
from kg.rdf import names, sparql_text
from kg.rdf.terms import Term, Triple
from kg.shacl import data
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import TYPE, iri

THRESHOLD = ox.NamedNode(names.SHAPES + "threshold")
TEXT_RULE = ox.NamedNode(names.SHAPES + "TextRule")
_LEVELS = {level.value: level for level in Level} | {"debug": Level.INFO, "trace": Level.INFO}
_NEEDS = ox.NamedNode(names.SHAPES + "needs")


def shapes_with(more: Sequence[Path] = ()) -> list[Triple]:
    """Return the declared shapes and those of other files."""
    rules = list(data.normalised(data.triples([*sorted(declared.folder("shapes").glob("*.ttl")), *more])))
    refuse_network(rules)
    return rules


def refuse_network(rules: Iterable[Triple]) -> None:
    """Raise KgError where a query in the shapes would reach the network, whichever engine would ask it."""
    words = (iri("sh:select"), iri("sh:ask"))
    for _, word, value in rules:
        if word in words and isinstance(value, ox.Literal):
            sparql_text.refuse_network(value.value)


def named_shapes(rules: Graph) -> set[ox.NamedNode]:
    """Return the node and property shapes that have a name."""
    kinds = (iri("sh:NodeShape"), iri("sh:PropertyShape"))
    found = {shape for kind in kinds for shape in rules.subjects(TYPE, kind)}
    return {shape for shape in found if isinstance(shape, ox.NamedNode)}


def name(shape: Term) -> str:
    """Return the rule that a shape is: the last part of its name."""
    return re.split(r"[#/]", shape.value.rstrip("#/"))[-1]


def known(rules: Graph) -> set[str]:
    """Return every rule that there is: those of a shapes graph and those of the parser."""
    return {name(shape) for shape in {*text_rules(rules), *named_shapes(rules)}}


def text_rules(rules: Graph) -> set[ox.NamedNode]:
    """Return the rules that no shape can say: those of the parser and of the walk through the files (reading.ttl)."""
    return {rule for rule in rules.subjects(TYPE, TEXT_RULE) if isinstance(rule, ox.NamedNode)}


def tunable(rules: Graph) -> dict[str, tuple[ox.NamedNode, ox.NamedNode]]:
    """Return the rules with a threshold: by name the shape and the parameter that holds the number."""
    return {
        name(shape): (shape, parameter)
        for shape in named_shapes(rules)
        for parameter in rules.objects(shape, THRESHOLD)
        if isinstance(parameter, ox.NamedNode)
    }


def not_applicable(rules: Graph, store: ox.Store, profile: Profile) -> tuple[str, ...]:
    """Return the rules of which a kind of fact (shapes:needs, a class or a property) occurs nowhere."""
    absent = {
        name(rule)
        for rule, rows in rules.about.items()
        for kind in rows.get(_NEEDS, ())
        if isinstance(kind, ox.NamedNode) and not _occurs(store, kind)
    }
    return tuple(sorted(rule for rule in absent if not profiles.is_off(profile, rule)))


def _occurs(store: ox.Store, kind: ox.NamedNode) -> bool:
    found = (store.quads_for_pattern(None, TYPE, kind), store.quads_for_pattern(None, kind, None))
    return any(next(quads, None) is not None for quads in found)


def adjusted(shapes: Sequence[Triple], rules: Graph, profile: Profile) -> list[Triple]:
    """Return the shapes graph with the thresholds of a profile, and without the rules that it switches off."""
    return list(_with_thresholds(_switched_off(shapes, rules, profile), rules, profile.thresholds))


def _switched_off(shapes: Sequence[Triple], rules: Graph, profile: Profile) -> list[Triple]:
    word = iri("sh:deactivated")
    off = {shape for shape in named_shapes(rules) if profiles.is_off(profile, name(shape))}
    kept = [triple for triple in shapes if triple[1] != word or triple[0] not in off]
    return [*kept, *((shape, word, ox.Literal(value=True)) for shape in sorted(off, key=str))]


def _with_thresholds(shapes: Iterable[Triple], rules: Graph, thresholds: Mapping[str, float]) -> Iterator[Triple]:
    numbers = {place: thresholds[rule] for rule, place in tunable(rules).items() if rule in thresholds}
    for shape, word, value in shapes:
        number = numbers.get((shape, word)) if isinstance(shape, ox.NamedNode) else None
        yield shape, word, value if number is None else ox.Literal(number)


def described(rules: Graph, profile: Profile, *, of_parser: bool = True) -> tuple[Rule, ...]:
    """Return every rule that is not off, by name; those of the parser too where pages were `of_parser`."""
    said = {shape for shape in named_shapes(rules) if rules.objects(shape, iri("sh:message"))}
    shapes = {name(shape): shape for shape in said | (text_rules(rules) if of_parser else set())}
    levels = ((rule, profile.levels.get(rule)) for rule in sorted(shapes) if not profiles.is_off(profile, rule))
    return tuple(_rule(rules, shapes[rule], rule, None if level == profiles.OFF else level) for rule, level in levels)


def level_of(severity: str) -> Level:
    """Return the level of a severity: sh:Debug and sh:Trace of SHACL 1.2 are information, one's own are violations."""
    word = re.split(r"[#/:]", severity)[-1].casefold()
    return _LEVELS.get(word, Level.VIOLATION)


def _rule(rules: Graph, shape: ox.NamedNode, rule: str, level: str | None) -> Rule:
    def said(word: str) -> str:
        return next((one.value for one in rules.objects(shape, iri(word))), "")

    kept = Level(level) if level else level_of(said("sh:severity"))
    return Rule(rule, kept, said("sh:message") or said("rdfs:label"), said("rdfs:comment"), said("rdfs:seeAlso"))
