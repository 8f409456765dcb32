"""Bringing an endpoint to a generation: only what differs, as a whole where the store can, else in marked steps."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from kg.endpoint.client import Endpoint
from kg.endpoint.servers import Server
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.publish import compare, parts, state
from kg.publish.held_forms import Form
from kg.publish.parts import Part
from kg.publish.state import BEGUN, COMPLETE, UNKNOWN, Marks, State, Turn
from kg.rdf import names, sparql_text
from kg.store import generation_delta, generations
from kg.store.reading import Reading
from kg.store.shown_pages import Shown

# Parts that are put between two looks whether this is still the publish that is under way.
_SOME = 50
# How often what came late from a publish that was overtaken is mended, before the user is told.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Options:
    """
    How it is published: only counted (`dry_run`), or in the place of another publish that is under way (`take_over`).

    `forms` are what the server does not hold, which counts as no difference where graphs are read back.
    """

    dry_run: bool = False
    take_over: bool = False
    forms: tuple[Form, ...] = ()


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

    KgError with code 1 where another publish is under way, or was first: the endpoint is then as that one leaves it;
    KgError where it has another wiki whose graphs have the same names.
    """
    work = _Work(reading, endpoint, server, options.forms)
    with progress.stage("asking what is there"):
        _refuse_shared_names(reading.base, work.state.bases(), endpoint)
        before = work.state.marks()
        unfinished = bool(before.state) and not before.is_complete
        if before.token and not (options.take_over or state.has_ended(before.token)):
            raise _under_way(endpoint, before)
        change = work.change(before)
    nothing = not change.put and not change.take and before.is_complete and before.stamp == work.stamp
    if not nothing and not options.dry_run:
        change = work.bring(before, change)
    return Published(len(change.put), len(change.take), work.requests, before, unfinished)


def _refuse_shared_names(base: str, others: Iterable[str], endpoint: Endpoint) -> None:
    """Raise KgError where a wiki was published whose base IRI a graph of this one may have as name, or so turned."""
    for other in others:
        if names.is_own(base, other) or names.is_own(other, base):
            raise KgError(
                f"{endpoint.address.query}: has {other}, and graphs of that and of {base} may have the same names; "
                "bring one of the two to another endpoint"
            )


def _under_way(endpoint: Endpoint, marks: Marks) -> KgError:
    return KgError(
        f"{endpoint.address.query}: {marks.who} is publishing generation {marks.generation} to it; wait until that is "
        "done, or say --take-over where it ended before",
        code=1,
    )


