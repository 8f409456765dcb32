"""A static site: a file for each page, and those that are about all of them, filled into templates/site."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kg.model import declared, progress
from kg.model.finding import Span
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.static_site import charts, graph_layout, linked_data, markdown_body, markdown_reader, search_index
from kg.static_site.markdown_body import Body, Shown
from kg.static_site.records import Link, Page, Position, Statement, Wiki
from kg.static_site.site_map import SiteMap, address, anchor_of, site_map

_MOST = 200
KINDS = {
    "SourcePage": "Sources", "EntityPage": "Entities", "ConceptPage": "Concepts", "OverviewPage": "Overviews",
    "SynthesisPage": "Syntheses", "ContradictionPage": "Contradictions", "TimelinePage": "Timelines",
    "TrailPage": "Trails", "RootPage": "About this wiki", "GeneratedPage": "Lists", "Page": "Pages",
}  # fmt: skip
ONE = {
    "SourcePage": "Source", "EntityPage": "Entity", "ConceptPage": "Concept", "OverviewPage": "Overview",
    "SynthesisPage": "Synthesis", "ContradictionPage": "Contradiction", "TimelinePage": "Timeline",
    "TrailPage": "Trail", "RootPage": "About this wiki", "GeneratedPage": "List", "Page": "Page",
}  # fmt: skip
# What the templates have of a folder of files; a server has its own.
_SECTIONS = (
    ("topics", "topics.html", "Topics"), ("contradictions", "contradictions.html", "Contradictions"),
    ("timeline", "timeline.html", "Timeline"), ("graph", "graph.html", "Graph"),
)  # fmt: skip
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
GLOBALS: Mapping[str, object] = {
    "policy": POLICY, "styles": ("site.css",), "scripts": ("site.js",), "home": "index.html", "search": "search.html",
    "sections": _SECTIONS, "generation": 0, "around": None,
}  # fmt: skip
_LEADING = ("Page", *(kind for kind in KINDS if kind != "Page"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list: where it leads, what it is called, what stands beside it, and a few words."""

    address: str
    name: str
    beside: str = ""
    words: str = ""
    badge: str = ""


