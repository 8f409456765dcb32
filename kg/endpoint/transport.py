"""Requests over HTTP: one host, no redirect, credentials only where nobody reads along, and limits on what is read."""

import base64
import http.client
import io
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult

from kg.endpoint import digest_access
from kg.endpoint.access import HOSTS, Access, Credentials
from kg.endpoint.address import Limits, host_of, is_loopback, parsed
from kg.endpoint.deadline import Deadline, TimedSocket
from kg.model.kg_error import KgError
from kg.model.records import dataclass

_FAULT = 2_000
_OK, _REDIRECT, _UNAUTHORIZED, _FORBIDDEN, _FAULTY = 200, 300, 401, 403, 400
NOT_THERE = 404
_CONNECTING = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is sent: where, how, with which body; `again` where sending it twice does what once does."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Exchange:
    """An answer whose head was read, the connection that its body comes by, to which place, and until when."""

    answer: http.client.HTTPResponse
    connection: http.client.HTTPConnection
    place: str
    deadline: Deadline


class Body(io.RawIOBase):
    """What a server answers, read as it comes, up to the limits; the connection is free again at its end."""

    def __init__(self, exchange: _Exchange, url: str, limits: Limits, over: Callable[[_Exchange], None]) -> None:
        super().__init__()
        self._exchange, self._url, self._limits, self._over = exchange, url, limits, over
        self._size = 0
        self.kind = (exchange.answer.headers.get("Content-Type") or "").partition(";")[0].strip().casefold()

    @property
    def head(self) -> http.client.HTTPResponse:
        """The status and the headers of the answer."""
        return self._exchange.answer

    @property
    def deadline(self) -> Deadline:
        """The moment by which all of it must be there."""
        return self._exchange.deadline

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401  # as io has it
        """Read into a buffer and return how many bytes; 0 at the end. Of what failed nothing stays open."""
        if self._exchange.answer.isclosed():
            return 0
        try:
            return self._taken(buffer)
        except KgError:
            self._exchange.answer.close()
            self._exchange.connection.close()
            raise

    def _taken(self, buffer: Any) -> int:  # noqa: ANN401  # as io has it
        left = self._exchange.answer.length
        try:
            # As much as came: to wait for a whole buffer is to wait as long as a server lets its answer trickle.
            data = self._exchange.answer.read1(len(buffer))
            self._exchange.deadline.left()
        except TimeoutError:
            raise _too_long(self._url, self._limits) from None
        except (ConnectionError, http.client.HTTPException):
            raise _cut(self._url) from None
        except OSError as error:
            raise _unreached(self._url, error) from None
        if not data and left:
            raise _cut(self._url)
        buffer[: len(data)] = data
        if left and left == len(data):
            self._exchange.answer.close()
        self._size += len(data)
        if self._size > self._limits.max_bytes:
            raise KgError(
                f"{self._url}: the answer has more than {self._limits.max_bytes:,} bytes; ask for less", code=1
            )
        return len(data)

    def close(self) -> None:
        """Let go of the answer, read or not."""
        if not self.closed:
            self._over(self._exchange)
        super().close()


