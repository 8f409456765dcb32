"""What was loaded into a generation, as packed lines beside its quads: read whole in a tenth of the time.

The engine looks up each term of each quad that it gives back; lines are unpacked and loaded as they are. A generation
whose quads are partly those of another has no such file, and a damaged one is none: the quads say the same.
"""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.store.generations import Generation

_MARK = b"kg lines 1\n"
_DIGEST = 32
_SLICE, _CHUNK = 2**16, 2**24
# More than the fastest packs nothing that is worth the wait: most of a line stood in the one before.
_LEVEL = 1


def file(generation: Generation) -> Path:
    """Return where the lines of a generation are, if they are kept."""
    return generation.folder / "lines"


class KeptLines:
    """Lines of N-Quads on their way into a file; used in a `with`, which completes it."""

    def __init__(self, generation: Generation) -> None:
        self._file = file(generation).open("wb")
        self._file.write(_MARK + bytes(_DIGEST))
        self._packer = zlib.compressobj(_LEVEL)
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if error is None:
                self._put(self._packer.flush())
                self._file.seek(len(_MARK))
                self._file.write(self._digest.digest())

    def take(self, lines: bytes) -> None:
        """Add whole lines."""
        self._put(self._packer.compress(lines))

    def _put(self, packed: bytes) -> None:
        self._digest.update(packed)
        self._file.write(packed)


def read(generation: Generation) -> Iterator[bytes] | None:
    """Return the lines of a generation, many at a time; None where they are not kept, or not as they were written."""
    try:
        data = file(generation).read_bytes()
    except OSError:
        return None
    packed = memoryview(data)[len(_MARK) + _DIGEST :]
    known = data[len(_MARK) : len(_MARK) + _DIGEST]
    return _unpacked(packed) if data.startswith(_MARK) and hashlib.sha256(packed).digest() == known else None


def _unpacked(packed: memoryview) -> Iterator[bytes]:
    """Yield whole lines, some megabytes at a time."""
    unpacker, parts, size = zlib.decompressobj(), list[bytes](), 0
    for at in range(0, len(packed), _SLICE):
        parts.append(unpacker.decompress(packed[at : at + _SLICE]))
        size += len(parts[-1])
        if size > _CHUNK:
            whole, end, begun = b"".join(parts).rpartition(b"\n")
            parts, size = [begun], len(begun)
            yield whole + end
    yield b"".join((*parts, unpacker.flush()))
