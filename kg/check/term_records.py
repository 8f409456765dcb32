"""Terms and paths as JSON has them, for what is kept beside a generation."""

import json
from typing import Any

import pyoxigraph as ox

from kg.rdf.terms import Term
from kg.shacl.paths import Path, Step


def said(one: Term) -> str:
    """Return a term as a key."""
    return json.dumps(term(one), ensure_ascii=False)


def term(one: Term | None) -> Any:  # noqa: ANN401  # JSON
    """Return a term as a record."""
    if one is None:
        return None
    if isinstance(one, ox.Literal):
        return [one.value, one.datatype.value, one.language]
    return f"<{one.value}" if isinstance(one, ox.NamedNode) else f"_{one.value}"


def read_term(record: Any) -> Term | None:  # noqa: ANN401  # JSON
    """Return the term of a record."""
    if record is None:
        return None
    if isinstance(record, list):
        value, datatype, language = record
        return ox.Literal(value, language=language) if language else ox.Literal(value, datatype=ox.NamedNode(datatype))
    return ox.NamedNode(record[1:]) if record[0] == "<" else ox.BlankNode(record[1:])


def some(record: Any) -> Any:  # noqa: ANN401  # a term of a kind that the caller knows
    """Return the term of a record, of the kind that the caller knows it to be."""
    return read_term(record)


def way(path: Path | None) -> Any:  # noqa: ANN401  # JSON
    """Return a path as a record."""
    return path and [str(path.step), term(path.predicate), [way(part) for part in path.parts]]


def read_way(record: Any) -> Path | None:  # noqa: ANN401  # JSON
    """Return the path of a record."""
    if record is None:
        return None
    step, predicate, parts = record
    return Path(Step(step), some(predicate), tuple(_some_way(part) for part in parts))


def _some_way(record: Any) -> Any:  # noqa: ANN401  # a path
    return read_way(record)
