"""What lies beside a wiki: files of the same project that its links may mean and that are no part of it."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg.model import page_files

# What tells that the folder above a wiki is that of its project, and not somebody's home.
_SIGNS = (".git", "kg.toml", "CLAUDE.md", "AGENTS.md")
_OWN_NAME = "wiki"
_FOREIGN = frozenset({"node_modules", "site-packages", "__pycache__"})
_MOST = 50_000


def is_file(root: Path, path: str) -> bool:
    """Tell whether a file lies at a path from the folder above the wiki at `root`; a page's may lack its ending."""
    above = root.resolve().parent / path
    return any(os.path.exists(f"{above}{ending}") for ending in ("", ".md"))  # noqa: PTH110  # no name is an error


def has_folder(root: Path, path: str) -> bool:
    """Tell whether the wiki at `root` has a folder."""
    return os.path.isdir(root / path)  # noqa: PTH112  # no name is an error


def named(root: Path, names: Iterable[str]) -> Mapping[str, str]:
    """
    Return the files beside the wiki at `root` that have these names, each with its path from the folder above.

    Looked into are the folders beside the wiki, where it is plainly part of a project, as far as 50,000 entries go; of
    several files with one name the first is given.
    """
    home, sought = root.resolve(), set(names)
    above = home.parent
    if not sought or not (home.name == _OWN_NAME or any((above / sign).exists() for sign in _SIGNS)):
        return {}
    found: dict[str, str] = {}
    entries = 0
    for folder, folders, files in os.walk(above):
        here = Path(folder)
        folders[:] = sorted(one for one in folders if one[0] != "." and one not in _FOREIGN and here / one != home)
        entries += len(folders) + len(files)
        for file in sorted(files) if here != above else ():
            for name in {file, page_files.without_ending(file)} & sought:
                found.setdefault(name, (here / file).relative_to(above).as_posix())
        if entries > _MOST:
            break
    return found
