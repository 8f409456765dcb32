"""Clients that take their time: for the head of a request, for what is sent to them; and too many of them."""

import asyncio
import contextlib

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.server import ServerState

from kg.serve import limits
from kg.serve.connections import Connection
from kg.serve.outgoing import OnTheirWay
from kg.serve.refused import Refused

HEAD = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
LONG = 20_000_000


@contextlib.asynccontextmanager
async def listening(on_their_way):
    """A server of our connections whose address is how many bytes it answers; lent with a way to connect, and a log."""
    log = asyncio.Queue()

    async def answer(scope, receive, send):
        await on_their_way.sent(Response(b"x" * int(Request(scope).url.path[1:])))(scope, receive, send)
        log.put_nowait("sent")

    config = uvicorn.Config(answer, log_level="critical", timeout_keep_alive=5)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(config, state, {}, direct=None), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    try:
        yield lambda: asyncio.open_connection("127.0.0.1", port), log
    finally:
        server.close()


def run(scenario, on_their_way=None):
    async def whole():
        async with listening(on_their_way or OnTheirWay(10 * LONG)) as (connect, log):
            await asyncio.wait_for(scenario(connect, log), 60)

    asyncio.run(whole())


@pytest.mark.parametrize("pieces", [[], [b"GET /5 HT"], [b"GET /5 HTTP/1.1\r\n", b"Host: l", b"ocalhost\r\n", b"A: b"]])
def test_a_request_whose_head_does_not_come_is_not_waited_for(monkeypatch, pieces):
    monkeypatch.setattr(limits, "RECEIVING", 0.5)

    async def scenario(connect, log):
        reader, writer = await connect()
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.1)

        assert await reader.read() == b""
        assert log.empty()
        writer.close()

    run(scenario)


def test_neither_is_a_second_one_of_the_same_connection_and_one_that_is_answered_has_its_time(monkeypatch):
    monkeypatch.setattr(limits, "RECEIVING", 1.0)

    async def scenario(connect, log):
        reader, writer = await connect()
        for _ in range(3):
            writer.write(HEAD % b"5")
            assert (await reader.readuntil(b"xxxxx")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.4)
        writer.write(HEAD[:9])

        assert await reader.read() == b""
        assert log.qsize() == 3
        writer.close()

    run(scenario)


def test_an_answer_that_nobody_takes_is_dropped(monkeypatch):
    monkeypatch.setattr(limits, "SENDING", 0.3)
    on_their_way = OnTheirWay(LONG)

    async def scenario(connect, log):
        reader, writer = await connect()
        writer.write(HEAD % str(LONG).encode())
        await reader.readexactly(1)
        with pytest.raises(Refused, match="slow clients"):
            on_their_way.sent(Response(b"x"))
        await log.get()

        on_their_way.sent(Response(b"x"))
        writer.close()

    run(scenario, on_their_way)


def test_one_that_is_taken_in_time_comes_whole():
    async def scenario(connect, _):
        reader, writer = await connect()
        writer.write(HEAD % str(LONG).encode())
        await reader.readuntil(b"\r\n\r\n")

        assert await reader.readexactly(LONG) == b"x" * LONG
        writer.close()

    run(scenario)


def test_of_too_many_connections_the_last_is_told_and_the_others_stay(monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS", 3)

    async def scenario(connect, _):
        many = [await connect() for _ in range(3)]
        reader, writer = await connect()
        answer = await reader.read()
        many[0][1].write(HEAD % b"5")

        assert answer.startswith(b"HTTP/1.1 503 ")
        assert answer.endswith(b"\r\n\r\ntoo many connections; try again soon\n")
        assert (await many[0][0].readuntil(b"xxxxx")).startswith(b"HTTP/1.1 200")
        for _, one in [*many, (reader, writer)]:
            one.close()

    run(scenario)


def test_where_there_is_no_room_the_connection_that_waited_longest_for_a_request_gives_its_place(monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS", 3)
    monkeypatch.setattr(limits, "RESTING", 0.2)

    async def scenario(connect, _):
        busy = await connect()
        busy[1].write(HEAD % str(LONG).encode())  # it does not take what it asked for
        idle = [await connect() for _ in range(2)]
        idle[0][1].write(HEAD[:9])
        await asyncio.sleep(0.3)
        reader, writer = await connect()
        writer.write(HEAD % b"5")

        assert (await reader.readuntil(b"xxxxx")).startswith(b"HTTP/1.1 200")
        with contextlib.suppress(ConnectionError):
            assert await idle[0][0].read() == b""
        idle[1][1].write(HEAD % b"5")
        assert (await idle[1][0].readuntil(b"xxxxx")).startswith(b"HTTP/1.1 200")
        assert (await busy[0].readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert len(await busy[0].readexactly(LONG)) == LONG
        for _, one in [*idle, busy, (reader, writer)]:
            one.close()

    run(scenario)
