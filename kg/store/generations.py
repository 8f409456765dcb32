"""The store on disk: immutable generations, one of them current; docs/store.md says what each file means."""

import atexit
import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pyoxigraph import Store

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.store import manifest_head, unfinished, whereabouts
from kg.store.manifest_head import FORMAT, Head

KEPT = 10
_HEAD = "HEAD"
_DAY = 86_400
_ATTEMPTS = 20
_leases: dict[Path, IO[str]] = {}


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

    @property
    def lease(self) -> Path:
        """The file that each reader holds a shared lock on, so that the generation is not removed under it."""
        return self.folder / "lease"


@dataclass(frozen=True, slots=True)
class Keep:
    """Which generations are kept beside the current one: so many in all, and all that are younger than so many days."""

    count: int = KEPT
    days: int = 0


def current(folder: Path, *, writing: bool = False) -> Generation | None:
    """
    Return the current generation of a store, None where there is no store; raise KgError where it is damaged.

    Before the first HEAD there is only what an interrupted first ingest left: nothing, and a writer begins anew.
    """
    head = folder / _HEAD
    if not head.exists():
        made = [generation.number for generation in all_generations(folder)]
        if made and (not writing or made != [1]):
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
    advice = (
        f"`kg doctor` says more; the pages are not touched by this: "
        f"delete '{folder}' and run `kg ingest` on the wiki to build it anew"
    )
    return KgError(f"{folder}: the store is damaged: {what}; {advice}")


def require(folder: Path, number: int | None = None) -> Generation:
    """
    Return the current generation, or the one with a number, kept for this process until `release`.

    Raises KgError where the folder holds no store, or no such generation.
    """
    for _ in range(_ATTEMPTS):
        generation = current(folder)
        if generation is None:
            raise KgError(f"{folder}: no store here; run `kg ingest WIKI` first, or name the store with --store")
        if number is not None and number != generation.number:
            generation = numbered(folder, number)
        if lease(generation):
            return generation
    raise damaged(folder, "its generations go away while they are opened")


def numbered(folder: Path, number: int) -> Generation:
    """Return the generation with a number; raise KgError where it is not kept."""
    found = {generation.number: generation for generation in generations(folder)}
    if number not in found:
        kept = ", ".join(map(str, sorted(found))) or "none"
        raise KgError(f"{folder}: no generation {number}; kept are {kept} (`kg history`)")
    return found[number]


def generations(folder: Path) -> list[Generation]:
    """Return the complete generations of a store in their order, up to the current one."""
    head = current(folder)
    last = head.number if head else 0
    return [generation for generation in all_generations(folder) if generation.number <= last]


def all_generations(folder: Path) -> list[Generation]:
    """Return the generations that have a manifest, whatever HEAD says."""
    found = [_generation(folder, number) for number in _numbers(folder)]
    return [generation for generation in found if (generation.folder / "manifest.json").is_file()]


def _numbers(folder: Path) -> list[int]:
    names = (path.name for path in (folder / "generations").iterdir()) if (folder / "generations").is_dir() else ()
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def _generation(folder: Path, number: int) -> Generation:
    return Generation(number, folder / "generations" / f"{number:06d}")


def verdicts(generation: Generation) -> list[Path]:
    """Return the files in which verdicts are kept beside a generation, the newest first."""
    return sorted(generation.folder.glob("verdicts-*"), key=lambda path: path.stat().st_mtime, reverse=True)


def lease(generation: Generation) -> bool:
    """Hold a generation for this process; return False where it was removed before that could be done."""
    if generation.folder in _leases:
        return True
    try:
        handle = generation.lease.open(encoding="utf-8")
    except OSError:
        # Made by an older version, or a generation that is going away.
        return generation.quads.is_dir()
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        held = os.path.samestat(os.fstat(handle.fileno()), generation.lease.stat())
    except BlockingIOError:
        held = False
    except OSError:
        held = generation.quads.is_dir()
    if held:
        _leases[generation.folder] = handle
    else:
        handle.close()
    return held


