"""A request over HTTP that ends when its client leaves: what worked on it is stopped, as in `kg serve`."""

import asyncio

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GONE = 499  # in the log alone: nobody is there to read it


class UntilLeft:
    """An application that is cancelled where a client leaves before it was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = _Client(receive)
        working = asyncio.ensure_future(self._app(scope, client.receive, send))
        leaving = asyncio.ensure_future(client.left())
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
                return
        finally:
            leaving.cancel()
            working.cancel()
            await asyncio.wait({working, leaving})
        await Response(status_code=_GONE)(scope, receive, send)


class _Client:
    """What comes of a client: its body for the application, and that it left for whoever waits for that."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._sent, self._gone = asyncio.Event(), asyncio.Event()

    async def receive(self) -> Message:
        """Return the next part of the body; behind the last one wait until the client left."""
        if self._sent.is_set():
            await self._gone.wait()
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._gone.set()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            self._sent.set()
        return message

    async def left(self) -> None:
        """Wait until the client left; the body is for the application to take."""
        await self._sent.wait()
        while not self._gone.is_set():
            if (await self._receive())["type"] == "http.disconnect":
                self._gone.set()
