"""A generation as the pages of a server have it: what is known of all its pages, and the templates."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import urlencode

from jinja2 import Environment
from pyoxigraph import NamedNode, QuerySolution, RdfFormat, Store

from kg.ask import labels, query
from kg.ask.scope import Scope
from kg.live_pages.asked import Asked, Made
from kg.model.finding import Span
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.rdf.sparql_text import Term
from kg.settings.kg_toml import Config
from kg.static_site import graph_layout, html_site, read_wiki
from kg.static_site.html_site import Entry
from kg.static_site.records import Page, Wiki
from kg.static_site.site_map import SiteMap, address, site_map
from kg.store.reading import Reading
from kg.why.records import About

SECTIONS = (
    ("topics", "topics", "Topics"), ("sources", "sources", "Sources"), ("claims", "claims", "Claims"),
    ("contradictions", "contradictions", "Contradictions"), ("timeline", "queries/timeline", "Timeline"),
    ("graph", "graph", "Graph"), ("findings", "findings", "Findings"), ("history", "history", "History"),
    ("queries", "queries", "Queries"), ("editor", "editor", "SPARQL"),
)  # fmt: skip
POLICY = html_site.POLICY.replace("img-src 'self';", "img-src 'self'; connect-src 'self';")
GLOBALS: Mapping[str, object] = {
    "policy": POLICY, "styles": ("site.css", "live.css"), "scripts": ("site.js", "typed.js"), "home": "./",
    "search": "search", "sections": SECTIONS, "generation": 0, "around": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A claim: where it stands, its IRI, and its grade in a word."""

    place: Span
    iri: str
    grade: str


