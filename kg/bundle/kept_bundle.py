"""
The files of a generation's bundle, kept beside it: a second export copies them.

A cache: where it is not, or cannot be read, the pages are written anew, but for those that did not change since an
earlier generation whose bundle was kept and had the same layout.
"""

import contextlib
import json
from collections.abc import Mapping

import pyoxigraph

from kg.model import program
from kg.model.records import dataclass
from kg.store import generations, sealed_file
from kg.store.generations import Generation
from kg.store.reading import Reading

_FILE = "bundle"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A bundle that was kept: its layout, and its files by their paths; of each page its file, by path and SHA-256."""

    layout: str
    files: Mapping[str, bytes]
    pages: Mapping[tuple[str, str], bytes]


def files(reading: Reading) -> Mapping[str, bytes]:
    """Return the files of a generation's bundle by their paths, as write_bundle gives them, and keep them."""
    kept = _kept(reading.generation) if reading.is_whole else None
    return kept.files if kept else _made(reading)


def _made(reading: Reading) -> dict[str, bytes]:
    """Return the files, of which the pages that changed since the bundle that was kept last are written now."""
    from kg.bundle import write_bundle  # loads the parser
    from kg.bundle.page_bytes import PageBytes
    from kg.settings import dialect

    bundle = write_bundle.bundle(reading.base, dialect.load(reading.head.dialect), PageBytes(reading), reading.pages)
    layout, digests = bundle.layout(), {path: entry.sha256 for path, entry in reading.pages.items()}
    before = _before(reading)
    same = before.pages if before and before.layout == layout else {}
    made = dict(bundle.files({key[0]: same[key] for key in digests.items() if key in same}))
    if reading.is_whole:
        page_of = {where: path for path, where in bundle.placed.items()}
        rows = [
            (where, len(data), path := page_of.get(where, ""), digests.get(path, "")) for where, data in made.items()
        ]
        head = json.dumps({"program": _program(), "layout": layout, "files": rows})
        with contextlib.suppress(OSError):
            data = b"\n".join([head.encode(), b"".join(made.values())])
            sealed_file.write(reading.generation.folder / _FILE, sealed_file.BUNDLE, data)
    return made


def _before(reading: Reading) -> _Kept | None:
    """Return the bundle of the newest generation before that has one of this very program."""
    older = [one for one in generations.generations(reading.folder) if one.number < reading.generation.number]
    return next((kept for one in reversed(older) if (kept := _kept(one))), None)


def _kept(generation: Generation) -> _Kept | None:
    """Return what this very program wrote of a generation."""
    data = sealed_file.read(generation.folder / _FILE, sealed_file.BUNDLE)
    if data is None:
        return None
    head, _, rest = data.partition(b"\n")
    record = json.loads(head)
    if record["program"] != _program():
        return None
    kept, pages, start = {}, {}, 0
    for where, size, path, digest in record["files"]:
        kept[where] = pages[path, digest] = rest[start : start + size]
        start += size
    return _Kept(record["layout"], kept, pages)


def _program() -> str:
    return program.digest(f"pyoxigraph {pyoxigraph.__version__}")
