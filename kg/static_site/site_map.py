"""Where everything of a site is: the file of each page, the addresses of links, the pictures that go with the pages."""

import os
import re
from dataclasses import field
from pathlib import Path
from urllib.parse import quote, unquote

from kg.model.records import dataclass
from kg.rdf import spellings
from kg.static_site import anchors, file_names
from kg.static_site.records import Link, Page, Wiki
from kg.write import whole_folder

PICTURES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
_MOST_FILES, _LARGEST = 50_000, 20_000_000
_NAMED_FILE = re.compile(r"[^/\\\x00]+\.[A-Za-z0-9]{2,5}\Z")
_LEFT_OUT = frozenset({"node_modules", "site-packages", "__pycache__"})


@dataclass(slots=True)
class SiteMap:
    """
    The file names of a wiki's pages, and the pictures that were asked for, each with its name in the site.

    `titled` says that a link whose words are a page's title in one word shows the title.
    """

    wiki: Wiki
    names: dict[str, str]
    root: Path
    titled: bool = True
    pictures: dict[Path, str] = field(default_factory=dict)
    files: dict[str, Path] | None = None

    def file(self, page: Page) -> str:
        """Return the file name of a page, without its ending."""
        return self.names[page.path]

    def leads_to(self, topic: str) -> Page | None:
        """Return the page about a topic, None where there is none."""
        return self.wiki.by_topic.get(topic)

    def name(self, topic: str) -> str:
        """Return what a topic is called."""
        return self.wiki.names.get(topic, "") or topic.removeprefix(self.wiki.base)

    def words(self, link: Link) -> str:
        """Return what a reader sees of a link: its words, a page's title where they are that in one word."""
        if link.alias:
            return link.alias
        page = self.leads_to(link.target)
        anchor = f" › {link.anchor}" if link.anchor else ""
        if page is None and link.target not in self.wiki.elsewhere:
            return f"{link.slug}{anchor}" or "link"
        if not link.slug:
            return link.anchor
        name = self.name(link.target)
        same = self.titled and spellings.letters(link.slug.rpartition("/")[2]) == spellings.letters(name)
        return f"{name if same else link.slug}{anchor}"

    def picture(self, path: str, source: str) -> str:
        """Return the name in the site of a picture that a page shows, by path or by name; empty where it has none."""
        plain = unquote(source.partition("#")[0].partition("?")[0]).replace("\\", "/")
        suffix = os.path.splitext(plain)[1].lower()  # noqa: PTH122  # a text, no file
        if suffix not in PICTURES or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", plain):
            return ""
        found = self._picture_file(path, plain)
        if found is None:
            return ""
        if found not in self.pictures:
            taken = {file_names.folded(name) for name in self.pictures.values()}
            stem = file_names.safe(found.stem)
            name, number = f"{stem}{suffix}", 1
            while file_names.folded(name) in taken:
                number += 1
                name = f"{stem}-{number}{suffix}"
            self.pictures[found] = name
        return self.pictures[found]

    def _picture_file(self, path: str, plain: str) -> Path | None:
        root = self.root.resolve()
        tries = [root / path / ".." / plain.lstrip("/"), root / plain.lstrip("/")]
        for one in tries:
            if found := inside(root, Path(os.path.normpath(one))):
                return found
        name = plain.rpartition("/")[2]
        if not _NAMED_FILE.match(name):
            return None
        if self.files is None:
            self.files = _pictures_below(root)
        return self.files.get(name.casefold())


def site_map(wiki: Wiki, root: Path, reserved: tuple[str, ...] = ()) -> SiteMap:
    """Return where the pages of a wiki are in a site: each is called as its topic is."""
    return SiteMap(wiki, file_names.named(called(wiki), reserved), root)


def called(wiki: Wiki) -> dict[str, str]:
    """Return what pages are called by their paths: as their topics are."""
    return {page.path: unquote(page.topic.removeprefix(wiki.base).removeprefix("id/")) for page in wiki.pages}


def address(name: str, anchor: str = "") -> str:
    """Return a file name as an address relative to its folder."""
    return quote(name) + (f"#{quote(anchor)}" if anchor else "")


def anchor_of(link: Link) -> str:
    """Return the anchor that a link means, empty for none."""
    return anchors.slug_of_address(link.anchor.partition("^")[0]) if link.anchor else ""


def inside(root: Path, file: Path) -> Path | None:
    """Return a file where it is one that lies in the wiki, not hidden and not too large."""
    try:
        if not file.is_file() or not file.resolve().is_relative_to(root) or file.stat().st_size > _LARGEST:
            return None
    except (OSError, ValueError):
        return None
    hidden = any(part.startswith(".") for part in file.resolve().relative_to(root).parts)
    return None if hidden else file.resolve()


def _pictures_below(root: Path) -> dict[str, Path]:
    """Return the pictures of a wiki by their names in small letters; of several with one name the first."""
    found: dict[str, Path] = {}
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if one[0] != "." and one not in _LEFT_OUT)
        if whole_folder.LIST in files:
            folders[:] = []  # an export, whose pictures are copies
            continue
        count += len(files)
        for name in sorted(files):
            if Path(name).suffix.lower() in PICTURES and (file := inside(root, Path(folder) / name)):
                found.setdefault(name.casefold(), file)
        if count > _MOST_FILES:
            break
    return found
