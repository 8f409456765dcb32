"""Validation: the shapes of shapes/ against the facts of a store, and what the parser saw, as findings with places."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyoxigraph as ox

from kg import declared, frontcheck, names, sparql
from kg.finding import Finding, KgError, Level, Span

if TYPE_CHECKING:
    import rdflib

# Rules of the parser and of the walk through the files, which no shape can say.
TEXT_RULES = frontcheck.RULES | {
    "character-control", "character-invisible", "character-line", "character-replacement", "code-unclosed", "encoding",
    "line-canonical", "line-ends", "file-ignored", "file-kind", "file-link", "file-name", "file-size",
    "file-unreadable", "ignore-pattern", "page-case-twin", "side-file",
}  # fmt: skip
_Term = ox.NamedNode | ox.BlankNode | ox.Literal
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
    does not occur at all.
    """

    conforms: bool
    findings: tuple[Finding, ...]
    not_applicable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Result:
    """One result of the validator; `paths` are the properties of its path, `value` is None where nothing is there."""

    rule: str
    level: Level
    message: str
    hint: str
    focus: _Term
    paths: tuple[ox.NamedNode, ...]
    value: _Term | None


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a finding stands, and on which part of a page; `said` where that part says the value."""

    span: Span
    part: ox.NamedNode
    said: bool


def validate(
    store: ox.Store, base: str, profile: str = "newsroom", shapes: Sequence[Path] = (), more: Iterable[Finding] = ()
) -> Report:
    """
    Return what the shapes and the parser have to say about a store, with `more` findings, sorted by place.

    `profile` names a file in shapes/profiles or is a TOML file's path; KgError where it or `shapes` cannot be used.
    """
    rules = _rules(shapes)
    levels = profile_levels(profile, TEXT_RULES | {_rule_name(shape) for shape in _named_shapes(rules)})
    absent = _not_applicable(rules, store, levels)
    _switch_off(rules, levels)
    rows = _run(chain(_stated(store, base), _ontology(store, base)), rules)
    findings = {_finding(store, base, _result(rules, row), levels) for row in rows}
    told = ((f, levels.get(f.rule, f.level)) for f in chain(_parsed(store), more))
    findings |= {replace(f, level=Level(level)) for f, level in told if level != _OFF}
    return Report(not findings, tuple(sorted(findings)), absent)


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


def _rules(more: Sequence[Path]) -> ox.Store:
    """Return the declared shapes and those of other files in one store."""
    rules = ox.Store()
    for path in (*sorted(declared.folder("shapes").glob("*.ttl")), *more):
        rules.extend(_read(path))
    for word in ("sh:select", "sh:ask"):
        for quad in rules.quads_for_pattern(None, _iri(word), None):
            sparql.refuse_network(quad.object.value if isinstance(quad.object, ox.Literal) else "")
    return rules


def _read(path: Path) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None or not path.is_file():
        msg = f"{path}: {'no such file' if form else 'not a file of RDF; use .ttl, .nt, .rdf or .jsonld'}"
        raise KgError(msg)
    try:
        yield from ox.parse(path=path, format=form, rename_blank_nodes=True)
    except SyntaxError as error:
        msg = f"{path}: not readable as {form.name}: {error}"
        raise KgError(msg) from None


def _iri(curie: str) -> ox.NamedNode:
    return ox.NamedNode(names.expand(curie))


def _objects(rules: ox.Store, subject: _Term, predicate: ox.NamedNode | None = None) -> list[_Term]:
    """Return what the shapes say of a node, in the order of the properties."""
    quads = [] if isinstance(subject, ox.Literal) else rules.quads_for_pattern(subject, predicate, None)
    return [quad.object for quad in sorted(quads, key=str) if not isinstance(quad.object, ox.Triple)]


def _named_shapes(rules: ox.Store) -> set[ox.NamedNode]:
    kinds = (_iri("sh:NodeShape"), _iri("sh:PropertyShape"))
    found = {quad.subject for kind in kinds for quad in rules.quads_for_pattern(None, _iri("rdf:type"), kind)}
    return {shape for shape in found if isinstance(shape, ox.NamedNode)}


def _rule_name(shape: _Term) -> str:
    return re.split(r"[#/]", shape.value.rstrip("#/"))[-1]


def _not_applicable(rules: ox.Store, store: ox.Store, levels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the rules whose kind of fact (shapes:needs) occurs nowhere."""
    needs = rules.quads_for_pattern(None, ox.NamedNode(names.SHAPES + "needs"), None)
    absent = {
        _rule_name(need.subject)
        for need in needs
        if isinstance(need.subject, ox.NamedNode)
        and next(store.quads_for_pattern(None, _iri("rdf:type"), need.object), None) is None
    }
    return tuple(sorted(rule for rule in absent if levels.get(rule) != _OFF))


def _switch_off(rules: ox.Store, levels: Mapping[str, str]) -> None:
    for shape in _named_shapes(rules):
        if levels.get(_rule_name(shape)) == _OFF:
            rules.add(ox.Quad(shape, _iri("sh:deactivated"), ox.Literal(value=True)))


# ---- the run ---------------------------------------------------------------------------------------------------------


def _stated(store: ox.Store, base: str) -> Iterator[ox.Quad]:
    """Yield every fact that is stated: places, what was inferred and the history are left out."""
    left_out = {names.common_graph_iri(base, name) for name in ("inferred", "history")}
    for quad in store:
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        if graph not in left_out and not graph.startswith(f"{base}prov/") and not isinstance(quad.object, ox.Triple):
            yield quad


