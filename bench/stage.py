"""What the rows are measured on: wikis of each size with their stores and quads, made once and thrown away."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import children
import programs
from children import ROOT, Spent, Turn

COUNT = 'print(sum(1 for _ in open(sys.argv[2], "rb")))'
EXAMPLE = ROOT / "examples/open-source-ai"


class NotMeasured(Exception):  # noqa: N818  # no error: the table says so
    """A row that cannot be measured here, and why."""


@dataclass(slots=True)
class Stage:
    """A folder for all that is made, how often each row is run, for how long at most, and against which revision."""

    folder: Path
    runs: int
    seconds: float
    revision: str
    builds: dict[int, list[Turn]] = field(default_factory=dict)
    libraries: dict[int, dict[str, tuple[float, float, bool]]] = field(default_factory=dict)
    served: dict[int, dict[str, dict[str, list[dict[str, float]]]]] = field(default_factory=dict)
    _counts: dict[int, int] = field(default_factory=dict)
    _other: Path | None = None

    def turns(self, ours: Callable[[], Spent], theirs: Callable[[], Spent], runs: int | None = None) -> list[Turn]:
        """Run both in turn, as often as there is time for."""
        return children.turns(ours, theirs, runs or self.runs, self.seconds)

    def wiki(self, pages: int) -> Path:
        """Return a wiki of so many pages; of 55 it is the example."""
        found = self.folder / f"wiki-{pages}"
        if not found.exists():
            if pages == example_pages():
                shutil.copytree(EXAMPLE, found, ignore=shutil.ignore_patterns(".kg"))
            else:
                # In a process of its own: what a child takes is counted from what this one had when it began.
                children.run([sys.executable, ROOT / "bench/newsroom.py", found, pages])
        return found

    def store(self, pages: int) -> Path:
        """Return a store of a wiki that was ingested."""
        found = self.folder / f"store-{pages}"
        if not found.exists():
            children.kg("--store", found, "ingest", self.wiki(pages))
        return found

    def kept(self, pages: int) -> Path:
        """Return the folder of the quads in that store."""
        return next((self.store(pages)).glob("generations/*/quads"))

    def quads(self, pages: int) -> Path:
        """Return a file of the same quads."""
        found = self.folder / f"{pages}.nq"
        if not found.exists():
            self._counts[pages] = int(children.program(programs.DUMP + COUNT, self.kept(pages), found).out)
        return found

    def count(self, pages: int) -> int:
        """Return how many they are."""
        self.quads(pages)
        return self._counts[pages]

    def fresh(self, name: str) -> Path:
        """Return a folder that is not there."""
        found = self.folder / name
        shutil.rmtree(found, ignore_errors=True)
        return found

    def copy(self, pages: int, *without: str) -> Path:
        """Return a copy of the store of a wiki without some files of its generations, such as kept verdicts."""
        found = self.fresh("copy")
        shutil.copytree(self.store(pages), found, symlinks=True, ignore=shutil.ignore_patterns(*without))
        return found


def example_pages() -> int:
    """Return how many pages the example has."""
    return sum(1 for _ in EXAMPLE.rglob("*.md"))
