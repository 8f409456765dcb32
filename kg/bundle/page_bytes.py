"""The bytes of a generation's pages by their paths: from its wiki where that still has them, else from the graph."""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping

from kg.store.reading import Reading
from kg.write import render
from kg.write.render import Stored


class PageBytes(Mapping[str, bytes]):
    """
    The pages of a generation as they were ingested, each read when it is asked for.

    A file with the digest that was ingested has the bytes that the graph would give back, which a query takes
    a hundred times as long to write.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._stored: dict[str, Stored] = {}

    def __getitem__(self, path: str) -> bytes:
        file, digest = self._reading.root / path, self._reading.pages[path].sha256
        with contextlib.suppress(OSError):
            if file.is_file() and hashlib.sha256(data := file.read_bytes()).hexdigest() == digest:
                return data
        if not self._stored:
            self._stored.update((page.path, page) for page in render.pages(self._reading.quads))
        return render.render(self._reading.quads, self._stored[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._reading.pages)

    def __len__(self) -> int:
        return len(self._reading.pages)
