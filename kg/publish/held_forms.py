"""What a store gives back otherwise than it was given: forms of literals, by the kind of server (docs/endpoint.md)."""

import re
from collections.abc import Callable, Mapping

from pyoxigraph import Literal, NamedNode

from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Term
from kg.settings.endpoint_settings import VIRTUOSO

_INTEGER, _DECIMAL, _BOOLEAN = (NamedNode(names.expand(f"xsd:{name}")) for name in ("integer", "decimal", "boolean"))
_WHOLE, _FRACTION = re.compile("[+-]?[0-9]+"), re.compile(r"([+-]?)([0-9]*)\.([0-9]*)")
_LARGEST = 2**31 - 1
_BOOLEANS = {"1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that a store does not hold: what it is, and what it gives instead."""

    name: str
    held: Callable[[Literal], Literal]


def held(term: Term, forms: tuple[Form, ...]) -> tuple[Term, tuple[str, ...]]:
    """Return what a store gives back for a term, and the names of what it does not hold of it."""
    if not isinstance(term, Literal):
        return term, ()
    named = []
    for form in forms:
        other = form.held(term)
        if other != term:
            named.append(form.name)
            term = other
    return term, tuple(named)


def _integer(term: Literal) -> Literal:
    """Return an integer without zeros and signs that say nothing."""
    if term.datatype != _INTEGER or not _WHOLE.fullmatch(term.value):
        return term
    return Literal(str(int(term.value)), datatype=_INTEGER)


def _large(term: Literal) -> Literal:
    """Return an integer that takes more than 32 bits as a decimal."""
    if term.datatype != _INTEGER or not _WHOLE.fullmatch(term.value) or -_LARGEST <= int(term.value) <= _LARGEST:
        return term
    return Literal(term.value, datatype=_DECIMAL)


def _decimal(term: Literal) -> Literal:
    """Return a decimal without zeros that say nothing."""
    written = _FRACTION.fullmatch(term.value) if term.datatype == _DECIMAL else None
    if written is None or not (written[2] or written[3]):
        return term
    whole, rest = written[2].lstrip("0") or "0", written[3].rstrip("0")
    sign = "-" if written[1] == "-" and (whole != "0" or rest) else ""
    return Literal(f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}", datatype=_DECIMAL)


def _boolean(term: Literal) -> Literal:
    """Return a boolean that is a digit as a word."""
    if term.datatype != _BOOLEAN:
        return term
    return Literal(_BOOLEANS.get(term.value, term.value), datatype=_BOOLEAN)


FORMS: Mapping[str, tuple[Form, ...]] = {
    VIRTUOSO: (
        Form("an integer with zeros or a plus before it", _integer),
        Form("an integer of more than 32 bits", _large),
        Form("a decimal with zeros at its end", _decimal),
        Form("a boolean that is written 1 or 0", _boolean),
    )
}
