"""A generation opened for reading: what every question and every check starts from."""

from pathlib import Path
from typing import TYPE_CHECKING

from kg.model.records import dataclass
from kg.store.shown_pages import InMemory, Shown

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.store.generations import Generation
    from kg.store.manifest_head import Head


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A generation opened for reading: the head of its manifest, its pages and its quads.

    `left_out` are the paths of pages that it has and that neither the pages nor the quads have: those of a later day.
    """

    folder: Path
    generation: "Generation"
    head: "Head"
    pages: Shown | InMemory
    quads: "Store"
    left_out: frozenset[str] = frozenset()

    @property
    def base(self) -> str:
        """The base IRI that the generation was mapped with."""
        return self.head.base

    @property
    def is_whole(self) -> bool:
        """Whether all pages of the generation are shown, and not only those as of a day."""
        return isinstance(self.pages, Shown)

    @property
    def root(self) -> Path:
        """The folder of the wiki that the generation was mapped from."""
        return Path(self.head.root)


def reading(
    folder: Path, number: int | None = None, *, inferred: bool = False, copy: "Store | None" = None
) -> Reading:  # fmt: skip
    """
    Return a generation of a store, opened: the current one, or that with a number; KgError where there is none.

    A `copy` in memory stands in for the quads of the generation with the number, which was just written.
    """
    from kg.store import generations  # loads pyoxigraph

    generation = generations.require(folder, number)
    head = generations.manifest_that_fits(folder, generation)
    return Reading(
        folder,
        generation,
        head,
        Shown(generation.folder, head),
        copy if copy is not None else generations.open_reader(folder, generation, reasoned=inferred),
    )
