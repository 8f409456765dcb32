"""A generation read into records: a query for each kind of thing, and each page's text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from pyoxigraph import QuerySolution, Store

from kg.links import wikilinks
from kg.model import progress
from kg.rdf import names, sparql_text
from kg.static_site.records import Link, Page, Position, Statement, Wiki
from kg.store.reading import Reading
from kg.why import graph as why_graph
from kg.why.graph import Graph, Said, first
from kg.write import render

_H1 = re.compile(r"^# +([^\s#].*)", re.MULTILINE)
_MOST_NODES = 2_000
_NO_TITLE = frozenset({"contents", "home", "index", "main", "page", "readme", "start", "the", "welcome", "wiki"})
_KINDS = ("Person", "Organization", "Product")


def read(reading: Reading, title: str = "", part: Store | None = None) -> Wiki:
    """
    Return what a generation holds for its readers, under a title; without one, what the wiki calls itself.

    A `part` are the graphs of some of its pages, which alone are read then.
    """
    graph, quads = Graph(reading.quads, reading.base), part or reading.quads
    with progress.stage("reading the graph"):
        statements = _statements(graph, quads)
        links = _by_path(_links(quads))
        sides = tuple(positions(quads))
        groups = clusters(quads)
    pages = tuple(_pages(reading, graph, quads))
    topics = {link.target for some in links.values() for link in some}
    topics |= {one for some in statements.values() for each in some for one in (*each.mentions, *each.part.voice_iris)}
    topics |= {one for position in sides for one in (position.theme, *position.holders, *position.sources)}
    known = {page.topic: page.about.name for page in pages}
    missing = sorted(topics - known.keys() - {""})
    others = {one: about.name for some in _batches(missing) for one, about in graph.abouts(some).items()}
    return Wiki(
        base=reading.base,
        title=title or called({page.path: page.about.name for page in pages}, reading.base),
        as_of=reading.head.as_of,
        content=reading.head.content,
        pages=pages,
        links=links,
        statements=statements,
        positions=sides,
        clusters=groups,
        names={**others, **known},
        by_topic={page.topic: page for page in pages},
    )


def _rows(store: Store, name: str) -> Iterator[QuerySolution]:
    return iter(sparql_text.select(store, sparql_text.declared_query(f"site/{name}").text))


def _text(row: QuerySolution, name: str) -> str:
    return row[name].value if row[name] is not None else ""


def _batches(nodes: Iterable[str]) -> Iterator[list[str]]:
    wanted = [*nodes]
    for start in range(0, len(wanted), _MOST_NODES):
        yield wanted[start : start + _MOST_NODES]


def called(names_by_path: Mapping[str, str], base: str) -> str:
    """Return what a wiki is called: as its front page is, else as the last word of its base IRI."""
    fronts = {path.casefold(): name for path, name in names_by_path.items()}
    for path in ("index.md", "home.md", "readme.md"):
        name = fronts.get(path, "")
        if {*name.casefold().split()} - _NO_TITLE:
            return name
    last = unquote(urlsplit(base).path).strip("/").rpartition("/")[2]
    return last or "Wiki"


# ---- pages -----------------------------------------------------------------------------------------------------------


def _pages(reading: Reading, graph: Graph, quads: Store) -> Iterator[Page]:
    with progress.stage("reading the pages"):
        texts = {page.path: (page, written) for page, written in render.everything(quads)}
    rows = [*_rows(quads, "pages")]
    with progress.stage("reading the graph"):
        abouts = {one: about for some in _batches(_column(rows, "topic")) for one, about in graph.abouts(some).items()}
        said = {one: facts for some in _batches(_column(rows, "page")) for one, facts in graph.said(some).items()}
        topics = {one: facts for some in _batches(_column(rows, "topic")) for one, facts in graph.said(some).items()}
    for row in rows:
        path, topic, facts = row["path"].value, row["topic"].value, said[row["page"].value]
        page, written = texts.pop(path)
        text = written.decode(page.encoding)
        yield Page(
            path=path,
            iri=row["page"].value,
            topic=topic,
            text=text.removeprefix("\ufeff") if page.mark else text,
            head=int(_text(row, "head") or 0),
            about=replace(abouts[topic], name=_name(reading, path, text)),
            topic_kind=next((kind for kind in _KINDS if names.NR + kind in _types(topics[topic])), ""),
            description=first(facts, "dcterms:description"),
            tags=facts.get(names.expand("schema:keywords"), ()),
        )


def _name(reading: Reading, path: str, text: str) -> str:
    """Return the title of a page, else its first heading, else its file's name."""
    entry = reading.pages.get(path)
    title = " ".join(entry.title.split()) if entry else ""
    heading = _H1.search(text) if not title else None
    return title or (wikilinks.plain(_unclosed(heading[1])).strip() if heading else "") or names.stem(path) or path


