"""The lines of log: written by a thread, so that who reads them late, or never, holds up no request."""

import threading
import time
from collections import deque
from collections.abc import Callable

# So many lines wait; those that come when it is full are counted, and the count is said.
_MOST = 10_000
_ENDING = 1.0
# Lines that are said within so many seconds are written at once: a line at a time would wake a thread for each request.
_TOGETHER = 0.02


class Log:
    """Lines that wait to be written, in the order in which they were said."""

    def __init__(self, write: Callable[[str], None], most: int = _MOST) -> None:
        self._write, self._most = write, most
        self._lines: deque[str] = deque()
        self._lost, self._ended = 0, False
        self._there = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        """Have a line written soon; it is left out where too many wait."""
        if len(self._lines) >= self._most:
            self._lost += 1
            return
        self._lines.append(line)
        if not self._there.is_set():
            self._there.set()

    def end(self) -> None:
        """Wait until all is written, and no longer than a moment."""
        self._ended = True
        self._there.set()
        self._thread.join(_ENDING)

    def _run(self) -> None:
        while not self._ended or self._lines:
            self._there.wait()
            if not self._ended:
                time.sleep(_TOGETHER)
            self._there.clear()
            while self._lines:
                lost, self._lost = self._lost, 0
                some = [self._lines.popleft() for _ in range(len(self._lines))]
                more = [f"{lost:,} lines of log were left out: nobody took them"] if lost else []
                self._write("\n".join(some + more))
