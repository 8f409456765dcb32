"""The workers: one warm for each processor, a queue with a bound, and an end for each query that goes too far."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Any

import kg
from kg.model.records import dataclass
from kg.serve import frames
from kg.serve.jobs import Setting
from kg.serve.limits import WAITING
from kg.serve.refused import Refused

# The token, which no worker needs to know.
_SECRET = "KG_SERVE_TOKEN"  # noqa: S105  # the name of a variable
_AGAIN = 1.0
# How many seconds a process that says no more has for its end.
_ENDING = 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker answered: a status, what the bytes are, and these."""

    head: Mapping[str, Any]
    body: bytes = field(repr=False)


class _Link(asyncio.Protocol):
    """The server's end of the way to a worker: each answer is handed to who waits for it."""

    def __init__(self) -> None:
        self._coming = frames.Unpacking()
        self._waiting: asyncio.Future[Reply] | None = None
        self._transport: asyncio.Transport | None = None
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport, self.is_open = transport, True  # type: ignore[assignment]  # of a stream

    def data_received(self, data: bytes) -> None:
        """Hand on an answer when it is whole."""
        message = self._coming.add(data)
        if message is not None and self._waiting and not self._waiting.done():
            self._waiting.set_result(Reply(*message))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # however it was lost
        """Tell who waits that nothing comes any more."""
        self.is_open = False
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(EOFError())

    def ask(self, data: bytes) -> "asyncio.Future[Reply]":
        """Send a message; what is returned has the answer, or EOFError where none comes."""
        self._waiting = asyncio.get_running_loop().create_future()
        if self._transport is None or not self.is_open:
            self._waiting.set_exception(EOFError())
        else:
            self._transport.write(data)
        return self._waiting

    def close(self) -> None:
        """Let go of the way."""
        if self._transport is not None:
            self._transport.close()


class Worker:
    """A process that answers one request after another."""

    def __init__(self, process: asyncio.subprocess.Process, link: _Link, count: frames.Taken) -> None:
        self.process, self._link, self._taken = process, link, count
        self._asked = 0

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self.process.returncode is None and self._link.is_open

    def ask(self, head: Mapping[str, Any], body: bytes = b"") -> "asyncio.Future[Reply]":
        """Return what has the answer to a message, or EOFError where the process ended instead."""
        self._asked += 1
        return self._link.ask(frames.packed(head, body))

    @property
    def has_begun(self) -> bool:
        """Whether the process took up the last message."""
        return self._taken.count >= self._asked

    async def begin(self, head: Mapping[str, Any]) -> None:
        """Tell the process how it works, and wait until it can; raise EOFError where it ends instead."""
        await self._link.ask(frames.packed(head, b""))

    async def end(self) -> int:
        """Kill the process if it lives, and return how it ended."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self._link.close()
        return await self.process.wait()

    async def lost(self) -> int:
        """Return how a process ended that says no more; one that lives on in spite of it is killed after a moment."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self.process.wait(), _ENDING)
        return await self.end()


async def started(setting: Setting) -> Worker:
    """Return a worker that has opened the store and waits."""
    file = frames.shared()
    ours, theirs = socket.socketpair()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", setting.program,
            stdin=theirs.fileno(), stdout=file, stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
        )  # fmt: skip
        taken = frames.Taken(file)
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
        os.close(file)
    ours.settimeout(0)
    _, link = await asyncio.get_running_loop().create_unix_connection(_Link, sock=ours)
    worker = Worker(process, link, taken)
    try:
        await worker.begin(_told(setting))
    except BaseException:
        await worker.end()
        raise
    return worker


def _environment() -> dict[str, str]:
    """Return the environment of a worker: ours without the secret, and with the way to our modules."""
    home = str(Path(kg.__file__).resolve().parents[1])
    paths = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH", ""))))
    inherited = {name: value for name, value in os.environ.items() if name != _SECRET}
    return {**inherited, "PYTHONPATH": paths}


def _told(setting: Setting) -> dict[str, Any]:
    """Return what a worker is told first."""
    config = str(setting.config) if setting.config else None
    rest = {"prefixes": dict(setting.prefixes), "limits": asdict(setting.limits)}
    return {"folder": str(setting.folder), "config": config, **rest}


