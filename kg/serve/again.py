"""The same request again: the bytes of an answer, found by the bytes of the request before anything of it is read."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.serve.limits import HEAD, MEGABYTE, PIECE
from kg.serve.stamp import Current

ROOM = 50 * MEGABYTE
# What is kept beside the bytes of a request and its answer.
_BESIDE = 500
_LINES = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}
KEPT = frozenset(_LINES)
Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer as it is sent: its first line, what follows that and the date, and its line of log."""

    first: bytes
    rest: bytes
    log: str


class Again:
    """
    Answers of the current generation by the whole requests that they were given to.

    What is kept here depends on the bytes of a request and on the generation alone, so the same bytes have the
    same answer as long as no other generation is current, and nothing else was put. Pages, which depend on kg.toml
    and more, are not kept here.
    """

    def __init__(self, current: Current, say: Callable[[str], None], room: int = ROOM) -> None:
        self._current, self.say, self._room = current, say, room
        self._tag, self._size = "", 0
        self._ready: OrderedDict[bytes, Ready] = OrderedDict()

    def find(self, request: bytes) -> Ready | None:
        """Return the answer to a request, and say its line of log; None where it is to be read."""
        ready = self._ready.get(request)
        if ready is None or self._now() != self._tag:
            return None
        self._ready.move_to_end(request)
        self.say(ready.log)
        return ready

    def keep(self, tag: str, request: bytes, answer: Ready) -> None:
        """Keep an answer of the generation with a tag, where it is short and that was current a moment ago."""
        if tag != self._current.latest or len(answer.rest) > PIECE:
            return
        if tag != self._tag:
            self._ready.clear()
            self._tag, self._size = tag, 0
        if request not in self._ready:
            self._ready[request] = answer
            self._size += _size(request, answer)
        while self._size > self._room:
            self._size -= _size(*self._ready.popitem(last=False))

    def _now(self) -> str:
        try:
            return self._current.stamp().tag
        except (KgError, OSError):
            return ""


def ready(status: int, headers: Headers, body: bytes, log: str) -> Ready | None:
    """Return an answer as it is sent; None for a status that is not kept."""
    if status not in _LINES:
        return None
    lines = b"".join(b"%b: %b\r\n" % one for one in headers)
    return Ready(_LINES[status], b"%b\r\n%b" % (lines, body), log)


def may_be_kept(version: str, headers: Mapping[str, str], request: bytes) -> bool:
    """Tell whether the connection is as it was after a request with these headers, and takes another."""
    said = (value for name, value in headers.items() if name == "connection")  # each of them, where there are several
    plain = version == "1.1" and all(value.lower() == "keep-alive" for value in said)
    return plain and not {"expect", "upgrade"} & {*headers} and len(request) <= HEAD


def _size(request: bytes, answer: Ready) -> int:
    return len(request) + len(answer.rest) + _BESIDE
