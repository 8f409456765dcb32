"""SPARQL Update on pages: applied to a copy, refused where no text would stand behind it, and shown as a diff."""

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from functools import partial
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store
from pyoxigraph import parse as read_quads

from kg.files import walk
from kg.links import resolve
from kg.links.name_tables import Named
from kg.map import in_memory
from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.parse.parse_page import parse
from kg.rdf import engine_errors, expressions, names, sparql_text, syntax_error
from kg.rdf.deadline import deadline
from kg.rdf.expression_failures import Failures
from kg.rdf.names import PageName
from kg.rdf.sparql_text import Term
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store.reading import Reading
from kg.write import agreement, copies, render, union_graph
from kg.write.agreement import Refusal
from kg.write.render import Stored
from kg.write.replace_files import Rewritten

_NO_PAGES = frozenset({"prov/register", "prov/clusters", "prov/originals"})
# Where a derived triple comes from: what to change instead.
_BEHIND = {
    "nr:claimant": "nr:saidByText", "nr:speaker": "nr:saidByText", "nr:voiceRole": "nr:saidByText",
    "foaf:name": "nr:saidByText", "schema:text": "nr:markup", "schema:mentions": "nr:markup",
    "nr:statementKey": "nr:markup", "nr:slug": "nr:markup", "nr:anchor": "nr:markup", "nr:alias": "nr:markup",
    "nr:target": "nr:markup", "nr:resolution": "nr:markup", "rdf:object": "nr:targetText",
    "rdf:subject": "the page that the line stands on", "nr:leadsTo": "nr:targetText",
    "nr:firstDay": "the date", "nr:lastDay": "the date", "dcterms:date": "nr:dateText",
    "nr:headingName": "nr:markup of the heading", "nr:headingSlug": "nr:markup of the heading",
    "nr:headingAnchor": "nr:markup of the heading",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """
    What an update starts from: a generation, opened, and how the pages of its wiki are read.

    `beside` has the same quads and graphs of no page, where an update is asked of both.
    """

    generation: Reading
    config: Config
    dialect: Dialect
    beside: Store | None = None

    @property
    def folder(self) -> Path:
        """The folder of the store."""
        return self.generation.folder

    @property
    def quads(self) -> Store:
        """The quads of the generation."""
        return self.generation.quads

    @property
    def asked(self) -> Store:
        """The quads that an update sees."""
        return self.beside or self.quads

    @property
    def iri(self) -> str:
        """What every IRI of the generation starts with."""
        return self.generation.base

    @property
    def root(self) -> Path:
        """The folder of the wiki."""
        return self.generation.root


@dataclass(frozen=True, slots=True)
class _Home:
    """The page that a graph belongs to, as rendering needs it, and its two graphs."""

    page: Stored
    name: PageName
    graphs: tuple[NamedNode, NamedNode]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of the graph comes to: pages, or the quads that graphs of no page have now, by their IRIs."""

    pages: tuple[Rewritten, ...] = ()
    graphs: Mapping[str, Sequence[Quad]] = field(default_factory=dict)


def update(base: Base, text: str, terms: Mapping[str, Term | int], *, seconds: float = 0) -> tuple[Rewritten, ...]:
    """
    Return the pages that a SPARQL Update changes, each with its bytes before and after; nothing is written.

    An update that runs longer than `seconds` (0: no limit) ends the process with exit code 1 and one line.

    Raises KgError for what is no update, asks for the network, or changes anything but triples that the pages, once
    rendered and read again, say themselves. Derived triples follow from the text and need no update.
    """
    return updated(base, text, terms, seconds=seconds).pages


def updated(
    base: Base, text: str, terms: Mapping[str, Term | int], *, seconds: float = 0,
    others: Callable[[str], bool] = lambda _: False,
) -> Changed:  # fmt: skip
    """Return what a SPARQL Update changes, as `update` does, of the graphs too that `others` tells are of no page."""
    sparql_text.refuse_network(text)
    sparql_text.refuse_deep(text)
    return changed(base, lambda copied: _run(base, copied, text, terms), seconds=seconds, others=others)


def changed(
    base: Base, change: Callable[[Store], None], *, seconds: float = 0, others: Callable[[str], bool]
) -> Changed:
    """
    Return what a `change` of a copy of the graph comes to; nothing is written.

    Raises KgError where no text would stand behind it, and where it changes pages and graphs of no page at once: there
    is no way to write both whole or not at all.
    """
    with _copy(base) as copied:
        with deadline(seconds, "the update took longer than", partial(copies.take_away, base.folder)):
            change(copied)
        graphs = list(_touched(base.asked, copied))
        homes = _homes(base, graphs)
        rest = [graph for graph in graphs if graph not in homes]
        for graph in rest:
            if graph is None or not others(graph.value):
                raise KgError(_no_page(base, graph))
        if homes and rest:
            raise KgError(f"the update changes pages and {rest[0]}, a graph of no page; send one for each")
        if homes and base.beside:  # a graph of no page has no part in what a page says
            for foreign in {*base.beside.named_graphs()} - {*base.quads.named_graphs()}:
                copied.remove_graph(foreign)
        rewritten = _rendered(base, copied, list({home.page.path: home for home in homes.values()}.values()))
        quads = {graph.value: [*_quads(copied, graph)] for graph in rest if graph is not None}
    return Changed(tuple(page for page in rewritten if page.old != page.new), quads)


def replaced(base: Base, graph: str, lines: bytes, *, keeping: bool, seconds: float = 0) -> Changed:
    """
    Return what pages come to where a graph says some N-Triples instead of what it says, or beside that if `keeping`.

    Raises KgError where no text would stand behind it, and where it is the graph of no page.
    """
    node = NamedNode(graph)

    def change(copied: Store) -> None:
        if not keeping:
            copied.clear_graph(node)
        copied.load(lines, format=RdfFormat.N_TRIPLES, to_graph=node, lenient=True)

    return changed(base, change, seconds=seconds, others=lambda _: False)


def _run(base: Base, copied: Store, text: str, terms: Mapping[str, Term | int]) -> None:
    """Apply an update to a copy; outside GRAPH it sees all graphs as one. KgError where an expression of it fails."""
    before = union_graph.lay(copied) if union_graph.wanted(text) else None
    apply(copied, text, terms, iri=base.iri)
    if before is not None:
        facts = {names.graph_iri(base.iri, page.name): path for path, page in base.generation.pages.items()}
        union_graph.carry(copied, before, facts)


def apply(store: Store, text: str, terms: Mapping[str, Term | int], *, iri: str | None = None) -> None:
    """
    Apply a SPARQL Update to a store, whose graph without a name is what stands outside GRAPH.

    Relative IRIs are below `iri`. Raises KgError for what is no update, asks for the network, or has an expression that
    fails.
    """
    sparql_text.refuse_network(text)
    sparql_text.refuse_deep(text)
    failures = Failures()
    written = expressions.expressed(text, failures)
    try:
        with engine_errors.told("the update"):
            store.update(
                sparql_text.bind(written.text, terms), base_iri=iri, prefixes=names.PREFIXES,
                custom_functions=written.functions,
            )  # fmt: skip
    except KgError as error:
        if not isinstance(error.__cause__, SyntaxError | ValueError):
            raise
        _explain(text, terms, iri)
        raise
    if lines := failures.lines(loose=False):
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        raise KgError(f"refused, as an expression fails, and what it stands for would be lost: {lines[0]}{more}")


def _explain(text: str, terms: Mapping[str, Term | int], iri: str | None) -> None:
    """Raise KgError where a text is no update, with the place in it as it was given."""
    try:
        Store().update(sparql_text.bind(text, terms), base_iri=iri, prefixes=names.PREFIXES)
    except (SyntaxError, ValueError) as error:
        why = syntax_error.explain(text, str(error), terms).replace("a SPARQL query", "a SPARQL update", 1)
        raise KgError(why) from None


@contextmanager
def _copy(base: Base) -> Iterator[Store]:
    """Lend a copy of the generation's quads (hard links, so a cheap one) that is gone afterwards."""
    with copies.folder_in(base.folder, "an update") as place:
        base.asked.backup(str(place / "quads"))
        yield Store(str(place / "quads"))


def _touched(old: Store, new: Store) -> Iterator[NamedNode | None]:
    """Yield the graphs that differ, None for the one without a name, in order."""
    found = {graph for each in (old, new) for graph in each.named_graphs() if isinstance(graph, NamedNode)}
    graphs: list[NamedNode | DefaultGraph] = [DefaultGraph(), *sorted(found, key=lambda graph: graph.value)]
    for graph in graphs:
        # Equal bytes are equal graphs; other bytes may only be in another order.
        before, after = (each.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) for each in (old, new))
        if before != after and set(_quads(old, graph)) != set(_quads(new, graph)):
            yield graph if isinstance(graph, NamedNode) else None


