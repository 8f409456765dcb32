"""
Lines of N-Quads on their way into a store, by a thread of its own, while the next ones are still made.

The bulk loader reads all that it is given before it sorts and writes any of it, and needs memory for as much. So a
store on disk gets its lines in a few parts: one is written while the pages of the next are mapped. Each part makes
files of its own, packed tightly; a large store is put in order at the end, which halves the time of whatever reads it:
decision 0039.

A copy in memory gets the same lines, so that nothing is read back: reading a quad out of the files costs more than
making it, and a first build asks for all of them several times. The engine lets other threads run meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Self

from pyoxigraph import RdfFormat, Store

from kg.model import memory
from kg.model.records import dataclass
from kg.store.kept_lines import KeptLines

_CHUNK = 2**23
# What a byte of a page comes to in a build that has all quads in memory: 560 at 447, 525 at 10,000 dense pages.
_OF_A_BYTE = 600
_WAITING = 4


class Loading:
    """Lines on their way into a store; used in a `with`, which ends the thread whatever happens."""

    def __init__(
        self, store: Store, most: int, waiting: int = 1, large: int | None = None, *, trusted: bool = False
    ) -> None:
        """
        Load so many bytes at a time at most, so many parts wait for the thread; from `large` quads on, in order.

        Of `trusted` lines the IRIs are not looked at: another store, which is loaded with the same, does that.
        """
        self.store = store
        self.failure: BaseException | None = None
        self._given_up = False
        self._most = most
        self._large, self._quads = large, 0
        self._trusted = trusted
        self._parts: list[bytes] = []
        self._size = 0
        self._queue: Queue[tuple[bytes, bool] | None] = Queue(waiting)
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._given_up = error is not None
        self.end()

    def take(self, lines: bytes) -> None:
        """Add whole lines; they may be in the store later."""
        self._parts.append(lines)
        self._size += len(lines)
        if self._size >= self._most:
            self.send()

    def send(self, *, last: bool = False) -> None:
        """Have what was taken so far loaded, and the store put in order where nothing follows and it is large."""
        if self._parts or last:
            self._queue.put((b"".join(self._parts), last))
            self._parts, self._size = [], 0

    def wait(self) -> None:
        """Wait until what was sent is in the store, or could not be loaded."""
        self._queue.join()

    def so_far(self) -> Store:
        """Return the store once everything that was taken is in it; the engine's error where that failed."""
        self.send()
        self.wait()
        if self.failure is not None:
            raise self.failure
        return self.store

    def end(self) -> None:
        """Wait until what was sent is in the store, or could not be loaded (`failure`)."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        # Each part is let go of before the next one is waited for, which may be until the end of a check.
        while self._load_next():
            pass

    def _load_next(self) -> bool:
        """Load the next part; False where none follows."""
        sent = self._queue.get()
        if sent is None:
            return False
        lines, is_last = sent
        self._do(partial(self.store.bulk_load, input=lines, format=RdfFormat.N_QUADS, lenient=self._trusted))
        self._quads += lines.count(b"\n")
        self._queue.task_done()
        if is_last and self._large is not None and self._quads >= self._large:
            del sent, lines  # putting a store in order takes a while
            self._do(self.store.optimize)
        return True

    def _do(self, step: Callable[[], None]) -> None:
        """Take a step unless one has failed or nobody waits for it any more."""
        try:
            if self.failure is None and not self._given_up:
                step()
        except BaseException as error:  # noqa: BLE001  # the engine's panics too: told to whoever asks
            self.failure = error


class MemoryCopy:
    """A generation in memory while it is written: what is loaded to disk is loaded here too; used in a `with`."""

    def __init__(self) -> None:
        self._loading = Loading(Store(), _CHUNK, _WAITING, trusted=True)

    @staticmethod
    def fits(pages: int) -> bool:
        """Tell whether there is memory for the quads of pages of so many bytes, and for what a build does with them."""
        return memory.fits(_OF_A_BYTE * pages)

    def __enter__(self) -> Self:
        self._loading.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loading.__exit__(kind, error, trace)

    def take(self, lines: bytes) -> None:
        """Add whole lines; they may be in the store later."""
        self._loading.take(lines)

    def so_far(self) -> Store | None:
        """Return the store once what was taken is in it; None where that failed."""
        self._loading.send()
        self._loading.wait()
        return None if self._loading.failure else self._loading.store

    def store(self) -> Store | None:
        """Return the store once everything is in it; None where that failed: it is only a copy."""
        self._loading.send()
        self._loading.end()
        return None if self._loading.failure else self._loading.store


@dataclass(frozen=True, slots=True)
class Target:
    """Where quads are loaded: the store of the generation, and where all are made its lines, and a copy if wanted."""

    quads: Store
    loading: Loading | None = None
    lines: KeptLines | None = None
    copy: MemoryCopy | None = None

    def load(self, parts: Iterable[bytes]) -> None:
        """Load N-Quads, whole lines in each part: where all are made, in time and by way of files, else at once."""
        for part in parts if self.loading else _joined(parts):
            if self.loading:
                self._take(self.loading, part)
            else:  # into a store that something was taken out of, no files are taken in: decision 0059
                self.quads.load(input=part, format=RdfFormat.N_QUADS)

    def _take(self, loading: Loading, lines: bytes) -> None:
        for one in (loading, self.lines, self.copy):
            if one:
                one.take(lines)
        if loading.failure is not None:
            raise loading.failure


def _joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same lines in fewer parts: each is a transaction, which is kept in memory."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
