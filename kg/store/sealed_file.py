"""Files with a digest of their own: what is read back is what was written, or nothing."""

import hashlib
from pathlib import Path

from kg.store import generations

# The first line of each kind of file; a new number where what such a file holds has another form.
VERDICTS = b"kg verdicts 2"
COUNTS = b"kg counts 1"
BUNDLE = b"kg bundle 2"
PREMISES = b"kg premises 2"
PLANS = b"kg plans 1"
TALLY = b"kg tally 1"
ORIGINALS = b"kg originals 1"
LINKS = b"kg links 1"
NETWORK = b"kg network 1"
_SIZE = 32


def read(path: Path, mark: bytes) -> bytes | None:
    """Return what a file with this first line holds; None where it is not there, of another kind, or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    head = mark + b"\n"
    digest, rest = data[len(head) : len(head) + _SIZE], data[len(head) + _SIZE :]
    return rest if data.startswith(head) and hashlib.sha256(rest).digest() == digest else None


def write(path: Path, mark: bytes, data: bytes) -> None:
    """Write a file beside its place and rename it; OSError where that cannot be. Not synced: damage shows."""
    generations.write_atomically(path, mark + b"\n" + hashlib.sha256(data).digest() + data, lasting=False)
