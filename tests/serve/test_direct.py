"""Plain requests that are answered without the layers: in turn, to clients that wait, that leave, that are slow."""

import asyncio
import contextlib
from pathlib import Path

import pytest
import uvicorn
from starlette.responses import Response
from uvicorn.server import ServerState

from kg.serve import limits
from kg.serve.again import Again
from kg.serve.connections import Connection
from kg.serve.direct import Direct
from kg.serve.guard import HEADERS, Guard
from kg.serve.outgoing import OnTheirWay
from kg.serve.pool import Gone
from kg.serve.refused import Refused
from kg.serve.stamp import Current

ASK = b"GET /sparql?%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
LONG = 20_000_000


class Answering:
    """What answers: by what stands behind `?`; what was asked, said, and who left is noted."""

    def __init__(self):
        self.log, self.left, self.way = [], asyncio.Event(), OnTheirWay(2 * LONG)
        self.direct = Direct("/sparql", self.respond, Guard(), Again(Current(Path("none"), {}), self.log.append))

    async def respond(self, request):
        words = request.scope["query_string"].decode()
        if words == "wrong":
            raise ZeroDivisionError
        if words == "refused":
            raise Refused(406, "not so")
        if words == "waiting":
            await asyncio.wait({request.scope["kg.leaving"]}, timeout=10)
            self.left.set()
            if request.scope["kg.leaving"].done():
                raise Gone
        if words == "slow":
            await asyncio.sleep(0.2)
        if words == "long":
            return self.way.sent(Response(b"x" * LONG))
        return Response(words.encode() + request.scope["kg.body"])


async def layers(scope, receive, send):
    """The layers, to which all goes that is not plain."""
    await Response(b"by the layers")(scope, receive, send)


@contextlib.asynccontextmanager
async def listening(answering):
    config = uvicorn.Config(layers, log_level="critical", timeout_keep_alive=5)
    config.load()
    state = ServerState()
    make = lambda: Connection(config, state, {}, direct=answering.direct)  # noqa: E731
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    try:
        yield lambda: asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1]), state
    finally:
        server.close()


def run(scenario):
    answering = Answering()

    async def whole():
        async with listening(answering) as (connect, state):
            reader, writer = await connect()
            try:
                await asyncio.wait_for(scenario(answering, reader, writer, state), 15)
            finally:
                writer.close()

    asyncio.run(whole())


async def taken(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:-2])
    return head[0], headers, await reader.readexactly(int(headers["content-length"]))


def test_a_plain_request_has_the_headers_of_every_answer_and_its_line_of_log():
    async def scenario(answering, reader, writer, _):
        writer.write(ASK % b"a=b")
        first, headers, body = await taken(reader)

        assert (first, body) == ("HTTP/1.1 200 OK", b"a=b")
        assert {name.lower(): value.lower() for name, value in HEADERS}.items() <= headers.items()
        assert [line.rsplit(" ", 2)[0] for line in answering.log] == ["GET /sparql 200"]

    run(scenario)


def test_requests_that_come_together_or_meanwhile_are_answered_in_turn():
    async def scenario(_, reader, writer, __):
        post = b"POST /sparql?c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nxyz"
        other = b"GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n"
        bodies = []
        for packets, count in (([ASK % b"slow", post], 2), ([(ASK % b"a") * 3], 3), ([ASK % b"slow", other + post], 3)):
            for packet in packets:
                writer.write(packet)
                await asyncio.sleep(0.05)
            bodies.append([(await taken(reader))[2] for _ in range(count)])

        assert bodies == [[b"slow", b"cxyz"], [b"by the layers"] * 3, [b"slow", *[b"by the layers"] * 2]]

    run(scenario)


def test_a_client_that_leaves_is_told_to_who_works_for_it():
    async def scenario(answering, _, writer, __):
        writer.write(ASK % b"waiting")
        await asyncio.sleep(0.1)
        assert not answering.left.is_set()
        writer.close()
        await answering.left.wait()
        while not answering.log:  # noqa: ASYNC110  # said by who has no event for it
            await asyncio.sleep(0.01)
        assert answering.log[0].startswith("GET /sparql 499 ")

    run(scenario)


def test_errors_are_answers_and_the_connection_goes_on():
    async def scenario(answering, reader, writer, _):
        found = []
        for words in (b"refused", b"wrong", b"more"):
            writer.write(ASK % words)
            first, _, body = await taken(reader)
            found.append((first, body))
        writer.write((ASK % b"x").replace(b"localhost", b"other.example"))
        found.append((await taken(reader))[0])

        assert found == [
            ("HTTP/1.1 406 Not Acceptable", b"not so\n"),
            ("HTTP/1.1 500 Internal Server Error", b"an error of ours\n"),
            ("HTTP/1.1 200 OK", b"more"),
            "HTTP/1.1 421 Misdirected Request",
        ]
        assert [line.split()[2] for line in answering.log] == ["406", "500", "200", "421"]

    run(scenario)


def test_a_long_answer_comes_whole_and_one_that_nobody_takes_is_dropped(monkeypatch):
    monkeypatch.setattr(limits, "SENDING", 0.5)

    async def scenario(answering, reader, writer, _):
        writer.write(ASK % b"long")
        assert len((await taken(reader))[2]) == LONG
        writer.write(ASK % b"long")
        await reader.readexactly(1)
        with pytest.raises(Refused, match="slow clients"):
            answering.way.sent(Response(b"x" * (LONG + 1)))
        await asyncio.sleep(1)

        answering.way.sent(Response(b"x" * 2 * LONG))

    run(scenario)


def test_a_server_that_ends_answers_what_was_asked():
    async def scenario(_, reader, writer, state):
        writer.write(ASK % b"slow")
        await asyncio.sleep(0.05)
        for connection in state.connections.copy():
            connection.shutdown()
        assert (await taken(reader))[2] == b"slow"
        assert await reader.read() == b""

    run(scenario)


def test_one_that_the_end_cuts_off_may_be_sent_again():
    async def scenario(answering, reader, writer, state):
        writer.write(ASK % b"waiting")
        await asyncio.sleep(0.05)
        for task in state.tasks.copy():
            task.cancel()
        first, headers, body = await taken(reader)

        assert (first, headers["retry-after"]) == ("HTTP/1.1 503 Service Unavailable", "1")
        assert body == b"the server was told to end; try again\n"
        assert [line.split()[2] for line in answering.log] == ["503"]

    run(scenario)
