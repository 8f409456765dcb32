"""
What an endpoint says of the last publish of a wiki: a graph beside those of the wiki.

It has the digest of each part that is there, and the marks: which generation is there (`complete`), or which one is
being brought (`begun`) and by whom. A part is said to be changing before its graphs are touched, and has its digest
after that, so whoever dies in the middle leaves no part that is unknown, or that is another than its digest says.

A server may do an update of a publish that was overtaken late, with the condition looked up before that. So each
digest has a word of who put it, a part that was taken away is said to be gone, and each update leaves a trace of its
token: what came late leaves a second digest, or a trace beside the mark of another one, and is seen.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from kg.endpoint.client import Endpoint
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import nquads, sparql_text
from kg.rdf.terms import OURS, Term

BEGUN, COMPLETE = "begun", "complete"
_TOKEN, _STATE, _GENERATION, _STAMP, _BASE, _DIGEST, _TRACE = (
    f"<{OURS}{name}>" for name in ("token", "state", "generation", "stamp", "base", "digest", "trace")
)
_NOBODY = "-"
_MANY, _CHANGING, _GONE, UNKNOWN = 500, "changing", "gone", "?"


@dataclass(frozen=True, slots=True)
class Marks:
    """
    How far the last publish came; an empty `state` where there was none.

    `stamp` is the digest of the generation that is there, or being brought, `generation` its number, and `token` who
    brings it: a machine, a process, and a random word. `mixed` tells that two publishes left theirs,
    and `late` is the token of another one that changed something after these marks were put.
    """

    state: str = ""
    generation: int = 0
    stamp: str = ""
    token: str = ""
    mixed: bool = False
    late: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether a publish was finished, and none left anything after that."""
        return self.state == COMPLETE and not (self.token or self.mixed or self.late)

    @property
    def who(self) -> str:
        """Whose publish it is, for a person."""
        machine, process, _ = (*self.token.split(":"), "", "")[:3]
        return f"process {process} on {machine}"


class Turn(NamedTuple):
    """What the steps of a publish have in common: the condition that each holds under, and the word of its digests."""

    condition: str
    word: str


def graph_of(base: str) -> str:
    """Return the graph in which an endpoint has what was published of the wiki with a base IRI."""
    return f"{OURS}published:{quote(base, safe='')}"