def _quads(quads: Store, *graphs: NamedNode | DefaultGraph) -> Iterator[Quad]:
    return (quad for graph in graphs for quad in quads.quads_for_pattern(None, None, None, graph))


def _homes(base: Base, graphs: Sequence[NamedNode | None]) -> dict[NamedNode | None, _Home]:
    """Return the pages of graphs; a graph that belongs to none is left out."""
    wanted = {graph.value for graph in graphs if graph is not None}
    stored = {page.path: page for page in render.pages(base.quads)} if wanted else {}
    found: dict[NamedNode | None, _Home] = {}
    for path, entry in base.generation.pages.items():
        iris = names.graph_iri(base.iri, entry.name), names.provenance_iri(base.iri, entry.name)
        if path in stored and not wanted.isdisjoint(iris):
            facts, places = map(NamedNode, iris)
            home = _Home(stored[path], PageName(path, entry.name, entry.topic), (facts, places))
            found |= {facts: home, places: home}
    return found


def _no_page(base: Base, graph: NamedNode | None) -> str:
    if graph is None:
        return "the update writes into no graph; a triple of a page is written GRAPH ?page { … }"
    short = graph.value.removeprefix(base.iri)
    if short.removeprefix("graph/") in names.RESERVED_GRAPHS or short in _NO_PAGES:
        return f"{short} is made from no page, and an update changes pages only; nothing was changed"
    return f"<{graph.value}> is the graph of no page; write the page as a file, and run `kg ingest`"


