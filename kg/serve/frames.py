"""Messages between the server and its workers: a head in JSON and a body of bytes, each with its length before it."""

import json
import mmap
import os
import select
import socket
import struct
import tempfile
from collections.abc import Mapping
from typing import Any

Message = tuple[dict[str, Any], bytes]
_LENGTHS = struct.Struct(">IQ")
_COUNT = struct.Struct("=Q")
_PIECE = 65_536


def packed(head: Mapping[str, Any], body: bytes) -> bytes:
    """Return a message as bytes."""
    data = json.dumps(head).encode()
    return _LENGTHS.pack(len(data), len(body)) + data + body


class Unpacking:
    """A message of which piece after piece comes; after it comes nothing until it was answered."""

    def __init__(self) -> None:
        self._came = bytearray()

    def add(self, piece: bytes) -> Message | None:
        """Return the message with a piece more; None where it is not whole yet."""
        if self._came or not _is_whole(piece):
            self._came += piece
            if not _is_whole(self._came):
                return None
            piece, self._came = bytes(self._came), bytearray()
        head, body = _LENGTHS.unpack_from(piece)
        begin = _LENGTHS.size + head
        return json.loads(piece[_LENGTHS.size : begin]), piece[begin : begin + body]


def _is_whole(data: bytes | bytearray) -> bool:
    return len(data) >= _LENGTHS.size and len(data) >= _LENGTHS.size + sum(_LENGTHS.unpack_from(data))


class Taken:
    """How many messages a process took up: a number in memory that it shares with who sends them."""

    def __init__(self, file: int) -> None:
        self._memory = mmap.mmap(file, _COUNT.size)

    @property
    def count(self) -> int:
        """The number, as it is now."""
        number: int = _COUNT.unpack_from(self._memory)[0]
        return number

    def add(self) -> None:
        """Count one more."""
        _COUNT.pack_into(self._memory, 0, self.count + 1)


def shared() -> int:
    """Return a file without a name that holds the number of `Taken`, to be handed to another process."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("kg")
    else:
        with tempfile.TemporaryFile() as made:
            file = os.dup(made.fileno())
    os.truncate(file, _COUNT.size)
    return file


class Channel:
    """The worker's end: it waits for a message, and says one."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._ready = select.poll()
        self._ready.register(connected, select.POLLIN)

    def next(self, seconds: float | None) -> Message | None:
        """Return the next message; None where none begins within some seconds; raise EOFError at the end."""
        if not self._ready.poll(None if seconds is None else seconds * 1000):
            return None
        message, coming = None, Unpacking()
        while message is None:
            piece = self._socket.recv(_PIECE)
            if not piece:
                raise EOFError
            message = coming.add(piece)
        return message

    def say(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        """Send a message."""
        self._socket.sendall(packed(head, body))

    def wait_for_its_end(self) -> None:
        """Wait until who sends the messages is gone; whatever it sends is left to `next`."""
        ending = select.poll()
        ending.register(self._socket, 0)
        ending.poll()
