"""The pages of a generation as who reads it sees them: a mapping that costs nothing until it is looked into."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.store.manifest import Entry, Pages
    from kg.store.manifest_head import Head


class Shown(Mapping[str, "Entry"]):
    """The pages of a generation by their paths, in order, read when they are first asked for."""

    def __init__(self, generation: Path, head: "Head") -> None:
        self._generation, self._head = generation, head
        self._entries: dict[str, Entry] | None = None

    def _opened(self) -> "Pages":
        from kg.store import manifest  # loads SQLite, which a question that names no page does without

        return manifest.opened(self._generation, self._head)

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every page by its path."""
        with closing(self._opened()) as pages:
            return pages.hashes()

    def sharing(self, key: str) -> "list[Entry]":
        """Return the pages that have a name with this key, by their paths; only they are read."""
        from kg.store import manifest

        with closing(self._opened()) as pages:
            found = sorted(pages.having(manifest.NAMES, [key]))
            return [entry for path in found if (entry := pages.entry(path))]

    def _all(self) -> "dict[str, Entry]":
        if self._entries is None:
            with closing(self._opened()) as pages:
                found = sorted(pages.entries(), key=lambda entry: entry.path)
            self._entries = {entry.path: entry for entry in found}
        return self._entries

    def __getitem__(self, path: str) -> "Entry":
        return self._all()[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class InMemory(Mapping[str, "Entry"]):
    """Pages that are not all of a generation on disk: those of a day, or of another place; by their paths."""

    def __init__(self, pages: "Mapping[str, Entry]") -> None:
        self._entries = dict(sorted(pages.items()))

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every page by its path."""
        return {path: entry.sha256 for path, entry in self._entries.items()}

    def __getitem__(self, path: str) -> "Entry":
        return self._entries[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
