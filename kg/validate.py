"""Validation: the shapes of shapes/ against the facts of a store, and what the parser saw, as findings with places."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from kg import declared, frontcheck, names, reference, sparql
from kg.finding import Finding, KgError, Level, Span
from kg.shacl import check, data, paths
from kg.shacl import graph as graphs
from kg.shacl import report as shacl
from kg.shacl.data import Data, Triple
from kg.shacl.graph import Graph
from kg.shacl.terms import TYPE, Node, Term, iri, named

# Rules of the parser and of the walk through the files, which no shape can say.
TEXT_RULES = frontcheck.RULES | {
    "character-control", "character-invisible", "character-line", "character-replacement", "code-unclosed", "encoding",
    "line-canonical", "line-ends", "file-ignored", "file-kind", "file-link", "file-name", "file-size",
    "file-unreadable", "ignore-pattern", "page-case-twin", "side-file",
}  # fmt: skip
FAST = "fast"
ENGINES = (FAST, "pyshacl")
_OFF = "off"
_CUT = 80
_MARKER = re.compile(r"^(?:[-*+>]|\d+[.)])\s+")
_SLOT = re.compile(r"\{(focus|value|right)(?:\|([^{}]*))?\}")
_NOTHING = ox.NamedNode(names.SHAPES + "nothing")


@dataclass(frozen=True, slots=True)
class Report:
    """
    What a validation found.

    `conforms` is SHACL's word, false with a finding of any level; `not_applicable` are the rules whose kind of fact
    does not occur at all; `refused` are the shapes that the fast engine left to pyshacl, with the reason;
    `results` are the results of SHACL that findings were made of.
    """

    conforms: bool
    findings: tuple[Finding, ...]
    not_applicable: tuple[str, ...]
    refused: tuple[str, ...] = ()
    results: tuple[shacl.Result, ...] = ()


@dataclass(frozen=True, slots=True)
class _Result:
    """One result of the validator; `paths` are the properties of its path, `value` is None where nothing is there."""

    rule: str
    level: Level
    message: str
    hint: str
    focus: Term
    paths: tuple[ox.NamedNode, ...]
    value: Term | None


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a finding stands, and on which part of a page; `said` where that part says the value."""

    span: Span
    part: ox.NamedNode
    said: bool


def validate(
    store: ox.Store,
    base: str,
    profile: str = "newsroom",
    shapes: Sequence[Path] = (),
    more: Iterable[Finding] = (),
    *,
    engine: str = FAST,
) -> Report:
    """
    Return what the shapes and the parser have to say about a store, with `more` findings, sorted by place.

    `profile` names a file in shapes/profiles or is a TOML file's path; `engine` is fast or pyshacl; KgError where the
    profile or `shapes` cannot be used.
    """
    said = shapes_with(shapes)
    rules = graphs.read(said)
    levels = profile_levels(profile, TEXT_RULES | {_rule_name(shape) for shape in _named_shapes(rules)})
    absent = _not_applicable(rules, store, levels)
    found = run(facts(store, base), _switched_off(said, rules, levels), engine)
    findings = {_finding(store, base, _result(rules, one), levels) for one in found.results}
    told = ((f, levels.get(f.rule, f.level)) for f in chain(_parsed(store), more))
    findings |= {replace(f, level=Level(level)) for f, level in told if level != _OFF}
    return Report(not findings, tuple(sorted(findings)), absent, _left_to_pyshacl(found), found.results)


def validate_files(files: Sequence[Path], shapes: Sequence[Path], *, engine: str = FAST) -> Report:
    """
    Return what shapes have to say about files of RDF, with the focus node as the place of each finding.

    Without `shapes` those in the files themselves hold, as in pyshacl. KgError for what cannot be read or used.
    """
    said = list(data.triples(files))
    rules = list(data.triples(shapes)) if shapes else said
    _refuse_network(rules)
    found = run(data.fill(said), rules, engine)
    graph = graphs.read(rules)
    findings = {_plain_finding(_result(graph, one), one) for one in found.results}
    return Report(found.conforms, tuple(sorted(findings)), (), _left_to_pyshacl(found), found.results)


def _left_to_pyshacl(found: shacl.Report) -> tuple[str, ...]:
    return tuple(f"{named(one.shape)}: {one.why}" for one in found.refused)


def _plain_finding(result: _Result, found: shacl.Result) -> Finding:
    span = Span(_readable("", result.focus))
    message = result.message or _without_message(found)
    value = result.value.value if result.value else ""
    return Finding(span, result.rule, message, result.level, result.focus.value, value, result.hint)


