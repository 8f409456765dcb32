"""The index of a bundle: the version of the format, and what lies at the root."""

from collections.abc import Mapping

from kg.bundle import paths

VERSION = "0.2"
HEAD = f'---\nokf_version: "{VERSION}"\n---\n\n'


def index(titles: Mapping[str, str]) -> str:
    """Return an index of pages by their paths, folder by folder; titles are what they are called."""
    folders: dict[str, list[str]] = {}
    for path in sorted(titles):
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    parts = []
    for folder, members in sorted(folders.items()):
        listed = (f"* [{_plain(titles[path])}]({paths.destination(path)})\n" for path in members)
        parts.append(f"# {_plain(folder) or 'Pages'}\n\n{''.join(listed)}")
    return HEAD + "\n".join(parts)


def _plain(words: str) -> str:
    return " ".join(words.split()).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
