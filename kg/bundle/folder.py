"""The folder of an export: put in place whole, and never over files of anybody else."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from kg.model.finding import KgError
from kg.write import render

# The file by which a folder is known to be such an export, which may be replaced by another.
MARK = ".kg-export"
_SAYS = b"A bundle that `kg export --format okf` wrote; it replaces this folder when it is run again.\n"


def check(out: Path) -> None:
    """Raise KgError for a folder that must not be written to: only a new one, an empty one or an earlier export is."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise KgError(f"-o '{out}': not a folder; name one that is new, empty, or an earlier export")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise KgError(
            f"-o '{out}': holds files that no export wrote; name a folder that is new, empty, or an earlier export"
        )


def put(contents: Mapping[str, bytes], out: Path) -> int:
    """Put files into a folder that `check` allows, and return how many; it is as before or complete at any time."""
    check(out)
    out = out.absolute()
    beside, old = (out.with_name(f".{out.name}.kg-{os.getpid()}.{state}") for state in ("new", "old"))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _fill(beside, {**contents, MARK: _SAYS})
        if out.is_dir():
            out.rename(old)
        beside.rename(out)
    except OSError as error:
        if old.is_dir() and not out.exists():
            old.rename(out)
        raise KgError(f"-o '{out}': cannot be written: {error.strerror}") from None
    finally:
        for one in (beside, old):
            shutil.rmtree(one, ignore_errors=True)
    return len(contents)


def _fill(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.mkdir()
    made = {folder}
    for path, data in contents.items():
        target = render.inside(folder, path)
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(data)