def _without_message(found: shacl.Result) -> str:
    """Return words for a result whose shape has none: the value, the property, and what they break."""
    name = _rule_name(found.component).removesuffix("ConstraintComponent")
    value = "" if found.value is None else f"'{_readable('', found.value)}' "
    at = f"at {paths.readable(found.path)} " if found.path else ""
    return f"{value}{at}breaks sh:{name[:1].lower()}{name[1:]}"


def profile_levels(profile: str, known: Iterable[str]) -> dict[str, str]:
    """Return the level that a profile gives to each rule it names: violation, warning, info or off."""
    folder = declared.folder("shapes") / "profiles"
    path = Path(profile) if profile.endswith(".toml") else folder / f"{profile}.toml"
    if not path.is_file():
        shipped = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        msg = f"unknown profile '{profile}'; use one of {shipped}, or the path of a .toml file"
        raise KgError(msg)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: not TOML: {error}"
        raise KgError(msg) from None
    levels = table.get("levels", {})
    if set(table) - {"levels"} or not isinstance(levels, dict):
        msg = f'{path}: expected one table, [levels], with lines such as connection-double = "info"'
        raise KgError(msg)
    _check_levels(path, levels, frozenset(known))
    return levels


def _check_levels(path: Path, levels: Mapping[str, Any], known: frozenset[str]) -> None:
    for rule, level in levels.items():
        if rule not in known:
            msg = f"{path}: levels.{rule}: there is no such rule; use one of {', '.join(sorted(known))}"
            raise KgError(msg)
        if level not in (*Level, _OFF):
            msg = f"{path}: levels.{rule}: unknown level '{level}'; use one of {', '.join(Level)}, {_OFF}"
            raise KgError(msg)


def shapes_with(more: Sequence[Path] = ()) -> list[Triple]:
    """Return the declared shapes and those of other files."""
    rules = list(data.normalised(data.triples([*sorted(declared.folder("shapes").glob("*.ttl")), *more])))
    _refuse_network(rules)
    return rules


def _refuse_network(rules: Iterable[Triple]) -> None:
    """Raise KgError where a query in the shapes would reach the network, whichever engine would ask it."""
    words = (iri("sh:select"), iri("sh:ask"))
    for _, word, value in rules:
        if word in words and isinstance(value, ox.Literal):
            sparql.refuse_network(value.value)


def _named_shapes(rules: Graph) -> set[ox.NamedNode]:
    kinds = (iri("sh:NodeShape"), iri("sh:PropertyShape"))
    found = {shape for kind in kinds for shape in rules.subjects(TYPE, kind)}
    return {shape for shape in found if isinstance(shape, ox.NamedNode)}


def _rule_name(shape: Term) -> str:
    return re.split(r"[#/]", shape.value.rstrip("#/"))[-1]


