"""Plain requests to the endpoint of SPARQL, answered without the layers that other requests go through."""

import asyncio
import contextlib
import http
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

from kg.model.records import dataclass
from kg.serve import again, plain, responses
from kg.serve.again import Again
from kg.serve.guard import Guard
from kg.serve.limits import PIECE
from kg.serve.outgoing import InPieces
from kg.serve.plain import Plain
from kg.serve.pool import Gone
from kg.serve.refused import Refused

_GONE = 499  # in the log alone: nobody is there to read it
_FIRST = {one.value: f"HTTP/1.1 {one.value} {one.phrase}\r\n".encode() for one in http.HTTPStatus}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is sent: its first line, its headers but for the date, its body; it is sent within `way`."""

    first: bytes
    headers: bytes
    body: bytes
    way: AbstractContextManager[None]


class Direct:
    """
    Answers requests at one path: by `respond`, who may ask being the matter of a guard, as `Guarded` has it.

    A line of log is said for each; what is the answer of a generation is kept for the same request.
    """

    def __init__(
        self, path: str, respond: Callable[[Request], Awaitable[Response]], guard: Guard, again_: Again
    ) -> None:
        self._path, self._respond, self._guard, self.again = path.encode(), respond, guard, again_

    def read(self, data: bytes) -> Plain | None:
        """Return the request that some bytes are, where it is answered here."""
        if self._path not in data[: len(self._path) + 5]:
            return None
        found = plain.read(data)
        return found if found and found.path == self._path else None

    async def answer(self, sent: Plain, data: bytes, leaving: "asyncio.Future[None]") -> Answer | None:
        """Return the answer to a request, which came as these bytes; None where the client left."""
        since, status = time.monotonic(), 500
        request = Request(_scope(sent, leaving))
        try:
            response = await self._response(request)
            status = response.status_code if response else _GONE
        except asyncio.CancelledError:  # the server ends, and waited as long as it does
            status, ending = 503, Refused(503, "the server was told to end; try again", again=True)
            response = responses.said(ending)
        finally:
            line = responses.line(sent.method, self._path.decode(), status)
            self.again.say(f"{line} {(time.monotonic() - since) * 1000:.0f} ms")
        if response is None:
            return None
        headers = responses.guarded(response.raw_headers, self._guard.sharing(request.headers))
        lines = b"".join([b"%b: %b\r\n" % one for one in headers]) + b"\r\n"
        body = bytes(response.body)
        if (tag := request.scope.get("kg.tag")) and len(body) <= PIECE and status in again.KEPT:
            self.again.keep(tag, data, again.Ready(_FIRST[status], lines + body, f"{line} 0 ms"))
        way = response.on_its_way() if isinstance(response, InPieces) else contextlib.nullcontext()
        return Answer(_FIRST[status], lines, body, way)

    async def _response(self, request: Request) -> Response | None:
        try:
            self._guard.check(request.headers, request.method)
            return await self._respond(request)
        except (Gone, ClientDisconnect):
            return None
        except Refused as error:
            return responses.said(error)
        except Exception:  # noqa: BLE001  # the last line of defence: the server lives, and says so
            return responses.said(Refused(500, "an error of ours"))


def _scope(sent: Plain, leaving: "asyncio.Future[None]") -> Scope:
    """Return a request as the layers have it; what they would have to wait for is there."""
    return {
        "type": "http", "http_version": "1.1", "method": sent.method, "scheme": "http", "root_path": "",
        "path": sent.path.decode(), "raw_path": sent.path, "query_string": sent.parameters,
        "headers": sent.headers, "kg.body": sent.body, "kg.leaving": leaving,
    }  # fmt: skip
