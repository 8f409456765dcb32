"""A bundle of a whole wiki: its files."""

from collections.abc import Iterator, Mapping
from functools import partial

from kg.bundle import index_page, paths
from kg.bundle.body import Surroundings, headline, written
from kg.bundle.concept import Wiki, body_start, concept
from kg.files.text import decode
from kg.links import resolve
from kg.links.resolve import Listed
from kg.map import link_facts
from kg.map.bundle_facts import RESERVED
from kg.map.statement_facts import STATEMENTS
from kg.model import progress
from kg.model.page import Link, Page
from kg.parse.parse_page import parse
from kg.settings import dialect
from kg.settings.dialect import Dialect
from kg.store.reading import Reading
from kg.write import render


def files(reading: Reading) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a bundle by their paths; the same generation gives the same bytes."""
    stored = progress.each("reading pages", list(render.pages(reading.quads)))
    data = {page.path: render.render(reading.quads, page) for page in stored}
    yield from contents(reading.base, dialect.load(reading.head.dialect), data, reading.pages)


def contents(
    base: str, language: Dialect, data: Mapping[str, bytes], entries: Mapping[str, Listed]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a bundle of some pages; those of a bundle are its files as they are."""
    if language.bundle == "okf":
        yield from data.items()
        return
    read = {path: parse(one, path, language)[0] for path, one in data.items()}
    placed = paths.placed((path, _is_list(page)) for path, page in read.items())
    titles = {placed[path]: headline(page) for path, page in read.items()}
    wiki = Wiki(base, language, titles, _Leading(language, entries, placed))
    for path, page in progress.each("writing concepts", list(read.items())):
        raw = decode(data[path]).raw
        if placed[path].rpartition("/")[2] in RESERVED:
            text = _list(wiki, raw, page, placed[path])
        else:
            text = concept(wiki, raw, page, entries[path].topic)
        yield placed[path], text.encode("utf-8", "replace")
    if "index.md" not in placed.values():
        yield "index.md", index_page.index(titles).encode("utf-8", "replace")


def _is_list(page: Page) -> bool:
    """Tell whether a page may be an index or a log: it has no front matter, and states nothing."""
    blocks = (block for section in page.sections for block in section.blocks)
    return page.front == "none" and not any(block.kind in STATEMENTS for block in blocks)


def _list(wiki: Wiki, raw: str, page: Page, where: str) -> str:
    """Return an index or a log with its links as the format has them; that at the root names the version."""
    text = written(raw, page, body_start(raw, page), Surroundings(partial(wiki.path_of, page.path), {}, None))
    return f"{index_page.HEAD}{text}" if where == "index.md" else text


class _Leading:
    """Where a link of a page leads to in the bundle."""

    def __init__(self, language: Dialect, entries: Mapping[str, Listed], placed: Mapping[str, str]) -> None:
        self._placed, self._rules = placed, resolve.rules(language)
        self._named = {path: resolve.named(entries[path]) for path in placed}
        self._index = resolve.index(self._named.values())
        self._known: dict[tuple[str, str, bool], str] = {}

    def __call__(self, path: str, link: Link) -> str:
        slug, anchored = link_facts.asked(link)
        asked = path, slug, anchored
        if asked not in self._known:
            me = self._named[path].name
            answer = resolve.resolve(self._index, me, slug, anchored=anchored, rules=self._rules, suggesting=False)
            meant = (one for one in answer.candidates if self._named[one].name.topic == answer.topic)
            sure = next(meant, "") if answer.topic and not answer.ambiguous else ""
            self._known[asked] = self._placed[sure] if sure else paths.missing(link.slug, self._placed)
        return self._known[asked]
