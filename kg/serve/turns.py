"""Updates, one at a time: each in a process of its own, finished once it began, whoever leaves and whatever ends."""

import asyncio
from collections.abc import Mapping
from typing import Any

from kg.serve import limits, pool
from kg.serve.jobs import Setting
from kg.serve.pool import Reply
from kg.serve.refused import Refused


class Turns:
    """The updates of a server, in the order in which they came."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._turn = asyncio.Lock()
        self._known = 0
        self._running: asyncio.Task[Reply] | None = None

    async def apply(self, job: Mapping[str, Any], body: bytes) -> Reply:
        """Return the answer to an update; raise Refused where too many wait, or this one waited too long."""
        most = self._setting.limits.queue
        if self._known > most:
            raise Refused(503, f"{most:,} requests wait already, the limit here; try again soon", again=True)
        self._known += 1
        try:
            await self._take_turn()
            # The task gives the turn back, and not who waits for it: that one may be cancelled before it is done.
            self._running = asyncio.ensure_future(self._applied(job, body))
            return await _whole(self._running)
        finally:
            self._known -= 1

    async def end(self) -> None:
        """Wait until the update that runs is finished: of one that is stopped half the files would be written."""
        if self._running is not None:
            await asyncio.wait({self._running})

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(limits.WAITING):
                await self._turn.acquire()
        except TimeoutError:
            words = f"no update before it was finished within {limits.WAITING:g} s; try again soon"
            raise Refused(503, words, again=True) from None

    async def _applied(self, job: Mapping[str, Any], body: bytes) -> Reply:
        try:
            return await pool.once(self._setting, job, body)
        finally:
            self._turn.release()


async def _whole(work: "asyncio.Future[Reply]") -> Reply:
    """Return the end of some work, though who waits for it is told to stop: the client hears what became of it."""
    while True:
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            if work.done():
                raise
