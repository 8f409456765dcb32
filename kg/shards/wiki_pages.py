"""The pages of a wiki before they are mapped: their names, what they hold, and the index by which links find them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.files import walk
from kg.files.walk import Corpus
from kg.front_matter import page_titles
from kg.front_matter.page_titles import Titles
from kg.ingest import fill_generation
from kg.links import resolve
from kg.links.name_tables import Named, NameIndex
from kg.model import progress
from kg.model.finding import Finding
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.names import PageName
from kg.settings.dialect import Dialect
from kg.shards.records import Kept, Settings, Task, digest_of, shard_of

# What pages are called, by path and SHA-256.
Called = Mapping[tuple[str, str], Titles]


@dataclass(frozen=True, slots=True)
class Wiki:
    """The pages of a wiki: the name and the SHA-256 of each by path, the index of names, and a digest of it."""

    pages: Mapping[str, tuple[PageName, str]]
    index: NameIndex
    digest: str
    findings: tuple[Finding, ...]


def read(corpus: Corpus, dialect: Dialect, earlier: Called) -> Wiki:
    """Return the pages of a wiki; what a page is called is read only where that is not known of the same bytes."""
    hashes: dict[str, str] = {}
    titles: dict[str, Titles] = {}
    unread: list[Finding] = []
    for file in progress.each("reading names", corpus.pages):
        try:
            _, data = walk.read(corpus.root, file)
        except walk.UnreadError as error:
            unread += [error.finding] if error.finding else []
            continue
        digest = hashlib.sha256(data).hexdigest()
        hashes[file.path] = digest
        known = earlier.get((file.path, digest))
        titles[file.path] = known or page_titles.read(data, file.path, dialect)
    named = names.page_names(hashes)
    attachments = fill_generation.attachments(corpus)
    entries = [Named(named[path], *titles[path]) for path in sorted(hashes)]
    return Wiki(
        {path: (named[path], hashes[path]) for path in sorted(hashes)},
        resolve.index(entries, attachments),
        _digest(entries, attachments),
        tuple(sorted([*corpus.findings, *unread])),
    )


def _digest(entries: Iterable[Named], attachments: Iterable[str]) -> str:
    """Return a digest of all names by which links find something."""
    return digest_of([*(repr(one) for one in entries), "", *sorted(attachments)])


def called(lists: Iterable[Kept], settings: Settings) -> Called:
    """Return what pages were called when they were mapped with the same settings."""
    return {
        (page.path, page.sha256): Titles(page.title, page.aliases)
        for one in lists
        if one.settings == settings
        for page in one.pages
    }


def deal(wiki: Wiki, count: int) -> list[Task]:
    """Return the pages dealt to so many shards, by their names alone."""
    hands: dict[int, list[tuple[PageName, str]]] = defaultdict(list)
    for name, sha256 in wiki.pages.values():
        hands[shard_of(name.name, count)].append((name, sha256))
    return [Task(number, count, tuple(hands[number])) for number in range(count)]
