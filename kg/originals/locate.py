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
    """A file of the project: its path from the project's folder with `/`, and what tells that it was touched."""

    path: str
    size: int
    stamp: str


@dataclass(slots=True)
class Project:
    """The folder that a wiki is part of: the parent of a root named `wiki`, else the root itself."""

    root: Path
    folder: Path = field(init=False)
    _listed: dict[Path, dict[str, str]] = field(default_factory=dict)
    _known: dict[tuple[str, str], OriginalFile | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        self.folder = self.root.parent if self.root.name == _OWN_NAME else self.root

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
        for path in _spellings(name):
            below = os.path.dirname(page)  # noqa: PTH120  # a path of the project, no file to be opened
            bare = path.lstrip("/")
            for place in dict.fromkeys((self.folder, self.root, self.root / below)):
                for ending in _ENDINGS:
                    found = self._file(place, f"{bare}{ending}")
                    if found and not self._is_page(found, page):
                        return found
        return None

    def _is_page(self, file: OriginalFile, page: str) -> bool:
        """Tell whether a file is the page itself, by whichever way it is reached: nothing bears itself out."""
        one, other = self.folder / file.path, self.root / page
        return one == other or one.resolve() == other.resolve()

    def at(self, path: str) -> OriginalFile | None:
        """Return the file that has this path from the project's folder, None where there is none."""
        return self._file(self.folder, path)

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

    def _file(self, place: Path, path: str) -> OriginalFile | None:
        joined = Path(os.path.normpath(place / path))
        if not joined.is_relative_to(self.folder):
            return None
        try:
            found = self._as_spelled(joined)
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
        return OriginalFile(shown, status.st_size, stamp) if _is_utf8(shown) else None

    def _as_spelled(self, path: Path) -> Path:
        """Return a path with the name that its folder has for it, whatever quotation marks and accents are made of."""
        return path if path.exists() else self._listed_as(path)

    def _listed_as(self, path: Path) -> Path:
        names = self._listed.get(path.parent)
        if names is None:
            names = {}
            if path.parent.is_dir() and path.parent.is_relative_to(self.folder):
                for name in sorted(entry.name for entry in path.parent.iterdir()):
                    names.setdefault(_folded(name), name)
            self._listed[path.parent] = names
        return path.parent / names.get(_folded(path.name), path.name)


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