def _not_applicable(rules: Graph, store: ox.Store, levels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the rules whose kind of fact (shapes:needs) occurs nowhere."""
    needs = ox.NamedNode(names.SHAPES + "needs")
    absent = {
        _rule_name(rule)
        for rule, rows in rules.about.items()
        for kind in rows.get(needs, ())
        if isinstance(kind, ox.NamedNode) and next(store.quads_for_pattern(None, TYPE, kind), None) is None
    }
    return tuple(sorted(rule for rule in absent if levels.get(rule) != _OFF))


def _switched_off(said: Sequence[Triple], rules: Graph, levels: Mapping[str, str]) -> list[Triple]:
    """Return the shapes graph in which the rules that are off are deactivated."""
    word = iri("sh:deactivated")
    off = {shape for shape in _named_shapes(rules) if levels.get(_rule_name(shape)) == _OFF}
    kept = [triple for triple in said if triple[1] != word or triple[0] not in off]
    return [*kept, *((shape, word, ox.Literal(value=True)) for shape in sorted(off, key=str))]


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


def run(given: Data, rules: Sequence[Triple], engine: str = FAST) -> shacl.Report:
    """
    Return the report of data against a shapes graph, by the fast engine or by pyshacl.

    What the fast engine cannot do goes to pyshacl and is named in `refused`; KgError where the shapes cannot be used.
    """
    if engine != FAST:
        return reference.validate(data.facts(given), rules)
    graph = graphs.read(rules)
    found = check.validate(given, graph)
    if not found.refused:
        return found
    left = reference.only(rules, graph, {one.shape for one in found.refused})
    more = reference.validate(data.facts(given), left)
    return shacl.Report(shacl.in_order([*found.results, *more.results]), found.refused)


# ---- from results to findings ----------------------------------------------------------------------------------------


def _result(rules: Graph, found: shacl.Result) -> _Result:
    shape = _named(rules, found.shape)
    hints = rules.objects(shape, iri("rdfs:comment"))
    severity = _rule_name(found.severity).lower()
    return _Result(
        rule=_rule_name(shape),
        level=Level(severity) if severity in set(Level) else Level.VIOLATION,
        message=_in_english(found.messages),
        hint=hints[0].value if hints else "",
        focus=found.focus,
        paths=tuple(paths.predicates(found.path)) if found.path else (),
        value=found.value,
    )


def _in_english(messages: Sequence[ox.Literal]) -> str:
    """Return one of several messages: that without a language, else the English one, else the first."""
    ranked = sorted(messages, key=lambda one: (bool(one.language), not (one.language or "").startswith("en"), str(one)))
    return ranked[0].value if ranked else ""


def _named(rules: Graph, shape: Node) -> Node:
    """Return the shape, or the named shape around one that has no name."""
    seen: set[Node] = set()
    while isinstance(shape, ox.BlankNode) and shape not in seen:
        seen.add(shape)
        around = [node for nodes in rules.around.get(shape, {}).values() for node in nodes]
        shape = min(around, key=str, default=shape)
    return shape


def _finding(store: ox.Store, base: str, result: _Result, levels: Mapping[str, str]) -> Finding:
    found, value = _place(store, result), result.value or result.focus
    named = found.part if found and found.said and isinstance(value, ox.NamedNode) else value
    terms = {"focus": result.focus, "value": named, "right": result.focus}
    return Finding(
        span=found.span if found else Span(_readable(base, result.focus)),
        rule=result.rule,
        message=_SLOT.sub(lambda slot: _words(store, base, terms[slot[1]], slot), result.message),
        level=Level(levels.get(result.rule, result.level)),
        focus=result.focus.value,
        value=result.value.value if result.value else "",
        hint=result.hint,
    )


def _place(store: ox.Store, result: _Result) -> _Found | None:
    """Return the best place of a result, or None for data that stands on no page."""
    if not isinstance(result.focus, ox.NamedNode):
        return None
    value = _NOTHING if isinstance(result.value, ox.BlankNode) else result.value or _NOTHING
    node = result.value if isinstance(result.value, ox.NamedNode) else result.focus
    terms = {"focus": result.focus, "value": value, "node": node}
    ranked = {
        (int(row["rank"].value), row["part"].value)
        for path in result.paths or (_NOTHING,)
        for row in _select(store, "parts", {**terms, "path": path})
    }
    places = (
        (rank, _span(row), ox.NamedNode(part))
        for rank, part in sorted(ranked)
        for row in _select(store, "place", {"part": ox.NamedNode(part)})
    )
    best = next(places, None)
    if best is None:
        return None
    equals = takewhile(lambda place: place[0] == best[0], places)
    rank, span, part = min([best, *equals], key=lambda place: place[1])
    return _Found(span, part, said=rank == 1)


def _span(row: ox.QuerySolution) -> Span:
    path, line, column = row["file"].value, int(row["line"].value), int(row["column"].value)
    if row["endLine"]:
        return Span(path, line, column, int(row["endLine"].value), int(row["endColumn"].value))
    if row["start"]:
        return Span(path, line, column, line, column + int(row["end"].value) - int(row["start"].value))
    return Span(path, line, column)


def _words(store: ox.Store, base: str, term: Term, slot: re.Match[str]) -> str:
    """Return what a person calls a term, the author's words or a page's name, or for {right|…} what would be right."""
    asked = {"node": term if isinstance(term, ox.NamedNode) else _NOTHING}
    row = next(_select(store, "right" if slot[1] == "right" else "words", asked), None)
    if slot[1] == "right":
        return row["words"].value if row else slot[2] or ""
    return _shortened(row["words"].value) if row else _readable(base, term)


def _readable(base: str, term: Term) -> str:
    if isinstance(term, ox.NamedNode) and term.value.startswith(base):
        return _shortened(unquote(term.value.removeprefix(base)).removeprefix("id/"))
    return names.shorten(term.value) if isinstance(term, ox.NamedNode) else _shortened(term.value)


def _shortened(words: str) -> str:
    line = _MARKER.sub("", " ".join(words.split()), count=1)
    return line if len(line) <= _CUT else line[: _CUT - 1].rstrip() + "…"


def _parsed(store: ox.Store) -> Iterator[Finding]:
    """Yield what the parser found."""
    for row in _select(store, "parsed", {}):
        span = Span(row["file"].value, int(row["line"].value), int(row["column"].value))
        yield Finding(span, row["rule"].value, row["message"].value, Level(row["level"].value))


def _select(store: ox.Store, name: str, terms: Mapping[str, sparql.Term]) -> Iterator[ox.QuerySolution]:
    solutions = store.query(sparql.bind(_query(name), terms), use_default_graph_as_union=True)
    return iter(solutions) if isinstance(solutions, ox.QuerySolutions) else iter(())


@cache
def _query(name: str) -> str:
    return sparql.declared_query(f"checks/{name}").text
