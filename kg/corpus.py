"""The files of a wiki: which are pages, and reading them as they are."""

import fnmatch
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.finding import Finding, KgError, Level, Span


@dataclass(frozen=True, slots=True)
class File:
    """
    One file of a wiki: its path below the root with `/`, its size in bytes, and what tells that it was touched.

    `mtime` and `ctime` are the times of change of its content and of its status, in nanoseconds.
    """

    path: str
    size: int
    mtime: int
    ctime: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files of a wiki: pages and others, each in the order of their paths, and what could not be taken."""

    root: Path
    pages: tuple[File, ...]
    others: tuple[File, ...]
    findings: tuple[Finding, ...]


def walk(root: Path, exclude: tuple[str, ...] = (), max_page_bytes: int | None = None) -> Corpus:
    """Return the files below a folder: `.md` are pages; dot folders and links that lead out of it are left out."""
    if not root.exists():
        raise KgError(f"{root}: no such folder; name the folder that holds the wiki's pages")
    if not root.is_dir():
        raise KgError(f"{root}: not a folder; name the folder that holds the wiki's pages")
    pages: list[File] = []
    others: list[File] = []
    findings: list[Finding] = []
    for path, entry in sorted(_entries(root, exclude)):
        finding = _refused(path, entry, root, max_page_bytes)
        if finding:
            findings.append(finding)
            continue
        (pages if path[-3:].lower() == ".md" else others).append(file(entry, path))
    if not pages:
        raise KgError(f"{root}: no Markdown page (*.md) in this folder or below it")
    return Corpus(root, tuple(pages), tuple(others), tuple(findings))


def file(place: Path, path: str) -> File:
    """Return what the file at a place says of itself; `path` is what the wiki calls it."""
    status = place.stat()
    return File(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _entries(root: Path, exclude: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for folder, names, files in os.walk(root, onerror=_unreadable):
        here = Path(folder).relative_to(root).as_posix()
        prefix = "" if here == "." else f"{here}/"
        names[:] = [name for name in names if not name.startswith(".") and not _excluded(f"{prefix}{name}/", exclude)]
        for name in files:
            if not _excluded(f"{prefix}{name}", exclude):
                yield f"{prefix}{name}", Path(folder) / name


def _unreadable(error: OSError) -> None:
    raise KgError(f"{error.filename}: cannot be read: {error.strerror}")


def _excluded(path: str, exclude: tuple[str, ...]) -> bool:
    return any(
        fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path.rstrip("/"), pattern) for pattern in exclude
    )


def _refused(path: str, file: Path, root: Path, max_page_bytes: int | None) -> Finding | None:
    """Return why a file cannot be a page or an attachment, or None."""
    shown = path.encode("utf-8", "backslashreplace").decode()
    if shown != path:
        return Finding(Span(shown), "file-name", "the file's name is not UTF-8; rename it, it was left out")
    if file.is_symlink() and not file.resolve().is_relative_to(root.resolve()):
        return Finding(Span(path), "file-link", "a link to a file outside the wiki; it was left out", Level.WARNING)
    if not file.is_file():
        return Finding(Span(path), "file-kind", "no regular file; it was left out", Level.WARNING)
    if max_page_bytes is not None and path[-3:].lower() == ".md" and file.stat().st_size > max_page_bytes:
        message = f"larger than {max_page_bytes:,} bytes; it was left out (max_page_bytes in kg.toml sets the limit)"
        return Finding(Span(path), "file-size", message)
    return None


def read(root: Path, file: File) -> bytes:
    """Return the bytes of a page; raise KgError where it cannot be read."""
    try:
        return (root / file.path).read_bytes()
    except OSError as error:
        raise KgError(f"{root / file.path}: cannot be read: {error.strerror}") from None
