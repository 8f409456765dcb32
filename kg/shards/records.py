"""What a shard is made from and what is said of it: small records, which alone travel between the machines."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from kg.links.name_tables import NameIndex
from kg.model.records import dataclass
from kg.rdf.names import PageName
from kg.settings.dialect import Dialect
from kg.shards.places import Place

FORMAT = "kg shards 1"
COMMON = -1
_FILE = re.compile(r"(?:part-(?P<number>[0-9]{5})-of-(?P<of>[0-9]{5})|common)-[0-9a-f]{16}\.(?:nq|pages\.json)\.gz")
PAGES, QUADS = ".pages.json.gz", ".nq.gz"
_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """What the quads of a page depend on beside its bytes and what its names mean; of others nothing is taken up."""

    base: str
    dialect: str
    mapper: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What every shard is made with: broadcast once. `names` is a digest of the index."""

    root: Path
    place: Place
    index: NameIndex
    names: str
    settings: Settings
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Task:
    """
    One shard to make, of pages and the SHA-256 of each; `kept` is a list of pages that may hold for it, or empty.

    It was made of the same pages, of which other names may mean something else now.
    """

    number: int
    of: int
    pages: tuple[tuple[PageName, str], ...]
    kept: str = ""

    @property
    def inputs(self) -> str:
        """A digest of the pages."""
        return digest_of(repr((name, sha256)) for name, sha256 in self.pages)


@dataclass(frozen=True, slots=True)
class Shard:
    """
    What a shard holds: its file with size and SHA-256, the SHA-256 of the lines in it, and how much it is.

    `digest` is the sum of the digests of its graphs, `scraped` the newest day on which a source in it was scraped.
    """

    number: int
    file: str
    size: int
    sha256: str
    lines: str
    quads: int
    pages: int
    graphs: int
    digest: str
    scraped: str = ""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """What is known of a page that was mapped: its names, which names it uses, and a digest of what they mean."""

    path: str
    sha256: str
    title: str
    aliases: tuple[str, ...]
    used: tuple[tuple[str, bool], ...]
    answers: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A shard and what it was made from, as it stands beside its file."""

    settings: Settings
    inputs: str
    names: str
    shard: Shard
    pages: tuple[KeptPage, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a shard was not made, in one line; `changed` says that a page is not what it was, and `code` how it ends."""

    words: str
    code: int = 2
    changed: bool = False


Result = Shard | Failed


def shard_of(name: str, count: int) -> int:
    """Return the number of the shard of a page: the first 8 bytes of the SHA-256 of its name, modulo their number."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:_NUMBER]) % count


def digest_of(words: Iterable[str]) -> str:
    """Return the SHA-256 of texts, each ended by a null character."""
    whole = hashlib.sha256()
    for word in words:
        whole.update(f"{word}\0".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def file_name(number: int, of: int, lines: str, ending: str) -> str:
    """Return what a shard's file is called: its number, and by the beginning of its digest what is in it."""
    first = "common" if number == COMMON else f"part-{number:05}-of-{of:05}"
    return f"{first}-{lines[:16]}{ending}"


def is_ours(name: str) -> bool:
    """Tell whether a file is called as a shard, or as what stands beside it."""
    return bool(_FILE.fullmatch(name))


def dealt(name: str) -> tuple[int, int] | None:
    """Return the number of a shard and how many there are, by the name of its list of pages; None for another file."""
    match = _FILE.fullmatch(name) if name.endswith(PAGES) else None
    return (int(match["number"]), int(match["of"])) if match and match["number"] else None


# ---- As text ---------------------------------------------------------------------------------------------------------


def written(beside: Kept) -> bytes:
    """Return what stands beside a shard: a line with the SHA-256 of the rest, then JSON."""
    body = json.dumps(asdict(beside), separators=(",", ":")).encode("ascii")
    return hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body


def read(data: bytes) -> Kept | None:
    """Return what stands beside a shard; None where it is not as it was written."""
    digest, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode("ascii") != digest:
        return None
    try:
        said = json.loads(body)
        return Kept(
            Settings(**said["settings"]), said["inputs"], said["names"], Shard(**said["shard"]),
            tuple(_page(one) for one in said["pages"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):  # of another version of the format
        return None


def _page(row: dict[str, Any]) -> KeptPage:
    used = tuple((str(name), bool(anchored)) for name, anchored in row["used"])
    return replace(KeptPage(**row), aliases=tuple(row["aliases"]), used=used)
