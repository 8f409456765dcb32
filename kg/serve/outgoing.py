"""Answers on their way: sent in pieces as they are taken, and no more of them at once than there is room for."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg.serve.limits import PIECE
from kg.serve.refused import Refused


class OnTheirWay:
    """The answers that are in memory until their clients have them."""

    def __init__(self, room: int) -> None:
        self._room, self._size = room, 0

    def sent(self, answer: Response) -> Response:
        """Return an answer as one that is sent in pieces; raise Refused where there is no room for it now."""
        if self._size + len(answer.body) > self._room:
            raise Refused(503, "too many long answers are on their way to slow clients; try again soon", again=True)
        return InPieces(answer, self)

    def add(self, size: int) -> None:
        """Count so many bytes more, or less."""
        self._size += size


class InPieces(Response):
    """An answer that is handed on piece by piece, each when the one before it was taken."""

    def __init__(self, answer: Response, way: OnTheirWay) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers, self._way = answer.raw_headers, way

    @contextmanager
    def on_its_way(self) -> Iterator[None]:
        """Count it as one that is on its way, in the body of a `with`."""
        self._way.add(len(self.body))
        try:
            yield
        finally:
            self._way.add(-len(self.body))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # of ASGI
        """Send it."""
        with self.on_its_way():
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for at in range(0, len(self.body), PIECE):
                await send({"type": "http.response.body", "body": self.body[at : at + PIECE], "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
