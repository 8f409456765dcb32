"""Which file an original's name means: a path of the same project, and nothing outside it."""

import os
import re
import stat
import unicodedata
from dataclasses import field
from pathlib import Path
from urllib.parse import unquote

from kg.model.records import dataclass
from kg.originals import fold

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|\S+@)|mailto:|data:|file:|//|www\.", re.IGNORECASE)
_LINK = re.compile(
    r"!?\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]|!?\[[^\[\]]*\]\(<?([^()<>]+(?:\([^()]*\)[^()<>]*)?)>?\)|<([^<>]+)>"
)
_OWN_NAME = "wiki"
_LONGEST = 1024
_ENDINGS = ("", ".md", ".txt", ".html", ".pdf")


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """
    A file of the project: its path from the project's folder with `/`, and what tells that it was touched.

    `changed` is when it last was, in nanoseconds.
    """

    path: str
    size: int
    stamp: str
    changed: int


@dataclass(slots=True)
class Project:
    """The folder that a wiki is part of: the parent of a root named `wiki`, else the root itself."""

    root: Path
    folder: Path = field(init=False)
    _own: str = field(init=False)
    _below: str = field(init=False)
    _listed: dict[str, dict[str, str] | None] = field(default_factory=dict)
    _folders: dict[str, bool] = field(default_factory=dict)
    _places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _known: dict[tuple[str, str], OriginalFile | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        self.folder = self.root.parent if self.root.name == _OWN_NAME else self.root
        self._own = str(self.folder)
        self._below = os.path.join(self._own, "")  # noqa: PTH118

    def find(self, name: str, page: str) -> OriginalFile | None:
        """
        Return the file that a page at a path below the root means by a name, None where there is none in the project.

        A name is a path from the project's folder, the wiki's or the page's own, or a link to one. Each is looked for
        once.
        """
        if (name, page) not in self._known:
            self._known[name, page] = self._look_for(name, page)
        return self._known[name, page]

    def _look_for(self, name: str, page: str) -> OriginalFile | None:
        places = self._around(os.path.dirname(page))  # noqa: PTH120  # a path of the project, no file to be opened
        for path in _spellings(name):
            bare = path.lstrip("/")
            for place in places:
                for ending in _ENDINGS if self._has_folder_of(place, bare) else ():
                    found = self._file(place, f"{bare}{ending}")
                    if found and not self._is_page(found, page):
                        return found
        return None

    def _around(self, below: str) -> tuple[str, ...]:
        """Return the folders that a path may start from on a page in a folder below the root."""
        if below not in self._places:
            self._places[below] = tuple(dict.fromkeys(map(str, (self.folder, self.root, self.root / below))))
        return self._places[below]

    def _has_folder_of(self, place: str, path: str) -> bool:
        """Tell whether the folder may be there in which a path leads to a file, whatever its ending."""
        whole = os.path.join(place, path)  # noqa: PTH118  # as in `_file`
        folder, name = os.path.split(whole)
        if name in ("", ".", ".."):
            return True
        if folder not in self._folders:
            inside = os.path.normpath(folder)
            known = inside == self._own or inside.startswith(self._below)
            self._folders[folder] = known and os.path.isdir(inside)  # noqa: PTH112
        return self._folders[folder]

    def _is_page(self, file: OriginalFile, page: str) -> bool:
        """Tell whether a file is the page itself, by whichever way it is reached: nothing bears itself out."""
        one, other = self.folder / file.path, self.root / page
        return one == other or one.resolve() == other.resolve()

    def at(self, path: str) -> OriginalFile | None:
        """Return the file that has this path from the project's folder, None where there is none."""
        return self._file(self._own, path)

    def has_folder(self, name: str) -> bool:
        """Tell whether the project or the wiki has a folder with a name."""
        return any((place / name).is_dir() for place in (self.folder, self.root))

    def read(self, file: OriginalFile, most: int) -> bytes | None:
        """Return the bytes of a file, None where they cannot be read or are more than so many."""
        try:
            with (self.folder / file.path).open("rb") as handle:
                data = handle.read(most + 1)
        except OSError:
            return None
        return data if len(data) <= most else None

    def _file(self, place: str, path: str) -> OriginalFile | None:
        joined = os.path.normpath(os.path.join(place, path))  # noqa: PTH118  # a great many, most of them of no file
        if joined != self._own and not joined.startswith(self._below):
            return None
        try:
            spelled = self._as_spelled(joined)
            if not spelled:
                return None
            found = Path(spelled)
            real = found.resolve(strict=True)
            status = real.stat()
        except (OSError, ValueError, RuntimeError):
            return None
        if not stat.S_ISREG(status.st_mode) or not real.is_relative_to(self.folder):
            return None
        if any(part.startswith(".") for part in real.relative_to(self.folder).parts):
            return None  # hidden files are nobody's sources, and may hold what is secret
        stamp = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
        shown = found.relative_to(self.folder).as_posix()
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        return OriginalFile(shown, status.st_size, stamp, changed) if _is_utf8(shown) else None

    def _as_spelled(self, path: str) -> str:
        """
        Return a path with the name that its folder has for it, whatever quotation marks and accents are made of.

        It is empty where there is no such file.
        """
        folder, name = os.path.split(path)
        if os.path.exists(path):  # noqa: PTH110
            return path
        names = self._names(folder)
        if names is None:
            return ""
        listed = os.path.join(folder, names.get(_folded(name), name))  # noqa: PTH118
        return listed if os.path.exists(listed) else ""  # noqa: PTH110

    def _names(self, folder: str) -> dict[str, str] | None:
        """Return the names in a folder of the project by what they are looked for as, None where there is none."""
        if folder not in self._listed:
            found: dict[str, str] | None = None
            if os.path.isdir(folder):  # noqa: PTH112
                found = {}
                if folder == self._own or folder.startswith(self._below):
                    with os.scandir(folder) as entries:
                        for name in sorted(entry.name for entry in entries):
                            found.setdefault(_folded(name), name)
            self._listed[folder] = found
        return self._listed[folder]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(fold.spelled(name).split()))


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_address(name: str) -> bool:
    """Tell whether a name is an address on the web or of mail, and no file."""
    return bool(_ADDRESS.match(name.strip()))


def _spellings(name: str) -> list[str]:
    """Return the paths that a name may mean: without the brackets of a link, as written and with escapes resolved."""
    words = name.strip().strip("\"'`")
    link = _LINK.search(words)
    if link:
        words = next(filter(None, link.groups()))
    words = words.strip()
    if not words or len(words) > _LONGEST or is_address(words) or "\0" in words or "\n" in words:
        return []
    bare = words.partition("#")[0] if "#" in words else words
    return list(dict.fromkeys(one for one in (words, unquote(words), bare, unquote(bare)) if one and "\0" not in one))
