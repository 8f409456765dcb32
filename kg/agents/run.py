"""The process that answers agents: on its standard streams, or over HTTP behind the guard of `kg serve`."""

import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable

import anyio
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.routing import Mount

from kg.agents import server
from kg.agents.calls import Calls, Started
from kg.agents.until_left import UntilLeft
from kg.model.kg_error import KgError
from kg.serve import run
from kg.serve.app import Guarded, Served
from kg.serve.guard import Guard
from kg.serve.run import Address

ENDPOINT = "/mcp"
_LOGS = ("mcp", "uvicorn", "httpx2", "sse_starlette")


def on_streams(started: Started) -> None:
    """Answer on standard input and output until the input ends, or the process is told to end."""
    _say_nothing()
    _ending()
    anyio.run(_streams, started)


async def _streams(started: Started) -> None:
    async with _calls(started) as calls:
        await server.made(calls).run_stdio_async()


def _ending() -> None:
    """End the process where it is told to: who reads standard input waits in a thread that nothing wakes."""

    def ended(*_: object) -> None:
        os._exit(130)  # workers end with their input; what writes files finishes before

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ended)


@contextlib.asynccontextmanager
async def _calls(started: Started) -> AsyncIterator[Calls]:
    """Lend the calls of a server with their workers."""
    calls = Calls(started)
    try:
        await calls.pool.start()
    except (OSError, EOFError):
        raise KgError(
            "no worker could be started, perhaps for want of memory; try fewer with --workers", code=1
        ) from None
    try:
        yield calls
    finally:
        await calls.end()


def _say_nothing() -> None:
    """Keep the libraries' own words away: they may hold what was asked, and a line of log of ours says the rest."""
    logging.getLogger().addHandler(logging.NullHandler())
    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def over_http(address: Address, started: Started, guard: Guard, ready: Callable[[str], None]) -> None:
    """
    Listen until the process is told to end; `ready` is called with the address once it listens.

    Raises KgError where nobody can listen there.
    """
    _say_nothing()
    calls = Calls(started)
    inner = server.made(calls).streamable_http_app(
        streamable_http_path=ENDPOINT,
        json_response=True,
        stateless_http=True,
        max_request_body_size=started.setting.limits.request,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # ours stands before it
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await calls.pool.start()
        try:
            async with inner.router.lifespan_context(inner):
                yield
        finally:
            await calls.end()

    served = Served(started.setting, guard, started.workers, started.say)
    outer = Starlette(routes=[Mount("/", app=UntilLeft(inner))], lifespan=lifespan)
    guarded = Guarded(outer, served, methods=lambda _path, _writing: "GET, POST, DELETE")
    run.listen(address, guarded, lambda here: ready(f"{here}{ENDPOINT}"))
