"""A generation with a graph more, which was derived from it: a store beside it that shares what both have."""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.store import unfinished
from kg.store.reading import Reading


def layered(reading: Reading, name: str, lines: Sequence[str], *, inferred: bool = False) -> Store:
    """
    Return a generation as it is read, and the quads of `lines` with it.

    The store is kept beside the generation under a name and a digest of what it adds to what; where that cannot be
    written, it is made in a folder that goes when the process ends. The generation itself stays as it is.
    """
    generation = reading.generation
    source = generation.reasoned.resolve() if inferred else generation.quads
    added = "".join(lines).encode()
    place = generation.folder / f"{name}-{_digest(generation.folder, source, added)}"
    if (found := _opened(place)) is not None:
        return found
    try:
        fresh = unfinished.beside(place)
        shutil.rmtree(fresh, ignore_errors=True)
        _fill(fresh, source, added)
        _put(fresh, place)
        return Store.read_only(str(place))
    except OSError:
        fresh = Path(tempfile.mkdtemp(prefix="kg-"))
        atexit.register(shutil.rmtree, fresh, ignore_errors=True)
        _fill(fresh / name, source, added)
        return Store.read_only(str(fresh / name))


def _digest(folder: Path, source: Path, data: bytes) -> str:
    reasons = folder / "inferred.json"
    inferred = reasons.read_bytes() if source.name.startswith("reasoned") and reasons.is_file() else b""
    sizes = f"{source.name} {len(data)} {len(inferred)}\n".encode()
    return hashlib.sha256(sizes + data + inferred).hexdigest()[:16]


def _opened(place: Path) -> Store | None:
    """Return a store that was made before; one that cannot be read is taken away, to be made again."""
    if not place.is_dir():
        return None
    try:
        return Store.read_only(str(place))
    except (OSError, RuntimeError):
        shutil.rmtree(place, ignore_errors=True)
        return None


def _fill(folder: Path, source: Path, data: bytes) -> None:
    Store.read_only(str(source)).backup(str(folder))
    made = Store(str(folder))
    made.load(input=data, format=RdfFormat.N_QUADS, lenient=True)
    made.flush()


def _put(fresh: Path, place: Path) -> None:
    """Give a store its name, unless another process was first."""
    try:
        fresh.rename(place)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not place.is_dir():
            raise
