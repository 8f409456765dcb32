"""A generation in memory while it is written: what is loaded to disk is loaded here too, so that nothing is read back.

Reading a quad out of the files costs more than making it (docs/performance.md), and a first build asks for all of them
several times. The copy is filled by a thread of its own; the engine lets the others run meanwhile.
"""

from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Self

from pyoxigraph import RdfFormat, Store

_CHUNK = 2**23
_WAITING = 4


class MemoryCopy:
    """Lines of N-Quads as a store in memory; used in a `with`, which ends the thread whatever happens."""

    def __init__(self) -> None:
        self._store = Store()
        self._parts: list[bytes] = []
        self._size = 0
        self._queue: Queue[bytes | None] = Queue(_WAITING)
        self._failures: list[BaseException] = []
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def take(self, lines: bytes) -> None:
        """Add whole lines; they may be in the store later."""
        self._parts.append(lines)
        self._size += len(lines)
        if self._size >= _CHUNK:
            self._send()

    def store(self) -> Store | None:
        """Return the store once everything is in it; None where that failed: it is only a copy."""
        self._send()
        self._end()
        return None if self._failures else self._store

    def _send(self) -> None:
        self._queue.put(b"".join(self._parts))
        self._parts, self._size = [], 0

    def _end(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (lines := self._queue.get()) is not None:
            try:
                if not self._failures:
                    self._store.bulk_load(input=lines, format=RdfFormat.N_QUADS)
            except BaseException as error:  # noqa: BLE001  # the engine's panics too: told to whoever asks for the store
                self._failures.append(error)
