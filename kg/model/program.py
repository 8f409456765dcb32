"""What the program is made of, as one digest: the key of everything kept that its code decides.

A verdict, a mapping or an inference that was kept is used again only by the program that made it. Which modules stand
behind one is not listed anywhere, because such a list goes stale without a sign: all of them do.
"""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import kg
from kg.model import declared

# The manual of the rules is made from the shapes; nothing is made from it.
_READ = tuple(name for name in declared.FOLDERS if name != "rules")


def files() -> list[Path]:
    """Return every file that can change what the program does, sorted: its modules and what it declares."""
    modules = Path(kg.__file__).resolve().parent
    return [
        *_below(modules, ".py"),
        *(path for name in _READ for path in _below(declared.folder(name))),
    ]


def _below(folder: Path, ending: str = "") -> list[Path]:
    """Return the files in a folder and its folders, sorted; `Path.rglob` would take twenty times as long."""
    names: list[str] = []
    for within, _, files in os.walk(folder):
        names += [os.path.join(within, name) for name in files if name.endswith(ending)]  # noqa: PTH118  # 800 names
    return sorted(map(Path, names))


@cache
def digest(*libraries: str) -> str:
    """Return a digest of the program, its version, and the libraries named with theirs: 32 hexadecimal digits."""
    return hashlib.blake2b(" ".join((_own(), *libraries)).encode(), digest_size=16).hexdigest()


@cache
def _own() -> str:
    """Return a digest of what is ours, whose files are read once in a process."""
    return digest_of(files())


def digest_of(paths: Iterable[Path], *words: str) -> str:
    """Return a digest of the content of files, in this order, and of words; 32 hexadecimal digits."""
    whole = hashlib.blake2b(" ".join((kg.__version__, *words)).encode(), digest_size=16)
    for path in paths:
        with path.open("rb", buffering=0) as file:
            data = file.readall()
        whole.update(b"%d\0" % len(data))
        whole.update(data)
    return whole.hexdigest()
