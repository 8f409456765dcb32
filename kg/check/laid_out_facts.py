"""Where all facts of a generation lie while they are checked: in memory, or in files where memory has no room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from kg.check import validate
from kg.check.asked import Asked
from kg.model import memory
from kg.shacl.data import Data
from kg.store import kept_lines, unfinished
from kg.store.generations import Generation

# What a byte of the engine's files takes in memory as a fact, its place and what is remembered of it: seen 1.6 to 2.2.
_OF_A_BYTE = 3


@contextmanager
def laid_out(task: Asked, generation: Generation) -> Iterator[Callable[[], Data]]:
    """Be given what returns all facts that a task is about, which are gone after the block where they are in files."""

    def facts(folder: Path | None = None) -> Data:
        return validate.facts(task.store, task.base, kept_lines.read(generation), folder)

    if memory.fits(_OF_A_BYTE * sum(file.stat().st_size for file in generation.quads.glob("*.sst"))):
        yield cache(facts)
        return
    with unfinished.folder(generation.folder) as folder:
        yield cache(partial(facts, folder / "facts"))