class Transport:
    """Connections to the hosts of a store; one that was read to its end is used again for what may be sent twice."""

    def __init__(self, access: Access | None, limits: Limits) -> None:
        self._access, self._limits = access, limits
        self._idle: dict[str, http.client.HTTPConnection] = {}
        self._challenges: dict[str, digest_access.Challenge] = {}

    def send(self, request: Request, allowed: tuple[int, ...] = ()) -> Body | None:
        """Return what a server answers; None for a status that is `allowed`; raise KgError for every other one."""
        parts, deadline = parsed(request.url), Deadline(self._limits.seconds)
        who = self._access.credentials(parts) if self._access else None
        body = self._body(request, parts, who, deadline)
        if body.head.status == _UNAUTHORIZED and who and who.user:
            body = self._challenged(request, parts, who, body)
        answer = body.head
        if _OK <= answer.status < _REDIRECT:
            return body
        if answer.status in allowed:
            body.close()
            return None
        raise _refused(request.url, body, is_of_others=self._access is not None and who is None)

    def _challenged(self, request: Request, parts: SplitResult, who: Credentials, refusal: Body) -> Body:
        """Return the answer to a request once more, as the server asks for; the refusal where it asks for nothing."""
        asked, deadline = digest_access.challenge(refusal.head.headers.get("WWW-Authenticate")), refusal.deadline
        if asked is None and parts.netloc not in self._challenges:  # some only ask whoever brings nothing yet
            with self._body(request, parts, None, deadline) as bare:
                asked = digest_access.challenge(bare.head.headers.get("WWW-Authenticate"))
        if asked is None:
            return refusal
        refusal.close()
        self._challenges[parts.netloc] = asked
        return self._body(request, parts, who, deadline)

    def close(self) -> None:
        """Close what is still open."""
        for connection in self._idle.values():
            connection.close()
        self._idle.clear()

    def __del__(self) -> None:
        self.close()

    def _body(self, request: Request, parts: SplitResult, who: Credentials | None, deadline: Deadline) -> Body:
        place = f"{parts.scheme}://{host_of(parts)}"
        kept = self._idle.pop(place, None)
        if kept is not None and not request.again:
            kept.close()
            kept = None
        authorized = self._authorized(request.method, parts, who) if who else {}
        try:
            for connection in filter(None, (kept, self._connection(parts, deadline))):
                try:
                    answer = _sent(connection, request, authorized, deadline)
                except TimeoutError:
                    connection.close()
                    raise
                except (OSError, http.client.HTTPException) as error:
                    connection.close()
                    if connection is not kept:
                        raise _unreached(request.url, error) from None
                else:
                    exchange = _Exchange(answer, connection, place, deadline)
                    return Body(exchange, request.url, self._limits, self._over)
        except TimeoutError as error:
            is_late = deadline.is_over
            raise (_too_long(request.url, self._limits) if is_late else _unreached(request.url, error)) from None
        raise AssertionError(request.url)

    def _over(self, exchange: _Exchange) -> None:
        """Keep the connection of an answer that was read to its end, and close any other."""
        connection = exchange.connection
        if exchange.answer.isclosed() and connection.sock is not None and exchange.place not in self._idle:
            self._idle[exchange.place] = connection
            return
        exchange.answer.close()
        connection.close()

    def _connection(self, parts: SplitResult, deadline: Deadline) -> http.client.HTTPConnection:
        """Return a new connection; a host that does not answer at all is given up soon."""
        host, seconds = str(parts.hostname), min(deadline.left(), _CONNECTING)
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=seconds)
        import ssl

        return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=ssl.create_default_context())

    def _authorized(self, method: str, parts: SplitResult, who: Credentials) -> dict[str, str]:
        if parts.scheme != "https" and not is_loopback(str(parts.hostname)):
            raise KgError(
                f"{parts.scheme}://{parts.netloc}: credentials are sent over https, or to this machine; "
                "write https, or unset them"
            )
        if who.token:
            return {"Authorization": f"Bearer {who.token}"}
        if asked := self._challenges.get(parts.netloc):
            return {"Authorization": asked.answer(who, method, _target(parts))}
        pair = base64.b64encode(f"{who.user}:{who.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


def _sent(
    connection: http.client.HTTPConnection, request: Request, authorized: Mapping[str, str], deadline: Deadline
) -> http.client.HTTPResponse:
    """Send a request, and return its answer as soon as its head is there."""
    headers = {"User-Agent": "newsroom-kg", **request.headers, **authorized}
    if isinstance(connection.sock, TimedSocket):
        connection.sock.deadline = deadline
    else:
        connection.connect()
        connection.sock = TimedSocket(connection.sock, deadline)
    connection.request(request.method, _target(parsed(request.url)), body=request.body, headers=headers)
    return connection.getresponse()


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _refused(url: str, body: Body, *, is_of_others: bool) -> KgError:
    """Return the error of an answer that is none; `is_of_others` tells that there are credentials, for other hosts."""
    answer = body.head
    if _REDIRECT <= answer.status < _FAULTY:
        place = _shown(answer.headers.get("Location") or "elsewhere")[:200]
        body.close()
        return KgError(f"{url}: leads on to {place}, and is not followed; write that address where it is the one meant")
    said = _shown((body.read(_FAULT) or b"").decode("utf-8", "replace"))[:300]
    body.close()
    status = _shown(f"{answer.status} {answer.reason}")
    said = f": {said}" if said else ""
    if is_of_others and answer.status in (_UNAUTHORIZED, _FORBIDDEN):
        said += f"; no credentials are sent to this host; where they are meant for it, name it in {HOSTS}"
    return KgError(f"{url}: refused with {status}{said}")


def _cut(url: str) -> KgError:
    return KgError(f"{url}: the answer ended before it was whole; ask again", code=1)


def _unreached(url: str, error: Exception) -> KgError:
    said = _shown(str(getattr(error, "strerror", None) or error)) or type(error).__name__
    return KgError(f"{url}: cannot be reached: {said}; is the server there?", code=1)


def _shown(words: str) -> str:
    """Return what a server says in one line, without what a terminal would obey."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in " ".join(words.split()))


def _too_long(url: str, limits: Limits) -> KgError:
    return KgError(f"{url}: took longer than {limits.seconds:g} s; ask for less, or set a larger limit", code=1)
