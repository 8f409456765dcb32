"""Records of two numbers in files, parted by the first: what does not fit into memory comes back part by part."""

from array import array
from collections.abc import Iterator
from pathlib import Path

_BUFFER, _BLOCK = 4_096, 1 << 16
_BYTES = 16


class Shards:
    """Pairs of 64-bit numbers in so many files; all pairs with one key are in one file."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self.count = count
        self.written = 0
        self._files = [folder / f"{name}-{number:05}" for number in range(count)]
        self._waiting = [array("Q") for _ in range(count)]

    def put(self, key: int, value: int) -> None:
        """Add a record."""
        number = key % self.count
        waiting = self._waiting[number]
        waiting.append(key)
        waiting.append(value)
        if len(waiting) >= _BUFFER:
            self._flush(number)

    def close(self) -> None:
        """Write what waits, and give back its memory."""
        for number in range(self.count):
            self._flush(number)
        self._waiting = []

    def records(self, number: int) -> Iterator[tuple[int, int]]:
        """Yield the records of a file, in the order in which they came; then it is gone."""
        file = self._files[number]
        if not file.exists():
            return
        with file.open("rb") as opened:
            while data := opened.read(_BLOCK * _BYTES):
                block = array("Q", data)
                yield from zip(block[::2], block[1::2], strict=True)
        file.unlink()

    def _flush(self, number: int) -> None:
        waiting = self._waiting[number]
        if waiting:
            with self._files[number].open("ab") as file:
                waiting.tofile(file)
            self.written += len(waiting) * waiting.itemsize
            self._waiting[number] = array("Q")
