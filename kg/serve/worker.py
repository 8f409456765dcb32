"""A worker: a process that answers one request after another, and may be killed at any time."""

import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.model.kg_error import KgError
from kg.serve import memory, whole
from kg.serve.frames import Channel, Message, Taken
from kg.serve.jobs import Jobs, Setting
from kg.serve.limits import Limits
from kg.serve.refused import Refused

# How long a worker waits for work until it looks whether there is a new generation.
_LOOKING = 1.0


def main(make: Callable[[Setting], Jobs] = Jobs) -> None:
    """
    Answer the messages that come where standard input is, until they end; the first says how.

    `make` gives what does the jobs of a setting.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to everybody; who started this ends it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    channel, count = Channel(socket.socket(fileno=os.dup(0))), Taken(1)
    os.dup2(2, 1)  # nothing that is printed gets there
    try:
        first = channel.next(None)
        if first is not None:
            threading.Thread(target=_end_with, args=(channel,), daemon=True).start()
            _work(make(_setting(first[0])), channel, count)
    except (EOFError, ConnectionError):
        with whole.WRITING:
            return
    except MemoryError:
        os.abort()  # whatever got none: what is said of the limit hangs on how this ends


def _setting(head: dict[str, Any]) -> Setting:
    config = Path(head["config"]) if head["config"] else None
    return Setting(Path(head["folder"]), config, head["prefixes"], Limits(**head["limits"]))


def _end_with(channel: Channel) -> None:
    """End the process with the one that sends its messages, whatever it is at but writing files."""
    channel.wait_for_its_end()
    with whole.WRITING:
        os._exit(0)


def _work(jobs: Jobs, channel: Channel, count: Taken) -> None:
    _look(jobs)
    channel.say({"ready": True})
    while True:
        message = channel.next(_LOOKING)
        if message is None:
            _look(jobs)
            continue
        count.add()
        memory.limit(jobs.setting.limits.memory)
        try:
            said = answer(jobs, *message)
            channel.say(*said)
        except MemoryError:
            os.abort()  # as the engine ends where it gets none
        memory.limit(None)


def _look(jobs: Jobs) -> None:
    """Take up a new generation while nobody waits; what is wrong with a store is said to who asks."""
    try:
        jobs.generation()
    except (KgError, OSError):
        return


def answer(jobs: Jobs, head: dict[str, Any], body: bytes) -> Message:
    """Return the answer to a message: 200 with bytes and what they are, or another status with a line that says why."""
    try:
        if head["kind"] in ("update", "put"):
            from kg.serve import updates  # a process of its own does it, and the others do without

            return (
                updates.applied(jobs, head, body.decode())
                if head["kind"] == "update"
                else updates.graph(jobs, head, body)
            )
        done = jobs.do(head, body.decode())
    except Refused as error:
        return {"status": error.status, "again": error.again}, error.words.encode()
    except KgError as error:
        if isinstance(error.__cause__, MemoryError):
            raise MemoryError from None  # noqa: TRY004  # no matter of types
        return {"status": 409 if error.code == 1 else 400}, str(error).encode()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # the last line of defence: the server lives, and says so
        return {"status": 500}, f"an error of ours: {type(error).__name__}: {error}".encode()
    made = done.stamp
    said = {"status": 200, "kind": done.kind, "form": done.form, "tag": made.tag, "modified": made.modified}
    return said, done.data


if __name__ == "__main__":
    main()
