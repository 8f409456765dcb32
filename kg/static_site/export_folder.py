"""The formats that are folders: a static site, and the pages of a code host's wiki."""

from collections.abc import Collection
from pathlib import Path

from kg.model.records import dataclass
from kg.static_site import read_wiki
from kg.static_site.github_wiki import github_wiki
from kg.static_site.html_site import Site
from kg.static_site.selected import selected
from kg.store.reading import Reading
from kg.write import whole_folder

FORMATS = ("github-wiki", "html")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many pages and files, and what a reader must know beside."""

    pages: int
    files: int
    notes: tuple[str, ...]


def write(reading: Reading, form: str, out: Path, title: str = "", only: Collection[str] | None = None) -> Written:
    """
    Write a generation as a folder in one of FORMATS; raise KgError where the folder is not ours to write.

    `only` are the paths of the pages that are wanted, None for all.
    """
    whole_folder.check(out)
    if form == "github-wiki":
        whole_folder.check_outside(out, reading.root)
    wiki = read_wiki.read(reading, title)
    wiki = wiki if only is None else selected(wiki, only)
    if form == "html":
        count = whole_folder.publish(out, form, Site(wiki, reading.root).files())
        return Written(len(wiki.pages), count, ())
    made = github_wiki(wiki, reading.root)
    count = whole_folder.publish(out, form, made.files())
    return Written(len(wiki.pages), count, tuple(made.told()))
