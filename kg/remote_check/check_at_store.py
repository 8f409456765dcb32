"""Every rule on a foreign store: constraints asked there, the others here, findings placed from what is fetched."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

import pyoxigraph as ox

from kg.check import rules, validate
from kg.check.asked import Asked
from kg.check.validate import Raw
from kg.model import progress
from kg.model.finding import Finding
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Node
from kg.remote_check import fetched_part, reach, scope
from kg.remote_check.questions import Questions
from kg.remote_check.reach import Reads
from kg.remote_check.remote_quads import RemoteQuads
from kg.remote_check.scope import Scope
from kg.shacl import results as shacl
from kg.shacl import run_shapes, shapes
from kg.shacl.data import Data
from kg.shacl.extent import unchecked
from kg.shacl.plan import SUBCLASS
from kg.shacl.results import Note, Refused, Result, Verdict
from kg.shacl.run_shapes import OfRoot

_NEEDS = ox.NamedNode(names.SHAPES + "needs")
_MOST_ROUNDS = 100
# Why a query could not be asked, without the engine's words around that.
_REASON = re.compile(r"^(?:a query of it: |its query cannot be evaluated here: )?(.*?)(?: \(in \S+\))?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shared:
    """
    How the work was shared: how many constraints there are, and how many the store was asked about.

    `here` names the shapes with constraints that were checked here, by the reason; `requests` were sent and `rows` came
    back in all, `fetched` facts among them to check those constraints. `copied` are the reasons for which all graphs of
    the wiki were fetched, to ask something else of a copy.
    """

    constraints: int
    at_store: int
    here: Mapping[str, tuple[str, ...]]
    requests: int
    rows: int
    fetched: int
    copied: tuple[str, ...] = ()


def as_store(remote: RemoteQuads) -> ox.Store:
    """Return a foreign store as what a check takes: it answers the questions that a check asks of a store of ours."""
    return cast("ox.Store", remote)


class CheckAtStore:
    """One validation at a store; `raw` finds, there, all that the fast engine would find in a copy."""

    def __init__(self, remote: RemoteQuads) -> None:
        self.remote = remote
        self.questions: Questions = remote.questions
        self.why: dict[str, str] = {}
        self.reads: list[Reads] = []
        self.found: list[Verdict] = []
        self.refused: list[Refused] = []
        self.notes: list[Note] = []
        self.fetched = 0

    def raw(self, task: Asked) -> Raw:
        """Return all that is found, with its places."""
        self.task = task
        with progress.stage("asking the store what it has"):
            self.scope: Scope = scope.of(self.questions, task.base, reach.classes_of(task.graph))
            if self.scope.mixed:
                self.remote.ask_a_copy(self.scope.mixed)
            self.remote.know_what_occurs(_needed(task))
        self.reads = reach.of(task.graph, self.scope)
        self.why = {one.unit: one.why for one in self.reads if one.why}
        self._at_store()
        rest = self._here()
        results = shacl.in_order([*(one.result for one in self.found), *rest.results])
        said = frozenset({*self._placed(results), *validate.parsed(self.task.store)})
        how = f"{len(self.reads) - len(self.why)} of {len(self.reads)} constraints were checked at the store"
        nobodys = (*unchecked(self.task.graph), *rest.unchecked)
        return Raw(results, said, tuple(self.refused), how=how, unchecked=nobodys, notes=tuple(self.notes))

    # ---- verdicts ----------------------------------------------------------------------------------------------------

    def _at_store(self) -> None:
        """Ask the store about the constraints that it can be asked about; note why it could not where that shows."""
        data = Data(self.task.store, foreign=True, kinds=self.scope.kinds)
        units = self._by_root(one for one in self.reads if not one.why)
        for number, listed in progress.each("asking the store about rules", sorted(units.items())):
            self._ask(data, number, [one.unit for one in listed])

    def _ask(self, data: Data, number: int, units: Sequence[str]) -> None:
        """Ask about constraints of one shape, one by one where not all of them can be asked about."""
        one = self._of_root(data, number, units)
        if not one.refused:
            self.found += one.verdicts
        elif len(units) == 1:
            self.why[units[0]] = _REASON.sub(r"\1", one.refused[0].why)
        else:
            for unit in units:
                self._ask(data, number, [unit])

    def _here(self) -> shacl.Report:
        """Check what is left on a fetched part, and return what the other engine finds of what that cannot do."""
        left = [one for one in self.reads if one.unit in self.why]
        if not left:
            return shacl.Report(())
        some = [one.properties for one in left if one.properties is not None]
        read = frozenset({SUBCLASS}).union(*some) if len(some) == len(left) else None
        with progress.stage("fetching what is checked here"):
            data = fetched_part.fetched(self.questions, self.scope, read)
        self.fetched = len(data.store)
        for number, listed in progress.each("checking rules", sorted(self._by_root(left).items())):
            one = self._of_root(data, number, [one.unit for one in listed])
            self.found += one.verdicts
            self.refused += one.refused
            self.notes += one.notes
        if not self.refused:
            return shacl.Report(())
        others = tuple(f"{one.shape} " for one in self.refused)
        self.found = [one for one in self.found if not f"{one.unit} ".startswith(others)]
        whole = fetched_part.fetched(self.questions, self.scope, None)
        return validate.rest(whole, self.task.shapes, self.task.graph, self.refused)

    def _by_root(self, reads: Iterable[Reads]) -> dict[int, list[Reads]]:
        """Return constraints by the numbers of their shapes."""
        numbers = {node: number for number, (node, _) in enumerate(shapes.roots(self.task.graph))}
        found: dict[int, list[Reads]] = defaultdict(list)
        for one in reads:
            found[numbers[one.shape]].append(one)
        return found

    def _of_root(self, data: Data, number: int, units: Iterable[str]) -> OfRoot:
        ((_, found),) = run_shapes.each_root(data, self.task.graph, [number], dict.fromkeys(units))
        return found

    # ---- places ------------------------------------------------------------------------------------------------------

    def _placed(self, results: Sequence[Result]) -> list[Finding]:
        """Return the findings of results: they are looked up again and again until nothing is left to be fetched."""
        with progress.stage("placing findings"):
            for _ in range(_MOST_ROUNDS):
                pages = validate.pages_of(self.task, self.task.store)
                findings = validate.placed(pages, results, results)
                if not self.remote.fetch():
                    return findings
        raise AssertionError("places lead on and on")

    def shared(self) -> Shared:
        """Return how the work was shared, with what was asked since to judge what was found."""
        here: dict[str, list[str]] = defaultdict(list)
        for one in self.reads:
            if one.unit in self.why:
                here[self.why[one.unit]].append(self._called(one.shape))
        named = {why: tuple(dict.fromkeys(some)) for why, some in here.items()}
        tally, count, copied = self.questions.tally, len(self.reads), (*self.remote.copied_for,)
        return Shared(count, count - len(self.why), named, tally.requests, tally.rows, self.fetched, copied)

    def _called(self, shape: Node) -> str:
        return rules.name(shape) if isinstance(shape, ox.NamedNode) else "a shape without a name"


def _needed(task: Asked) -> list[ox.NamedNode]:
    """Return the classes and properties whose facts rules need."""
    found = {kind for rows in task.graph.about.values() for kind in rows.get(_NEEDS, ())}
    return sorted((kind for kind in found if isinstance(kind, ox.NamedNode)), key=str)


def lines_of(shared: Shared) -> Iterator[str]:
    """Yield what a person should know of what was not asked of the store, a line for each reason."""
    for why, some in sorted(shared.here.items()):
        many = f"{len(some)} shape{'' if len(some) == 1 else 's'}"
        yield f"checked here, on a part that was fetched: {many} ({', '.join(some)}): {why}"
    for why in shared.copied:
        yield f"asked of a copy of all graphs: {why}"
