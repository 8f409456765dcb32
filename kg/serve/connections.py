"""One connection: what a client may take for a request's head and for what is sent to it, and how many there are."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.serve import limits
from kg.serve.again import Again

_FULL = b"too many connections; try again soon\n"
_REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
    b"Retry-After: 1\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s" % (len(_FULL), _FULL)
)


class Connection(H11Protocol):
    """
    A connection as uvicorn has it, that is closed where its client takes too long for its part.

    A request that is the same as one before is answered by `again` before it is read.
    """

    def __init__(self, *arguments: Any, again: Again | None = None, **options: Any) -> None:  # noqa: ANN401  # those of uvicorn
        super().__init__(*arguments, **options)
        self._again = again
        # When the last request was answered that was not read.
        self._answered = 0.0
        self._late: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; say so where there are too many that do."""
        super().connection_made(transport)
        if len(self.connections) > limits.CONNECTIONS:
            transport.write(_REFUSED)
            transport.close()
            return
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        """Read on; a head that is not whole yet has the time that is left, whatever comes of it."""
        resting = self._is_resting()
        if resting and self._again and (answer := self._again.find(data)):
            self._answered = self.loop.time()
            date = b"".join(b"%b: %b\r\n" % one for one in self.server_state.default_headers)
            self.transport.write(b"%b%b%b" % (answer.first, date, answer.rest))
            return
        before = self.cycle
        super().data_received(data)
        if resting and self.cycle is not before and not self.cycle.more_body and not self.conn.trailing_data[0]:
            self.scope["kg.request"] = data  # type: ignore[typeddict-unknown-key]  # the whole of one request
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._end_timers(late=True, stalled=True)
        super().connection_lost(exc)

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
        if (rest := self._answered + self.timeout_keep_alive - self.loop.time()) > 0:
            self.timeout_keep_alive_task = self.loop.call_later(rest, self.timeout_keep_alive_handler)
            return
        super().timeout_keep_alive_handler()
        self._stalled = self._stalled or self.loop.call_later(limits.SENDING, self.transport.abort)

    def _expect_request(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._end_timers(late=True)
        elif self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(limits.RECEIVING, self._is_late)

    def _is_late(self) -> None:
        """Close a connection whose request did not come, unless one was answered meanwhile that was not read."""
        self._late = None
        if (rest := self._answered + limits.RECEIVING - self.loop.time()) > 0:
            self._late = self.loop.call_later(rest, self._is_late)
        else:
            self.timeout_keep_alive_handler()

    def _is_resting(self) -> bool:
        """Tell whether all that came was answered and taken, so that what comes next begins a request."""
        answered = self.cycle is None or self.cycle.response_complete
        return (
            answered and self.conn.our_state is h11.IDLE and not self.conn.trailing_data[0]
            and not self.flow.write_paused and not self.transport.is_closing()
        )  # fmt: skip

    def _end_timers(self, *, late: bool = False, stalled: bool = False) -> None:
        if late and self._late:
            self._late.cancel()
            self._late = None
        if stalled and self._stalled:
            self._stalled.cancel()
            self._stalled = None
