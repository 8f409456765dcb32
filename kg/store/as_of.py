"""A generation as it could have been on a day: without the pages that are younger, and what only they speak of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.model.kg_error import KgError
from kg.rdf import names, sparql_text
from kg.store.reading import Reading
from kg.store.shown_pages import Shown

if TYPE_CHECKING:
    from kg.store.manifest import Entry

_DATED = ("date", "gYear", "gYearMonth")
_FIRST = "-01-01"


@dataclass(frozen=True, slots=True)
class AsOf:
    """A generation as of a day, the paths of the pages that are left out, and of those that have no date at all."""

    reading: Reading
    left_out: tuple[str, ...]
    undated: tuple[str, ...]


class _Seen(Shown):
    """The pages of a generation without those that are left out."""

    def __init__(self, pages: Mapping[str, "Entry"], reading: Reading) -> None:
        super().__init__(reading.generation.folder, reading.head)
        self._entries = dict(pages)


def day(text: str) -> str:
    """Return a date as it is compared; raise KgError for what is none."""
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise KgError(f"--as-of: expected a date such as 2026-03-01, found '{text}'") from None


def seen(reading: Reading, date: str) -> AsOf:
    """
    Return a generation, in memory, as the wiki could have known it on a day such as 2026-03-01.

    A page is left out where a day on which it or its topic was published, fetched, made or changed is later; a month
    or a year is later where its first day is. A page without such a day stays. With the graphs of a page goes what the
    graphs of no page say of things that only such pages speak of. The wiki's own today (`nr:asOf`) is that day.
    """
    dates = _dates(reading.quads)
    own = {path: names.graph_iri(reading.base, entry.name) for path, entry in reading.pages.items()}
    left_out = [path for path, graph in own.items() if any(_first_day(one) > date for one in dates.get(graph, ()))]
    undated = [path for path, graph in own.items() if graph not in dates]
    hidden = {NamedNode(own[path]) for path in left_out}
    hidden |= {NamedNode(names.provenance_iri(reading.base, reading.pages[path].name)) for path in left_out}
    copied = Store()
    copied.bulk_extend(_kept(reading, hidden, date))
    pages = {path: entry for path, entry in reading.pages.items() if path not in set(left_out)}
    return AsOf(replace(reading, quads=copied, pages=_Seen(pages, reading)), tuple(left_out), tuple(undated))


def _dates(quads: Store) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    kinds = {names.expand(f"xsd:{kind}") for kind in _DATED}
    for row in sparql_text.select(quads, sparql_text.declared_query("as_of/dates").text):
        graph, date = row[0], row[1]
        if isinstance(date, Literal) and date.datatype.value in kinds and graph is not None:
            found[graph.value].add(date.value)
    return found


def _first_day(date: str) -> str:
    return date[:10] + _FIRST[len(date[:10]) - 4 :] if len(date) < len("2026-03-01") else date[:10]


def _kept(reading: Reading, hidden: set[NamedNode], date: str) -> Iterator[Quad]:
    """Yield the quads that stay: those of pages that are seen, and of the graphs of no page what is not hidden."""
    pages = {names.graph_iri(reading.base, entry.name) for entry in reading.pages.values()}
    pages |= {names.provenance_iri(reading.base, entry.name) for entry in reading.pages.values()}
    quads, common = reading.quads, []
    spoken: set[object] = set()
    for graph in quads.named_graphs():
        if graph in hidden:
            continue
        if not isinstance(graph, NamedNode) or graph.value not in pages:
            common.append(graph)
            continue
        for quad in quads.quads_for_pattern(None, None, None, graph):
            spoken.add(quad.subject)
            yield quad
    unseen = {quad.subject for graph in hidden for quad in quads.quads_for_pattern(None, None, None, graph)} - spoken
    today = NamedNode(names.expand("nr:asOf"))
    for graph in common:
        for quad in quads.quads_for_pattern(None, None, None, graph):
            if quad.predicate != today and quad.subject not in unseen and quad.object not in unseen:
                yield quad
    corpus = NamedNode(names.common_graph_iri(reading.base, "corpus"))
    yield Quad(NamedNode(reading.base), today, Literal(date, datatype=NamedNode(names.expand("xsd:date"))), corpus)
