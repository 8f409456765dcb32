"""What the files of pages are called: safe on every file system and in every address, and the same every time."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

_LONGEST = 100
_UNSAFE = re.compile(r"[^\w.~-]+")
_DASHES = re.compile(r"-{3,}")
_DEVICES = frozenset(
    {"aux", "clock$", "con", "nul", "prn", *(f"{one}{n}" for one in ("com", "lpt") for n in range(10))}
)


def named(paths: Mapping[str, str], reserved: Collection[str] = ()) -> dict[str, str]:
    """
    Return a file name without ending for each page: `paths` has what the page is called by its path.

    A name keeps letters and digits of every script. No two are one without regard to letter case and normal form, none
    is one of `reserved`; where two would be, the later page in the order of paths ends in digits made of its path.
    """
    taken = {folded(name) for name in reserved}
    names: dict[str, str] = {}
    for path in sorted(paths):
        name = safe(paths[path])
        if folded(name) in taken:
            name = _marked(name, path)
        number = 1
        while folded(name) in taken:
            number += 1
            name = _marked(name, f"{path}\n{number}")
        taken.add(folded(name))
        names[path] = name
    return names


def renamed(paths: Mapping[str, str], names: Mapping[str, str]) -> Iterable[str]:
    """Return the pages that are not called as they would be if they were alone, in order."""
    return (path for path in sorted(paths) if names[path] != safe(paths[path]))


def safe(text: str) -> str:
    """Return a text as a file name: one segment that no file system takes for something else."""
    plain = unicodedata.normalize("NFC", text).strip("/").replace("/", "--")
    name = _DASHES.sub("--", _UNSAFE.sub("-", plain)).strip("-. ") or "page"
    if len(name.encode()) > _LONGEST:
        name = _marked(name, text)
    return f"{name}-" if name.partition(".")[0].casefold() in _DEVICES else name


def folded(name: str) -> str:
    """Return what two names share that a file system may take for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _marked(name: str, text: str) -> str:
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    cut = name.encode()[: _LONGEST - 9].decode("utf-8", "ignore").rstrip("-. ")
    return f"{cut}-{digits}"
