"""One connection: what a client may take for a request's head and for what is sent to it, and how many there are."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.serve import limits
from kg.serve.direct import Direct
from kg.serve.plain import Plain

_FULL = b"too many connections; try again soon\n"
_REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
    b"Retry-After: 1\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s" % (len(_FULL), _FULL)
)


class Connection(H11Protocol):
    """
    A connection as uvicorn has it, that is closed where its client takes too long for its part.

    A plain request, and one that is the same as one before, is answered by `direct` without the layers of others.
    """

    def __init__(self, *arguments: Any, direct: Direct | None = None, **options: Any) -> None:  # noqa: ANN401  # those of uvicorn
        super().__init__(*arguments, **options)
        self._direct = direct
        # When the connection was made, or the last request was answered that the layers did not see.
        self._answered = 0.0
        # What tells the one who answers a plain request now that the client left, and what came meanwhile.
        self._leaving: asyncio.Future[None] | None = None
        self._meanwhile = b""
        self._ending = False
        self._late: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; where there are too many that do, for the one that waited longest, or say so."""
        super().connection_made(transport)
        self._answered = self.loop.time()
        if len(self.connections) > limits.CONNECTIONS and not self._close_another():
            transport.write(_REFUSED)
            transport.close()
            return
        self._expect_request()

    def _close_another(self) -> bool:
        """Close the connection that has waited longest for a request, and for some time; tell whether there is one."""
        others = (one for one in self.connections if isinstance(one, Connection) and one.is_waiting)
        first = min(others, key=lambda one: one.waits_since, default=None)
        if first is None or self.loop.time() - first.waits_since < limits.RESTING:
            return False
        first.connections.discard(first)
        first.transport.abort()
        return True

    @property
    def is_waiting(self) -> bool:
        """Whether nothing that was asked here is still being answered or taken."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self._leaving is None and not self.flow.write_paused and not self.transport.is_closing()

    @property
    def waits_since(self) -> float:
        """When the connection was made, or its last request answered."""
        return self._answered

    def data_received(self, data: bytes) -> None:
        """Read on; a head that is not whole yet has the time that is left, whatever comes of it."""
        if self._leaving is not None:
            self._meanwhile += data
            if len(self._meanwhile) > limits.HEAD:
                self.flow.pause_reading()
            return
        resting = self._is_resting()
        if resting and self._direct:
            if answer := self._direct.again.find(data):
                self._answered = self.loop.time()
                self.transport.write(b"%b%b%b" % (answer.first, self._date(), answer.rest))
                return
            if asked := self._direct.read(data):
                self._begin(asked, data)
                return
        before = self.cycle
        super().data_received(data)
        if resting and self.cycle is not before and not self.cycle.more_body and not self.conn.trailing_data[0]:
            self.scope["kg.request"] = data  # type: ignore[typeddict-unknown-key]  # the whole of one request
        self._expect_request()

    # ---- plain requests ----------------------------------------------------------------------------------------------

    def _begin(self, plain: Plain, data: bytes) -> None:
        self._leaving = self.loop.create_future()
        task = self.loop.create_task(self._answer(plain, data, self._leaving))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    async def _answer(self, plain: Plain, data: bytes, leaving: "asyncio.Future[None]") -> None:
        """Answer a plain request, and go on with what came meanwhile."""
        direct = self._direct
        try:
            answer = await direct.answer(plain, data, leaving) if direct else None
            if answer and not leaving.done():
                with answer.way:
                    await self._send(answer.first + self._date() + answer.headers, answer.body)
        finally:
            self._leaving, self._answered = None, self.loop.time()
        self.server_state.total_requests += 1
        if self._ending:
            self.transport.close()
        elif not leaving.done():
            self._go_on()

    async def _send(self, head: bytes, body: bytes) -> None:
        """Send an answer in pieces, each when the one before it was taken."""
        self.transport.write(head + body[: limits.PIECE])
        for at in range(limits.PIECE, len(body), limits.PIECE):
            if self.flow.write_paused:
                await self.flow.drain()
            if self.transport.is_closing():
                return
            self.transport.write(body[at : at + limits.PIECE])

    def _go_on(self) -> None:
        self.flow.resume_reading()
        data, self._meanwhile = self._meanwhile, b""
        if data:
            self.data_received(data)

    def _date(self) -> bytes:
        return b"".join([b"%b: %b\r\n" % one for one in self.server_state.default_headers])

    # ---- the end and the time of everything --------------------------------------------------------------------------

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._end_timers(late=True, stalled=True)
        if self._leaving is not None and not self._leaving.done():
            self._leaving.set_result(None)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End when what is asked is answered."""
        if self._leaving is not None:
            self._ending = True
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """Give the client its time to take what was sent."""
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(limits.SENDING, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it was taken."""
        self._end_timers(stalled=True)
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is not used, and drop what its client did not take."""
        if (rest := self._rest(self.timeout_keep_alive)) > 0:
            self.timeout_keep_alive_task = self.loop.call_later(rest, self.timeout_keep_alive_handler)
            return
        super().timeout_keep_alive_handler()
        self._stalled = self._stalled or self.loop.call_later(limits.SENDING, self.transport.abort)

    def _rest(self, seconds: float) -> float:
        """Return how long a connection has still of the seconds after its last plain answer; all while one is made."""
        return seconds if self._leaving is not None else self._answered + seconds - self.loop.time()

    def _expect_request(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._end_timers(late=True)
        elif self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(limits.RECEIVING, self._is_late)

    def _is_late(self) -> None:
        """Close a connection whose request did not come, unless one was answered meanwhile that was not read."""
        self._late = None
        if (rest := self._rest(limits.RECEIVING)) > 0:
            self._late = self.loop.call_later(rest, self._is_late)
        else:
            self.timeout_keep_alive_handler()

    def _is_resting(self) -> bool:
        """Tell whether all that came was answered and taken, so that what comes next begins a request."""
        return self.is_waiting and self.conn.our_state is h11.IDLE and not self.conn.trailing_data[0]

    def _end_timers(self, *, late: bool = False, stalled: bool = False) -> None:
        if late and self._late:
            self._late.cancel()
            self._late = None
        if stalled and self._stalled:
            self._stalled.cancel()
            self._stalled = None