class Pool:
    """The workers of a server."""

    def __init__(self, setting: Setting, count: int, say: Callable[[str], None]) -> None:
        self._setting, self._count, self._say = setting, count, say
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0

    @property
    def processes(self) -> list[int]:
        """The numbers of the processes that live."""
        return [worker.process.pid for worker in self._workers if worker.is_alive]

    async def start(self) -> None:
        """Start every worker."""
        for worker in await asyncio.gather(*(started(self._setting) for _ in range(self._count))):
            self._add(worker)

    async def stop(self) -> None:
        """End every worker and what waits for one."""
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))

    def _add(self, worker: Worker) -> None:
        self._workers.add(worker)
        self._idle.put_nowait(worker)

    async def run(self, head: Mapping[str, Any], body: bytes, leaving: "asyncio.Future[None]") -> Reply:
        """
        Return a worker's answer; raise Refused where there is none.

        A worker that takes too long or too much, or whose client left (`leaving` is done), is killed, and another one
        takes its place.
        """
        while True:
            with contextlib.suppress(Unheard):  # it was ended while it had nothing to do; another one is asked
                return await self._by(await self._free(leaving), head, body, leaving)

    async def _by(self, worker: Worker, head: Mapping[str, Any], body: bytes, leaving: "asyncio.Future[None]") -> Reply:
        """Return the answer of a worker, which has nothing to do afterwards, or is replaced."""
        reply: Reply | None = None
        try:
            reply = await self._answer(worker, head, body, leaving)
        finally:
            if reply is not None and worker.is_alive:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)
        return reply

    async def _free(self, leaving: "asyncio.Future[None]") -> Worker:
        """Return a worker that has nothing to do, waiting for one in the queue."""
        while True:
            worker = await self._next(leaving)
            if worker.is_alive:
                return worker
            self._replace(worker)

    async def _next(self, leaving: "asyncio.Future[None]") -> Worker:
        if not self._idle.empty():
            return self._idle.get_nowait()
        most = self._setting.limits.queue
        if self._waiting >= most:
            raise Refused(503, f"{most:,} requests wait already, the limit here; try again soon", again=True)
        self._waiting += 1
        getting = asyncio.ensure_future(self._idle.get())
        try:
            await _first(getting, leaving, WAITING)
            if getting.done() and not leaving.done():
                return getting.result()
        finally:
            self._waiting -= 1
            if not getting.done():
                getting.cancel()
            elif leaving.done() or _is_cancelled():
                self._idle.put_nowait(getting.result())
        if leaving.done():
            raise Gone
        raise Refused(503, f"no worker was free within {WAITING:g} s; try again soon", again=True)

    async def _answer(
        self, worker: Worker, head: Mapping[str, Any], body: bytes, leaving: "asyncio.Future[None]"
    ) -> Reply:
        limits = self._setting.limits
        asking = worker.ask(head, body)
        try:
            await _first(asking, leaving, limits.seconds)
            if asking.done():
                return asking.result()
        except EOFError:
            if not worker.has_begun:
                raise Unheard from None
            raise _lost(await worker.lost(), limits.memory) from None
        finally:
            asking.cancel()
        if leaving.done():
            raise Gone
        raise Refused(504, f"it took longer than {limits.seconds:g} s, the limit here, and was stopped")

    def _replace(self, worker: Worker) -> None:
        """Kill a worker, and put another one in its place."""
        self._workers.discard(worker)
        task = asyncio.ensure_future(self._another(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _another(self, worker: Worker) -> None:
        await worker.end()
        while True:
            try:
                self._add(await started(self._setting))
            except (OSError, EOFError) as error:
                self._say(f"no worker could be started: {error or 'it ended at once'}; trying again")
                await asyncio.sleep(_AGAIN)
            else:
                return


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _first(work: "asyncio.Future[Any]", leaving: "asyncio.Future[None]", seconds: float) -> None:
    """Wait until some work is done, the client left, or so many seconds are over."""
    if not work.done():
        both: set[asyncio.Future[Any]] = {work, leaving}
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


class Unheard(Exception):  # noqa: N818  # another worker is asked
    """A process ended before it took up what it was asked."""


class Gone(Exception):  # noqa: N818  # nobody is told
    """Who asked is not there any more."""


def _lost(code: int, memory: int) -> Refused:
    if code == -signal.SIGABRT:
        return Refused(507, f"it took more than {memory:,} MB of memory, the limit here, and was stopped")
    return Refused(503, "the process that worked on it was ended from outside; try again", again=True)


async def once(setting: Setting, head: Mapping[str, Any], body: bytes) -> Reply:
    """Return the answer of a process that is there for this alone, and that ends itself where it takes too long."""
    worker = await started(setting)
    try:
        return await worker.ask(head, body)
    except EOFError:
        limits = setting.limits
        if await worker.end() == 1:
            raise Refused(504, f"it took longer than {limits.seconds:g} s, the limit here, and was stopped") from None
        raise _lost(await worker.end(), limits.memory) from None
    finally:
        await worker.end()