class State:
    """The state graph of one wiki at an endpoint."""

    def __init__(self, endpoint: Endpoint, base: str) -> None:
        self._endpoint, self._base = endpoint, base
        self._graph = f"<{graph_of(base)}>"

    def marks(self) -> Marks:
        """Return how far the last publish came."""
        found: dict[str, list[str]] = {}
        for row in self._rows(self._text("marks"), "property", "value"):
            found.setdefault(str(row["property"]), []).append(row["value"].value)
        traces = found.pop(_TRACE, [])
        said = {name: min(values) for name, values in found.items()}
        token = said.get(_TOKEN, "")
        late = {trace.partition(" ")[0] for trace in traces} - {token}
        number = said.get(_GENERATION, "")
        return Marks(
            said.get(_STATE, ""),
            int(number) if number.isascii() and number.isdigit() else 0,
            said.get(_STAMP, ""),
            token,
            any(len(values) > 1 for values in found.values()),
            min(late, default=""),
        )

    def digests(self) -> dict[str, str]:
        """Return the digest of each part by its first graph; `UNKNOWN` where it was changing, or has two."""
        found: dict[str, str] = {}
        for row in self._rows(self._text("digests", DIGEST=_DIGEST), "part", "digest"):
            part, digest = row["part"].value, row["digest"].value.partition(" ")[0]
            found[part] = UNKNOWN if part in found or digest == _CHANGING else digest
        return {part: digest for part, digest in found.items() if digest != _GONE}

    def bases(self) -> list[str]:
        """Return the base IRIs of all wikis that were published there, in order."""
        return sorted(row["base"].value for row in self._rows(self._text("bases", BASE=_BASE), "base"))

    def _rows(self, text: str, *names: str) -> Iterator[Mapping[str, Term]]:
        """Yield the rows of a SELECT, in each of which these names have terms."""
        for row in self._endpoint.select(text):
            if lacking := [name for name in names if name not in row]:
                raise KgError(
                    f"{self._endpoint.address.query}: answered a row without ?{lacking[0]}, which was asked for; "
                    "is it an endpoint of SPARQL?"
                )
            yield row

    def holds(self, condition: str) -> bool:
        """Tell whether a condition holds now."""
        return self._endpoint.ask(self._text("is_marked", CONDITION=condition))

    # ---- conditions and steps of an update, as texts ----

    def as_before(self, marks: Marks) -> str:
        """Return the condition that nobody published since these marks were read."""
        if not marks.state:
            return self._text("unmarked")
        who = self.ours(marks.token) if marks.token else ""
        return self._marked(_STAMP, marks.stamp) + self._marked(_STATE, marks.state) + who

    def ours(self, token: str) -> str:
        """Return the condition that it is still this publish that is under way."""
        return self._marked(_TOKEN, token)

    def mark(self, condition: str, marks: Marks, *, first: bool, over: Marks | None = None) -> str:
        """
        Return the step that says how far a publish is in the place of what was said, nothing the `first` time.

        Of traces only those that the marks `over` tell of are taken back: any other one came late, and is to be seen.
        """
        said = [
            f"{_STATE} {nquads.text(marks.state)}",
            f"{_GENERATION} {nquads.number(marks.generation)}",
            f"{_STAMP} {nquads.text(marks.stamp)}",
            f"{_BASE} <{self._base}>",
        ]
        said += [f"{_TOKEN} {nquads.text(marks.token)}"] if marks.token else []
        lines = "".join(f"{self._graph} {one} ." for one in said)
        if first:
            return self._text("put", CONDITION=condition, GRAPH=self._graph, LINES=lines)
        token, late = (nquads.text(f"{one or _NOBODY} ") for one in ((over or marks).token, (over or marks).late))
        return self._text("mark", CONDITION=condition, LINES=lines, TRACE=_TRACE, TOKEN=token, LATE=late)

    def trace(self, token: str, number: int) -> str:
        """Return the step by which the update of a number leaves a trace of whose it was."""
        line = f"{self._graph} {_TRACE} {nquads.text(f'{token} {number}')} ."
        return self._text("put", CONDITION=self.ours(token), GRAPH=self._graph, LINES=line)

    def changing(self, turn: Turn, parts: Iterable[str]) -> list[str]:
        """Return the steps that say of parts that their graphs are about to be changed."""
        return self._said(turn, dict.fromkeys(parts, _CHANGING))

    def settled(self, turn: Turn, parts: Iterable[str], digests: Mapping[str, str]) -> list[str]:
        """Return the steps that say that parts are changed, and what their digests are; the others of them are gone."""
        named = [*parts]
        return [
            *self._forget(turn, named, "is_settled"),
            *self._said(turn, {part: digests.get(part, _GONE) for part in named}),
            *self._forget(turn, named, "is_changing"),
        ]

    def pruned(self, turn: Turn) -> str:
        """
        Return the step that forgets which parts other publishes took away.

        An update of theirs that comes late puts a digest, which no part of the generation has, and a trace: it is seen.
        """
        gone, ours = nquads.text(f"{_GONE} "), nquads.text(f" {turn.word}")
        return self._text("prune", CONDITION=turn.condition, DIGEST=_DIGEST, GONE=gone, WORD=ours)

    def _forget(self, turn: Turn, parts: Sequence[str], which: str) -> list[str]:
        chosen = sparql_text.compose(f"publish/{which}", CHANGING=nquads.text(_CHANGING))
        named = [f"<{part}>" for part in parts]
        return [
            self._text("forget", CONDITION=turn.condition, DIGEST=_DIGEST, PARTS=" ".join(some), WHICH=chosen)
            for some in (named[at : at + _MANY] for at in range(0, len(named), _MANY))
        ]

    def _said(self, turn: Turn, digests: Mapping[str, str]) -> list[str]:
        said = [f"<{part}> {_DIGEST} {nquads.text(f'{digest} {turn.word}')} ." for part, digest in digests.items()]
        return [
            self._text("put", CONDITION=turn.condition, GRAPH=self._graph, LINES="\n".join(said[at : at + _MANY]))
            for at in range(0, len(said), _MANY)
        ]

    def _marked(self, prop: str, value: str) -> str:
        return self._text("marked", PROPERTY=prop, VALUE=nquads.text(value))

    def _text(self, name: str, **pieces: str) -> str:
        return sparql_text.compose(f"publish/{name}", **{"STATE": self._graph, **pieces})


def new_token() -> str:
    """Return the token of a publish of this process."""
    return f"{socket.gethostname().replace(':', '-')}:{os.getpid()}:{os.urandom(6).hex()}"


def word(token: str) -> str:
    """Return the random word of a token."""
    return token.rpartition(":")[2]


def has_ended(token: str) -> bool:
    """Tell whether a publish is known to have ended: its process was on this machine, and is gone."""
    machine, _, rest = token.partition(":")
    process = rest.partition(":")[0]
    if machine != socket.gethostname().replace(":", "-") or not (process.isascii() and process.isdigit()):
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return int(process) == os.getpid()
