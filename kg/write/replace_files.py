"""Files of a wiki replaced together: all of them or, as far as a file system allows, none."""

import os
import shutil
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from kg.files import text
from kg.model.finding import KgError
from kg.model.records import dataclass

_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A page with its bytes as they were and as they are to be; `absent` says that there was none."""

    path: str
    old: bytes
    new: bytes
    absent: bool = False


def replace_all(root: Path, pages: Sequence[Rewritten]) -> None:
    """
    Give pages their new bytes; raise KgError, with nothing changed, where a file is not what it was.

    The new files are written beside the old ones and synced before the first is renamed; where a rename fails, those
    before it are taken back. Only a kill between two renames leaves some pages new, each of them whole.
    """
    targets = {page.path: _target(root, page.path) for page in pages}
    for page in pages:
        target = targets[page.path]
        if page.absent and target.exists():
            raise KgError(f"{page.path}: is there already, and something else wrote it; nothing was changed", code=1)
        if not page.absent:
            _refuse_edited(page, target)
    staged: dict[str, Path] = {}
    done: list[Rewritten] = []
    try:
        for page in pages:
            targets[page.path].parent.mkdir(parents=True, exist_ok=True)
            staged[page.path] = _stage(targets[page.path], page.new)
        for page in pages:
            staged[page.path].replace(targets[page.path])
            done.append(page)
    except OSError as error:
        _take_back(done, targets)
        raise KgError(f"{error.filename}: cannot be written: {error.strerror}; no page was changed") from None
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)
    for folder in sorted({target.parent for target in targets.values()}):
        _sync(folder)


def _refuse_edited(page: Rewritten, target: Path) -> None:
    """Raise KgError where a file is not what was ingested, with the first line that differs, as it was and as it is."""
    if not target.is_file():
        raise KgError(f"{page.path}: is gone since it was ingested; run `kg ingest`, then try again", code=1)
    now = target.read_bytes()
    if now == page.old:
        return
    before, after = (_lines(data) for data in (page.old, now))
    pairs = zip_longest(before, after)
    number, (was, found) = next((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    raise KgError(
        f"{page.path}:{number}:1: changed since it was ingested: it was {_quoted(was)} and is now {_quoted(found)}; "
        "run `kg ingest`, then try again",
        code=1,
    )


def _lines(data: bytes) -> list[str]:
    """Return the lines of a page with their ends, as they are counted everywhere; bytes that differ differ in them."""
    return [line.text + line.ending for line in text.split(data.decode("utf-8", "surrogateescape"))]


def _quoted(line: str | None) -> str:
    """Return a line as it is shown: nothing unseen in it, and not too long."""
    if line is None:
        return "no line"
    shown = "".join(char if char.isprintable() else _escaped(char) for char in line.removesuffix("\n"))
    ending = "" if line.endswith(("\n", "\r")) else " without a line end"
    return f"'{shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''}'{ending}"


def _escaped(char: str) -> str:
    """Return a character that is not seen as it is written in a program; a byte that is no UTF-8 by its value."""
    return repr(char.encode("utf-8", "surrogateescape"))[2:-1] if "\udc80" <= char <= "\udcff" else repr(char)[1:-1]


def _target(root: Path, path: str) -> Path:
    target = (root / path).resolve()
    if not target.is_relative_to(root.resolve()):
        raise KgError(f"{path}: leads outside {root}; it was refused")
    return target


def _stage(target: Path, data: bytes) -> Path:
    beside = target.with_name(f".kg-{os.getpid()}-{target.name[:100]}.new")
    with beside.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    if target.exists():
        shutil.copymode(target, beside)
    return beside


def _take_back(rewrites: Sequence[Rewritten], targets: Mapping[str, Path]) -> None:
    for page in rewrites:
        if page.absent:
            targets[page.path].unlink(missing_ok=True)
            continue
        _stage(targets[page.path], page.old).replace(targets[page.path])


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
