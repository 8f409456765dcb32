"""What a promise of the benchmark is: a function that measures it at one size, its target, and the sizes it is for."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import stage
from children import Spent, Turn
from stage import Stage
from table import LINEAR, Row, Target

Measured = tuple[list[float], list[float], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A promise: what it is held against, in which unit, the target, and at which of the sizes it is measured."""

    key: str
    promise: str
    reference: str
    target: Target
    measure: Callable[[Stage, int], Measured]
    unit: str = "s"
    sizes: str | int = "each"  # or: first, last, example; or one number of pages, whatever is asked
    growth: float = LINEAR

    def at(self, pages: list[int]) -> list[int]:
        """Return the sizes to measure at."""
        if isinstance(self.sizes, int):
            return [self.sizes]
        some = {"each": pages, "first": pages[:1], "last": pages[-1:], "example": [stage.example_pages()]}
        return some[self.sizes]

    def row(self, job: Stage, pages: int) -> Row:
        """Measure it."""
        ours, theirs, note = self.measure(job, pages)
        return Row(
            self.key, self.promise, self.reference, pages, self.unit, tuple(ours), tuple(theirs), self.target, note,
            self.growth,
        )  # fmt: skip


def columns(turns: Iterable[Turn], what: str = "wall") -> tuple[list[float], list[float]]:
    """Return one figure of every turn, ours and the reference's."""
    ours, theirs = zip(*((getattr(one, what), getattr(other, what)) for one, other in turns), strict=True)
    return list(ours), list(theirs)


def in_process(spent: Spent) -> Spent:
    """Return what a program timed itself: it prints its seconds."""
    return Spent(float(spent.out.split()[-1]), spent.cpu, spent.peak, spent.out)


def plain(promise: str) -> str:
    """Return a promise without its marks."""
    return re.sub("[`*]", "", promise)
