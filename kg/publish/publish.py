"""Bringing an endpoint to a generation: only what differs, as a whole where the store can, else in marked steps."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kg.endpoint.client import Endpoint
from kg.endpoint.servers import Server
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.publish import parts, state
from kg.publish.parts import Part
from kg.publish.state import BEGUN, COMPLETE, Marks, State
from kg.rdf import sparql_text
from kg.store import generation_delta, generations
from kg.store.reading import Reading
from kg.store.shown_pages import Shown

# Parts that are put between two looks whether this is still the publish that is under way.
_SOME = 50


@dataclass(frozen=True, slots=True)
class Options:
    """How it is published: only counted (`dry_run`), or in the place of another publish that is under way."""

    dry_run: bool = False
    take_over: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """
    What was done: parts put and taken away, and in how many requests; with `dry_run` what would be.

    `before` are the marks that were found, and `unfinished` tells that a publish was not finished and is repeated.
    """

    put: int
    taken: int
    requests: int
    before: Marks
    unfinished: bool


class Change(NamedTuple):
    """What the endpoint lacks: parts to put, and the names of parts to take away."""

    put: Mapping[str, Part]
    take: Sequence[str]


def publish(reading: Reading, endpoint: Endpoint, server: Server, options: Options) -> Published:
    """
    Bring an endpoint to a generation and return what was done; nothing where it is there.

    KgError with code 1 where another publish is under way, or was first: the endpoint is then as that one leaves it.
    """
    work = _Work(reading, endpoint, server)
    with progress.stage("asking what is there"):
        before = work.state.marks()
        unfinished = before.state == BEGUN
        if unfinished and not (options.take_over or state.has_ended(before.token)):
            raise _under_way(endpoint, before)
        change = work.change(before)
    nothing = not change.put and not change.take and before.state == COMPLETE and before.stamp == work.stamp
    if not nothing and not options.dry_run:
        work.bring(before, change)
    return Published(len(change.put), len(change.take), work.requests, before, unfinished)


def _under_way(endpoint: Endpoint, marks: Marks) -> KgError:
    return KgError(
        f"{endpoint.address.query}: {marks.who} is publishing generation {marks.generation} to it; wait until that is "
        "done, or say --take-over where it ended before",
        code=1,
    )


class _Work:
    """One publish of a generation to an endpoint."""

    def __init__(self, reading: Reading, endpoint: Endpoint, server: Server) -> None:
        self._reading, self._endpoint, self._server = reading, endpoint, server
        self._base = reading.base
        self._parts = parts.of(reading)
        self.state = State(endpoint, reading.base)
        self.stamp = parts.stamp(reading.head)
        self.requests = 0

    def change(self, before: Marks) -> Change:
        """Return what differs between the endpoint and the generation."""
        since = self._since(before) if before.state == COMPLETE else None
        if since is not None:
            return since
        there = self.state.digests() if before.state else {}
        put = {name: part for name, part in self._parts.items() if there.get(name) != part.digest}
        return Change(put, sorted(there.keys() - self._parts.keys()))

    def _since(self, before: Marks) -> Change | None:
        """Return what differs from a kept generation that the endpoint is known to have; None where it has no such."""
        head = self._reading.head
        if before.stamp == self.stamp:
            return Change({}, ())
        for older in reversed(generations.generations(self._reading.folder)):
            with contextlib.suppress(*generation_delta.UNREADABLE):
                old = generations.manifest_that_fits(self._reading.folder, older)
                if parts.stamp(old) == before.stamp and old.base == head.base and generations.lease(older):
                    was = parts.of(
                        Reading(self._reading.folder, older, old, Shown(older.folder, old), self._reading.quads)
                    )
                    put = {name: part for name, part in self._parts.items() if was.get(name) != part}
                    return Change(put, sorted(was.keys() - self._parts.keys()))
        return None

    # ---- the steps ----

    def bring(self, before: Marks, change: Change) -> None:
        """Make the endpoint what the generation is."""
        goal = Marks(COMPLETE, self._reading.generation.number, self.stamp)
        if not (self._server.atomic and before.state != BEGUN and self._at_once(before, change, goal)):
            self._in_steps(before, change, goal)
        now = self.state.marks()
        if (now.state, now.stamp) != (COMPLETE, self.stamp):
            raise self._overtaken()

    def _at_once(self, before: Marks, change: Change, goal: Marks) -> bool:
        """Have all of it goal in one update, if it is not too large for one; tell whether it was."""
        condition = self.state.as_before(before)
        steps: list[str] = []
        size = 0
        for text in self._steps(condition, change):
            size += len(text)
            if size > self._server.bytes:
                return False
            steps.append(text)
        with progress.stage("publishing"):
            self._update([*steps, self.state.mark(condition, goal, first=not before.state)])
        return True

    def _in_steps(self, before: Marks, change: Change, goal: Marks) -> None:
        """Mark the endpoint, bring part by part, and mark it again."""
        token = state.new_token()
        ours = self.state.ours(token)
        begun = Marks(BEGUN, goal.generation, goal.stamp, token)
        self._update([self.state.mark(self.state.as_before(before), begun, first=not before.state)])
        if not self.state.holds(ours):
            raise self._overtaken()
        total = len(change.put) + len(change.take)
        bring = self._put_whole if self._server.whole_graphs else self._put_by_updates
        for _ in progress.each("publishing", bring(ours, change), total):
            pass
        self._update([self.state.mark(ours, goal, first=False)])

    def _put_by_updates(self, ours: str, change: Change) -> Iterator[str]:
        """Bring parts by updates, many in one; yield each."""
        steps: list[str] = []
        names: list[str] = []
        size = 0
        for name, some in self._each(ours, change):
            size += sum(map(len, some))
            if steps and size > self._server.bytes:
                self._update(steps)
                yield from names
                steps, names, size = [], [], sum(map(len, some))
            steps += some
            names.append(name)
        self._update(steps)
        yield from names

    def _put_whole(self, ours: str, change: Change) -> Iterator[str]:
        """Bring parts graph by graph, some between two looks whether this publish is still under way; yield each."""
        names = [*change.put, *change.take]
        for at in range(0, len(names), _SOME):
            some = names[at : at + _SOME]
            if not self.state.holds(ours):
                raise self._overtaken()
            self._update(self.state.changing(ours, some))
            for name in some:
                self._put_graphs(name, change.put.get(name))
                yield name
            digests = {name: change.put[name].digest for name in some if name in change.put}
            self._update(self.state.settled(ours, some, digests))

    def _put_graphs(self, name: str, part: Part | None) -> None:
        """Put the graphs of a part; of one that is gone, and what is empty, is taken away."""
        for graph in part.graphs if part else self._gone(name):
            lines = parts.lines(self._reading.quads, graph) if part else b""
            if lines:
                self._endpoint.put_graph(graph, lines)
            else:
                self._endpoint.delete_graph(graph)
            self.requests += 1

    def _steps(self, condition: str, change: Change) -> Iterator[str]:
        for _, some in self._each(condition, change):
            yield from some

    def _each(self, condition: str, change: Change) -> Iterator[tuple[str, list[str]]]:
        """Yield each part that differs, and the steps of an update that bring it."""
        for name, part in change.put.items():
            steps = []
            for graph in part.graphs:
                steps.append(_composed("take", condition, graph))
                if lines := parts.lines(self._reading.quads, graph):
                    steps.append(_composed("put", condition, graph, lines.decode()))
            yield name, self._said(condition, name, steps, {name: part.digest})
        for name in change.take:
            steps = [_composed("take", condition, graph) for graph in self._gone(name)]
            yield name, self._said(condition, name, steps, {})

    def _said(self, condition: str, name: str, steps: Sequence[str], digests: Mapping[str, str]) -> list[str]:
        """Return steps with what is said of their part before and after them."""
        before = [] if self._server.atomic else self.state.changing(condition, [name])
        return [*before, *steps, *self.state.settled(condition, [name], digests)]

    def _gone(self, name: str) -> Iterable[str]:
        """Return the graphs of a part that is gone, but those that are parts now."""
        return [graph for graph in parts.graphs_of(self._base, name) if graph not in self._parts]

    def _update(self, steps: Sequence[str]) -> None:
        if steps:
            self._endpoint.update(" ;\n".join(steps))
            self.requests += 1

    def _overtaken(self) -> KgError:
        return KgError(
            f"{self._endpoint.address.query}: another publish was first, or took over; this one stopped", code=1
        )


def _composed(name: str, condition: str, graph: str, lines: str = "") -> str:
    return sparql_text.compose(f"publish/{name}", CONDITION=condition, GRAPH=f"<{graph}>", LINES=lines)
