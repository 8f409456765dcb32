"""
The pages of a wiki as they are in a folder, in a file, or were at a git revision.

Git is asked with plumbing commands that read objects only: nothing is checked out, no filter, hook or text conversion
of the repository runs, nothing is fetched, and what a user names is resolved to a commit before it is used.
"""

import fnmatch
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.files import walk
from kg.model import page_files
from kg.model.finding import KgError
from kg.model.records import dataclass

_SYMLINK = "120000"
_FILES = frozenset({"100644", "100755", _SYMLINK})
_DOTS = re.compile(r"(?P<old>.*?)(?P<dots>\.{2,3})(?P<new>.*)", re.DOTALL)
# Older gits do not know the first; the second keeps them from the network, too.
_NO_NETWORK = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0"}


@dataclass(frozen=True, slots=True)
class Pages:
    """A wiki in memory: its pages as {path: bytes}, and the paths of its other files, which links may name."""

    pages: dict[str, bytes]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a git tree: its path below the wiki's root, what it is, its object, and its size in bytes."""

    path: str
    mode: str
    blob: str
    size: int


def in_folder(root: Path, exclude: tuple[str, ...], max_page_bytes: int) -> Pages:
    """Return the pages below a folder as they are now; raise KgError for a folder without any."""
    found = walk.walk(root, exclude, max_page_bytes)
    return Pages(
        {file.path: walk.read(root, file)[1] for file in found.pages}, tuple(file.path for file in found.others)
    )


def in_file(file: Path, path: str) -> Pages:
    """Return the one page in a file, under the path that it is to have."""
    try:
        return Pages({path: file.read_bytes()})
    except OSError as error:
        raise KgError(f"{file}: cannot be read: {error.strerror}") from None


def at_revision(root: Path, revision: str, exclude: tuple[str, ...], max_page_bytes: int) -> Pages:
    """Return the pages of the wiki at `root` as they were at a revision; raise KgError where git knows none."""
    commit = resolve(root, revision)
    entries = {entry.path: entry for entry in _tree(root, commit) if _taken(entry, exclude)}
    # As in a folder, a symbolic link is no page of its own.
    pages = {
        path: entry.blob
        for path, entry in entries.items()
        if entry.mode != _SYMLINK and page_files.is_page(path) and entry.size <= max_page_bytes
    }
    if not pages:
        raise KgError(f"{revision}: no Markdown page (*.md) in {root} at this revision")
    data = _blobs(root, sorted(set(pages.values())))
    others = tuple(path for path in sorted(entries) if not page_files.is_page(path))
    return Pages({path: data[blob] for path, blob in sorted(pages.items())}, others)


def parted(root: Path, text: str) -> tuple[str, str] | None:
    """Return both ends of `OLD..NEW`, or `OLD...NEW` (from their merge base), HEAD for an end left out; else None."""
    match = _DOTS.fullmatch(text)
    if match is None:
        return None
    old, new = match["old"] or "HEAD", match["new"] or "HEAD"
    if match["dots"] == "..":
        return old, new
    done = _git(root, "merge-base", resolve(root, old), resolve(root, new))
    if done.returncode:
        raise KgError(f"{text}: '{old}' and '{new}' have no commit in common")
    return done.stdout.decode().strip(), new


def resolve(root: Path, revision: str) -> str:
    """Return the id of the commit that a revision names; raise KgError where there is none."""
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise KgError(f"'{revision}' is no git revision; write one such as HEAD~3, main or v1.2")
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if done.returncode:
        raise KgError(
            f"'{revision}' is no file, no folder and no git revision of {root}; "
            "write a generation's number, a folder, or a revision such as HEAD~3"
        )
    return done.stdout.decode().strip()


def is_revision(root: Path, text: str) -> bool:
    """Tell whether git knows a revision of this name."""
    try:
        resolve(root, text)
    except KgError:
        return False
    return True


def _git(root: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in the wiki's folder with its arguments as a list, so that no shell reads them."""
    command = ["git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", *words]
    try:
        return subprocess.run(  # noqa: S603  # a list, never a shell; revisions are checked in `resolve`
            command, cwd=root, input=stdin, capture_output=True, check=False, env={**os.environ, **_NO_NETWORK}
        )
    except OSError as error:
        raise KgError(f"git: cannot be run in {root}: {error.strerror}; revisions need git") from None


def _tree(root: Path, commit: str) -> Iterable[_Entry]:
    """Yield the files below the wiki's folder at a commit, with paths relative to it."""
    done = _git(root, "ls-tree", "-r", "-z", "-l", commit)
    if done.returncode:
        raise KgError(f"git ls-tree {commit[:12]}: {done.stderr.decode(errors='replace').strip()}")
    for record in done.stdout.split(b"\0"):
        if not record:
            continue
        head, _, name = record.partition(b"\t")
        mode, _, blob, size = head.decode("ascii").split()
        try:
            yield _Entry(name.decode("utf-8"), mode, blob, int(size) if size.isdigit() else 0)
        except UnicodeDecodeError:
            continue  # as in a folder: a name that is not UTF-8 is no page's


def _taken(entry: _Entry, exclude: Sequence[str]) -> bool:
    """Tell whether a walk of the folder would take a file: nothing with a dot before, or that kg.toml leaves out."""
    folders = entry.path.split("/")[:-1]
    above = ["/".join(folders[:count]) for count in range(1, len(folders) + 1)]
    names = [entry.path, *above, *(f"{folder}/" for folder in above)]
    dotted = any(walk.is_hidden(name) for name in entry.path.split("/"))
    return (
        entry.mode in _FILES
        and not dotted
        and not any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in exclude)
    )


def _blobs(root: Path, ids: Sequence[str]) -> dict[str, bytes]:
    """Return the contents of git objects."""
    done = _git(root, "cat-file", "--batch", stdin="".join(f"{one}\n" for one in ids).encode("ascii"))
    found: dict[str, bytes] = {}
    at = 0
    for one in ids:
        end = done.stdout.find(b"\n", at)
        words = done.stdout[at : max(at, end)].split()
        if len(words) != 3 or words[1] != b"blob":  # noqa: PLR2004  # id, type, size
            raise KgError(
                f"git object {one[:12]} is not here ({done.stderr.decode(errors='replace').strip() or words})"
            )
        at = end + 1 + int(words[2])
        found[one] = done.stdout[end + 1 : at]
        at += 1
    return found
