"""The time that a request may take: all of it, from its first word sent to the last byte of its answer."""

import io
import socket
import time
from typing import Any

_SHORTEST, _LONGEST = 1e-3, 1e9  # none at all would be a socket that does not wait
_PIECE = 2**16


class Deadline:
    """A moment; TimeoutError after it."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + min(seconds, _LONGEST)

    def left(self) -> float:
        """Return the seconds until then; raise TimeoutError where there are none."""
        if self.is_over:
            raise TimeoutError
        return max(self._ends - time.monotonic(), _SHORTEST)

    @property
    def is_over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self._ends


class TimedSocket:
    """
    A connected socket as http.client uses one, on which no request goes beyond its deadline.

    A socket's own timeout is one for each step: a server that lets bytes trickle would be waited for without end.
    """

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket, self.deadline = connected, deadline

    def sendall(self, data: bytes) -> None:
        """Send bytes, so many at a time that a step is short."""
        view = memoryview(data)
        for at in range(0, len(view), _PIECE):
            self._socket.settimeout(self.deadline.left())
            self._socket.sendall(view[at : at + _PIECE])

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what reads an answer; the socket stays open for it."""
        if mode != "rb":
            raise ValueError(mode)
        return io.BufferedReader(_Timed(self._socket, self.deadline), _PIECE)

    def close(self) -> None:
        """Close it, once nothing reads from it any more."""
        self._socket.close()


class _Timed(io.RawIOBase):
    """The bytes that come by a socket until a deadline."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._socket, self._deadline = connected, deadline
        self._bytes = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401  # as io has it
        """Read what comes next into a buffer and return how many bytes; 0 at the end."""
        self._socket.settimeout(self._deadline.left())
        return self._bytes.readinto(buffer) or 0  # None is of sockets without a timeout

    def close(self) -> None:
        """Let go of the socket."""
        self._bytes.close()
        super().close()
