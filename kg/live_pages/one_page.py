"""One page of the wiki, as the static site shows it, with what other pages say of its topic."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote, urlencode

from markupsafe import Markup
from pyoxigraph import NamedNode

from kg.live_pages.asked import Asked, Made, NotHere
from kg.live_pages.live_wiki import LiveWiki
from kg.model import did_you_mean
from kg.model.finding import Span
from kg.rdf import sparql_text
from kg.static_site import read_wiki
from kg.static_site.html_site import Site
from kg.static_site.records import Page, Wiki
from kg.static_site.site_map import address

# So many pages around a topic are read for what they say of it: a page is answered in a second.
_AROUND = 150


class _LivePage(Site):
    """A page of a site that is a server's."""

    ending = ""

    def __init__(self, live: LiveWiki, wiki: Wiki) -> None:
        super().__init__(wiki, live.reading.root, live.places, live.environment)
        self._live = live

    def why(self, span: Span) -> str:
        """Return the address of what is behind a statement."""
        return self._live.why(span, "../")

    def why_line(self, page: Page, line: int) -> str:
        """Return a link to what is behind the sentences of a paragraph."""
        target = self._live.why(Span(page.path, line, 1), "../")
        template = self.environment.get_template("why_link.html")
        return Markup(template.render(address=target.removesuffix("%3A1"), place=f"{page.path}:{line}"))  # noqa: S704  # a template of ours, which escapes

    def _picture(self, path: str, source: str) -> str:
        if not self.map.picture(path, source):
            return ""
        file = next(file for file, name in self.map.pictures.items() if name == self.map.picture(path, source))
        return f"../pictures/{address(file.relative_to(self._live.reading.root.resolve()).as_posix())}"

    def made(self, page: Page) -> bytes:
        """Return a page as HTML."""
        return self._page(page)[1]


def page(live: LiveWiki, request: Asked) -> Made:
    """Return a page by what it is called in addresses; raise NotHere for what is none."""
    request.known()
    name = unquote(request.rest).removesuffix(".html")
    found = live.by_file.get(name) or live.pages.get(name) or live.pages.get(f"{name}.md")
    if found is None:
        hint = did_you_mean.hint(name, list(live.by_file), "search for it, or look at all topics", most=3)
        raise NotHere(f"no page of this wiki is called '{name[:100]}'; {hint}")
    around = _around(live, found)
    wiki = read_wiki.read(live.reading, live.wiki.title, live.part([found.path, *around[:_AROUND]]))
    texts = {one.path: one for one in wiki.pages}
    pages = tuple(texts.get(path, one) for path, one in live.pages.items())
    every = {topic: texts.get(one.path, one) for topic, one in live.by_topic.items()}
    whole = replace(wiki, pages=pages, by_topic=every, names={**live.wiki.names, **wiki.names})
    live.environment.globals["around"] = _left_out(found, len(around))
    try:
        return Made(_LivePage(live, whole).made(texts[found.path]))
    finally:
        live.environment.globals["around"] = None


def _around(live: LiveWiki, page: Page) -> Sequence[str]:
    query = sparql_text.bind(sparql_text.declared_query("site/around").text, {"topic": NamedNode(page.topic)})
    rows = sparql_text.select(live.reading.quads, query)
    return [row["path"].value for row in rows if row["path"].value != page.path]


def _left_out(page: Page, count: int) -> tuple[int, int, str] | None:
    """Return how many pages of how many are shown beside one, and where all are; None where all are shown."""
    if count <= _AROUND:
        return None
    return _AROUND, count, "../queries/backlinks?" + urlencode({"to": page.path})
