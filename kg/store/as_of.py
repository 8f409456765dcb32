"""A generation as it could have been on a day: without the pages that are younger, and what only they speak of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.store import kept_lines
from kg.store.reading import Reading
from kg.store.shown_pages import InMemory

_DATED = ("date", "gYear", "gYearMonth")
_FIRST = "-01-01"


@dataclass(frozen=True, slots=True)
class AsOf:
    """A generation as of a day, the paths of the pages that are left out, and of those that have no date at all."""

    reading: Reading
    left_out: tuple[str, ...]
    undated: tuple[str, ...]


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
    copied = _copied(reading, {reading.pages[path].name for path in left_out}, date)
    hidden = frozenset(left_out)
    pages = InMemory({path: entry for path, entry in reading.pages.items() if path not in hidden})
    then = replace(reading, quads=copied, pages=pages, left_out=hidden)
    return AsOf(then, tuple(left_out), tuple(undated))


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


def _copied(reading: Reading, hidden: Collection[str], date: str) -> Store:
    """Return the quads that stay: those of pages that are seen, and of the graphs of no page what is not hidden."""
    pages = _graphs(reading, (entry.name for entry in reading.pages.values()))
    left_out = _graphs(reading, hidden)
    copied, common, subjects = Store(), list[bytes](), set[bytes]()
    for chunk in _lines(reading):
        seen_lines = []
        for line in chunk.splitlines(keepends=True):
            graph = line[line.rfind(b"<") + 1 : -4]
            if graph in left_out:
                subjects.add(line[: line.find(b" ")])
            elif graph in pages:
                seen_lines.append(line)
            else:
                common.append(line)
        copied.bulk_load(b"".join(seen_lines), format=RdfFormat.N_QUADS, lenient=True)
    unseen = {node for node in _nodes(subjects) if next(copied.quads_for_pattern(node, None, None, None), None) is None}
    today = NamedNode(names.expand("nr:asOf"))
    said = [quad for quad in parse(b"".join(common), format=RdfFormat.N_QUADS, lenient=True) if quad.predicate != today]
    copied.extend(_of_seen(said, unseen, copied, reading.base))
    corpus = NamedNode(names.common_graph_iri(reading.base, "corpus"))
    day_ = Literal(date, datatype=NamedNode(names.expand("xsd:date")))
    copied.add(Quad(NamedNode(reading.base), today, day_, corpus))
    return copied


def _of_seen(quads: Iterable[Quad], unseen: set[NamedNode], pages: Store, base: str) -> list[Quad]:
    """
    Return quads of the graphs of no page without those that speak of what is unseen.

    What of the wiki only these led to goes with them, such as what an original has of a quote, and then the original.
    """
    kept, hidden = list(quads), set(unseen)
    while hidden:
        lost = [quad for quad in kept if quad.subject in hidden or quad.object in hidden]
        kept = [quad for quad in kept if quad.subject not in hidden and quad.object not in hidden]
        reached = {quad.object for quad in kept}
        led_to = {quad.object for quad in lost if isinstance(quad.object, NamedNode)}
        hidden = {
            node
            for node in led_to - hidden - reached
            if node.value.startswith(base) and next(pages.quads_for_pattern(node, None, None, None), None) is None
        }
    return kept


def _graphs(reading: Reading, pages: Iterable[str]) -> set[bytes]:
    """Return the IRIs of the graphs of pages, as lines have them."""
    return {iri(reading.base, page).encode() for page in pages for iri in (names.graph_iri, names.provenance_iri)}


def _lines(reading: Reading) -> Iterator[bytes]:
    """Yield the quads of a generation as lines, many at a time: those that were kept, else as the engine reads them."""
    kept = kept_lines.read(reading.generation)
    if kept is not None:
        yield from kept
        return
    yield reading.quads.dump(format=RdfFormat.N_QUADS) or b""


def _nodes(subjects: Iterable[bytes]) -> Iterator[NamedNode]:
    """Return the IRIs among subjects, as lines have them."""
    lines = b"".join(subject + b" <urn:a> <urn:b> .\n" for subject in sorted(subjects))
    for quad in parse(lines, format=RdfFormat.N_TRIPLES, lenient=True):
        if isinstance(quad.subject, NamedNode):
            yield quad.subject