def _rendered(base: Base, store: Store, homes: Sequence[_Home]) -> list[Rewritten]:
    """Return the pages of changed graphs; raise KgError where one does not agree with what it renders to."""
    for home in homes:
        _refuse(base, home, agreement.first_malformed(_quads(base.quads, *home.graphs), _quads(store, *home.graphs)))
    pages = [
        Rewritten(home.page.path, render.render(base.quads, home.page), _bytes(store, home.page)) for home in homes
    ]
    records = {page.path: parse(page.new, page.path, base.dialect) for page in pages}
    named = {path: resolve.named(entry) for path, entry in base.generation.pages.items()}
    for home in homes:
        record, _ = records[home.page.path]
        named[home.page.path] = Named(home.name, record.title, record.aliases)
    others = walk.walk(base.root, base.config.exclude, base.config.max_page_bytes).others
    index = resolve.index(named.values(), [file.path for file in others])
    for home in homes:
        lines = in_memory.of_page(*records[home.page.path], home.name, index, base=base.iri, dialect=base.dialect)
        mapped = set(read_quads("".join(lines).encode(), format=RdfFormat.N_QUADS))
        old, updated = (set(_quads(each, *home.graphs)) for each in (base.quads, store))
        _refuse(base, home, agreement.first_refusal(old, updated, mapped))
    return pages


