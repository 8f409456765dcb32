"""Every rule on everything: two threads take the shapes in turns, and place what they find."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from pyoxigraph import Store

from kg.check import validate
from kg.check.asked import Asked
from kg.model import progress, second_thread
from kg.model.finding import Finding
from kg.model.records import dataclass
from kg.model.second_thread import Turns
from kg.shacl import run_shapes, shapes
from kg.shacl.data import Data
from kg.shacl.results import Note, Refused, Verdict
from kg.shacl.run_shapes import OfRoot


@dataclass(frozen=True, slots=True)
class Checked:
    """What the fast engine found, each verdict with its finding, in the order of the shapes; what it refused."""

    verdicts: tuple[tuple[Verdict, Finding], ...]
    refused: tuple[Refused, ...]
    notes: tuple[Note, ...]


# A check that began before it was asked for: what waits for its end.
Ahead = Callable[[], Checked]


@dataclass(frozen=True, slots=True)
class _Placed:
    """What one shape found, with the findings made of it, one by one."""

    found: OfRoot
    findings: list[Finding]


def check(task: Asked, data: Data, *, sharing: bool, places: Store | None = None) -> Checked:
    """
    Return what every shape says of the data, which are those of the task; the data's store is used up by it.

    With `sharing` a second thread does about half, where there is a processor for it. The result is the same.
    Findings are placed by what `places` holds, a store in memory; None where the data's store has the places, too.
    """
    ground = places or data.store
    count = sum(1 for _ in shapes.roots(task.graph))
    turns = second_thread.Turns(count)
    with (
        second_thread.begun(lambda: dict(_placed(task, data, ground, turns)), worth=sharing) as theirs,
        _called_off(turns),
    ):
        steps = progress.each("checking rules", _with_passed_over(turns), count)
        done = dict(_placed(task, data, ground, (number for number in steps if number is not None)))
        done |= theirs()
    by_number = [done[number] for number in range(count)]
    return Checked(
        tuple(pair for one in by_number for pair in zip(one.found.verdicts, one.findings, strict=True)),
        tuple(why for one in by_number for why in one.found.refused),
        tuple(note for one in by_number for note in one.found.notes),
    )


@contextmanager
def _called_off(turns: Turns) -> Iterator[None]:
    """Let nobody go on with shapes when the block has ended, however that is."""
    try:
        yield
    finally:
        turns.call_off()


def _placed(task: Asked, data: Data, ground: Store, turns: Iterable[int]) -> Iterator[tuple[int, _Placed]]:
    """Yield what the shapes whose turn it is found, each with its number and its place by what `ground` holds."""
    pages = validate.pages_of(task, ground)
    for number, found in run_shapes.each_root(data, task.graph, turns):
        results = [one.result for one in found.verdicts]
        yield number, _Placed(found, validate.placed(pages, results, results))


def _with_passed_over(turns: Iterable[int]) -> Iterator[int | None]:
    """Yield numbers that grow, and None for each between them: somebody else does it."""
    last = 0
    for number in turns:
        yield from itertools.repeat(None, number - last)
        yield number
        last = number + 1
