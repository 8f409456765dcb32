"""Where files and folders of a store are made before they have their name."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident


def beside(path: Path) -> Path:
    """
    Return the place beside a path where this thread makes what is then renamed to it: an interrupted one is swept.

    It is the thread's own: a build writes what was inferred and what was found into one folder at the same time.
    """
    return path.with_name(f".kg-{os.getpid()}-{get_ident()}.new")


@contextmanager
def folder(above: Path) -> Iterator[Path]:
    """
    Be given a new folder, which goes with the block: below `above`, or with those of the system if it may not be there.

    A lock of the kernel on it says that it is in use; where its process was killed, the next writer sweeps it.
    """
    from tempfile import TemporaryDirectory  # 20 ms, which a question need not pay

    here = above if os.access(above, os.W_OK) else None
    with TemporaryDirectory(prefix=".kg-", suffix=".new", dir=here) as name:
        handle = os.open(name, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_SH)
            yield Path(name)
        finally:
            os.close(handle)


def is_in_use(path: Path) -> bool:
    """Tell whether a folder is one that some process works in now."""
    if not path.is_dir():
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False
