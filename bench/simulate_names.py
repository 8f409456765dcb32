"""
The name index, staleness, duplicates and near names of any number of names in bounded memory: simulate_names.py NAMES.

`[--memory MB] [--links N] [--shard N] [--folder FOLDER]`. Every stage reads the pages or files of records, and writes
records parted by key, so that what belongs together lies in one small file: names and links by the key under which kg
compares names (kg/links/name_keys.py), pages by number, near names by the keys of kg/links/near_names.py. The kernel
refuses more memory than is allowed; what was held is its own figure. Links with two wrong letters are not looked for.
"""

import argparse
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

from names_of_pages import ALIASED, Names
from record_files import Shards

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kg.links import name_keys, near_names
from kg.links.near_names import NearNames, Spelling, nearest

SHARD, MEMORY = 200_000, 256
_ALL = (1 << 64) - 1
_DAY, _NUMBER = 16, 5  # bits of a day, and of the number of a link with whether it is a source
_BITS = 28  # a bit for each 16 keys
_BYTE = 32 - _BITS + 3


@dataclass(slots=True)
class Tally:
    """How many results there are of a kind, and a sum that tells others, whatever their order."""

    count: int = 0
    digest: int = 0

    def add(self, one: int, other: int) -> None:
        """Count a result of two numbers."""
        self.count += 1
        self.digest = (self.digest + (one + 1) * (other * 0x9E3779B97F4A7C15 + 1)) & _ALL


@dataclass(slots=True)
class Outcome:
    """What was found: each name with several pages, what links lead to, near names of broken links, stale pages."""

    duplicates: Tally = field(default_factory=Tally)
    resolved: Tally = field(default_factory=Tally)
    ambiguous: Tally = field(default_factory=Tally)
    broken: Tally = field(default_factory=Tally)
    suggested: Tally = field(default_factory=Tally)
    stale: Tally = field(default_factory=Tally)


@dataclass(slots=True)
class Work:
    """
    One run: the names, where files lie and in how many parts, what was found, and what each stage took.

    `written` are the bytes that it wrote, `disk` is the most that lay in the folder at the end of a stage.
    """

    names: Names
    folder: Path
    parts: int
    outcome: Outcome = field(default_factory=Outcome)
    seconds: dict[str, float] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    disk: int = 0

    def shards(self, name: str) -> Shards:
        """Return new files."""
        return Shards(self.folder, name, self.parts)

    def done(self, name: str, since: float, *files: Shards) -> None:
        """Note what a stage took."""
        for one in files:
            one.close()
        self.seconds[name] = time.process_time() - since
        self.written[name] = sum(one.written for one in files)
        self.disk = max(self.disk, sum(one.stat().st_size for one in os.scandir(self.folder)))
        print(f"{name}: {self.seconds[name]:.1f} s, {self.written[name]:,} bytes", file=sys.stderr, flush=True)


