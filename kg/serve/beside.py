"""What answers depend on beside the generation: kg.toml, the files that it names, and what else the store keeps."""

import contextlib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.model.kg_error import KgError
from kg.settings import kg_toml
from kg.store import generations

# So many profiles that extend each other are looked at: files may lead back to themselves by ever longer paths.
_MOST_PROFILES = 20


def signature(file: Path | None) -> str:
    """Return what is another wherever kg.toml, its baseline, its profile or a query of the user's own is edited."""
    return _of_files(_files(file))


def kept(store: Path) -> str:
    """Return what is another wherever generations came or went, or the verdicts of the current one are others."""
    try:
        now = generations.current(store)
        numbers = [one.number for one in generations.generations(store)]
        return f"{numbers} {_of_files(generations.verdicts(now) if now else ())}"
    except (KgError, OSError):  # who asks is told
        return ""


def _of_files(files: Iterable[Path]) -> str:
    rows = []
    for path in files:
        with contextlib.suppress(OSError):
            stat = path.stat()
            rows.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return repr(rows)


def _files(file: Path | None) -> Iterator[Path]:
    if file is None:
        return
    yield file
    try:
        config = kg_toml.load(file)
    except (KgError, OSError):  # who asks is told
        return
    if config.baseline is not None:
        yield config.baseline
    yield from _profiles(config.profile)
    if config.queries is not None and config.queries.is_dir():
        yield from sorted(config.queries.glob("*.rq"))


def _profiles(name: object) -> Iterator[Path]:
    """Yield the file of a profile and those of the profiles that it extends, as far as they can be read."""
    folder, seen = Path(), set[Path]()
    while isinstance(name, str) and name.endswith(".toml") and len(seen) < _MOST_PROFILES:
        path = folder / name
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):  # who asks is told
            return
        if path in seen:
            return
        seen.add(path)
        yield path
        try:
            folder, name = path.parent, tomllib.loads(text).get("extends")
        except tomllib.TOMLDecodeError:  # who asks is told
            return


def queries(file: Path | None) -> Path | None:
    """Return the folder of the user's own queries that kg.toml names; None where it names none, or is none."""
    try:
        folder = kg_toml.load(file).queries
    except (KgError, OSError):
        return None
    return folder if folder is not None and folder.is_dir() else None