def _bytes(store: Store, page: Stored) -> bytes:
    try:
        return render.render(store, page)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise KgError(f"{page.path}: the file is not UTF-8 and cannot hold '{letter}'; convert it first") from None


def _refuse(base: Base, home: _Home, refusal: Refusal | None) -> None:
    """Raise KgError for a refused triple, with the place of its subject where it has one."""
    if refusal is None:
        return
    quad = refusal.quad
    hint = _hint(base, home, quad)
    said = f"{_short(base, quad.subject)} {_short(base, quad.predicate)} {_short(base, quad.object)}"
    raise KgError(f"{_place(base, home, quad)}: refused: {said}: {refusal.why}{hint}")


def _place(base: Base, home: _Home, quad: Quad) -> str:
    """Return where the subject of a triple stands, or the field that it follows from; else the page's path."""
    field = _field(base, home, quad)
    for node in (quad.subject, field[0] if field else None):
        found = {one.predicate: one.object for one in _about(base, node, home.graphs[1])}
        line, column = (found.get(NamedNode(names.expand(name))) for name in ("nr:line", "nr:column"))
        if isinstance(line, Literal) and isinstance(column, Literal) and node is not None:
            return f"{home.page.path}:{line.value}:{column.value}"
    return home.page.path


def _about(base: Base, node: object, graph: NamedNode) -> Iterator[Quad]:
    if isinstance(node, NamedNode):
        yield from base.quads.quads_for_pattern(node, None, None, graph)


def _field(base: Base, home: _Home, quad: Quad) -> tuple[NamedNode, str] | None:
    """Return the front matter field that a triple follows from, and its key."""
    expresses, key = NamedNode(names.expand("nr:expresses")), NamedNode(names.expand("nr:key"))
    for one in base.quads.quads_for_pattern(None, expresses, quad.predicate, home.graphs[0]):
        for named in base.quads.quads_for_pattern(one.subject, key, None, home.graphs[0]):
            if isinstance(one.subject, NamedNode) and isinstance(named.object, Literal):
                return one.subject, named.object.value
    return None


def _short(base: Base, term: object) -> str:
    """Return a term as a person may write it: a prefixed name, an IRI below the base, or a quoted text."""
    if not isinstance(term, NamedNode):
        shown = json.dumps(term.value, ensure_ascii=False) if isinstance(term, Literal) else str(term)
        return shown if len(shown) <= 120 else f"{shown[:119]}…"  # noqa: PLR2004  # a line stays a line
    if term.value.startswith(base.iri):
        return f"<{term.value.removeprefix(base.iri)}>"
    short = names.shorten(term.value)
    return f"<{short}>" if short == term.value else short


def _hint(base: Base, home: _Home, quad: Quad) -> str:
    """Return what to change instead of a derived triple, as the end of a sentence."""
    if quad.graph_name == home.graphs[1]:
        return "; places are measured from the text"
    if quad.predicate.value in agreement.TEXT:
        return ""
    if field := _field(base, home, quad):
        return f"; it follows from the field '{field[1]}:', change nr:yaml of {_short(base, field[0])}"
    behind = _BEHIND.get(names.shorten(quad.predicate.value))
    topic = NamedNode(names.topic_iri(base.iri, home.name.topic))
    if quad.subject == topic and isinstance(quad.object, NamedNode) and behind is None:
        return "; it follows from a connection, change rdf:predicate or nr:targetText of that"
    return f"; it follows from {behind}, change that" if behind else ""


def diff(page: Rewritten) -> bytes:
    """Return a unified diff of a page, as `patch` and `git apply` read it."""
    # Latin-1 keeps every byte as one character, so that the diff of any file is made of its own bytes.
    old, new = (_lines(data.decode("latin-1")) for data in (page.old, page.new))
    name = page.path.encode().decode("latin-1")
    return "".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")).encode("latin-1")


def _lines(text: str) -> list[str]:
    *ended, rest = text.split("\n")
    return [f"{line}\n" for line in ended] + ([f"{rest}\n\\ No newline at end of file\n"] if rest else [])