def release(store: Path | None = None) -> None:
    """Let go of every generation that this process holds, or of one store's; they must not be read any more."""
    for folder in [one for one in _leases if store is None or one.is_relative_to(store)]:
        _leases.pop(folder).close()


atexit.register(release)


def open_reader(folder: Path, generation: Generation, *, reasoned: bool = False) -> Store:
    """Return a generation opened for reading, with what follows from it where `reasoned`."""
    path = generation.reasoned.resolve() if reasoned else generation.quads
    if reasoned and not path.is_dir():
        raise KgError("nothing is inferred yet for this generation; run `kg reason` first")
    lease(generation)
    try:
        return Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise damaged(folder, " ".join(str(error).split())) from None


def manifest_that_fits(folder: Path, generation: Generation) -> Head:
    """Return the head of a generation's manifest; raise KgError where this version of kg does not read it."""
    found = read_manifest(folder, generation)
    if not fits(found):
        advice = (
            f"delete '{folder}' and run `kg ingest` on the wiki to build it anew; the pages are not touched by this"
        )
        raise KgError(
            f"{folder}: made by another version of kg (store format {found.format}, this one reads {FORMAT}); {advice}"
        )
    return found


def read_manifest(folder: Path, generation: Generation) -> Head:
    """Return the head of a generation's manifest, whatever version of kg wrote it; KgError where it is damaged."""
    try:
        head = manifest_head.loads((generation.folder / "manifest.json").read_text(encoding="utf-8"))
        return whereabouts.here(generation.folder.parent.parent, head)
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise damaged(folder, f"the manifest of generation {generation.number} cannot be read ({error})") from None


def fits(head: Head) -> bool:
    """Tell whether this version of kg reads a generation with this manifest."""
    return head.format == FORMAT


@contextmanager
def writer(folder: Path, *, wait: float = 0.0) -> Iterator[tuple[str, ...]]:
    """Hold the store's one writer's place; the value is what a person should be told. Errors: see `lock.hold`."""
    from kg.store import lock  # for who writes alone

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KgError(f"{folder}: cannot be written: {error.strerror}") from None
    with lock.hold(folder, wait=wait) as notes:
        if not (folder / ".gitignore").exists():
            write_atomically(folder / ".gitignore", b"# made by kg; built anew from the pages at any time\n*\n")
        yield notes


@contextmanager
def filling(folder: Path, old: Generation | None, *, source: Generation | None) -> Iterator[Generation]:
    """
    Give the generation after `old` to be filled: empty, or with a hard-linked copy of the quads of `source`.

    Where filling it fails, what there is of it is removed, so that a full disk is not left full; once HEAD names it, it
    stays, whatever happens then.
    """
    generation = _generation(folder, old.number + 1 if old else 1)
    _remove(generation.folder)
    try:
        generation.folder.mkdir(parents=True)
        generation.lease.touch()
        if source:
            Store.read_only(str(source.quads)).backup(str(generation.quads))
        yield generation
    except BaseException:
        if not _is_head(folder, generation):
            _remove(generation.folder)
        raise


def _is_head(folder: Path, generation: Generation) -> bool:
    """Tell whether readers are led to a generation; where that cannot be told, they may be."""
    try:
        return (folder / _HEAD).read_bytes() == _head_of(generation)
    except FileNotFoundError:
        return False
    except OSError:
        return True


def commit(folder: Path, generation: Generation, head: Head) -> None:
    """Make a filled generation the current one: sync it, then swap HEAD in one rename."""
    (generation.folder / "manifest.json").write_text(manifest_head.dumps(head), encoding="utf-8")
    # The engine's diary, 100 kB for each opening, that nobody reads.
    for diary in generation.quads.glob("LOG*"):
        diary.unlink()
    _sync_tree(generation.folder)
    _sync(generation.folder.parent)
    set_head(folder, generation)


