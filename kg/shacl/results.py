"""The validation report: results as records, in an order of their own, and as Turtle."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.rdf import nquads
from kg.rdf.terms import Node, Term
from kg.shacl import paths
from kg.shacl.paths import Path
from kg.shacl.terms import LANG_STRING, STRING, iri


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
class Refused:
    """A shape that an engine left to the other one, and why."""

    shape: Node
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """All results, sorted; no result means that the data conform. `refused` shapes were not validated."""

    results: tuple[Result, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def conforms(self) -> bool:
        """SHACL's word: there is no result, whatever its severity."""
        return not self.results


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """Return results by focus node, path, value, component, shape and message."""
    return tuple(sorted(results, key=_key))


def _key(result: Result) -> tuple[str, ...]:
    path = paths.turtle(result.path) if result.path else ""
    value = "" if result.value is None else str(result.value)
    said = " ".join(str(message) for message in result.messages)
    return (str(result.focus), path, value, str(result.component), str(result.shape), str(result.constraint), said)


def turtle(report: Report) -> str:
    """Return a report as Turtle, the same for the same results."""
    labels: dict[ox.BlankNode, str] = {}

    def written(term: Term) -> str:
        if isinstance(term, ox.BlankNode):
            return labels.setdefault(term, f"_:b{len(labels)}")
        return _literal(term) if isinstance(term, ox.Literal) else _short(term)

    prefixes = "".join(f"@prefix {name}: <{_namespace(name)}> .\n" for name in ("sh", "xsd"))
    head = f"[] a sh:ValidationReport ;\n  sh:conforms {str(report.conforms).lower()}"
    rows = [_result(result, written) for result in report.results]
    return f"{prefixes}\n{' ;'.join([head, *rows])} .\n"


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


def _literal(literal: ox.Literal) -> str:
    body = nquads.text(literal.value)
    if literal.datatype == LANG_STRING:
        return f"{body}@{literal.language}"
    return body if literal.datatype == STRING else f"{body}^^{_short(literal.datatype)}"


def counted(results: Sequence[Result]) -> dict[str, int]:
    """Return how many results there are of each severity, by its local name, worst first."""
    order = [iri(f"sh:{name}") for name in ("Violation", "Warning", "Info")]
    others = sorted({result.severity for result in results} - set(order), key=str)
    found = {one: sum(result.severity == one for result in results) for one in (*order, *others)}
    return {one.value.rpartition("#")[2].rpartition("/")[2].lower(): number for one, number in found.items()}
