"""Which pages a change of names can touch: keys by which pages are found, and an index of names read as it is asked.

A page has the keys of its names, a link the keys of what it could mean. They are coarser than any way in which
`links.resolve` compares names: whatever a link can mean shares a key with it. A property test holds them to that.
"""

import os.path
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from kg.links import family_ways, resolve, wikilinks
from kg.links.name_tables import Named, NameIndex
from kg.links.resolve import Listed
from kg.model.remembered import remembered
from kg.rdf import spellings
from kg.rdf.names import stem, without_suffix

_COPY = re.compile(r"(?:~[0-9]+)+\Z")
_NO_WORD = re.compile(r"[\W_]+")
V = TypeVar("V")
# The key of links whose answer holds suggestions, or would if there were names like theirs: any name can change it.
ANY_NAME = "*"
OPEN = frozenset({"broken", "missing", "unwritten"})


@remembered
def key(text: str) -> str:
    """Return what all spellings of a name have in common: its letters and digits without case and marks."""
    if text.isascii():
        return _NO_WORD.sub("", text.lower())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", spellings.fold(text)).casefold())
    return _NO_WORD.sub("", folded)


def page_keys(page: Named) -> frozenset[str]:
    """Return the keys of a page's names."""
    return frozenset(map(key, (stem(page.name.path), *filter(None, (page.title, *page.aliases)))))


def use_keys(path: str, slugs: Iterable[str]) -> frozenset[str]:
    """Return the keys of everything that links with these slugs could mean on the page at `path`."""
    folder = path.rpartition("/")[0]
    found: set[str] = set()
    for slug in slugs:
        plain, keys = _of_slug(slug)
        found |= keys
        if "/" in plain:
            found.add(key(os.path.normpath(f"{folder}/{plain}").rpartition("/")[2]))
    return frozenset(found)


@remembered
def _of_slug(slug: str) -> tuple[str, frozenset[str]]:
    """Return the name or path that a slug is, and the keys of what it could mean on whichever page."""
    plain = without_suffix(wikilinks.written(slug).split("^")[0].strip()).strip("/")
    last = plain.rpartition("/")[2]
    keys = {key(plain), key(last), key(last.partition(":")[2]), key(family_ways.dashed(last))}
    return plain, frozenset(keys.union(map(key, family_ways.canonical_names(plain))))


def attachment_key(name: str) -> str:
    """Return the key of a file that is no page."""
    return key(name)


def group(path: str) -> str:
    """Return what the pages have in common whose names depend on each other: the stem without `~2` and the like."""
    return _COPY.sub("", unicodedata.normalize("NFC", stem(path)))


class _Looked(dict[str, V]):
    """One way of finding a page by its name, looked up in the index of the pages that share its key."""

    def __init__(self, lookup: Callable[[str], dict[str, V]], everything: Callable[[], dict[str, V]]) -> None:
        super().__init__()
        self._lookup = lookup
        self._everything = everything

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._lookup(name)

    def __getitem__(self, name: str) -> V:
        return self._lookup(name)[name]

    def get(self, name: str, default: V | None = None) -> V | None:  # type: ignore[override]  # one signature is enough
        """Return what has this name."""
        return self._lookup(name).get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._everything())

    def __len__(self) -> int:
        return len(self._everything())


def lazy_index(
    fetch: Callable[[str], list[Named]], every: Callable[[], list[Named]], attachments: Iterable[str]
) -> NameIndex:
    """Return an index of names that answers as one of all pages would, and reads only those with a common key."""
    files = tuple(attachments)
    parts: dict[str, NameIndex] = {}
    whole: list[NameIndex] = []

    def part(name: str) -> NameIndex:
        found = key(name)
        if found not in parts:
            parts[found] = resolve.index(fetch(found))
        return parts[found]

    def all_of_it() -> NameIndex:
        if not whole:
            whole.append(resolve.index(every(), files))
        return whole[0]

    def last(name: str) -> NameIndex:
        return part(name.rpartition("/")[2])

    return NameIndex(
        paths=_Looked(lambda name: last(name).paths, lambda: all_of_it().paths),
        suffixes=_Looked(lambda name: last(name).suffixes, lambda: all_of_it().suffixes),
        stems=_Looked(lambda name: part(name).stems, lambda: all_of_it().stems),
        folded=_Looked(lambda name: part(name).folded, lambda: all_of_it().folded),
        titles=_Looked(lambda name: part(name).titles, lambda: all_of_it().titles),
        slugs=_Looked(lambda name: part(name).slugs, lambda: all_of_it().slugs),
        squashed=_Looked(lambda name: part(name).squashed, lambda: all_of_it().squashed),
        attachments=resolve.index((), files).attachments,
        every=every,
    )


@runtime_checkable
class Shared(Protocol):
    """Pages that can be asked for those with a name of one key, without all being read."""

    def sharing(self, key: str) -> Sequence[Listed]:
        """Return the pages that have a name with this key."""


def index_of(pages: Mapping[str, Listed]) -> NameIndex:
    """Return the index of the names of pages by their paths; of those that can be asked by key, only some are read."""
    if not isinstance(pages, Shared):
        return resolve.index(map(resolve.named, pages.values()))
    return lazy_index(
        lambda key: [*map(resolve.named, pages.sharing(key))], lambda: [*map(resolve.named, pages.values())], ()
    )
