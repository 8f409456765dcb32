"""A bundle of a whole wiki: where its pages lie in it, and its files."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from kg.bundle import index_page, paths
from kg.bundle.body import Surroundings, written
from kg.bundle.concept import Wiki, body_start, concept
from kg.links import resolve
from kg.links.resolve import Listed
from kg.map import link_facts
from kg.map.bundle_facts import RESERVED
from kg.map.statement_facts import STATEMENTS
from kg.model import meanwhile, progress
from kg.model.page import Link, Page
from kg.model.records import dataclass
from kg.parse import parse_page
from kg.rdf import names
from kg.settings.dialect import Dialect

# From so many pages on a copy of the process writes every second one.
_MANY = 100


@dataclass(frozen=True, slots=True)
class Bundle:
    """The bundle of a wiki, to be written: the bytes of its pages, what a list says of them, where each lies in it."""

    wiki: Wiki
    data: Mapping[str, bytes]
    entries: Mapping[str, Listed]
    placed: Mapping[str, str]

    def layout(self) -> str:
        """Return a digest of all that the file of a page is made of beside the page."""
        pages = [
            (path, where, entry.name, entry.topic, entry.title, entry.aliases)
            for path, where in self.placed.items()
            if (entry := self.entries[path])
        ]
        language = self.wiki.dialect
        return hashlib.sha256(
            json.dumps([self.wiki.base, language.digest, language.source, pages]).encode()
        ).hexdigest()

    def files(self, earlier: Mapping[str, bytes] = MappingProxyType({})) -> Iterator[tuple[str, bytes]]:
        """Yield the files by their paths; `earlier` has those that are there already, by the paths of their pages."""
        made = self._made([path for path in self.placed if path not in earlier])
        for path, where in self.placed.items():
            yield where, earlier[path] if path in earlier else made[path]
        if "index.md" not in self.placed.values():
            yield "index.md", index_page.index(self.wiki.titles).encode("utf-8", "replace")

    def _made(self, due: Sequence[str]) -> dict[str, bytes]:
        """Return the files of pages by the paths of the pages; of many a second process writes half."""
        pages = {path: self.data[path] for path in progress.each("reading pages", due)}
        if self.wiki.dialect.bundle == "okf":
            return pages
        theirs = due[1::2] if len(due) >= _MANY else ()
        ours = due[::2] if theirs else due
        with meanwhile.begun(lambda: [self._file(path, pages[path]) for path in theirs], worth=bool(theirs)) as others:
            made = {path: self._file(path, pages[path]) for path in progress.each("writing concepts", ours)}
            return made | dict(zip(theirs, others(), strict=True))

    def _file(self, path: str, data: bytes) -> bytes:
        read, where = parse_page.record(data, path, self.wiki.dialect), self.placed[path]
        page, raw = read.page, read.text.raw
        as_list = where.rpartition("/")[2] in RESERVED
        text = (
            _list(self.wiki, raw, page, where) if as_list else concept(self.wiki, raw, page, self.entries[path].topic)
        )
        return text.encode("utf-8", "replace")


def bundle(base: str, language: Dialect, data: Mapping[str, bytes], entries: Mapping[str, Listed]) -> Bundle:
    """Return the bundle of some pages, `entries` being what a list of them says; a bundle's own is as it is."""
    lists = {
        path
        for path in data
        if paths.is_reserved(path) and _is_list(parse_page.record(data[path], path, language).page)
    }
    placed = paths.placed((path, path in lists) for path in data)
    if language.bundle == "okf":
        placed = {path: path for path in data}
    titles = {where: entries[path].title or names.stem(path) for path, where in placed.items()}
    return Bundle(Wiki(base, language, titles, _Leading(language, entries, placed)), data, entries, placed)


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
        self._placed, self._taken, self._rules = placed, frozenset(placed.values()), resolve.rules(language)
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
            self._known[asked] = self._placed[sure] if sure else paths.missing(link.slug, self._taken)
        return self._known[asked]
