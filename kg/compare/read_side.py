"""One side of a comparison as items: what its pages say, read by the queries of queries/diff."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import Literal, NamedNode, QuerySolution

from kg.compare.records import Item, Wiki
from kg.compare.sides import Side
from kg.links.wikilinks import plain, spoken
from kg.model.finding import Span
from kg.rdf import names, sparql_text


def wiki(side: Side) -> Wiki:
    """Return what one side says."""
    return Wiki(
        pages=side.pages,
        statements=_statements(side),
        links=tuple(_item(side, row, "link") for row in _rows(side, "links")),
        fields=tuple(_item(side, row, "field") for row in _rows(side, "fields")),
        sentences=tuple(_item(side, row, "sentence") for row in _rows(side, "sentences")),
    )


def _rows(side: Side, name: str) -> Iterator[QuerySolution]:
    """Yield the rows of a query for each page to be read: a query of two graphs is faster than one of all."""
    text = sparql_text.declared_query(f"diff/{name}").text
    for page in side.only:
        facts, places = names.graph_iri(side.base, page), names.provenance_iri(side.base, page)
        yield from sparql_text.select(
            side.quads, sparql_text.bind(text, {"facts": NamedNode(facts), "places": NamedNode(places)})
        )


def _word(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, Literal | NamedNode) else ""


def _span(side: Side, row: QuerySolution) -> Span:
    path = _word(row, "path")
    return Span(side.files.get(path, path), int(_word(row, "line")), int(_word(row, "column")))


def relative(side: Side, iri: str) -> str:
    """Return an IRI without its base, so that two bases can be compared."""
    return iri.removeprefix(side.base)


def _statements(side: Side) -> tuple[Item, ...]:
    who: dict[str, list[str]] = defaultdict(list)
    for row in _rows(side, "voices"):
        who[_word(row, "statement")].append(relative(side, _word(row, "who")))
    found = (_statement(side, row, tuple(who.get(_word(row, "statement"), ()))) for row in _rows(side, "statements"))
    return tuple({item.iri: item for item in found}.values())


def _statement(side: Side, row: QuerySolution, who: tuple[str, ...]) -> Item:
    kind, said, markup = _word(row, "kind"), _word(row, "said"), _word(row, "markup")
    return Item(
        kind=kind,
        page=_word(row, "path"),
        span=_span(side, row),
        text=_word(row, "exact"),
        tag=_word(row, "tag").casefold(),
        said=_folded(said),
        voice=_folded(plain(said)),
        who=who,
        content=_folded((spoken if kind == "claim" else plain)(markup)),
        markup=_folded(markup),
        iri=_word(row, "statement"),
        key=_word(row, "key"),
        section=_word(row, "heading"),
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def _item(side: Side, row: QuerySolution, kind: str) -> Item:
    """Return a link, field or sentence."""
    item = Item(kind, _word(row, "path"), _span(side, row), "")
    match kind:
        case "link":
            anchor = f"#{row['anchor'].value}" if row["anchor"] else ""
            written = _word(row, "slug") + anchor
            target, failed = relative(side, _word(row, "target")), _broken(_word(row, "resolution"))
            item = replace(item, text=f"[[{written}]]", markup=written, inside=_word(row, "inside"))
            return replace(item, who=(target, failed), voice=failed or target.removeprefix("id/"))
        case "field":
            key, value = _word(row, "key"), _word(row, "value")
            space = "\n" if "\n" in value else " "
            return replace(item, text=f"{key}:{space}{value}", key=key, content=value)
        case _:
            said = _folded(_word(row, "markup"))
            return replace(item, text=_word(row, "markup"), markup=said, content=_folded(plain(said)))


def _broken(resolution: str) -> str:
    """Return how a link fails, nothing where it leads to a page."""
    return "" if resolution in ("strict", "lenient") else resolution