def _ontology(store: ox.Store, base: str) -> Iterator[ox.Quad]:
    """Yield the ontology where the store holds none."""
    graph = ox.NamedNode(names.common_graph_iri(base, "ontology"))
    if next(store.quads_for_pattern(None, None, None, graph), None) is None:
        yield from _read(declared.folder("ontology") / "newsroom.ttl")


def _run(facts: Iterable[ox.Quad], rules: ox.Store) -> list[dict[str, _Term]]:
    """Return the results of the SHACL validator, each by the local names of its properties."""
    import rdflib.plugins.sparql  # noqa: PLC0415  # 0.2 s
    from pyshacl import validate as run  # noqa: PLC0415  # 0.4 s
    from pyshacl.errors import ReportableRuntimeError  # noqa: PLC0415

    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False  # FROM <…> must fetch nothing
    data, shapes = _fill(_graph_of_prepared_queries(), facts), _fill(rdflib.Graph(), rules)
    try:
        _, report, text = run(data, shacl_graph=shapes, inference="none", inplace=True, advanced=False)
    except ReportableRuntimeError as error:
        msg = f"the shapes cannot be used: {error}"
        raise KgError(msg) from None
    if not isinstance(report, rdflib.Graph):
        msg = f"the shapes cannot be used: {' '.join(text.split())}"
        raise KgError(msg)
    results = report.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult)
    return [
        {_rule_name(_oxigraph(key)): _oxigraph(term) for key, term in sorted(report.predicate_objects(result))}
        for result in results
    ]


def _graph_of_prepared_queries() -> "rdflib.Graph":
    """Return an empty graph that parses each query once: the validator asks the same ones for every focus node."""
    from rdflib import Graph  # noqa: PLC0415  # 0.2 s

    class Facts(Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as in rdflib
            query = _prepared(_sorted(query_object)) if isinstance(query_object, str) else query_object
            return super().query(query, *args, **kwargs)

    return Facts()


def _sorted(query: str) -> str:
    """Return a query with its leading prefixes in order: the validator writes them in another order each time."""
    lines = query.split("\n")
    body = next((row for row, line in enumerate(lines) if not line.startswith("PREFIX ")), len(lines))
    return "\n".join([*sorted(lines[:body]), *lines[body:]])


@cache
def _prepared(query: str) -> "rdflib.plugins.sparql.sparql.Query":
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415  # 0.2 s

    try:
        return prepareQuery(query)
    except Exception as error:  # noqa: BLE001  # rdflib and its parser have no common class for what is no query
        msg = f"the shapes cannot be used: no SPARQL query: {' '.join(str(error).split())}"
        raise KgError(msg) from None


def _fill(graph: "rdflib.Graph", quads: Iterable[ox.Quad]) -> "rdflib.Graph":
    for quad in quads:
        graph.add((_rdflib(quad.subject), _rdflib(quad.predicate), _rdflib(quad.object)))
    return graph


@cache
def _rdflib(term: _Term) -> "rdflib.term.Node":
    from rdflib import BNode, Literal, URIRef  # noqa: PLC0415  # 0.2 s

    if isinstance(term, ox.Literal):
        if term.language or term.datatype == _iri("xsd:string"):
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return URIRef(term.value) if isinstance(term, ox.NamedNode) else BNode(term.value)


def _oxigraph(term: "rdflib.term.Node") -> _Term:
    from rdflib import BNode, Literal  # noqa: PLC0415  # 0.2 s

    if not isinstance(term, Literal):
        return ox.BlankNode(str(term)) if isinstance(term, BNode) else ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)


# ---- from results to findings ----------------------------------------------------------------------------------------


def _result(rules: ox.Store, row: Mapping[str, _Term]) -> _Result:
    shape = _named(rules, row["sourceShape"])
    hints = _objects(rules, shape, _iri("rdfs:comment"))
    severity = _rule_name(row["resultSeverity"]).lower()
    return _Result(
        rule=_rule_name(shape),
        level=Level(severity) if severity in set(Level) else Level.VIOLATION,
        message=row["resultMessage"].value if "resultMessage" in row else "",
        hint=hints[0].value if hints else "",
        focus=row["focusNode"],
        paths=tuple(_path_properties(rules, row["resultPath"])) if "resultPath" in row else (),
        value=row.get("value"),
    )


def _named(rules: ox.Store, shape: _Term) -> _Term:
    """Return the shape, or the named shape around one that has no name."""
    seen: set[_Term] = set()
    while isinstance(shape, ox.BlankNode) and shape not in seen:
        seen.add(shape)
        around = [quad.subject for quad in rules.quads_for_pattern(None, None, shape)]
        shape = min((node for node in around if not isinstance(node, ox.Triple)), key=str, default=shape)
    return shape


def _path_properties(rules: ox.Store, path: _Term) -> list[ox.NamedNode]:
    """Return the properties of a path; a sequence or an alternative is a list in the shapes graph."""
    if isinstance(path, ox.NamedNode):
        return [] if path == _iri("rdf:nil") else [path]
    return [found for step in _objects(rules, path) for found in _path_properties(rules, step)]


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


def _words(store: ox.Store, base: str, term: _Term, slot: re.Match[str]) -> str:
    """Return what a person calls a term, the author's words or a page's name, or for {right|…} what would be right."""
    asked = {"node": term if isinstance(term, ox.NamedNode) else _NOTHING}
    row = next(_select(store, "right" if slot[1] == "right" else "words", asked), None)
    if slot[1] == "right":
        return row["words"].value if row else slot[2] or ""
    return _shortened(row["words"].value) if row else _readable(base, term)


def _readable(base: str, term: _Term) -> str:
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