def simulate(names: Names, folder: Path, shard: int = SHARD) -> Work:
    """Return what is found of names in parts of so many, with files in a folder that are gone afterwards."""
    # Odd, so that numbers which share their last bits are parted all the same.
    work = Work(names, folder, names.pages // shard + 1 | 1)
    held, used, dated = scatter(work)
    broken = join(work, held, used, dated)
    stale(work, dated)
    asked, wanted = ask(work, broken)
    suggest(work, meet(work, asked, offer(work, wanted)))
    return work


# ---- names, links, sources -------------------------------------------------------------------------------------------


def hashed(name: str) -> int:
    """Return the key under which a name is compared, as a number."""
    return int.from_bytes(hashlib.blake2b(name_keys.key(name).encode(), digest_size=8).digest())


def is_source(page: int, number: int) -> bool:
    """Tell whether a link is one to a source that the page declares: the first one of every second page."""
    return number == 0 and page % 2 == 0


def scatter(work: Work) -> tuple[Shards, Shards, Shards]:
    """Write the names of all pages and what links are called, by name, and the days of pages, by page."""
    start, names = time.process_time(), work.names
    held, used, dated = work.shards("names"), work.shards("links"), work.shards("days")
    for page, own in names.every():
        day = names.day(page)
        for name in own:
            held.put(hashed(name), page << _DAY | day)
        dated.put(page, day << 1)
        for number in range(names.links):
            used.put(hashed(names.link(page, number)), page << _NUMBER | number << 1 | is_source(page, number))
    work.done("scatter", start, held, used)
    return held, used, dated


def join(work: Work, held: Shards, used: Shards, dated: Shards) -> Shards:
    """Look up every link among the names with its key; write the broken ones, and the days of sources by page."""
    start, broken = time.process_time(), work.shards("broken")
    for part in range(work.parts):
        known = _known(work.outcome, held.records(part))
        for key, link in used.records(part):
            found = known.get(key)
            if found is None:
                work.outcome.broken.add(link, 0)
                broken.put(link >> _NUMBER, link)
            elif found < 0:
                work.outcome.ambiguous.add(link, -found)
            else:
                work.outcome.resolved.add(link, found >> _DAY)
                if link & 1:
                    dated.put(link >> _NUMBER, (found & (1 << _DAY) - 1) << 1 | 1)
    work.done("join", start, broken, dated)
    return broken


def _known(outcome: Outcome, records: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return what each name means: its page with its day, or less than 0 where several pages have it."""
    known: dict[int, int] = {}
    for key, group in groupby(sorted(set(records)), key=lambda record: record[0]):
        pages = [value for _, value in group]
        known[key] = pages[0] if len(pages) == 1 else -len(pages)
        if len(pages) > 1:
            outcome.duplicates.add(key, sum(value >> _DAY for value in pages))
    return known


def stale(work: Work, dated: Shards) -> None:
    """Find the pages that are older than the newest source which they declare."""
    start = time.process_time()
    for part in range(work.parts):
        own: dict[int, int] = {}
        newest: dict[int, int] = {}
        for page, value in dated.records(part):
            days = newest if value & 1 else own
            days[page] = max(days.get(page, 0), value >> 1)
        for page, day in newest.items():
            if day > own[page]:
                work.outcome.stale.add(page, day)
    work.done("stale", start)


# ---- near names of broken links --------------------------------------------------------------------------------------


def keys(name: str) -> set[int]:
    """Return the keys under which kg finds a name that is like another, as numbers of 32 bits."""
    form = near_names._form(name)  # noqa: SLF001  # the very keys of its tables
    equal = {zlib.crc32(f"{rank} {key}".encode()) for rank, key in near_names._keys(form)}  # noqa: SLF001
    return equal | near_names._deletions(form.letters)  # noqa: SLF001


def written(names: Names, link: int) -> str:
    """Return the text of a link by its number in records."""
    return names.link(link >> _NUMBER, link >> 1 & (1 << _NUMBER - 1) - 1)


def ask(work: Work, broken: Shards) -> tuple[Shards, bytearray]:
    """Write the keys of broken links, and return a bit for each of them: what no broken link asks is never written."""
    start, asked, wanted = time.process_time(), work.shards("asked"), bytearray(1 << _BITS - 3)
    for part in range(work.parts):
        for _, link in broken.records(part):
            for key in keys(written(work.names, link)):
                asked.put(key, link)
                wanted[key >> _BYTE] |= 1 << (key >> 32 - _BITS & 7)
    work.done("ask", start, asked)
    return asked, wanted


def offer(work: Work, wanted: bytearray) -> Shards:
    """Write the keys of names that a broken link may ask for, each with the number of the name."""
    start, offered = time.process_time(), work.shards("offered")
    for page, own in work.names.every():
        for place, name in enumerate(own):
            for key in keys(name):
                if wanted[key >> _BYTE] & 1 << (key >> 32 - _BITS & 7):
                    offered.put(key, page << 1 | place)
    work.done("offer", start, offered)
    return offered


def meet(work: Work, asked: Shards, offered: Shards) -> Shards:
    """Write each broken link with the names that have a key with it, by link."""
    start, pairs = time.process_time(), work.shards("pairs")
    for part in range(work.parts):
        links: dict[int, list[int]] = {}
        for key, link in asked.records(part):
            links.setdefault(key, []).append(link)
        for key, name in offered.records(part):
            for link in links.get(key, ()):
                pairs.put(link, name)
    work.done("meet", start, pairs)
    return pairs


def suggest(work: Work, pairs: Shards) -> None:
    """Choose for each broken link the pages that were probably meant, as kg does among all names."""
    start, names = time.process_time(), work.names
    for part in range(work.parts):
        for link, group in groupby(sorted(set(pairs.records(part))), key=lambda pair: pair[0]):
            likely = near(
                Spelling(names.path(name >> 1), name & 1, names.all_of(name >> 1)[name & 1]) for _, name in group
            )
            if paths := nearest(likely, written(names, link)):
                work.outcome.suggested.add(link, told(paths))
    work.done("suggest", start)


def near(spellings: Iterable[Spelling]) -> NearNames:
    """Return names among which no link with two wrong letters is looked for."""
    names = NearNames(spellings)
    names.grams = {}
    return names


def told(paths: Iterable[str]) -> int:
    """Return a number that stands for some paths in their order."""
    return zlib.crc32("\n".join(paths).encode())


# ---- the command -----------------------------------------------------------------------------------------------------


def main(words: list[str]) -> None:
    """Simulate, and print what was found and what it took as JSON."""
    options = _options(words)
    resource.setrlimit(resource.RLIMIT_DATA, (options.memory << 20, options.memory << 20))
    pages = options.names * ALIASED // (ALIASED + 1)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        work = simulate(Names(pages, options.links), Path(folder), options.shard)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "names": options.names,
                "pages": pages,
                "links": pages * options.links,
                "parts": work.parts,
                "cpu": used.ru_utime + used.ru_stime,
                "peak": peak(),
                "disk": work.disk,
                "seconds": work.seconds,
                "written": work.written,
                "found": asdict(work.outcome),
            },
            indent=1,
        )
    )


def peak() -> int:
    """Return the most bytes that this process held; what getrusage says has those of the process that began it, too."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", type=int)
    parser.add_argument("--memory", type=int, default=MEMORY, help="megabytes")
    parser.add_argument("--links", type=int, default=3, help="of each page")
    parser.add_argument("--shard", type=int, default=SHARD, help="pages of a part")
    parser.add_argument("--folder", default=None, help="for the files, which are gone afterwards")
    return parser.parse_args(words)


if __name__ == "__main__":
    main(sys.argv[1:])
