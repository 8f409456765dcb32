"""Pages back from the graph: one SPARQL query a page gives its lines, and they give its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, QuerySolutions, Store

from kg import sparql
from kg.text import encode

_NEWLINES = {"CRLF": "\r\n", "CR": "\r"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A page in the store: its graph, and what its bytes need beside its lines."""

    graph: str
    page: str
    path: str
    encoding: str
    newline: str
    mark: bool


def pages(store: Store) -> Iterator[Stored]:
    """Yield the pages of a store in the order of their paths."""
    for row in select(store, sparql.declared_query("pages/pages").text):
        yield Stored(
            graph=row["graph"].value,
            page=row["page"].value,
            path=row["path"].value,
            encoding=row["encoding"].value if row["encoding"] else "utf-8",
            newline=_NEWLINES[row["newline"].value] if row["newline"] else "\n",
            mark=row["mark"] is not None,
        )


def select(store: Store, query: str) -> QuerySolutions:
    """Return the rows of a SELECT of ours."""
    rows = store.query(query)
    if not isinstance(rows, QuerySolutions):
        msg = "not a SELECT"
        raise TypeError(msg)
    return rows


def render(store: Store, page: Stored) -> bytes:
    """Return the bytes of a page, as they were ingested."""
    query = sparql.bind(sparql.declared_query("pages/lines").text, {"graph": NamedNode(page.graph)})
    written = []
    for row in select(store, query):
        if row["verbatim"]:
            written.append(row["verbatim"].value)
            continue
        lines = row["text"].value + ("" if row["unended"] else "\n")
        written.append(lines if page.newline == "\n" else lines.replace("\n", page.newline))
    return encode("".join(written), page.encoding, mark=page.mark)