def set_head(folder: Path, generation: Generation) -> None:
    """Make a complete generation the current one."""
    write_atomically(folder / _HEAD, _head_of(generation))


def _head_of(generation: Generation) -> bytes:
    return f"{generation.number}\n".encode()


def prune(folder: Path, keep: Keep) -> list[int]:
    """
    Remove the generations that need not be kept and that no reader uses, and return their numbers.

    The current one and the one before it always stay. The clock decides only what is deleted, never what is written.
    """
    found = generations(folder)
    removed = []
    for old in found[: -max(keep.count, 2)]:
        age = time.time() - (old.folder / "manifest.json").stat().st_mtime
        if age >= keep.days * _DAY and _remove_unused(old):
            removed.append(old.number)
    return removed


def _remove_unused(generation: Generation) -> bool:
    """Remove a generation unless a reader, in this process or another, holds its lease."""
    try:
        with generation.lease.open("a", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(generation.folder)
    except OSError:
        return False
    return True


def _remove(folder: Path) -> None:
    """Remove a folder so that no half of it is ever found under its name."""
    if folder.exists():
        going = folder.with_name(f".gone-{folder.name}")
        _take_away(going)
        folder.rename(going)
        _take_away(going)


def leftovers(folder: Path) -> list[Path]:
    """Return what an interrupted writer left in a store: nothing that a reader or the next writer needs."""
    try:
        head = current(folder, writing=True)
    except KgError:
        return []
    last = head.number if head else 0
    made = folder / "generations"
    unfinished = [_generation(folder, number).folder for number in _numbers(folder) if number > last]
    inside = [path for one in generations(folder) for path in _inside(one)] if head else []
    beside = (path for pattern in (".kg-*.new", "imports/.kg-*.new") for path in folder.glob(pattern))
    return sorted([*unfinished, *made.glob(".gone-*"), *beside, *inside])


def _inside(generation: Generation) -> Iterator[Path]:
    yield from (path for path in generation.folder.glob(".kg-*.new") if not unfinished.is_in_use(path))
    kept = generation.reasoned.resolve().name if generation.reasoned.is_symlink() else "reasoned"
    for path in generation.folder.glob("reasoned*"):
        if path.name not in (kept, "reasoned"):
            yield path


def sweep(folder: Path) -> list[Path]:
    """Remove what an interrupted writer left, under the lock, and return it."""
    for path in (found := leftovers(folder)):
        if path.is_dir() and not path.is_symlink():
            _take_away(path, strictly=True)
        else:
            path.unlink()
    return found


def replace_reasoned(generation: Generation, fill: Callable[[Path], None]) -> None:
    """Give a generation its reasoned store, which `fill` writes into a folder that is not there yet; under the lock."""
    before = generation.reasoned.resolve()
    fresh = generation.folder / ("reasoned-2" if before.name == "reasoned-1" else "reasoned-1")
    _take_away(fresh)
    fill(fresh)
    _sync_tree(fresh)
    beside = unfinished.beside(generation.reasoned)
    beside.unlink(missing_ok=True)
    beside.symlink_to(fresh.name)
    beside.replace(generation.reasoned)
    _sync(generation.folder)
    if before.name.startswith("reasoned-"):
        _take_away(before)


def _take_away(folder: Path, *, strictly: bool = False) -> None:
    if folder.exists():
        import shutil  # with every way of packing, which most commands do without

        shutil.rmtree(folder, ignore_errors=not strictly)


def write_atomically(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file beside its place, sync it where `lasting`, and rename it: a reader sees the old file or the new."""
    beside = unfinished.beside(path)
    try:
        with beside.open("wb") as handle:
            handle.write(data)
            handle.flush()
            if lasting:
                os.fsync(handle.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    if lasting:
        _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    """Sync what is new in a folder; a file with a second name was synced in the generation that it is linked from."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.lstat().st_nlink == 1:
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
