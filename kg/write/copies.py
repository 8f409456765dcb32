"""Copies that a command works on: folders in the store, named after their process, gone when it is done or dead."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.model.kg_error import KgError

_COPY = "update-"


@contextmanager
def folder_in(store: Path, what: str) -> Iterator[Path]:
    """
    Lend a folder in a store that is gone afterwards; those of processes that are no more are taken away before.

    Raises KgError where the store cannot be written; `what` needs the copy.
    """
    _sweep(store)
    try:
        place = Path(tempfile.mkdtemp(prefix=f"{_COPY}{os.getpid()}-", dir=store))
    except OSError as error:
        raise KgError(f"{store}: cannot be written: {error.strerror}; {what} needs a copy there") from None
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def take_away(store: Path) -> None:
    """Remove the copies that this process works on."""
    for place in store.glob(f"{_COPY}{os.getpid()}-*"):
        shutil.rmtree(place, ignore_errors=True)


def _sweep(store: Path) -> None:
    """Remove the copies of processes that are no more."""
    for left in store.glob(f"{_COPY}*-*"):
        pid = left.name.removeprefix(_COPY).partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
