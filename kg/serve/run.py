"""The process that listens: uvicorn around the application, until it is told to end."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.serve import app
from kg.serve.app import Served
from kg.serve.connections import Connection
from kg.serve.direct import Direct
from kg.serve.limits import HEAD
from kg.serve.log import Log

# What uvicorn keeps: a connection that nobody uses so many seconds, and so many connections that wait to be taken.
_IDLE, _BACKLOG = 5, 512
_GRACE = 5


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens; port 0 is any that is free."""

    host: str
    port: int


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def forever(address: Address, served: Served, ready: Callable[[str], None]) -> None:
    """
    Listen until the process is told to end (Ctrl-C, SIGTERM); `ready` is called with the address once it listens.

    Raises KgError where nobody can listen there, or no worker starts.
    """
    log = Log(served.say)
    application, server = app.app(replace(served, say=log.say))
    try:
        listen(address, application, lambda here: ready(f"{here}{app.ENDPOINT}; pages at {here}/"), server.direct)
    finally:
        log.end()


def listen(address: Address, application: ASGIApp, ready: Callable[[str], None], direct: Direct | None = None) -> None:
    """
    Listen with an application, which has what it needs, until the process is told to end, as `forever` does.

    `direct` answers plain requests, and what comes again byte for byte.
    """
    with _listening(address) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            application, http=_with(direct), ws="none", log_level="critical",
            access_log=False, proxy_headers=False, server_header=False, h11_max_incomplete_event_size=HEAD,
            timeout_keep_alive=_IDLE, timeout_graceful_shutdown=_GRACE, backlog=_BACKLOG, lifespan="on",
        )  # fmt: skip
        server = _Server(config, lambda: ready(f"http://{shown}:{port}"))
        server.run(sockets=[listener])
        if not server.started:
            raise KgError("no worker could be started, perhaps for want of memory; try fewer with --workers", code=1)


def _with(direct: Direct | None) -> type[asyncio.Protocol]:
    """Return what makes a connection: uvicorn calls it as a class, and only so."""
    return cast("type[asyncio.Protocol]", partial(Connection, direct=direct))


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise KgError(f"{address.host}:{address.port}: cannot listen there: {why}; name another with --port") from None
