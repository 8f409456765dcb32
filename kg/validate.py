"""Validation: the shapes of shapes/ against the facts of a store, and what the parser saw, as findings with places."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from kg import declared, names, places, profiles, reference, remedies, rules, silence
from kg.finding import Finding, Level, Span, Suppressed
from kg.profiles import Choice
from kg.rules import Rule
from kg.shacl import check, data
from kg.shacl import graph as graphs
from kg.shacl import report as shacl
from kg.shacl.data import Data, Triple
from kg.shacl.terms import named
from kg.silence import Checked

FAST = "fast"
ENGINES = (FAST, "pyshacl")


@dataclass(frozen=True, slots=True)
class Report:
    """
    What a validation found.

    `conforms` is SHACL's word, false with a finding of any level; `not_applicable` are the rules whose kind of fact
    does not occur at all; `refused` are the shapes that the fast engine left to pyshacl, with the reason;
    `results` are the results of SHACL that findings were made of, `rules` those that were checked; `suppressed` are
    findings that a comment in their page silences, which are not among `findings`; `off` are the rules that the profile
    switches off on every page.
    """

    conforms: bool
    findings: tuple[Finding, ...]
    not_applicable: tuple[str, ...]
    refused: tuple[str, ...] = ()
    results: tuple[shacl.Result, ...] = ()
    rules: tuple[Rule, ...] = field(default=(), compare=False)
    suppressed: tuple[Suppressed, ...] = ()
    off: tuple[str, ...] = ()


def validate(
    store: ox.Store,
    base: str,
    profile: str | Choice = "newsroom",
    shapes: Sequence[Path] = (),
    more: Iterable[Finding] = (),
    *,
    engine: str = FAST,
) -> Report:
    """
    Return what the shapes and the parser have to say about a store, with `more` findings, sorted by place.

    `profile` names a file in shapes/profiles, is a TOML file's path, or what profiles.chosen chose; `engine` is fast or
    pyshacl; KgError where the profile or `shapes` cannot be used.
    """
    said = rules.shapes_with(shapes)
    graph = graphs.read(said)
    chosen = profiles.read(profile, rules.known(graph), rules.tunable(graph))
    adjusted = rules.adjusted(said, graph, chosen)
    found = run(facts(store, base), adjusted, engine)
    shown = graphs.read(adjusted)
    made = {
        remedies.with_remedies(store, base, shown, one, places.finding(store, base, shown, one))
        for one in found.results
    }
    findings = set(profiles.levelled(chosen, chain(made, _parsed(store), more)))
    absent = rules.not_applicable(graph, store, chosen)
    known = frozenset(rules.known(graph))
    left, suppressed = silence.apply(findings, silence.remarks(store), Checked(known, frozenset(absent), chosen))
    return Report(
        conforms=not findings,
        findings=left,
        not_applicable=absent,
        refused=_left_to_pyshacl(found),
        results=found.results,
        rules=rules.described(shown, chosen),
        suppressed=suppressed,
        off=tuple(sorted(rule for rule in known if profiles.is_off(chosen, rule))),
    )


def validate_files(files: Sequence[Path], shapes: Sequence[Path], *, engine: str = FAST) -> Report:
    """
    Return what shapes have to say about files of RDF, with the focus node as the place of each finding.

    Without `shapes` those in the files themselves hold, as in pyshacl. KgError for what cannot be read or used.
    """
    said = list(data.triples(files))
    checked = list(data.triples(shapes)) if shapes else said
    rules.refuse_network(checked)
    found = run(data.fill(said), checked, engine)
    graph = graphs.read(checked)
    findings = {places.plain_finding(graph, one) for one in found.results}
    refused = _left_to_pyshacl(found)
    described = rules.described(graph, profiles.Profile(), parsed=False)
    return Report(found.conforms, tuple(sorted(findings)), (), refused, found.results, described)


def _left_to_pyshacl(found: shacl.Report) -> tuple[str, ...]:
    return tuple(f"{named(one.shape)}: {one.why}" for one in found.refused)


# ---- the run ---------------------------------------------------------------------------------------------------------


def _stated(store: ox.Store, base: str) -> list[data.GraphName]:
    """Return the graphs of what is stated: places, what was inferred and the history are left out."""
    left_out = {names.common_graph_iri(base, name) for name in ("inferred", "history")}
    named_graphs = (
        graph
        for graph in store.named_graphs()
        if graph.value not in left_out and not graph.value.startswith(f"{base}prov/")
    )
    return [ox.DefaultGraph(), *named_graphs]


def _ontology(store: ox.Store, base: str) -> list[Triple]:
    """Return the ontology where the store holds none."""
    graph = ox.NamedNode(names.common_graph_iri(base, "ontology"))
    if next(store.quads_for_pattern(None, None, None, graph), None) is not None:
        return []
    return list(data.triples([declared.folder("ontology") / "newsroom.ttl"]))


def facts(store: ox.Store, base: str) -> Data:
    """Return every fact that is stated in a store, as one graph, with the ontology."""
    return data.flattened(store, _stated(store, base), _ontology(store, base))


def run(given: Data, shapes: Sequence[Triple], engine: str = FAST) -> shacl.Report:
    """
    Return the report of data against a shapes graph, by the fast engine or by pyshacl.

    What the fast engine cannot do goes to pyshacl and is named in `refused`; KgError where the shapes cannot be used.
    """
    if engine != FAST:
        return reference.validate(data.facts(given), shapes)
    graph = graphs.read(shapes)
    found = check.validate(given, graph)
    if not found.refused:
        return found
    left = reference.only(shapes, graph, {one.shape for one in found.refused})
    more = reference.validate(data.facts(given), left)
    return shacl.Report(shacl.in_order([*found.results, *more.results]), found.refused)


def _parsed(store: ox.Store) -> Iterator[Finding]:
    """Yield what the parser found."""
    for row in places.select(store, "parsed", {}):
        span = Span(row["file"].value, int(row["line"].value), int(row["column"].value))
        yield Finding(span, row["rule"].value, row["message"].value, Level(row["level"].value))
