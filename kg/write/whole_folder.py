"""A folder written as a whole: what was there before or all of the new, and never over what is not our own."""

import contextlib
import ctypes
import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from kg.model.kg_error import KgError

LIST = "kg-export.txt"
_LISTED = re.compile(r"(?P<path>.*)\t(?P<digest>[0-9a-f]{64})")
_EXCHANGE, _HERE = 2, -100
_WHAT_NOW = "name a folder that is not there yet, or one that `kg export` made"


def publish(out: Path, form: str, files: Iterable[tuple[str, bytes]]) -> int:
    """
    Write files, by their paths below a folder, and return how many; the folder is complete or as it was before.

    A folder that is there is replaced where it is empty or holds nothing but an export of ours: a list in it says which
    files those are, with the SHA-256 of each. Raises KgError for any other, with what is in the way.
    """
    target = check(out)
    beside = target.with_name(f".{target.name[:100]}.kg-{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        names = sorted(_write(beside, path, data) for path, data in files)
        listed = "".join(f"{line}\n" for line in [f"# kg export --format {form}", *map("\t".join, names)])
        (beside / LIST).write_text(listed, encoding="utf-8", newline="\n")
        _sync(beside)
        _swap(beside, target)
    except OSError as error:
        raise KgError(f"{out}: cannot be written: {error.strerror}; what was there is as it was") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return len(names)


def check(out: Path) -> Path:
    """Return a folder as an absolute path; raise KgError where something there is not as an export of ours wrote it."""
    target = Path(os.path.abspath(out))  # noqa: PTH100  # `resolve` would follow a link that is to be replaced
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise KgError(f"{target}: is not a folder; {_WHAT_NOW}")
    if not target.parent.is_dir():
        raise KgError(f"{target.parent}: no such folder")
    if not target.exists():
        return target
    ours = _listed(target)
    for folder, folders, files in os.walk(target):
        here = Path(folder).relative_to(target)
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*files, *links]):
            if (path := (here / name).as_posix()) not in ours:
                raise KgError(f"{target}: holds '{path}', which no export of ours wrote; {_WHAT_NOW}")
            if ours[path] and _digest((target / path).read_bytes()) != ours[path]:
                raise KgError(
                    f"{target}: '{path}' was edited since `kg export` wrote it; move it away, or name another folder"
                )
    return target


def _listed(folder: Path) -> dict[str, str]:
    """Return the files of an export by its list, with their digests; earlier versions of kg wrote none."""
    try:
        lines = (folder / LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    if not lines or not lines[0].startswith("# kg export "):
        return {}
    found = {line: _LISTED.fullmatch(line) for line in lines[1:]}
    return {LIST: "", **{one["path"] if one else line: one["digest"] if one else "" for line, one in found.items()}}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def check_outside(out: Path, wiki: Path) -> None:
    """Raise KgError for a folder of Markdown within the wiki, which would take it for pages of its own."""
    if out.absolute().resolve().is_relative_to(wiki.resolve()):
        raise KgError(f"{out}: lies in the wiki {wiki}, of which its pages would become pages; name another place")


def _write(folder: Path, path: str, data: bytes) -> tuple[str, str]:
    """Write a file, and return its path and its digest."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or not parts:
        raise KgError(f"'{path}' would be written outside the folder; it was refused")
    file = folder.joinpath(*parts)
    try:
        _write_new(file, data)
    except FileNotFoundError:  # the first of its folder
        file.parent.mkdir(parents=True)
        _write_new(file, data)
    return path, _digest(data)


def _write_new(file: Path, data: bytes) -> None:
    with file.open("xb") as handle:
        handle.write(data)


def _sync(folder: Path) -> None:
    """Have a folder on its disk before it gets its name; all is written first, so that the system can do it at once."""
    if _all_synced(folder):
        return
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _all_synced(folder: Path) -> bool:
    """Tell whether the system synced all there is to write in one step: Linux can, much faster than file by file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        return bool(ctypes.CDLL(None).syncfs(handle) == 0)
    except AttributeError:
        return False
    finally:
        os.close(handle)


def _swap(new: Path, target: Path) -> None:
    """Put a folder in the place of another; at no time is there none, where the system can exchange two names."""
    if not target.exists():
        new.rename(target)
    elif not _exchanged(new, target):
        old = new.with_name(f"{new.name}.old")
        target.rename(old)
        try:
            new.rename(target)
        except OSError:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(new: Path, target: Path) -> bool:
    """Tell whether the system exchanged two folders in one step: Linux can, on most file systems."""
    with contextlib.suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        return bool(library.renameat2(_HERE, os.fsencode(new), _HERE, os.fsencode(target), _EXCHANGE) == 0)
    return False
