"""Validation: the shapes of shapes/ against the facts of a store, and what the parser saw, as findings with places."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyoxigraph as ox

from kg import declared, names, sparql
from kg.finding import Finding, KgError, Level, Span

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

# Rules of the parser and of the walk through the files, which no shape can say.
TEXT_RULES = frozenset(
    {
        "encoding", "front-matter-duplicate-key", "front-matter-unterminated", "front-matter-yaml", "line-canonical",
        "file-kind", "file-link", "file-name", "file-size", "side-file",
    }
)  # fmt: skip
_OFF = "off"
_CUT = 80
_MARKER = re.compile(r"(?:[-*+>]|\d+[.)])\s+")
_SLOT = re.compile(r"\{(focus|value)\}")
_Term = ox.NamedNode | ox.BlankNode | ox.Literal
_NO_PATH = ox.NamedNode(names.SHAPES + "no-path")


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found: `conforms` is SHACL's word (no result of any level); rules without anything to judge."""

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


def validate(store: ox.Store, base: str, profile: str = "newsroom", shapes: Sequence[Path] = ()) -> Report:
    """
    Return what the shapes and the parser have to say about a store, sorted by place.

    `profile` is the name of a file in shapes/profiles or the path of a TOML file; `shapes` are files of further shapes.
    Raises KgError for a profile or a shapes file that cannot be used.
    """
    rules = _shapes_graph(shapes)
    levels = profile_levels(profile, TEXT_RULES | _rule_names(rules))
    data = _data_graph(store, base)
    absent = _not_applicable(rules, data, levels)
    _switch_off(rules, levels)
    results = [_result(rules, row) for row in _run(data, rules)]
    findings = {_finding(store, base, result, levels) for result in results}
    findings |= set(_parsed(store, levels))
    return Report(not findings, tuple(sorted(findings)), absent)


def profile_levels(profile: str, known: Iterable[str]) -> dict[str, str]:
    """Return the level that a profile gives to each rule it names: violation, warning, info or off."""
    path = Path(profile) if profile.endswith(".toml") else declared.folder("shapes") / "profiles" / f"{profile}.toml"
    if not path.is_file():
        shipped = sorted(file.stem for file in (declared.folder("shapes") / "profiles").glob("*.toml"))
        msg = f"unknown profile '{profile}'; use one of {', '.join(shipped)}, or the path of a .toml file"
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


# ---- the two graphs --------------------------------------------------------------------------------------------------


def _shapes_graph(more: Sequence[Path]) -> "Graph":
    from rdflib import Graph

    graph = Graph()
    for path in (*sorted(declared.folder("shapes").glob("*.ttl")), *more):
        for quad in _read(path):
            graph.add((_rdflib(quad.subject), _rdflib(quad.predicate), _rdflib(quad.object)))
    for words in {str(text) for text in (*graph.objects(None, _sh("select")), *graph.objects(None, _sh("ask")))}:
        sparql.refuse_network(words)
    return graph


def _read(path: Path) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None or not path.is_file():
        msg = f"{path}: {'no such file' if form else 'not a file of shapes; use .ttl, .nt, .rdf or .jsonld'}"
        raise KgError(msg)
    try:
        yield from ox.parse(path=path, format=form, rename_blank_nodes=True)
    except SyntaxError as error:
        msg = f"{path}: not readable as {form.name}: {error}"
        raise KgError(msg) from None


def _data_graph(store: ox.Store, base: str) -> "Graph":
    """Return every stated fact in one graph: places, what was inferred and the history are left out."""
    ontology = ox.NamedNode(names.common_graph_iri(base, "ontology"))
    left_out = {names.common_graph_iri(base, name) for name in ("inferred", "history")}
    graph = _graph_of_prepared_queries()
    for quad in store:
        where = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        if where not in left_out and not where.startswith(f"{base}prov/") and not isinstance(quad.object, ox.Triple):
            graph.add((_rdflib(quad.subject), _rdflib(quad.predicate), _rdflib(quad.object)))
    if next(store.quads_for_pattern(None, None, None, ontology), None) is None:
        for quad in _read(declared.folder("ontology") / "newsroom.ttl"):
            graph.add((_rdflib(quad.subject), _rdflib(quad.predicate), _rdflib(quad.object)))
    return graph


