"""Ctrl-C while a store is worked on: the old state stays, one line says so, and nobody waits long for it."""

import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kg.cli import progress
from kg.model import meanwhile
from kg.model.kg_error import KgError

CODE = 130
GRACE = 3.0
_END = b"\0"


@contextmanager
def working(ctx: click.Context, store: Path) -> Iterator[None]:
    """
    Show progress while the block works on a store, and end it on Ctrl-C with a word on what became of the store.

    The storage and query engine cannot be interrupted. Where it does not come back within some seconds, or on a second
    Ctrl-C, the process ends as it is: a store stands a kill at any time.
    """
    before = _head(store)
    with progress.bar(quiet=ctx.obj["quiet"]) as bar:

        def leave() -> None:
            if bar:
                bar.end()
            click.echo(f"kg: {_words(before, _head(store))}", err=True)
            os._exit(CODE)

        try:
            with _at_once(leave), meanwhile.allowed():
                yield
        except KeyboardInterrupt:
            raise KgError(_words(before, _head(store)), code=CODE) from None


def _head(store: Path) -> str:
    try:
        return (store / "HEAD").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _words(before: str, now: str) -> str:
    if not now:
        return "interrupted; there is no store yet"
    if before == now:
        return f"interrupted; the store is as it was, generation {now} is current"
    return f"interrupted; generation {now} is current, and not all of the work on it is done"


@contextmanager
def _at_once(leave: Callable[[], None]) -> Iterator[None]:
    """Call `leave` where Ctrl-C does not end the block soon; in a thread, as the main one does not come to itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard, said = os.pipe()
    os.set_blocking(said, False)
    before = signal.set_wakeup_fd(said, warn_on_full_buffer=False)
    waiter = threading.Thread(target=_wait, args=(heard, leave), daemon=True)
    waiter.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.write(said, _END)
        waiter.join()
        os.close(heard)
        os.close(said)


def _wait(heard: int, leave: Callable[[], None]) -> None:
    """Wait for the end of the block, or for Ctrl-C and then for one of: the end, another Ctrl-C, too long a time."""
    limit = None
    while True:
        ready, _, _ = select.select([heard], [], [], limit)
        signals = os.read(heard, 1) if ready else b""
        if signals == _END:
            return
        if not ready or (signals == bytes([signal.SIGINT]) and limit is not None):
            leave()
            return
        if signals == bytes([signal.SIGINT]):
            limit = GRACE
