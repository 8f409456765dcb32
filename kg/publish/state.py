"""
What an endpoint says of the last publish of a wiki: a graph beside those of the wiki.

It has the digest of each part that is there, and the marks: which generation is there (`complete`), or which one is
being brought (`begun`) and by whom. A part is said to be changing before its graphs are touched, and has its digest
after that, so whoever dies in the middle leaves no part that is unknown, or that is another than its digest says.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from kg.endpoint.client import Endpoint
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import nquads, sparql_text
from kg.rdf.terms import OURS, Term

BEGUN, COMPLETE = "begun", "complete"
_TOKEN, _STATE, _GENERATION, _STAMP, _BASE, _DIGEST = (
    f"<{OURS}{name}>" for name in ("token", "state", "generation", "stamp", "base", "digest")
)
_MANY, _CHANGING = 500, "changing"


@dataclass(frozen=True, slots=True)
class Marks:
    """
    How far the last publish came; an empty `state` where there was none.

    `stamp` is the digest of the generation that is there, or being brought, `generation` its number, and `token` who
    brings it: a machine, a process, and a random word.
    """

    state: str = ""
    generation: int = 0
    stamp: str = ""
    token: str = ""

    @property
    def who(self) -> str:
        """Whose publish it is, for a person."""
        machine, process, _ = (*self.token.split(":"), "", "")[:3]
        return f"process {process} on {machine}"


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
        said: dict[str, str] = {}
        for row in self._rows(self._text("marks"), "property", "value"):
            said[str(row["property"])] = row["value"].value
        number = said.get(_GENERATION, "")
        return Marks(
            said.get(_STATE, ""),
            int(number) if number.isascii() and number.isdigit() else 0,
            said.get(_STAMP, ""),
            said.get(_TOKEN, ""),
        )

    def digests(self) -> dict[str, str]:
        """Return the digest of each part by the name of its first graph; of one that was changing it is empty."""
        found: dict[str, str] = {}
        for row in self._rows(self._text("digests", DIGEST=_DIGEST), "part", "digest"):
            part, digest = row["part"].value, row["digest"].value
            found[part] = "" if part in found or digest == _CHANGING else digest
        return found

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

    def mark(self, condition: str, marks: Marks, *, first: bool) -> str:
        """Return the step that says how far a publish is in the place of what was said, nothing the `first` time."""
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
        return self._text("mark", CONDITION=condition, LINES=lines)

    def changing(self, condition: str, parts: Iterable[str]) -> list[str]:
        """Return the steps that say of parts that their graphs are about to be changed."""
        return self._said(condition, dict.fromkeys(parts, _CHANGING))

    def settled(self, condition: str, parts: Iterable[str], digests: Mapping[str, str]) -> list[str]:
        """Return the steps that say that parts are changed, and what their digests are, of those that are there."""
        named = [*parts]
        return [
            *self._forget(condition, named, "is_settled"),
            *self._said(condition, digests),
            *self._forget(condition, named, "is_changing"),
        ]

    def _forget(self, condition: str, parts: Sequence[str], which: str) -> list[str]:
        chosen = sparql_text.compose(f"publish/{which}", CHANGING=nquads.text(_CHANGING))
        named = [f"<{part}>" for part in parts]
        return [
            self._text("forget", CONDITION=condition, DIGEST=_DIGEST, PARTS=" ".join(some), WHICH=chosen)
            for some in (named[at : at + _MANY] for at in range(0, len(named), _MANY))
        ]

    def _said(self, condition: str, digests: Mapping[str, str]) -> list[str]:
        said = [f"<{part}> {_DIGEST} {nquads.text(digest)} ." for part, digest in digests.items()]
        return [
            self._text("put", CONDITION=condition, GRAPH=self._graph, LINES="\n".join(said[at : at + _MANY]))
            for at in range(0, len(said), _MANY)
        ]

    def _marked(self, prop: str, value: str) -> str:
        return self._text("marked", PROPERTY=prop, VALUE=nquads.text(value))

    def _text(self, name: str, **pieces: str) -> str:
        return sparql_text.compose(f"publish/{name}", **{"STATE": self._graph, **pieces})


def new_token() -> str:
    """Return the token of a publish of this process."""
    return f"{socket.gethostname().replace(':', '-')}:{os.getpid()}:{os.urandom(6).hex()}"


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
