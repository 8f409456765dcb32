"""A worker: a process that answers one request after another, and may be killed at any time."""

import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from kg.model.kg_error import KgError
from kg.serve import frames, memory, whole
from kg.serve.jobs import Jobs, Setting
from kg.serve.limits import Limits
from kg.serve.refused import Refused

Message = tuple[dict[str, Any], bytes]
# How long a worker waits for work until it looks whether there is a new generation.
_LOOKING = 1.0


def main(make: Callable[[Setting], Jobs] = Jobs) -> None:
    """
    Answer the messages of standard input on standard output, until it ends; the first says how.

    `make` gives what does the jobs of a setting.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to everybody; who started this ends it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed gets between the messages
    first = frames.read(sys.stdin.buffer)
    if first is None:
        return
    setting = _setting(first[0])
    messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, messages), daemon=True).start()
    _work(make(setting), messages, out)


def _setting(head: dict[str, Any]) -> Setting:
    config = Path(head["config"]) if head["config"] else None
    return Setting(Path(head["folder"]), config, head["prefixes"], Limits(**head["limits"]))


def _listen(stream: BinaryIO, messages: "queue.SimpleQueue[Message]") -> None:
    """Hand on each message, and end the process with the one that sends them, whatever it is at but writing files."""
    while (message := frames.read(stream)) is not None:
        messages.put(message)
    with whole.WRITING:
        os._exit(0)


def _work(jobs: Jobs, messages: "queue.SimpleQueue[Message]", out: BinaryIO) -> None:
    _look(jobs)
    _say(out, {"ready": True})
    while True:
        try:
            head, body = messages.get(timeout=_LOOKING)
        except queue.Empty:
            _look(jobs)
            continue
        _say(out, {"begun": True})
        memory.limit(jobs.setting.limits.memory)
        try:
            _say(out, *answer(jobs, head, body))
        except MemoryError:
            os.kill(os.getpid(), signal.SIGABRT)  # as the engine ends where it gets none
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


def _say(out: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    out.write(frames.packed(head, body))
    out.flush()


if __name__ == "__main__":
    main()
