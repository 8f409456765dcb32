"""
Progress: what a long piece of work says of itself while it goes on, to whoever listens; nobody does by default.

The rooms that work name their stages and count their steps, which costs an addition a step. Whether anything is shown
of it, where and how often, is the listener's business.
"""

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Stage(Protocol):
    """A stage that is under way."""

    def advance(self, steps: int = 1) -> None:
        """Count steps that are done."""


Listener = Callable[[str, int | None], AbstractContextManager[Stage]]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


class _Unheard:
    def advance(self, steps: int = 1) -> None:
        """Count nothing: nobody listens."""


@contextmanager
def stage(name: str, total: int | None = None) -> Iterator[Stage]:
    """Be in a stage, which has `total` steps where that can be told; stages may stand in one another."""
    listener = _listener.get()
    if listener is None:
        yield _Unheard()
        return
    with listener(name, total) as heard:
        yield heard


def each(name: str, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
    """Yield items one by one, as the steps of a stage; `total` says how many where they cannot be counted."""
    count = len(items) if total is None and isinstance(items, Sized) else total
    with stage(name, count) as under_way:
        for item in items:
            yield item
            under_way.advance()


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """Have the stages of this block told to a listener, or to nobody."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
