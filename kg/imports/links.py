"""The links between wikis: what the graph of one says of things in another, and whether the other has them."""

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal

from kg.imports import kept
from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.store.reading import Reading


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
    return [link for origin in wikis for target in wikis if origin != target for link in _of(laid, origin, target)]


def _of(laid: Reading, origin: Sequence[str], target: Sequence[str]) -> Iterator[Link]:
    text = sparql_text.declared_query("imports/links").text
    terms = {"from": Literal(origin[1]), "to": Literal(target[1])}
    for row in sparql_text.select(laid.quads, sparql_text.bind(text, terms)):
        subject, word, value = (row[name].value for name in ("subject", "property", "object"))
        yield Link(origin[0], target[0], subject, word, value, row["known"].value == "true")
