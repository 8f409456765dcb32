"""Edits that were proposed, kept while the server runs, so that they can be applied by their names."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from kg.model.kg_error import KgError

# So many are kept, of so many bytes together; those that were proposed first go first.
_MOST, _ROOM = 100, 50_000_000


class Proposals:
    """The pages of edits by the names of their proposals, and the hash that goes with each."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, Sequence[Mapping[str, Any]]]] = OrderedDict()

    def keep(self, name: str, pages_hash: str, pages: Sequence[Mapping[str, Any]]) -> None:
        """Keep the pages of an edit."""
        self._kept[name] = pages_hash, pages
        self._kept.move_to_end(name)
        while len(self._kept) > _MOST or (len(self._kept) > 1 and self._size() > _ROOM):
            self._kept.popitem(last=False)

    def _size(self) -> int:
        return sum(len(page["new"]) for _, pages in self._kept.values() for page in pages)

    def pages(self, name: str, pages_hash: str) -> Sequence[Mapping[str, Any]]:
        """Return the pages of a proposal; raise KgError where there is none of this name, or with another hash."""
        if name not in self._kept:
            raise KgError(f"proposal: none is called '{name[:40]}' here; propose the edit again")
        expected, pages = self._kept[name]
        if pages_hash != expected:
            raise KgError(f"hash: proposal '{name}' was made for other pages; give the `hash` that came with it")
        return pages
