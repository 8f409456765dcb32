"""The one writer's place in a store: a kernel lock, which dies with its holder, on a file that names the holder."""

import errno
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from kg.model.kg_error import KgError
from kg.model.records import dataclass

# File systems that another machine serves: a kernel lock on them may be seen by this machine alone.
NETWORK = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs",
    "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb", "smb3",
    "smbfs",
})  # fmt: skip
MOUNTS = Path("/proc/self/mounts")
_PAUSE = 0.05
_OCTAL = ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\"))
_held: set[IO[str]] = set()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes, or wrote, to a store: the process, its machine, since when (UTC), and what was typed."""

    pid: int
    host: str
    since: str
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} (`{self.command}`, since {self.since})"


@contextmanager
def hold(folder: Path, *, wait: float = 0.0) -> Iterator[tuple[str, ...]]:
    """
    Be the store's one writer inside the context, whose value is what a person should be told.

    Waits up to `wait` seconds for another writer. Raises KgError (exit 1) naming the holder where it is not done by
    then, and KgError (exit 2) where the file cannot be written or locks do not work where it lies.
    """
    handle = _taken(folder / "lock", time.monotonic() + wait)
    with handle:
        notes = [*_served(folder, handle)]
        left = _parsed(handle)
        if left:
            notes.append(f"took over the lock of {left}, which ended before it was done")
        _held.add(handle)
        try:
            _write(handle, json.dumps(asdict(_me())))
            yield tuple(notes)
        finally:
            _held.discard(handle)
            _write(handle, "")


def holder(folder: Path) -> Holder | None:
    """Return whom the lock file of a store names: its writer, or one that ended before it was done."""
    try:
        with (folder / "lock").open(encoding="utf-8") as handle:
            return _parsed(handle)
    except OSError:
        return None


def is_held(folder: Path) -> bool:
    """Tell whether a process, this one included, is writing to a store; needs no right to write."""
    try:
        with (folder / "lock").open(encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def file_system(folder: Path, mounts: Path | None = None) -> str:
    """Return the type of the file system that a folder lies on, as the kernel names it; empty where it does not say."""
    try:
        table = (mounts or MOUNTS).read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    place, best, found = folder.resolve(), -1, ""
    for line in table.splitlines():
        _, point, kind, *_ = line.split(" ")
        for written, meant in _OCTAL:
            point = point.replace(written, meant)
        # Of two mounts at one point the later one is on top.
        if place.is_relative_to(point) and len(Path(point).parts) >= best:
            best, found = len(Path(point).parts), kind
    return found


def _taken(path: Path, deadline: float) -> IO[str]:
    """Return the lock file, locked by this process."""
    while True:
        try:
            handle = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise KgError(f"{path.parent}: cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _same(handle, path):
                return handle
        except BlockingIOError:
            if time.monotonic() >= deadline:
                message = _busy(path, handle)
                handle.close()
                raise KgError(message, code=1) from None
            time.sleep(_PAUSE)
        except OSError as error:
            handle.close()
            raise KgError(f"{path}: locks do not work here ({error.strerror}); put the store on a local disk") from None
        handle.close()


def _same(handle: IO[str], path: Path) -> bool:
    """Tell whether a file that was opened is still the one at its path."""
    try:
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _busy(path: Path, handle: IO[str]) -> str:
    """Return what to tell a second writer."""
    found = _parsed(handle)
    for _ in range(10):
        if found:
            break
        # It has the lock and is about to write its name.
        time.sleep(_PAUSE / 10)
        found = _parsed(handle)
    if found and found.host != _host():
        advice = f"if that machine is gone, delete {path}"
    else:
        advice = "try again when it is done, or let it wait its turn with --wait SECONDS"
    return f"{path.parent}: {found or 'another process'} is writing to this store; {advice}"


def _parsed(handle: IO[str]) -> Holder | None:
    handle.seek(0)
    try:
        said = json.loads(handle.read())
        return Holder(int(said["pid"]), str(said["host"]), str(said["since"]), str(said["command"]))
    except (ValueError, KeyError, TypeError):
        return None


def _write(handle: IO[str], words: str) -> None:
    handle.seek(0)
    handle.truncate()
    handle.write(words)
    handle.flush()


def _host() -> str:
    return os.uname().nodename


def _me() -> Holder:
    words = [Path(sys.argv[0]).name, *sys.argv[1:]] if sys.argv else []
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Holder(os.getpid(), _host(), since, " ".join(words)[:200])


def _served(folder: Path, handle: IO[str]) -> Iterator[str]:
    """Yield a warning for a store on a network file system; raise KgError where two locks are granted at once."""
    kind = file_system(folder)
    if kind not in NETWORK:
        return
    with (folder / "lock").open("a+", encoding="utf-8") as second:
        try:
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
        else:
            raise KgError(
                f"{handle.name}: two locks were granted at once on this {kind}; put the store on a local disk"
            )
    yield f"{folder} is on a network file system ({kind}): write to it from one machine only, or put it on a local disk"


def _forget() -> None:
    """Close the lock in a process forked from the writer, so that it does not outlive the writer."""
    for handle in _held:
        handle.close()
    _held.clear()


os.register_at_fork(after_in_child=_forget)