class LiveWiki:
    """What the views of a generation share; each thing is read when it is first asked for."""

    def __init__(self, reading: Reading, config: Config) -> None:
        self.reading, self.config = reading, config
        self.scope = Scope(reading.base, {**names.PREFIXES, **config.prefixes})
        self.label = labels.reader(reading.quads, reading.base)

    # ---- asking ------------------------------------------------------------------------------------------------------

    def rows(self, name: str, terms: Mapping[str, Term | int] | None = None) -> Iterator[QuerySolution]:
        """Yield the rows of a query of queries/live, with values for its parameters."""
        text = sparql_text.bind(sparql_text.declared_query(f"live/{name}").text, terms or {})
        yield from sparql_text.select(self.reading.quads, text)

    def composed(self, name: str, nodes: Sequence[str]) -> Iterator[QuerySolution]:
        """Yield the rows of a query of queries/live that is asked for some nodes."""
        text = sparql_text.compose(f"live/{name}", NODES=" ".join(str(NamedNode(one)) for one in nodes))
        yield from sparql_text.select(self.reading.quads, text)

    # ---- all pages ---------------------------------------------------------------------------------------------------

    @cached_property
    def _catalog(self) -> tuple[dict[str, Page], dict[str, str]]:
        """What is known of every page, by its path, and the graph that has its facts."""
        pages, graphs = dict[str, Page](), dict[str, str]()
        for row in self.rows("catalog"):
            path = row["path"].value
            kind = row["class"].value.removeprefix(names.NR)
            if path in pages and (kind == "Page" or pages[path].about.kind != "Page"):
                continue
            title = self.reading.pages[path].title if path in self.reading.pages else ""
            about = About(
                topic=row["topic"].value,
                name=" ".join(title.split()) or names.stem(path) or path,
                page=row["page"].value,
                path=path,
                kind=kind,
                published=text(row, "published"),
                updated=text(row, "updated"),
            )
            description = text(row, "description")
            pages[path] = Page(path, about.page, about.topic, "", 0, about, description=description)
            graphs[path] = row["graph"].value
        return pages, graphs

    @property
    def pages(self) -> Mapping[str, Page]:
        """Every page by its path, without its text."""
        return self._catalog[0]

    @cached_property
    def by_topic(self) -> dict[str, Page]:
        """The pages by their topics."""
        return {page.topic: page for page in self.pages.values()}

    @cached_property
    def claims(self) -> tuple["Claim", ...]:
        """Every claim, in the order of places."""
        paths = {graph: path for path, graph in self._catalog[1].items()}
        found: dict[tuple[str, str], Claim] = {}
        for row in self.rows("claims"):
            path = paths.get(row["facts"].value, "")
            if path:
                place = Span(path, int(row["line"].value), int(row["column"].value))
                grade = text(row, "type").rpartition("#")[2] or "ungraded"
                one = Claim(place, row["claim"].value, grade)
                key = one.iri, path
                found[key] = min(one, found.get(key, one))
        return tuple(sorted(found.values()))

    @cached_property
    def verdicts(self) -> dict[str, tuple[str, ...]]:
        """What was found of claims in their originals; those of which nothing is known are not there."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.rows("verdicts"):
            word = row["word"].value.removeprefix(names.NR)
            found[row["claim"].value].add("not-there" if word == "NotThere" else word.lower())
        return {claim: tuple(sorted(words)) for claim, words in found.items()}

    @cached_property
    def degrees(self) -> Counter[str]:
        """How many pages link to each topic; those that name others because they list them do not count."""
        lists = {self._catalog[1][path] for path, page in self.pages.items() if graph_layout.is_list(page)}
        rows = ((row["graph"].value, row["target"].value) for row in self.rows("links"))
        return Counter(target for graph, target in rows if graph not in lists)

    @cached_property
    def wiki(self) -> Wiki:
        """The wiki as the templates have it: its pages and their names."""
        pages = tuple(self.pages.values())
        title = read_wiki.called({page.path: page.about.name for page in pages}, self.reading.base)
        return Wiki(
            base=self.reading.base, title=title, as_of=self.reading.head.as_of, content=self.reading.head.content,
            pages=pages, links={}, statements={}, positions=(), clusters={},
            names={page.topic: page.about.name for page in pages}, by_topic=self.by_topic,
        )  # fmt: skip

    @cached_property
    def places(self) -> SiteMap:
        """What the pages are called in addresses."""
        return site_map(self.wiki, self.reading.root)

    @cached_property
    def by_file(self) -> dict[str, Page]:
        """The pages by what they are called in addresses."""
        return {name: self.pages[path] for path, name in self.places.names.items()}

    def part(self, paths: Sequence[str]) -> Store:
        """Return the graphs of some pages, in memory."""
        found = Store()
        for path in paths:
            facts = self._catalog[1][path]
            places = facts.replace(f"{self.reading.base}graph/", f"{self.reading.base}prov/", 1)
            for name in (facts, places):
                lines = self.reading.quads.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(name)) or b""
                found.bulk_load(input=lines, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(name), lenient=True)
        return found

    # ---- addresses and names -----------------------------------------------------------------------------------------

    def address(self, path: str, line: int = 0, here: str = "") -> str:
        """Return the address of a page, and of a line of it; empty for a path that is no page's."""
        if path not in self.pages:
            return ""
        return f"{here}pages/{address(self.places.names[path], f'L{line}' if line > 1 else '')}"

    def why(self, span: Span, here: str = "") -> str:
        """Return the address of what is behind a place."""
        return f"{here}why?{urlencode({'target': f'{span.path}:{max(span.line, 1)}:{max(span.column, 1)}'})}"

    def entry(self, topic: str, here: str = "", words: str = "") -> Entry:
        """Return a topic as a line of a list."""
        page = self.by_topic.get(topic)
        if page is None:
            return Entry("", self.name(topic), words=words)
        kind = html_site.ONE.get(page.about.kind, "Page")
        return Entry(self.address(page.path, here=here), page.about.name, kind, words)

    def name(self, topic: str) -> str:
        """Return what a topic or a speaker is called."""
        page = self.by_topic.get(topic)
        return page.about.name if page else self.label(topic) or self.places.name(topic)

    # ---- templates ---------------------------------------------------------------------------------------------------

    @cached_property
    def environment(self) -> Environment:
        """The templates, with what all pages of this generation have."""
        return html_site.templates({**GLOBALS, "generation": self.reading.generation.number}, "live")

    def filled(self, template: str, request: Asked, current: str, **values: object) -> Made:
        """Return a template with its values, as bytes."""
        everywhere = {"wiki": self.wiki, "kinds": html_site.KINDS, "plural": plural, "here": request.here}
        made = self.environment.get_template(template).render(**everywhere, current=current, request=request, **values)
        return Made(made.encode("utf-8", "replace"))


def text(row: QuerySolution, name: str) -> str:
    """Return a value of a row as a text, empty where it has none."""
    return row[name].value if row[name] is not None else ""


def terms(live: LiveWiki, request: Asked, name: str) -> dict[str, Term | int]:
    """Return the terms of a declared query's parameters by the fields; KgError for a value that is none."""
    about = sparql_text.declared_query(name)
    vocabulary = query.Vocabulary(live.reading.base, live.reading.pages)
    given = {one.name: request.text(one.name) for one in about.parameters if request.text(one.name)}
    return query.values(about, given, vocabulary, live.reading.quads)
