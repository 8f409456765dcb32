"""Messages between the server and its workers: a head in JSON and a body of bytes, each with its length before it."""

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

_LENGTHS = struct.Struct(">IQ")


def packed(head: Mapping[str, Any], body: bytes) -> bytes:
    """Return a message as bytes."""
    data = json.dumps(head).encode()
    return _LENGTHS.pack(len(data), len(body)) + data + body


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message of a stream, waiting for it; None where the stream ends."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    data = stream.read(head + body)
    return (json.loads(data[:head]), data[head:]) if len(data) == head + body else None


async def received(stream: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """Return the next message; raise asyncio.IncompleteReadError where the stream ends."""
    head, body = _LENGTHS.unpack(await stream.readexactly(_LENGTHS.size))
    data = await stream.readexactly(head)
    return json.loads(data), await stream.readexactly(body) if body else b""
