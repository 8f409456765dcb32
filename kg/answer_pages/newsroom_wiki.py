"""A wiki as the newsroom's own tools see it: files of text in the order of a walk, and names as they resolve them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from kg.files.text import Places, decode
from kg.front_matter import fields
from kg.model.records import dataclass
from kg.rdf.names import stem

LINK = re.compile(r"\[\[([^\[\]]+?)\]\]")
HUBS = ("entities", "concepts")
_ROOT = ("overview.md", "contradiction.md", "index.md")
_OVER = frozenset({"overview", "contradiction", "synthesis", "timeline", "trail"})


@dataclass(frozen=True)
class NewsroomPage:
    """A page: its path, its whole text with plain line ends, its front matter by key, and what its bytes need."""

    path: str
    text: str
    fields: Mapping[str, Sequence[str]]
    data: bytes
    newline: str
    encoding: str

    @cached_property
    def stem(self) -> str:
        """The name of the file without its ending."""
        return stem(self.path)

    @property
    def folder(self) -> str:
        """The first folder of the path, empty for a page of the root."""
        return self.path.split("/")[0] if "/" in self.path else ""

    @property
    def title(self) -> str:
        """The title, else the stem."""
        return self.field("title") or self.stem

    @property
    def kind(self) -> str:
        """The type that the front matter says."""
        return self.field("type")

    def field(self, key: str) -> str:
        """Return the first value of a key, empty where there is none."""
        return next(iter(self.fields.get(key, ())), "")

    @cached_property
    def body(self) -> str:
        """The text behind the front matter."""
        match = re.match(r"---\n.*?\n---[ \t]*(?:\n|\Z)", self.text, re.DOTALL)
        return self.text[match.end() :] if match else self.text

    def section(self, title: str) -> str:
        """Return what stands below a heading of the second level, up to the next one."""
        heading = re.search(rf"^##[ \t]+{re.escape(title)}[ \t]*\n", self.body, re.MULTILINE)
        return re.split(r"^##[ \t]", self.body[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0] if heading else ""


def read(path: str, data: bytes) -> NewsroomPage:
    """Return a page by its bytes."""
    text = decode(data)
    front, _ = fields.read(path, text.lines, Places(text.lines))
    plain = "\n".join(line.text for line in text.lines) + ("\n" if text.lines and text.lines[-1].ending else "")
    return NewsroomPage(path, plain, fields.texts(front), data, text.newline, text.encoding)


class NewsroomWiki:
    """The pages of a wiki, in the order of a walk that takes the files of a folder before the folders in it."""

    def __init__(self, pages: Sequence[NewsroomPage]) -> None:
        self.pages = sorted(pages, key=lambda page: _walked(page.path))
        self.by_path = {page.path: page for page in self.pages}

    @cached_property
    def nodes(self) -> list[NewsroomPage]:
        """The pages that are nodes of the graph."""
        return [
            page
            for page in self.pages
            if not page.path.rpartition("/")[2].startswith("_") and page.path not in _ROOT and page.kind not in _OVER
        ]

    @cached_property
    def ids(self) -> dict[str, str]:
        """The paths of nodes by path, stem and stem with its ending; the first page that has one counts."""
        found: dict[str, str] = {}
        for page in self.nodes:
            for name in (page.path, page.stem, f"{page.stem}.md"):
                found.setdefault(name, page.path)
        return found

    def resolve(self, target: str) -> str | None:
        """Return the path of the node that a link's target means."""
        name = target.strip()
        if name in self.ids:
            return self.ids[name]
        return self.ids.get(name.split("#")[0].strip().rpartition("/")[2])

    def targets(self, text: str) -> Iterator[str]:
        """Yield the paths of the nodes that the links of a text mean, in order, as often as they are linked."""
        for match in LINK.finditer(text):
            found = self.resolve(match[1].split("|")[0])
            if found:
                yield found

    def in_folder(self, folder: str) -> list[NewsroomPage]:
        """Return the pages of a folder whose names begin with no underscore."""
        return [one for one in self.pages if one.folder == folder and not one.path.split("/")[-1].startswith("_")]


def _walked(path: str) -> list[tuple[int, str]]:
    *folders, name = path.split("/")
    return [*((1, folder) for folder in folders), (0, name)]
