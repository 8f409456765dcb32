"""What a reasoner read and what it inferred, kept beside the newest generation: the next edit reads only itself.

A cache: where it is not, or cannot be read, everything is read from the store. docs/store.md says what the file holds.
"""

import contextlib
import json
import zlib
from typing import Any

from pyoxigraph import Store

from kg.reason.premises import Remembered
from kg.store import sealed_file
from kg.store.generations import Generation

_FILE = "premises"
# The file is read by the next edit: small enough not to wait for the disk, quick enough not to wait for the packer.
_LEVEL = 1


Record = dict[str, Any]


def load(generation: Generation, key: str) -> Record | None:
    """Return what was kept of an inference with this key; None where there is nothing, or nothing that can be read."""
    data = sealed_file.read(generation.folder / _FILE, sealed_file.PREMISES)
    if data is None:
        return None
    record: Record = json.loads(zlib.decompress(data))
    return record if record["key"] == key else None


def lines(inferred: str) -> list[str]:
    """Return lines of N-Quads, each with its end: `splitlines` would cut at a separator that an IRI may hold."""
    return [f"{line}\n" for line in inferred.split("\n")[:-1]]


def of_source(source: Remembered, inferred: bytes) -> Record | None:
    """Return what was read for an inference, as it is kept, None where that is not all that it rests on."""
    if not source.complete:
        return None
    return {
        "pairs": {name: sorted(some) for name, some in source.pairs_by.items()},
        "members": {name: sorted(some) for name, some in (source.members_by or {}).items()},
        "lines": inferred.decode(),
    }


def remembered(memory: Record, quads: Store) -> Remembered:
    """Return the facts of a store as far as they are kept of an earlier one: `update` brings them up to date."""
    source = Remembered(quads)
    source.pairs_by = {name: {(subject, value) for subject, value in some} for name, some in memory["pairs"].items()}
    source.members_by = {name: set(some) for name, some in memory["members"].items()}
    return source


def save(generation: Generation, key: str, memory: Record | None) -> None:
    """Keep what the next inference can begin with, in place of what was kept of earlier generations."""
    drop(generation)
    for file in generation.folder.parent.glob(f"*/{_FILE}"):
        with contextlib.suppress(OSError):
            file.unlink()
    if memory is None:
        return
    record = {"key": key, **memory}
    data = zlib.compress(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(), _LEVEL)
    with contextlib.suppress(OSError):
        sealed_file.write(generation.folder / _FILE, sealed_file.PREMISES, data)


def hand_on(older: Generation, generation: Generation) -> None:
    """Give what is kept of an earlier generation to a later one: it holds for both."""
    with contextlib.suppress(OSError):
        (older.folder / _FILE).replace(generation.folder / _FILE)


def drop(generation: Generation) -> None:
    """Keep nothing of a generation: it is reasoned about anew."""
    (generation.folder / _FILE).unlink(missing_ok=True)
