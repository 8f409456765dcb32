"""A generation opened for reading: what every question and every check starts from."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.store.generations import Generation


@dataclass(frozen=True, slots=True)
class Reading:
    """A generation opened for reading."""

    folder: Path
    generation: "Generation"
    manifest: dict[str, Any]
    quads: "Store"

    @property
    def base(self) -> str:
        """The base IRI that the generation was mapped with."""
        return str(self.manifest["base"])

    @property
    def root(self) -> Path:
        """The folder of the wiki that the generation was mapped from."""
        return Path(self.manifest["root"])


def reading(
    folder: Path, number: int | None = None, *, inferred: bool = False, copy: "Store | None" = None
) -> Reading:  # fmt: skip
    """
    Return a generation of a store, opened: the current one, or that with a number; KgError where there is none.

    A `copy` in memory stands in for the quads of the generation that was just written.
    """
    from kg.store import generations  # loads pyoxigraph

    generation = generations.require(folder, number)
    return Reading(
        folder,
        generation,
        generations.manifest(folder, generation),
        copy if copy is not None else generations.open_reader(folder, generation, reasoned=inferred),
    )
