"""What answers depend on beside the generation: kg.toml, and the files that it names."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from kg.model.kg_error import KgError
from kg.settings import kg_toml


def signature(file: Path | None) -> str:
    """Return what is another wherever kg.toml, its baseline, its profile or a query of the user's own is edited."""
    rows = []
    for path in _files(file):
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
    yield from filter(None, (config.baseline, Path(config.profile) if config.profile.endswith(".toml") else None))
    if config.queries is not None and config.queries.is_dir():
        yield from sorted(config.queries.glob("*.rq"))


def queries(file: Path | None) -> Path | None:
    """Return the folder of the user's own queries that kg.toml names; None where it names none, or is none."""
    try:
        folder = kg_toml.load(file).queries
    except (KgError, OSError):
        return None
    return folder if folder is not None and folder.is_dir() else None
