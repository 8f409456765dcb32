"""The links between wikis: what the graph of one says of things in another, and whether the other has them."""

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal

from kg.imports import kept
from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.store.reading import Reading

_Wiki = tuple[str, str]  # the name of its import, and its base IRI


@dataclass(frozen=True, slots=True)
class Link:
    """A statement of one wiki (by the name of its import, empty for the own) about a thing of another."""

    origin: str
    target: str
    subject: str
    property: str
    object: str
    known: bool


def between(laid: Reading) -> list[Link]:
    """Return the links between the wikis of a generation with its imports, in the order of their names."""
    wikis = [("", laid.base), *((one.name, one.base) for one in kept.listed(laid.folder))]
    return [link for origin in wikis for link in _of(laid, origin, [one for one in wikis if one != origin])]


def _of(laid: Reading, origin: _Wiki, others: Sequence[_Wiki]) -> Iterator[Link]:
    """Yield the links of one wiki into all others, found in one reading of what it says."""
    if not others:
        return
    bases = "|".join(re.escape(base) for _, base in others)
    terms = {"from": Literal(origin[1]), "into": Literal(f"^({bases})")}
    rows = [*sparql_text.select(laid.quads, sparql_text.bind(sparql_text.declared_query("imports/links").text, terms))]
    for name, base in others:
        for row in rows:
            subject, word, value = (row[column].value for column in ("subject", "property", "object"))
            if value.startswith(base):
                yield Link(origin[0], name, subject, word, value, row["known"].value == "true")
