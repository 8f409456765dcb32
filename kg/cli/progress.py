"""A progress bar: the stage that is under way, how far and how fast it is, and what is left; on a terminal only."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TextIO

import click

from kg.model import progress
from kg.model.records import dataclass

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_ERASE = "\r\x1b[K"
_NARROW, _USUAL = 20, 80


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds until the work is long enough for a bar, and between two drawings of it."""

    after: float = 1.0
    every: float = 0.1


PACE = Pace()
_on_screen: ContextVar["Bar | None"] = ContextVar("on_screen", default=None)


class Counted:
    """A stage that is under way; the count is written by the work and read by what draws."""

    def __init__(self, name: str, total: int | None) -> None:
        self.count = 0
        self._name = name
        self._start = time.monotonic()
        self._bar: ProgressBar[int] | None = None
        if total:
            self._bar = click.progressbar(
                length=total, label=name, show_pos=True, show_percent=False, show_eta=False, width=18,
                update_min_steps=0, bar_template="%(label)s  [%(bar)s]  %(info)s",
                item_show_func=lambda _: self._speed(), file=sys.stderr,
            )  # fmt: skip

    def advance(self, steps: int = 1) -> None:
        """Count steps that are done."""
        self.count += steps

    def text(self) -> str:
        """Return the line for now: counts and a bar where the total can be told, else how long it has taken so far."""
        if self._bar is None:
            done = f"  {self.count:,}" if self.count else ""
            return f"{self._name}{done}  {self._seconds():.0f} s"
        self._bar.make_step(self.count - self._bar.pos)
        return self._bar.format_progress_line()

    def _speed(self) -> str:
        rate = self.count / max(self._seconds(), 1e-9)
        words = f"{rate:,.0f}/s" if rate >= 10 or not rate else f"{rate:.1f}/s"  # noqa: PLR2004  # two digits say enough
        left = self._bar.format_eta() if self._bar and not self._bar.finished else ""
        return f"{words}  {left} left" if left else words

    def _seconds(self) -> float:
        return time.monotonic() - self._start


class Bar:
    """What draws the innermost stage on one line of a terminal, from a thread: the work is often in foreign code."""

    def __init__(self, terminal: TextIO, pace: Pace) -> None:
        self._terminal = terminal
        self._pace = pace
        self._stages: list[Counted] = []
        self._start = time.monotonic()
        self._last = 0.0
        self._drawn = False
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw until the block ends, then leave the line as if nothing had been there."""
        self._thread.start()
        try:
            yield
        finally:
            self.end()

    def end(self) -> None:
        """Draw no more, and erase what is drawn."""
        self._ended.set()
        self.erase()

    def erase(self) -> None:
        """Erase what is drawn, until it is drawn again."""
        with self._lock:
            self._put("")

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Counted]:
        """Be in a stage; a listener of `kg.model.progress`."""
        one = Counted(name, total)
        self._stages.append(one)
        self._draw()
        try:
            yield one
        finally:
            self._stages.remove(one)

    def _go_on(self) -> None:
        while not self._ended.wait(self._pace.every):
            self._draw()

    def _draw(self) -> None:
        now = time.monotonic()
        with self._lock:
            soon = now - self._start < self._pace.after or now - self._last < self._pace.every
            if not soon and not self._ended.is_set():
                line = self._line()
                self._last = now if line else self._last
                self._put(line)

    def _line(self) -> str:
        """Return what is to be seen; the work may end the stage at this very moment."""
        stages = self._stages[-1:]
        return stages[0].text()[: max(self._width() - 1, _NARROW)] if stages else ""

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._terminal.fileno()).columns or _USUAL
        except (OSError, ValueError):
            return _USUAL

    def _put(self, line: str) -> None:
        if line or self._drawn:
            # The cursor goes back: what others write, a limit of time among them, takes the place of the bar.
            try:
                self._terminal.write(f"{_ERASE}{line}\r")
                self._terminal.flush()
            except OSError:  # the terminal is gone; the work goes on
                self._ended.set()
        self._drawn = bool(line)


@contextmanager
def bar(*, quiet: bool) -> Iterator[Bar | None]:
    """Show the stages of this block on a terminal that can erase a line, and nowhere else; nothing where `quiet`."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield None
        return
    found = Bar(sys.stderr, PACE)
    token = _on_screen.set(found)
    try:
        with found.shown(), progress.heard_by(found.stage):
            yield found
    finally:
        _on_screen.reset(token)


def erase() -> None:
    """Erase the bar that may be on the screen, so that a line can be said."""
    found = _on_screen.get()
    if found:
        found.erase()