def _graph_of_prepared_queries() -> "Graph":
    """Return an empty graph that parses each query once: the validator asks the same ones for every focus node."""
    from rdflib import Graph
    from rdflib.plugins.sparql import prepareQuery

    prepared = cache(prepareQuery)

    class Facts(Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # rdflib's own types
            text = isinstance(query_object, str)
            return super().query(prepared(query_object) if text else query_object, *args, **kwargs)

    return Facts()


@cache
def _rdflib(term: _Term) -> "Node":
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language or term.datatype.value == names.expand("xsd:string"):
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _oxigraph(term: "Node") -> _Term:
    from rdflib import BNode, Literal

    if not isinstance(term, Literal):
        return ox.BlankNode(str(term)) if isinstance(term, BNode) else ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)


def _sh(name: str) -> "Node":
    from rdflib import URIRef

    return URIRef(names.expand(f"sh:{name}"))


# ---- rules and levels ------------------------------------------------------------------------------------------------


def _rule_name(shape: object) -> str:
    return re.split(r"[#/]", str(shape).rstrip("#/"))[-1]


def _rule_names(rules: "Graph") -> set[str]:
    from rdflib import RDF, URIRef

    kinds = (_sh("NodeShape"), _sh("PropertyShape"))
    return {_rule_name(s) for kind in kinds for s in rules.subjects(RDF.type, kind) if isinstance(s, URIRef)}


