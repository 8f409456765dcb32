"""The files of a wiki: which are pages, and reading them as they are."""

import fnmatch
import os
import stat
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path

from kg.files import ignore_rules
from kg.files.ignore_rules import Rule
from kg.model import page_files
from kg.model.finding import Finding, KgError, Level, Span
from kg.model.records import dataclass

GIT_FILE, OWN_FILE = ".gitignore", ".kgignore"
_CONFIG = "kg.toml"
_TRIES = 5
_TICK = 20_000_000  # nanoseconds; file systems tell the time of a change in steps of up to 10 ms
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


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

    @property
    def size(self) -> int:
        """How many bytes the pages have."""
        return sum(page.size for page in self.pages)


class UnreadError(KgError):
    """A page that could not be read, with the finding that says why; None where it is not there any more."""

    def __init__(self, message: str, finding: Finding | None) -> None:
        super().__init__(message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one ignore file, which hold for paths below the folder that `cut` bytes of a path name."""

    cut: int
    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True)
class _Folder:
    """One folder: its path, empty or with `/` at its end, and the rules that hold in it, outermost first."""

    path: str = ""
    git: tuple[_Rules, ...] = ()
    own: tuple[_Rules, ...] = ()

    def rule(self, path: str, *, folder: bool) -> Rule | None:
        """Return the rule that leaves a path out: `.kgignore` holds over `.gitignore`, an inner file over an outer."""
        whole = os.fsencode(path)
        for held in (*reversed(self.own), *reversed(self.git)):
            rule = ignore_rules.deciding(held.rules, whole[held.cut :], folder=folder)
            if rule:
                return None if rule.keeps else rule
        return None


@dataclass(slots=True)
class _Walk:
    """What a walk has met so far; `left` holds what each rule left out: where that is said, its words, and pages."""

    root: Path
    exclude: tuple[str, ...]
    max_page_bytes: int | None
    heeded: tuple[str, ...]
    pages: list[File] = field(default_factory=list)
    others: list[File] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left: dict[tuple[Span, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def say(self, path: str, rule: str, message: str, level: Level = Level.WARNING) -> None:
        """Add a finding on a file."""
        self.findings.append(Finding(Span(_shown(path)), rule, message, level))


def walk(root: Path, exclude: tuple[str, ...] = (), max_page_bytes: int | None = None) -> Corpus:
    """
    Return the files below a folder: `.md` are pages.

    Left out are dot folders, what `exclude` and the ignore files of the wiki name, symbolic links to pages and folders,
    what is no regular file, and pages above a size; each with a finding, but for the dot folders. A `.gitignore` that
    leaves out every page is not heeded. Raises KgError where there is no folder or no page.
    """
    if not root.exists():
        raise KgError(f"{root}: no such folder; name the folder that holds the wiki's pages")
    if not root.is_dir():
        raise KgError(f"{root}: not a folder; name the folder that holds the wiki's pages")
    met = _walked(root, exclude, max_page_bytes, (GIT_FILE, OWN_FILE))
    if not met.pages and any(span.path.endswith(GIT_FILE) for span, _ in met.left):
        first = min(span for span, _ in met.left if span.path.endswith(GIT_FILE))
        met = _walked(root, exclude, max_page_bytes, (OWN_FILE,))
        message = "with this rule no page would be left, so no .gitignore was heeded; a .kgignore is"
        met.findings.append(Finding(first, "file-ignored", message, Level.INFO))
    findings = sorted([*met.findings, *_left_out(met), *_other_markup(met.others), *_twins(met.pages)])
    if not met.pages:
        why = f"; {findings[0].span}: {findings[0].message}" if findings else ""
        raise KgError(f"{root}: no Markdown page (*.md) in this folder or below it{why}")
    pages, others = (tuple(sorted(files, key=lambda file: file.path)) for files in (met.pages, met.others))
    return Corpus(root, pages, others, tuple(findings))


def _walked(root: Path, exclude: tuple[str, ...], max_page_bytes: int | None, heeded: tuple[str, ...]) -> _Walk:
    met = _Walk(root, exclude, max_page_bytes, heeded)
    folders = [_Folder()]
    while folders:
        folders += _inside(met, folders.pop())
    _judge_links(met)
    return met


def _inside(met: _Walk, folder: _Folder) -> list[_Folder]:
    """Note the files of a folder, and return the folders in it that are to be looked into."""
    try:
        with os.scandir(met.root / folder.path) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        met.say(folder.path or ".", "file-unreadable", _unreadable(error), Level.VIOLATION)
        return []
    here = _with_rules(met, folder, {entry.name for entry in entries})
    found: list[_Folder] = []
    for entry in entries:
        path = folder.path + entry.name
        is_folder = _is_folder(entry)
        if is_hidden(entry.name) or _is_left_out(met, here, path, folder=is_folder):
            continue
        if is_folder:
            found.append(replace(here, path=f"{path}/"))
        else:
            _note(met, path, entry)
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False  # what is wrong with it shows when it is taken for a file


def _with_rules(met: _Walk, folder: _Folder, present: set[str]) -> _Folder:
    """Return a folder with the rules of its own ignore files added."""
    added: dict[str, tuple[_Rules, ...]] = {GIT_FILE: folder.git, OWN_FILE: folder.own}
    for name in sorted(present.intersection(met.heeded)):
        path = folder.path + name
        try:
            _, data = read(met.root, File(path, 0, 0))
        except UnreadError as error:
            met.findings += [error.finding] if error.finding else []
            continue
        rules, findings = ignore_rules.read(_shown(path), data)
        met.findings += findings
        added[name] += (_Rules(len(os.fsencode(folder.path)), rules),)
    return _Folder(folder.path, added[GIT_FILE], added[OWN_FILE])


def _is_left_out(met: _Walk, here: _Folder, path: str, *, folder: bool) -> bool:
    """Tell whether a rule leaves a path out, and note which pages it costs."""
    excluded = next((pattern for pattern in met.exclude if _fits(path, pattern, folder=folder)), None)
    rule = None if excluded is not None else here.rule(path, folder=folder)
    if excluded is None and rule is None:
        return False
    pages = list(_pages_below(met.root, path)) if folder else [path] if page_files.is_page(path) else []
    if pages and excluded is not None:
        met.left[Span(""), f"'{excluded}' under exclude in kg.toml"] += pages
    elif pages and rule:
        met.left[Span(rule.file, rule.line, 1), f"'{rule.written}'"] += pages
    return True


def _fits(path: str, pattern: str, *, folder: bool) -> bool:
    return fnmatch.fnmatchcase(path, pattern) or (folder and fnmatch.fnmatchcase(f"{path}/", pattern))


def _pages_below(root: Path, path: str) -> Iterator[str]:
    for folder, folders, files in os.walk(root / path):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(files):
            if page_files.is_page(name) and not is_hidden(name):
                yield (Path(folder) / name).relative_to(root).as_posix()


def _left_out(met: _Walk) -> Iterator[Finding]:
    """Yield one finding for each rule that leaves out pages."""
    for (span, words), paths in met.left.items():
        first = _shown(min(paths))
        many = f"{len(paths):,} pages, such as {first}" if len(paths) > 1 else f"one page, {first}"
        place = span if span.path else Span(first)
        yield Finding(place, "file-ignored", f"{words} leaves out {many}", Level.INFO)


def _other_markup(others: Iterable[File]) -> Iterator[Finding]:
    """Yield one finding for each markup that pages beside those in Markdown are written in."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in others:
        if markup := page_files.markup(file.path):
            found[markup].append(file.path)
    for markup, paths in found.items():
        more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        message = f"a page in {markup}{more} that is not read: links to it are taken for links to a file"
        yield Finding(Span(min(paths)), "file-markup", message, Level.INFO)


def _note(met: _Walk, path: str, entry: os.DirEntry[str]) -> None:
    """Note one entry of a folder: a page, another file, or a finding; one that has gone meanwhile is not there."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        met.say(path, "file-unreadable", _unreadable(error), Level.VIOLATION)
        return
    if _shown(path) != path:
        met.say(path, "file-name", "the file's name is not UTF-8; rename it, it was left out", Level.VIOLATION)
    elif stat.S_ISLNK(status.st_mode):
        met.links += [path] if path != _CONFIG else []  # a configuration that several wikis share
    elif not stat.S_ISREG(status.st_mode):
        met.say(path, "file-kind", "no regular file; it was left out")
    elif not page_files.is_page(path):
        met.others.append(_file(path, status))
    elif met.max_page_bytes is not None and status.st_size > met.max_page_bytes:
        message = (
            f"{status.st_size:,} bytes, more than {met.max_page_bytes:,}; it was left out"
            " (max_page_bytes in kg.toml sets the limit)"
        )
        met.say(path, "file-size", message, Level.VIOLATION)
    elif not os.access(entry.path, os.R_OK):
        met.say(path, "file-unreadable", "cannot be read: Permission denied; it was left out", Level.VIOLATION)
    else:
        met.pages.append(_file(path, status))


def _judge_links(met: _Walk) -> None:
    """Say of each link why it is not followed; one to an attachment in the wiki stands for a file of its own name."""
    root = met.root.resolve()
    pages = {file.path for file in met.pages}
    for path in met.links:
        try:
            real = (met.root / path).resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
            met.say(path, "file-link", "a link to nothing; it was left out")
            continue
        if not real.is_relative_to(root):
            met.say(path, "file-link", "a link to a file outside the wiki; it was left out")
            continue
        target = real.relative_to(root).as_posix()
        if real.is_dir():
            met.say(path, "file-link", f"a link to the folder {_shown(target)}, which is read at its own place")
        elif target in pages:
            met.say(path, "file-link", f"a link to {target}, which is a page at its own place; rename or copy it")
        elif page_files.is_page(path):
            met.say(path, "file-link", f"a link to {_shown(target)}, which is no page; it was left out")
        elif real.is_file():
            status = real.stat()
            met.others.append(_file(path, status))


def _twins(pages: Iterable[File]) -> Iterator[Finding]:
    """Yield a finding on every page whose path is another's but for letter case or Unicode form."""
    same: dict[str, list[str]] = defaultdict(list)
    for file in pages:
        same[unicodedata.normalize("NFC", unicodedata.normalize("NFC", file.path).casefold())].append(file.path)
    for paths in same.values():
        for path in paths if len(paths) > 1 else ():
            other = next(one for one in paths if one != path)
            message = (
                f"'{other}' differs from it in letter case or Unicode form alone, so a machine that does not tell"
                " these apart keeps one of the two; rename one"
            )
            yield Finding(Span(path), "page-case-twin", message, Level.WARNING)


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder is none of the author's: what systems and editors keep beside it has a dot."""
    return name.startswith(".")


def _shown(path: str) -> str:
    """Return a path as text: bytes that are not UTF-8 are spelled out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _unreadable(error: OSError) -> str:
    return f"cannot be read: {error.strerror}; it was left out"


def file(place: Path, path: str) -> File:
    """Return what the file at a place says of itself; `path` is what the wiki calls it."""
    return _file(path, place.stat())


def _file(path: str, status: os.stat_result) -> File:
    return File(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def read(root: Path, file: File) -> tuple[File, bytes]:
    """
    Return the bytes of a page, and the file with the size and time that belong to exactly these bytes.

    A file that changes while it is read is read again. Raises UnreadError, which names it, where it keeps changing,
    cannot be read, or is not there any more.
    """
    path = root / file.path
    try:
        for _ in range(_TRIES):
            taken = _read_once(path)
            if taken:
                status, data = taken
                return _file(file.path, status), data
    except FileNotFoundError:
        raise UnreadError(f"{path}: it was there a moment ago and is gone; run the command again", None) from None
    except OSError as error:
        raise _unread(root, file, _unreadable(error)) from None
    raise _unread(root, file, f"it changed each of the {_TRIES} times that it was read; it was left out")


def _unread(root: Path, file: File, message: str) -> UnreadError:
    finding = Finding(Span(_shown(file.path)), "file-unreadable", message, Level.VIOLATION)
    return UnreadError(f"{root / file.path}: {message}", finding)


def _read_once(path: Path) -> tuple[os.stat_result, bytes] | None:
    """
    Return the bytes of a file with its state, or None where it changed meanwhile; a pipe is never waited for.

    A file that changed within the last tick of the clock could change again under the same time: it is waited for.
    """
    descriptor = os.open(path, _OPEN)
    with open(descriptor, "rb", buffering=0) as handle:  # noqa: PTH123  # a descriptor has no path
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise OSError(0, "no regular file")
        data = handle.readall()
        after = os.fstat(descriptor)
    age = time.time_ns() - after.st_mtime_ns
    if 0 <= age < _TICK:
        time.sleep((_TICK - age) / 1e9)
        return None
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return (after, data) if same and len(data) == after.st_size else None
