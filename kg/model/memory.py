"""
How much memory is left for facts: of the machine, of what holds this process, and of what was said.

Nothing that a command answers depends on it. It decides only whether facts are laid out in memory or in files, which
takes longer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

MEGABYTE = 1_000_000
_MACHINE = Path("/proc/meminfo")
_GROUPS, _GROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
_said: ContextVar[int | None] = ContextVar("said", default=None)


@contextmanager
def limited(megabytes: int | None) -> Iterator[None]:
    """Let what is done in the block take so many megabytes for facts; None leaves it to the machine."""
    token = _said.set(None if megabytes is None else megabytes * MEGABYTE)
    try:
        yield
    finally:
        _said.reset(token)


def fits(size: int) -> bool:
    """Tell whether so many bytes may be taken; where a system says nothing of its memory, they may."""
    said = _said.get()
    if said is not None:
        return size <= said
    free = [*_of_the_machine(), *_of_the_group()]
    return not free or size <= min(free)


def _of_the_machine() -> Iterator[int]:
    """Yield what Linux takes to be free for a program that begins (proc(5), MemAvailable)."""
    for line in _lines(_MACHINE):
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            yield int(value.split()[0]) * 1024


def _of_the_group() -> Iterator[int]:
    """Yield what each control group around this process has left; files that are only held for later count as free."""
    own = next((line.removeprefix("0::/") for line in _lines(_GROUP) if line.startswith("0::/")), None)
    if own is None:
        return
    folder = _GROUPS / own
    for group in (folder, *folder.parents):
        limit = "".join(_lines(group / "memory.max"))
        if limit.isdigit():
            used = int("".join(_lines(group / "memory.current")) or 0)
            parts = (line.split() for line in _lines(group / "memory.stat"))
            held = sum(int(count) for name, count in parts if name == "inactive_file")
            yield max(int(limit) - used + held, 0)
        if group == _GROUPS:
            return


def _lines(file: Path) -> list[str]:
    """Return the lines of a file of the system, none where there is no such file."""
    try:
        return file.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
