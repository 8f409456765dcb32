"""Where shards lie: a folder, or a place that fsspec reaches; a file is written beside its place and renamed."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.shards import libraries

BESIDE = ".kg-unfinished"
# Schemes of fsspec for the files of this machine.
_HERE = frozenset({"file", "local"})


class Place(Protocol):
    """Where files lie side by side; it can be sent to another process."""

    @property
    def shared(self) -> bool:
        """Whether other processes see the same files."""

    def names(self) -> list[str]:
        """Return the names of what lies there, sorted; hidden files and what is unfinished are left out."""

    def read(self, name: str) -> bytes | None:
        """Return what a file holds; None where it is not there."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def has(self, name: str, size: int, sha256: str) -> bool:
        """Tell whether a file is there as it was written; of what is far away only the size is looked at."""

    def prepared(self) -> contextlib.AbstractContextManager[None]:
        """Be the one who writes there, without what was left half-written; raise KgError where that cannot be."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, or of a file system that all machines see at the same path."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def shared(self) -> bool:
        """Other processes see it."""
        return True

    def names(self) -> list[str]:
        """Return the names of its files, sorted."""
        try:
            return sorted(name for name in os.listdir(self.path) if not name.startswith("."))  # noqa: PTH208  # names alone
        except FileNotFoundError:
            return []

    def read(self, name: str) -> bytes | None:
        """Return what a file holds; None where it is not there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file beside its place, sync it and rename it; another machine may write one of this name."""
        beside = self.path / f".kg-{name}-{os.uname().nodename}-{os.getpid()}{BESIDE}"
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path / name)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        (self.path / name).unlink(missing_ok=True)

    def has(self, name: str, size: int, sha256: str) -> bool:
        """Tell whether a file has this size and this SHA-256."""
        path = self.path / name
        try:
            if path.stat().st_size != size:
                return False
            with path.open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest() == sha256
        except OSError:
            return False

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Make the folder, and be the one who writes there: a kernel lock on it, which ends with the process."""
        if not self.path.parent.is_dir():
            raise KgError(f"{self.path.parent}: no such folder")
        if self.path.exists() and not self.path.is_dir():
            raise KgError(f"{self.path}: is a file; name a folder")
        self.path.mkdir(exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # a file system without locks: whoever shares it has to see to it
                _lock(handle, self.path)
            for left in self.path.glob(f".kg-*{BESIDE}"):
                left.unlink(missing_ok=True)
            yield
        finally:
            os.close(handle)


def _lock(handle: int, path: Path) -> None:
    """Take the kernel's lock on a folder; raise KgError where another process has it, OSError where there are none."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise KgError(f"{path}: another process writes shards there; wait until it is done", code=1) from None


@dataclass(frozen=True, slots=True)
class Remote:
    """A place that fsspec reaches, such as s3://bucket/wiki."""

    url: str

    def __str__(self) -> str:
        return self.url

    @property
    def shared(self) -> bool:
        """Other processes see it, unless it is the memory of this one."""
        return not self.url.startswith("memory:")

    def names(self) -> list[str]:
        """Return the names of its files, sorted."""
        files, path = self._reached()
        try:
            listed = files.ls(path, detail=False)
        except FileNotFoundError:
            return []
        names = (str(one).rstrip("/").rpartition("/")[2] for one in listed)
        return sorted(name for name in names if not name.startswith(".") and not name.endswith(BESIDE))

    def read(self, name: str) -> bytes | None:
        """Return what a file holds; None where it is not there."""
        files, path = self._reached()
        try:
            return bytes(files.cat_file(f"{path}/{name}"))
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file beside its place and rename it: not everywhere is a file there only when it is whole."""
        files, path = self._reached()
        files.pipe_file(f"{path}/{name}{BESIDE}", data)
        files.mv(f"{path}/{name}{BESIDE}", f"{path}/{name}")

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        files, path = self._reached()
        with contextlib.suppress(FileNotFoundError):
            files.rm_file(f"{path}/{name}")

    def has(self, name: str, size: int, sha256: str) -> bool:  # noqa: ARG002  # to read it would be to fetch it
        """Tell whether a file has this size."""
        files, path = self._reached()
        try:
            return bool(files.info(f"{path}/{name}")["size"] == size)
        except OSError:
            return False

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Make the folder, where there are any; no lock reaches so far."""
        files, path = self._reached()
        files.makedirs(path, exist_ok=True)
        for left in files.ls(path, detail=False):
            if str(left).endswith(BESIDE):
                files.rm_file(left)
        yield

    def _reached(self) -> tuple[Any, str]:
        return libraries.reached(self.url)


def named(text: str) -> Place:
    """Return the place that a text names: the path of a folder, also as file://, or another URL; KgError for none."""
    scheme, is_url, path = text.partition("://")
    if not (path if is_url else text):
        raise KgError(f"--out '{text}' names no place; write a folder, or a URL such as s3://bucket/wiki")
    if not is_url or scheme.lower() in _HERE:
        return Folder(Path(os.path.abspath(path if is_url else text)))  # noqa: PTH100  # `resolve` would follow a link
    place = Remote(text.rstrip("/"))
    libraries.reached(place.url)
    return place
