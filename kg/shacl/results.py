"""The validation report: results as records, in an order of their own, and as Turtle."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import names, nquads
from kg.rdf.terms import Node, Term
from kg.shacl import paths
from kg.shacl.paths import Path
from kg.shacl.terms import STRING, iri


@dataclass(frozen=True, slots=True)
class Result:
    """
    One result: what SHACL calls sh:ValidationResult; `constraint` is the node of a query that found it.

    `related` are the nodes that this query returned as ?related with the same focus node and value; None where the
    engine does not hand them on.
    """

    focus: Term
    path: Path | None
    value: Term | None
    severity: ox.NamedNode
    component: ox.NamedNode
    shape: Node
    constraint: Term | None = None
    messages: tuple[ox.Literal, ...] = ()
    related: tuple[Term, ...] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A result, with the unit that gave it and the focus node of that unit."""

    unit: str
    focus: Term
    result: Result


@dataclass(frozen=True, slots=True)
class Refused:
    """A shape that an engine left to the other one, and why."""

    shape: Node
    why: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A shape that no engine checked, and why; without a shape it is the whole graph."""

    shape: Node | None
    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of a shape that was checked: where a query of it may have passed over something."""

    shape: Node
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """
    All results, sorted, and how far they reach.

    `refused` shapes were left to the other engine; `unchecked` are those that none checked; `checked` are the shapes
    with targets that were, each with the name of the engine; `notes` say where a query had an error of an expression.
    """

    results: tuple[Result, ...]
    refused: tuple[Refused, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    checked: tuple[tuple[Node, str], ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def conforms(self) -> bool:
        """SHACL's word: there is no result, whatever its severity; and nothing was left unchecked."""
        return not self.results and not self.unchecked


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """Return results by focus node, path, value, component, shape and message."""
    return tuple(sorted(results, key=_key))


def _key(result: Result) -> tuple[str, ...]:
    path = paths.turtle(result.path) if result.path else ""
    value = "" if result.value is None else str(result.value)
    said = " ".join(str(message) for message in result.messages)
    return (str(result.focus), path, value, str(result.component), str(result.shape), str(result.constraint), said)


def turtle(report: Report, *, conforms: bool | None = None, tags: Mapping[ox.Literal, str] | None = None) -> str:
    """
    Return a report as Turtle, the same for the same results, with the shapes that were checked and those that were not.

    `conforms` stands in for the report's own, where more than its results was found; `tags` are language tags as the
    files write them.
    """
    labels: dict[ox.BlankNode, str] = {}

    def written(term: Term) -> str:
        if isinstance(term, ox.BlankNode):
            return labels.setdefault(term, f"_:b{len(labels)}")
        return _literal(term, tags or {}) if isinstance(term, ox.Literal) else _short(term)

    spaces = {name: _namespace(name) for name in ("sh", "xsd")}
    extent = [*_extent(report, written)]
    if extent:
        spaces["shapes"] = names.SHAPES
    prefixes = "".join(f"@prefix {name}: <{space}> .\n" for name, space in sorted(spaces.items()))
    word = report.conforms if conforms is None else conforms and report.conforms
    head = f"[] a sh:ValidationReport ;\n  sh:conforms {str(word).lower()}"
    rows = [_result(result, written) for result in report.results]
    return f"{prefixes}\n{' ;'.join([head, *extent, *rows])} .\n"


def _extent(report: Report, spell: Callable[[Term], str]) -> Iterator[str]:
    for node, engine in sorted(report.checked, key=str):
        yield f"\n  shapes:checked [ shapes:shape {spell(node)} ; shapes:engine {nquads.text(engine)} ]"
    for one in sorted(report.unchecked, key=str):
        shape = "" if one.shape is None else f"shapes:shape {spell(one.shape)} ; "
        yield f"\n  shapes:notChecked [ {shape}shapes:why {nquads.text(one.why)} ]"


def _result(result: Result, spell: Callable[[Term], str]) -> str:
    lines = [f"    {word} {text}" for word, text in _lines(result, spell)]
    return "\n  sh:result [\n    a sh:ValidationResult ;\n" + " ;\n".join(lines) + "\n  ]"


def _lines(result: Result, spell: Callable[[Term], str]) -> Iterator[tuple[str, str]]:
    yield "sh:focusNode", spell(result.focus)
    if result.path is not None:
        yield "sh:resultPath", paths.turtle(result.path)
    if result.value is not None:
        yield "sh:value", spell(result.value)
    yield "sh:resultSeverity", spell(result.severity)
    yield "sh:sourceConstraintComponent", spell(result.component)
    if result.constraint is not None:
        yield "sh:sourceConstraint", spell(result.constraint)
    yield "sh:sourceShape", spell(result.shape)
    for message in sorted(result.messages, key=str):
        yield "sh:resultMessage", spell(message)


def _namespace(name: str) -> str:
    return iri(f"{name}:").value


def _short(term: ox.NamedNode) -> str:
    for name in ("sh", "xsd"):
        local = term.value.removeprefix(_namespace(name))
        if local != term.value and local.isidentifier() and local.isascii():
            return f"{name}:{local}"
    return str(term)


def _literal(literal: ox.Literal, tags: Mapping[ox.Literal, str]) -> str:
    body = nquads.text(literal.value)
    if literal.language:
        return f"{body}@{tags.get(literal, literal.language)}{f'--{literal.direction}' if literal.direction else ''}"
    return body if literal.datatype == STRING else f"{body}^^{_short(literal.datatype)}"


def counted(results: Sequence[Result]) -> dict[str, int]:
    """Return how many results there are of each severity, by its local name, worst first."""
    order = [iri(f"sh:{name}") for name in ("Violation", "Warning", "Info")]
    others = sorted({result.severity for result in results} - set(order), key=str)
    found = {one: sum(result.severity == one for result in results) for one in (*order, *others)}
    return {one.value.rpartition("#")[2].rpartition("/")[2].lower(): number for one, number in found.items()}