def _unclosed(heading: str) -> str:
    """Return the words of a heading without the signs that may close it."""
    words = heading.rstrip()
    before = words.rstrip("#")
    return before if before.endswith(" ") else words


def _column(rows: Iterable[QuerySolution], name: str) -> list[str]:
    return [row[name].value for row in rows]


def _types(facts: Said) -> tuple[str, ...]:
    return facts.get(names.expand("rdf:type"), ())


# ---- links -----------------------------------------------------------------------------------------------------------


def _links(store: Store) -> Iterator[Link]:
    for row in _rows(store, "links"):
        yield Link(
            path=row["path"].value,
            line=int(row["line"].value),
            column=int(row["column"].value),
            length=int(row["end"].value) - int(row["start"].value),
            form=_text(row, "form"),
            slug=row["slug"].value,
            anchor=_text(row, "anchor"),
            alias=_text(row, "alias"),
            target=_text(row, "target"),
            resolution=row["resolution"].value,
            words=_text(row, "words"),
        )


def _by_path(links: Iterable[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = defaultdict(list)
    for link in sorted(links, key=_standing):  # the engine would look up the texts of each comparison on disk
        found[link.path].append(link)
    return dict(found)


def _standing(link: Link) -> tuple[str, int, int, str, str]:
    return link.path, link.line, link.column, link.slug, link.target


# ---- statements ------------------------------------------------------------------------------------------------------


def _statements(graph: Graph, quads: Store) -> dict[str, list[Statement]]:
    places = [(row["part"].value, row["path"].value) for row in _rows(quads, "parts")]
    found: dict[str, list[Statement]] = defaultdict(list)
    for some in _batches(dict.fromkeys(part for part, _ in places)):
        parts, verdicts, said = graph.parts(some), graph.verdicts(some), graph.said(some)
        graph.forget(some)  # each is read once, and all that is said of all of them is much
        for iri in some:
            if iri in parts:
                facts = said[iri]
                found[parts[iri].span.path].append(
                    Statement(
                        part=parts[iri],
                        verdicts=verdicts.get(iri, ()),
                        role=first(facts, "nr:voiceRole"),
                        relation=_relation(facts),
                        mentions=_named(facts),
                        date=first(facts, "dcterms:date"),
                        due=first(facts, "nr:dueDate"),
                        star=bool(first(facts, "nr:star")),
                    )
                )
    return dict(found)


def _relation(facts: Said) -> str:
    """Return the relation that a connection states, in a word; empty for one that names none."""
    predicate = first(facts, "rdf:predicate")
    if predicate.startswith(names.NR):
        known = predicate.removeprefix(names.NR)
        return "" if known == "relatesTo" else known
    return first(facts, "nr:relationText") or why_graph.readable(predicate, "")


def _named(facts: Said) -> tuple[str, ...]:
    everything = (*facts.get(names.expand("rdf:object"), ()), *facts.get(names.expand("schema:mentions"), ()))
    return tuple(dict.fromkeys(everything))


# ---- what is about several pages -------------------------------------------------------------------------------------


def positions(store: Store) -> Iterator[Position]:
    """Yield the sides of every contradiction, in the order of their places."""
    sides: dict[str, list[QuerySolution]] = defaultdict(list)
    for row in _rows(store, "positions"):
        sides[row["position"].value].append(row)
    for rows in sides.values():
        yield Position(
            theme=rows[0]["theme"].value,
            label=rows[0]["label"].value,
            path=rows[0]["path"].value,
            line=int(rows[0]["line"].value),
            column=int(rows[0]["column"].value),
            holders=tuple(dict.fromkeys(filter(None, (_text(row, "holder") for row in rows)))),
            sources=tuple(dict.fromkeys(filter(None, (_text(row, "source") for row in rows)))),
        )


def clusters(store: Store) -> Mapping[str, tuple[str, ...]]:
    """Return the topics that an editor put together, by the name of their cluster."""
    members: dict[str, list[str]] = defaultdict(list)
    for row in _rows(store, "clusters"):
        members[_text(row, "name") or why_graph.readable(row["cluster"].value, "")].append(row["member"].value)
    return {name: tuple(dict.fromkeys(some)) for name, some in sorted(members.items())}
