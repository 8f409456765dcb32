"""The store on disk: immutable generations, one of them current.

.kg/HEAD                      the number of the current generation
.kg/lock                      held by the one writer
.kg/generations/000007/quads      an Oxigraph store
.kg/generations/000007/reasoned   the same with graph/inferred, after `kg reason`
.kg/generations/000007/manifest.json
"""  # fmt: skip

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Store

from kg.finding import KgError

KEPT = 2
_HEAD = "HEAD"


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete state of the store."""

    number: int
    folder: Path

    @property
    def quads(self) -> Path:
        """The Oxigraph store of what was mapped."""
        return self.folder / "quads"

    @property
    def reasoned(self) -> Path:
        """The Oxigraph store of what was mapped and what follows from it; absent until `kg reason`."""
        return self.folder / "reasoned"


def current(folder: Path, *, writing: bool = False) -> Generation | None:
    """
    Return the current generation of a store, None where there is no store; raise KgError where it is damaged.

    Before the first HEAD there is only what an interrupted first ingest left: nothing, and a writer begins anew.
    """
    head = folder / _HEAD
    if not head.exists():
        if not writing and any(folder.glob("generations/*/manifest.json")):
            raise damaged(folder, "it has generations but no HEAD")
        return None
    try:
        generation = _generation(folder, int(head.read_text(encoding="ascii")))
    except (ValueError, OSError) as error:
        raise damaged(folder, f"its HEAD is not a number ({error})") from None
    if not generation.quads.is_dir():
        raise damaged(folder, f"generation {generation.number} is missing")
    return generation


def damaged(folder: Path, what: str) -> KgError:
    """Return the error of a store that cannot be read, with the way out."""
    advice = f"the pages are not touched by this: delete '{folder}' and run `kg ingest` on the wiki to build it anew"
    return KgError(f"{folder}: the store is damaged: {what}; {advice}")


def require(folder: Path) -> Generation:
    """Return the current generation; raise KgError where the folder holds no store."""
    generation = current(folder)
    if generation is None:
        raise KgError(f"{folder}: no store here; run `kg ingest WIKI` first, or name the store with --store")
    return generation


def _generation(folder: Path, number: int) -> Generation:
    return Generation(number, folder / "generations" / f"{number:06d}")


def open_reader(folder: Path, generation: Generation, *, reasoned: bool = False) -> Store:
    """Return a generation opened for reading, with what follows from it where `reasoned`."""
    path = generation.reasoned if reasoned else generation.quads
    if reasoned and not path.is_dir():
        raise KgError("nothing is inferred yet for this generation; run `kg reason` first")
    try:
        return Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise damaged(folder, " ".join(str(error).split())) from None


def manifest(folder: Path, generation: Generation) -> dict[str, Any]:
    """Return the manifest of a generation."""
    try:
        found: dict[str, Any] = json.loads((generation.folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise damaged(folder, f"the manifest of generation {generation.number} cannot be read ({error})") from None
    return found


@contextmanager
def writer(folder: Path) -> Iterator[None]:
    """Hold the store's one writer's place; raise KgError where another process has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(
                "# made by kg; built anew from the pages at any time\n*\n", encoding="utf-8"
            )
        handle = (folder / "lock").open("a+", encoding="ascii")
    except OSError as error:
        raise KgError(f"{folder}: cannot be written: {error.strerror}") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            message = f"{folder}: process {holder} is writing to this store; try again when it is done"
            raise KgError(message, code=1) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def begin(folder: Path, old: Generation | None, *, copy: bool) -> Generation:
    """Return a new generation to be filled: empty, or with `copy` a hard-linked copy of the old one's quads."""
    generation = _generation(folder, old.number + 1 if old else 1)
    if generation.folder.exists():
        shutil.rmtree(generation.folder)
    generation.folder.mkdir(parents=True)
    if copy and old:
        open_reader(folder, old).backup(str(generation.quads))
    return generation


def commit(folder: Path, generation: Generation, described: dict[str, Any]) -> None:
    """Make a filled generation the current one: sync it, then swap HEAD in one rename, then drop what is too old."""
    text = json.dumps(described, ensure_ascii=False, sort_keys=True, indent=0)
    (generation.folder / "manifest.json").write_text(text, encoding="utf-8")
    _sync_tree(generation.folder)
    _sync(generation.folder.parent)
    write_atomically(folder / _HEAD, f"{generation.number}\n".encode())
    for old in sorted((folder / "generations").iterdir())[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def replace_reasoned(folder: Path, generation: Generation, inferred: bytes, graph: str) -> None:
    """Give a generation its reasoned store: a copy of its quads and, in `graph`, the inferred ones; under the lock."""
    from pyoxigraph import RdfFormat  # noqa: PLC0415  # beside its only use

    fresh = generation.folder / "reasoned.new"
    for leftover in (fresh, generation.folder / "reasoned.old"):
        shutil.rmtree(leftover, ignore_errors=True)
    open_reader(folder, generation).backup(str(fresh))
    made = Store(str(fresh))
    made.remove_graph(NamedNode(graph))
    made.bulk_load(input=inferred, format=RdfFormat.N_QUADS)
    made.flush()
    del made
    _sync_tree(fresh)
    if generation.reasoned.exists():
        generation.reasoned.rename(generation.folder / "reasoned.old")
    fresh.rename(generation.reasoned)
    shutil.rmtree(generation.folder / "reasoned.old", ignore_errors=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file beside its place, sync it, and rename it: a reader sees the old file or the new one."""
    beside = path.with_name(f".kg-{os.getpid()}.new")
    with beside.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(path)
    _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