def _not_applicable(rules: "Graph", data: "Graph", levels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the rules whose kind of fact (shapes:needs) nowhere occurs."""
    from rdflib import RDF, URIRef

    needs = rules.subject_objects(URIRef(names.SHAPES + "needs"))
    absent = {_rule_name(shape) for shape, kind in needs if (None, RDF.type, kind) not in data}
    return tuple(sorted(rule for rule in absent if levels.get(rule) != _OFF))


def _switch_off(rules: "Graph", levels: Mapping[str, str]) -> None:
    from rdflib import Literal, URIRef

    for shape in {subject for subject in rules.subjects() if isinstance(subject, URIRef)}:
        if levels.get(_rule_name(shape)) == _OFF:
            rules.add((shape, _sh("deactivated"), Literal(True)))  # noqa: FBT003  # an RDF boolean


def _level(severity: object) -> Level:
    word = _rule_name(severity).lower()
    return Level(word) if word in set(Level) else Level.VIOLATION


# ---- the run ---------------------------------------------------------------------------------------------------------


def _run(data: "Graph", rules: "Graph") -> list[dict[str, "Node"]]:
    """Return the results of the SHACL validator, each by the local names of its properties."""
    import rdflib.plugins.sparql
    from pyparsing import ParseException
    from pyshacl import validate as run
    from pyshacl.errors import ReportableRuntimeError

    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False  # FROM <…> must not fetch anything
    try:
        _, report, text = run(data, shacl_graph=rules, inference="none", inplace=True, advanced=False)
    except (ReportableRuntimeError, ParseException) as error:
        msg = f"the shapes cannot be used: {error}"
        raise KgError(msg) from None
    if not isinstance(report, rdflib.Graph):  # a failure; the text says which
        msg = f"the shapes cannot be used: {' '.join(text.split())}"
        raise KgError(msg)
    results = report.subjects(rdflib.RDF.type, _sh("ValidationResult"))
    return [{_rule_name(p): o for p, o in sorted(report.predicate_objects(result))} for result in results]


def _result(rules: "Graph", row: Mapping[str, "Node"]) -> _Result:
    from rdflib import RDFS

    shape = _named(rules, row["sourceShape"])
    hints = sorted(rules.objects(shape, RDFS.comment))
    value = row.get("value")
    path = row.get("resultPath")
    return _Result(
        rule=_rule_name(shape),
        level=_level(row["resultSeverity"]),
        message=str(row.get("resultMessage", "")),
        hint=str(hints[0]) if hints else "",
        focus=_oxigraph(row["focusNode"]),
        paths=tuple(_path_properties(rules, path)) if path is not None else (),
        value=None if value is None else _oxigraph(value),
    )


def _named(rules: "Graph", shape: "Node") -> "Node":
    """Return the shape, or the named shape around one that has no name."""
    from rdflib import BNode

    seen = {shape}
    while isinstance(shape, BNode) and (around := sorted(set(rules.subjects(None, shape)) - seen)):
        shape = around[-1]
        seen.add(shape)
    return shape


def _path_properties(rules: "Graph", path: "Node") -> list[ox.NamedNode]:
    """Return the properties of a path; a sequence or an alternative is a list in the shapes graph."""
    from rdflib import RDF, URIRef

    if isinstance(path, URIRef):
        return [] if path == RDF.nil else [ox.NamedNode(str(path))]
    return [found for _, part in sorted(rules.predicate_objects(path)) for found in _path_properties(rules, part)]


# ---- from results to findings ----------------------------------------------------------------------------------------


def _finding(store: ox.Store, base: str, result: _Result, levels: Mapping[str, str]) -> Finding:
    found = _place(store, result)
    words = {
        "focus": lambda: _words(store, base, result.focus),
        "value": lambda: _value_words(store, base, result, found),
    }
    return Finding(
        span=found.span if found else Span(_readable(base, result.focus)),
        rule=result.rule,
        message=_SLOT.sub(lambda slot: words[slot[1]](), result.message),
        level=Level(levels.get(result.rule, result.level)),
        focus=result.focus.value,
        value=result.value.value if result.value else "",
        hint=result.hint,
    )


def _place(store: ox.Store, result: _Result) -> _Found | None:
    """Return the best place of a result, or None for data that no page holds."""
    if not isinstance(result.focus, ox.NamedNode):
        return None
    value = result.value or result.focus
    terms = {"focus": result.focus, "value": value, "node": value if isinstance(value, ox.NamedNode) else result.focus}
    rows = [row for path in result.paths or (_NO_PATH,) for row in _select(store, "place", {**terms, "path": path})]
    if not rows:
        return None
    row = min(rows, key=lambda row: int(row["rank"].value))
    return _Found(_span(row), ox.NamedNode(row["part"].value), row["rank"].value == "1")


def _span(row: ox.QuerySolution) -> Span:
    line, column = int(row["line"].value), int(row["column"].value)
    if row["endLine"]:
        return Span(row["file"].value, line, column, int(row["endLine"].value), int(row["endColumn"].value))
    if row["start"]:
        width = int(row["end"].value) - int(row["start"].value)
        return Span(row["file"].value, line, column, line, column + width)
    return Span(row["file"].value, line, column)


def _value_words(store: ox.Store, base: str, result: _Result, found: _Found | None) -> str:
    """Return a value as the author wrote it where the finding stands, else as the pages call it."""
    if isinstance(result.value, ox.NamedNode) and found and found.said:
        return _words(store, base, found.part)
    return _words(store, base, result.value or result.focus)


def _words(store: ox.Store, base: str, term: _Term) -> str:
    if isinstance(term, ox.NamedNode):
        rows = list(_select(store, "words", {"node": term}))
        if rows:
            return _shortened(rows[0]["words"].value)
    return _readable(base, term)


def _readable(base: str, term: _Term) -> str:
    if isinstance(term, ox.NamedNode) and term.value.startswith(base):
        return _shortened(unquote(term.value.removeprefix(base)).removeprefix("id/"))
    return names.shorten(term.value) if isinstance(term, ox.NamedNode) else _shortened(term.value)


def _shortened(words: str) -> str:
    line = _MARKER.sub("", " ".join(words.split()), count=1)
    return line if len(line) <= _CUT else line[: _CUT - 1].rstrip() + "…"


def _parsed(store: ox.Store, levels: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what the parser found."""
    for row in _select(store, "parsed", {}):
        rule = row["rule"].value
        level = levels.get(rule, row["level"].value)
        if level != _OFF:
            span = Span(row["file"].value, int(row["line"].value), int(row["column"].value))
            yield Finding(span, rule, row["message"].value, Level(level))


def _select(store: ox.Store, name: str, terms: Mapping[str, sparql.Term]) -> Iterator[ox.QuerySolution]:
    text = sparql.bind(_query(name), terms)
    solutions = store.query(text, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101  # each of these queries is a SELECT
    return iter(solutions)


@cache
def _query(name: str) -> str:
    return sparql.declared_query(f"checks/{name}").text