class Site:
    """A site as it is written: the wiki, where its pages are, and the templates."""

    # What stands behind the name of a page in its address.
    ending = ".html"

    def __init__(
        self, wiki: Wiki, root: Path, places: SiteMap | None = None, environment: Environment | None = None
    ) -> None:
        self.wiki = wiki
        self.map: SiteMap = places or site_map(wiki, root)
        self.environment = environment or templates(GLOBALS)
        self.found: list[search_index.Document] = []
        self._words_by_path: dict[str, dict[str, str]] = {}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file of the site by its path."""
        for page in progress.each("writing pages", self.wiki.pages):
            yield self._page(page)
        yield "index.html", self._filled("index.html", here="", current="home", **self._home())
        yield "topics.html", self._filled("topics.html", here="", current="topics", groups=self._groups())
        yield (
            "contradictions.html",
            self._filled("contradictions.html", here="", current="contradictions", **self._contradictions()),
        )
        yield "timeline.html", self._filled("timeline.html", here="", current="timeline", years=self._timeline())
        yield "search.html", self._filled("search.html", here="", current="search")
        yield from self._graph()
        yield from search_index.files(self.found)
        static = declared.folder("templates") / "site" / "static"
        for file in sorted(static.iterdir()):
            yield f"static/{file.name}", file.read_bytes()
        for file, name in self.map.pictures.items():
            yield f"pictures/{name}", file.read_bytes()
        yield ".nojekyll", b""

    def _filled(self, template: str, **values: object) -> bytes:
        made = self.environment.get_template(template).render(wiki=self.wiki, kinds=KINDS, plural=plural, **values)
        return made.encode("utf-8", "replace")

    @cached_property
    def _degrees(self) -> tuple[dict[str, int], set[tuple[str, str]]]:
        return graph_layout.degrees(self.wiki)

    @property
    def count(self) -> dict[str, int]:
        """How many others each topic is joined with."""
        return self._degrees[0]

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """The topics that are joined."""
        return self._degrees[1]

    # ---- what pages show ---------------------------------------------------------------------------------------------

    def page_address(self, page: Page, anchor: str = "", *, here: str = "pages/") -> str:
        """Return the address of a page from the root, or (`here` empty) from the folder of the pages."""
        return here + address(f"{self.map.file(page)}{self.ending}", anchor)

    @cached_property
    def shown(self) -> Shown:
        """What pages show for the links, pictures and statements in their text."""
        return Shown(self._link, self._picture, self._badge, self._foot, self.wiki.elsewhere, self.why_line)

    def _link(self, link: Link) -> tuple[str, str]:
        page = self.map.leads_to(link.target)
        return (self.page_address(page, anchor_of(link), here="") if page else ""), self.map.words(link)

    def _picture(self, path: str, source: str) -> str:
        name = self.map.picture(path, source)
        return f"../pictures/{address(name)}" if name else ""

    def _badge(self, one: Statement) -> Markup:
        return _ready(self.environment.get_template("badge.html").render(grade=one.part.grade))

    def _foot(self, one: Statement, *, alone: bool = False) -> Markup:
        """Return what stands under a claim or quote; who says it only where its own line, which does, is not there."""
        voices = [(self._topic(iri, ""), self.map.name(iri)) for iri in one.part.voice_iris] if alone else []
        return _ready(
            self.environment.get_template("foot.html").render(one=one, voices=voices, why=self.why(one.part.span))
        )

    def why(self, span: Span) -> str:  # noqa: ARG002  # a server has one
        """Return the address of what is behind a statement; empty, as files answer nothing."""
        return ""

    def why_line(self, page: Page, line: int) -> str:  # noqa: ARG002  # the same
        """Return what stands behind a paragraph that is no statement: nothing."""
        return ""

    def _topic(self, iri: str, here: str = "pages/") -> str:
        page = self.map.leads_to(iri)
        return self.page_address(page, here=here) if page else ""

    # ---- a page ------------------------------------------------------------------------------------------------------

    def _page(self, page: Page) -> tuple[str, bytes]:
        statements = [*self.wiki.statements.get(page.path, ())]
        body = markdown_body.body(page, self.wiki.links.get(page.path, ()), statements, self.shown)
        self._find(page, body, statements)
        written = self._filled(
            "page.html",
            here="../",
            current="",
            page=page,
            about=page.about,
            kind=ONE.get(page.about.kind, "Page"),
            body=_ready(body.html),
            headings=[one for one in body.headings if one[0] in (2, 3)],
            left=[(one, self._badge(one), self._foot(one, alone=True)) for one in body.left],
            linked_data=_ready(linked_data.of_page(self.wiki, page, statements)),
            backlinks=self._backlinks(page),
            said=self._said(page),
            sides=self._sides_of(page),
            dates=self._dates_of(page),
            most=_MOST,
        )
        return f"pages/{self.map.file(page)}.html", written

    def _find(self, page: Page, body: Body, statements: Sequence[Statement]) -> None:
        where = self.page_address(page)
        self.found.append(search_index.Document(where, ONE.get(page.about.kind, "Page"), page.about.name, body.words))
        for one in statements:
            if one.part.kind in ("claim", "quote"):
                kind = f"{one.part.grade or 'ungraded'} claim" if one.part.kind == "claim" else "quote"
                by = " ".join(self.map.name(iri) for iri in one.part.voice_iris)
                place = f"{where.partition('#')[0]}#L{one.part.span.line}"
                self.found.append(search_index.Document(place, kind, one.part.text, by))

    @cached_property
    def _inward(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for path in sorted(self.wiki.links):
            for link in self.wiki.links[path]:
                found[link.target].append(link)
        return found

    @cached_property
    def _by_path(self) -> dict[str, Page]:
        return {page.path: page for page in self.wiki.pages}

    def _backlinks(self, page: Page) -> list[tuple[Entry, list[str]]]:
        """Return the pages that link to a page, each with the sentences that do."""
        by_page: dict[str, list[str]] = defaultdict(list)
        for link in self._inward.get(page.topic, ()):
            if link.path != page.path:
                by_page[link.path].append("" if link.form == "field" else self._seen(link.words, link.path))
        rows = sorted(by_page.items(), key=lambda row: graph_layout.is_list(self._by_path[row[0]]))
        return [
            (self._entry(self._by_path[path], here=""), [*dict.fromkeys(filter(None, words))][:5])
            for path, words in rows
        ]

    def _seen(self, words: str, path: str) -> str:
        """Return what a reader sees of words of a page, whose links have the words that they have there."""
        return markdown_reader.plain_words(markdown_reader.with_words(words, self._link_words(path)))

    def _text(self, one: Statement) -> str:
        """Return the text of a statement, whose links have the words that they have on its page."""
        return markdown_reader.text_with_words(one.part.markup, one.part.text, self._link_words(one.part.span.path))

    def _link_words(self, path: str) -> dict[str, str]:
        if path not in self._words_by_path:
            links = (link for link in self.wiki.links.get(path, ()) if not (link.form or link.alias or link.anchor))
            self._words_by_path[path] = {link.slug: self.map.words(link) for link in links}
        return self._words_by_path[path]

    def _entry(self, page: Page, words: str = "", *, here: str = "pages/") -> Entry:
        kind = ONE.get(page.about.kind, "Page")
        return Entry(self.page_address(page, here=here), page.about.name, kind, words)

    @cached_property
    def _about_topic(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = defaultdict(list)
        for path in sorted(self.wiki.statements):
            for one in self.wiki.statements[path]:
                topics = dict.fromkeys((*one.part.voice_iris, *one.mentions))
                for topic in topics if one.part.kind in ("claim", "quote", "timeline entry") else ():
                    found[topic].append(one)
        return found

    def _said(self, page: Page) -> list[Entry]:
        """Return the claims and quotes of other pages that a page's topic makes or that name it."""
        return [
            self._said_entry(one, here="")
            for one in self._about_topic.get(page.topic, ())
            if one.part.span.path != page.path and one.part.kind != "timeline entry"
        ]

    def _said_entry(self, one: Statement, here: str) -> Entry:
        home = self._by_path[one.part.span.path]
        by = ", ".join(self.map.name(iri) for iri in one.part.voice_iris)
        text = f"“{one.part.text}”" if one.part.kind == "quote" else self._text(one)
        badge = self._badge(one) if one.part.kind == "claim" else ""
        return Entry(self.page_address(home, f"L{one.part.span.line}", here=here), text, by, str(one.part.span), badge)

    def _dates_of(self, page: Page) -> list[tuple[str, Entry]]:
        dated = [one for one in self._about_topic.get(page.topic, ()) if one.date or one.due]
        rows = [(one.date or one.due, self._dated(one, here="")) for one in dated if one.part.span.path != page.path]
        return sorted(rows, key=lambda row: (row[0], row[1].name, row[1].address))

    def _dated(self, one: Statement, here: str = "pages/") -> Entry:
        home = self._by_path[one.part.span.path]
        words = self._seen(self._text(one) or one.part.markup, one.part.span.path)
        beside = "key event" if one.star else "forecast falls due" if one.due and not one.date else ""
        return Entry(self.page_address(home, f"L{one.part.span.line}", here=here), words, beside, str(one.part.span))

    # ---- contradictions ----------------------------------------------------------------------------------------------

    @cached_property
    def _against(self) -> list[Statement]:
        every = (one for path in sorted(self.wiki.statements) for one in self.wiki.statements[path])
        return [one for one in every if one.part.kind == "connection" and one.relation == "contradicts"]

    def _side(self, one: Statement, here: str = "pages/") -> dict[str, Any]:
        home = self._by_path[one.part.span.path]
        others = [(self._topic(iri, here), self.map.name(iri)) for iri in one.mentions[:1]]
        return {"from": self._entry(home, here=here), "to": others, "words": one.part.text, "place": str(one.part.span),
                "address": self.page_address(home, f"L{one.part.span.line}", here=here)}  # fmt: skip

    def _sides_of(self, page: Page) -> dict[str, Any]:
        against = [one for one in self._against if page.topic in (one.part.topic, *one.mentions[:1])]
        held = [one for one in self.wiki.positions if page.topic in (one.theme, *one.holders, *one.sources)]
        return {
            "against": [self._side(one, "") for one in against],
            "positions": [self._position(one, "") for one in held],
        }

    def _position(self, one: Position, here: str = "pages/") -> dict[str, Any]:
        return {
            "label": one.label,
            "theme": (self._topic(one.theme, here), self.map.name(one.theme)),
            "holders": [(self._topic(iri, here), self.map.name(iri)) for iri in one.holders],
            "sources": [(self._topic(iri, here), self.map.name(iri)) for iri in one.sources],
            "place": f"{one.path}:{one.line}:{one.column}",
        }

    def _contradictions(self) -> dict[str, Any]:
        themes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in self.wiki.positions:
            themes[one.theme].append(self._position(one))
        every = [page for page in self.wiki.pages if page.about.kind == "ContradictionPage"]
        rows = [(self._entry(page), themes.pop(page.topic, [])) for page in every]
        rows += [(Entry(self._topic(iri), self.map.name(iri)), some) for iri, some in themes.items()]
        return {"themes": rows, "against": [self._side(one) for one in self._against]}

    # ---- all pages ---------------------------------------------------------------------------------------------------

    def _home(self) -> dict[str, Any]:
        newest = sorted(
            (page for page in self.wiki.pages if page.about.kind == "SourcePage" and page.about.date),
            key=lambda page: (page.about.published or page.about.date, page.path), reverse=True,
        )  # fmt: skip
        hubs = [page for page in self.wiki.pages if self.count.get(page.topic) and page.about.kind != "SourcePage"]
        hubs.sort(key=lambda page: (-self.count[page.topic], page.path))
        return {
            "grades": charts.grade_bars(charts.grades(self.wiki)),
            "growth": charts.growth_bars(self.wiki),
            "newest": [
                (page.about.published or page.about.date, Entry(self.page_address(page), page.about.name))
                for page in newest[:8]
            ],
            "hubs": [self._entry(page, f"{self.count[page.topic]}") for page in hubs[:12]],
            "clusters": [
                (name, [self._entry(self.wiki.by_topic[one]) for one in members if one in self.wiki.by_topic])
                for name, members in self.wiki.clusters.items()
            ],
            "overviews": [self._entry(page) for page in self.wiki.pages if page.about.kind == "OverviewPage"],
            "counts": self._counts(),
        }

    def _counts(self) -> dict[str, int]:
        every = [one.part.kind for some in self.wiki.statements.values() for one in some]
        return {
            "pages": len(self.wiki.pages), "claims": every.count("claim"), "quotes": every.count("quote"),
            "connections": every.count("connection"), "links": sum(map(len, self.wiki.links.values())),
        }  # fmt: skip

    def _groups(self) -> list[tuple[str, str, list[Entry]]]:
        groups: dict[str, list[Page]] = defaultdict(list)
        for page in self.wiki.pages:
            groups[page.about.kind if page.about.kind in KINDS else "Page"].append(page)
        return [
            (
                f"kg-{kind}",
                KINDS[kind],
                [self._entry(page, page.description) for page in sorted(groups[kind], key=_name)],
            )
            for kind in _LEADING
            if groups[kind]
        ]

    def _timeline(self) -> list[tuple[str, list[tuple[str, Entry]]]]:
        sources = (page for page in self.wiki.pages if page.about.kind == "SourcePage" and page.about.published)
        every = (one for path in sorted(self.wiki.statements) for one in self.wiki.statements[path])
        rows = [(page.about.published, self._entry(page)) for page in sources]
        rows += [(one.date or one.due, self._dated(one)) for one in every if one.date or one.due]
        years: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
        for date, entry in sorted(rows, key=lambda row: (row[0], row[1].beside, row[1].name, row[1].address)):
            years[date[:4]].append((date, entry))
        return sorted(years.items(), reverse=True)

    # ---- the graph ---------------------------------------------------------------------------------------------------

    def _graph(self) -> Iterator[tuple[str, bytes]]:
        with progress.stage("drawing the graph"):
            parts = graph_layout.pages(self.count, self.pairs)
        names = ["graph.html", *(f"graph-{number}.html" for number in range(2, len(parts) + 1))]
        for number, part in enumerate(parts):
            rows = [self.wiki.by_topic[topic] for topic in part.topics]
            nodes = [
                [page.about.name, self.page_address(page), page.about.kind, x, y, self.count[page.topic]]
                for page, (x, y) in zip(rows, part.places, strict=True)
            ]
            yield f"data/graph-{number + 1}.js", search_index.script("graph", {"nodes": nodes, "links": part.links})
            yield names[number], self._filled(
                "graph.html", here="", current="graph", number=number + 1, names=names, part=part,
                first=number * graph_layout.A_PAGE + 1, total=len(self.count),
                rows=[(self._entry(page), self.count[page.topic]) for page in rows],
            )  # fmt: skip


def _ready(html: str) -> Markup:
    """Return HTML as such: what was escaped, by a template or the writer of Markdown, and is not to be once more."""
    return Markup(html)  # noqa: S704  # the one place; what comes here is never an author's text


def _name(page: Page) -> tuple[str, str]:
    return page.about.name.casefold(), page.path


def templates(values: Mapping[str, object], *folders: str) -> Environment:
    """Return the templates of a site, with values that each of them has; those of other folders stand before ours."""
    home = declared.folder("templates")
    made = Environment(
        loader=FileSystemLoader([home / one for one in (*folders, "site")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(values)
    return made