class _Work:
    """One publish of a generation to an endpoint."""

    def __init__(self, reading: Reading, endpoint: Endpoint, server: Server, forms: tuple[Form, ...]) -> None:
        self._reading, self._endpoint, self._server, self._forms = reading, endpoint, server, forms
        self._base = reading.base
        self._parts = parts.of(reading)
        self.state = State(endpoint, reading.base)
        self.stamp = parts.stamp(reading.head)
        self.requests = 0

    def change(self, before: Marks) -> Change:
        """Return what differs between the endpoint and the generation."""
        since = self._since(before) if before.is_complete else None
        if since is not None:
            return since
        return self._lacking(self.state.digests() if before.state else {})

    def _lacking(self, there: Mapping[str, str]) -> Change:
        """Return what differs, by the digests that are there."""
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

    def bring(self, before: Marks, change: Change) -> Change:
        """
        Make the endpoint what the generation is, and return what was changed.

        What a step of another publish brought late, while this was under way, is seen after the end mark and mended.
        """
        if self._server.atomic and (before.is_complete or not before.state) and self._at_once(before, change):
            now = self.state.marks()
            if self._is_there(now):
                return change
            before = self._disturbed(now)
        for _ in range(_ROUNDS):
            change = self._in_steps(before, change)
            # The marks are read last: what came late before that left a trace there, or another mark.
            is_whole, now = self._holds_all(), self.state.marks()
            if not self._is_there(now):
                before = self._disturbed(now)
            elif is_whole:
                return change
            else:
                before = replace(now, mixed=True)
        raise self._overtaken()

    def _disturbed(self, now: Marks) -> Marks:
        """Return marks beside which something came late; KgError where they are those of another publish."""
        if not (now.mixed or now.late) or (now.token and not state.has_ended(now.token)):
            raise self._overtaken()
        return now

    def _is_there(self, marks: Marks) -> bool:
        return marks.is_complete and marks.stamp == self.stamp

    def _holds_all(self) -> bool:
        """Tell whether the digests there are those of the generation: looked up after the mark that says so."""
        lacking = self._lacking(self.state.digests())
        return not lacking.put and not lacking.take

    def _goal(self) -> Marks:
        return Marks(COMPLETE, self._reading.generation.number, self.stamp)

    def _at_once(self, before: Marks, change: Change) -> bool:
        """Have all of it done in one update, if it is not too large for one; tell whether it was."""
        condition = self.state.as_before(before)
        turn = Turn(condition, state.word(state.new_token()))
        steps: list[str] = []
        size = 0
        for text in self._steps(turn, change):
            size += len(text)
            if size > self._server.bytes:
                return False
            steps.append(text)
        with progress.stage("publishing"):
            end = self.state.mark(condition, self._goal(), first=not before.state)
            self._update([*steps, *self._pruned(turn, before, change), end])
        return True

    def _in_steps(self, before: Marks, change: Change) -> Change:
        """
        Mark the endpoint, bring part by part, and mark it again; return what was changed.

        Where a publish was not finished, what lacks is looked up after the mark: none of its steps holds after that.
        """
        token = state.new_token()
        turn = Turn(self.state.ours(token), state.word(token))
        begun = Marks(BEGUN, self._reading.generation.number, self.stamp, token)
        self._update([self.state.mark(self.state.as_before(before), begun, first=not before.state, over=before)])
        if not self.state.holds(turn.condition):
            raise self._overtaken()
        doubted: list[str] = []
        if before.state and not before.is_complete:
            there = self.state.digests()
            change = self._lacking(there)
            doubted = [] if self._server.atomic else [part for part, digest in there.items() if digest == UNKNOWN]
        self._bring_parts(token, turn, change)
        for _ in range(_ROUNDS):
            again = [part for part in doubted if not self._holds(part)]
            if not again:
                end = self.state.mark(turn.condition, self._goal(), first=False, over=begun)
                self._update([*self._pruned(turn, before, change), end])
                return change
            put = {part: self._parts[part] for part in again if part in self._parts}
            self._bring_parts(token, turn, Change(put, [part for part in again if part not in put]))
        raise self._overtaken()

    def _pruned(self, turn: Turn, before: Marks, change: Change) -> list[str]:
        """Return the step that forgets what other publishes took away, where there may be more of it than before."""
        return [self.state.pruned(turn)] if change.take or (before.state and not before.is_complete) else []

    def _bring_parts(self, token: str, turn: Turn, change: Change) -> None:
        total = len(change.put) + len(change.take)
        bring = self._put_whole if self._server.whole_graphs else self._put_by_updates
        for _ in progress.each("publishing", bring(token, turn, change), total):
            pass

    def _holds(self, part: str) -> bool:
        """Tell whether the graphs of a part are there as the generation has them, read back."""
        ours = self._parts[part].graphs if part in self._parts else self._gone(part)
        return not any(compare.differs(self._reading, self._endpoint, graph, self._forms) for graph in ours)

    def _put_by_updates(self, token: str, turn: Turn, change: Change) -> Iterator[str]:
        """Bring parts by updates, many in one, each with the trace of this publish; yield each."""
        steps = [self._trace(token)]
        named: list[str] = []
        size = 0
        for name, some in self._each(turn, change):
            size += sum(map(len, some))
            if named and size > self._server.bytes:
                self._update(steps)
                yield from named
                steps, named, size = [self._trace(token)], [], sum(map(len, some))
            steps += some
            named.append(name)
        if named:
            self._update(steps)
        yield from named

    def _put_whole(self, token: str, turn: Turn, change: Change) -> Iterator[str]:
        """
        Bring parts graph by graph, some between two looks whether this publish is still under way; yield each.

        The look comes after they are said to be changing: whoever takes over knows of each graph that may come late.
        """
        named = [*change.put, *change.take]
        for at in range(0, len(named), _SOME):
            some = named[at : at + _SOME]
            self._update([self._trace(token), *self.state.changing(turn, some)])
            if not self.state.holds(turn.condition):
                raise self._overtaken()
            for name in some:
                self._put_graphs(name, change.put.get(name))
                yield name
            digests = {name: change.put[name].digest for name in some if name in change.put}
            self._update([self._trace(token), *self.state.settled(turn, some, digests)])

    def _trace(self, token: str) -> str:
        return self.state.trace(token, self.requests)

    def _put_graphs(self, name: str, part: Part | None) -> None:
        """Put the graphs of a part; of one that is gone, and what is empty, is taken away."""
        for graph in part.graphs if part else self._gone(name):
            lines = parts.lines(self._reading.quads, graph) if part else b""
            if lines:
                self._endpoint.put_graph(graph, lines)
            else:
                self._endpoint.delete_graph(graph)
            self.requests += 1

    def _steps(self, turn: Turn, change: Change) -> Iterator[str]:
        for _, some in self._each(turn, change):
            yield from some

    def _each(self, turn: Turn, change: Change) -> Iterator[tuple[str, list[str]]]:
        """Yield each part that differs, and the steps of an update that bring it."""
        for name, part in change.put.items():
            steps = []
            for graph in part.graphs:
                steps.append(_composed("take", turn.condition, graph))
                if lines := parts.lines(self._reading.quads, graph):
                    steps.append(_composed("put", turn.condition, graph, lines.decode()))
            yield name, self._said(turn, name, steps, {name: part.digest})
        for name in change.take:
            steps = [_composed("take", turn.condition, graph) for graph in self._gone(name)]
            yield name, self._said(turn, name, steps, {})

    def _said(self, turn: Turn, name: str, steps: Sequence[str], digests: Mapping[str, str]) -> list[str]:
        """Return steps with what is said of their part before and after them."""
        before = [] if self._server.atomic else self.state.changing(turn, [name])
        return [*before, *steps, *self.state.settled(turn, [name], digests)]

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
