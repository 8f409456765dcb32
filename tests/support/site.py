"""A site as its readers have it: a wiki of pages, exported, and its files parsed."""

import re
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from kg.ingest.ingest import How, ingest
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.static_site import export_folder
from kg.store.reading import reading


def read(folder, pages):
    """Return a generation of pages given as {path: text or bytes}, which lie in a folder then."""
    for path, text in pages.items():
        file = folder / "wiki" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    config = Config(base="https://wiki.example/")
    ingest(folder / "store", folder / "wiki", config, dialect.load("newsroom"), how=How(jobs=1, max_shrink=100))
    return reading(folder / "store")


def exported(folder, pages, form="html"):
    """Return the folder of a site of some pages."""
    export_folder.write(read(folder, pages), form, folder / form)
    return folder / form


def parsed(file):
    """Return a page as a reader of HTML sees it."""
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def contents(folder):
    """Return every file of a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def lost_links(folder):
    """Return every address of a site that leads to no file or to no anchor of it."""
    pages = {file: parsed(file) for file in sorted(folder.rglob("*.html"))}
    anchors = {file: {tag["id"] for tag in page.find_all(id=True)} for file, page in pages.items()}
    lost = []
    for file, page in pages.items():
        for tag in page.find_all(href=True) + page.find_all(src=True):
            address = tag.get("href") or tag.get("src")
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "mailto"), address
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            assert target.is_relative_to(folder.resolve()), address
            fragment = unquote(parts.fragment)
            if not target.is_file() or (fragment and target in anchors and fragment not in anchors[target]):
                lost.append(f"{file.name}: {address}")
    return lost


def running(page):
    """Return what a browser would run or load of a parsed page beside the site's own files."""
    found = [str(tag)[:80] for tag in page.find_all(["iframe", "object", "embed", "base", "style"])]
    found += [str(tag)[:80] for tag in page.find_all("script", src=False) if tag.get("type") != "application/ld+json"]
    for tag in page.find_all(re.compile("")):
        found += [f"{tag.name} {name}" for name in tag.attrs if re.match("on|style$|srcdoc$", name)]
        found += [address for address in _loaded(tag) if re.match(r"[a-z]+:|//", address, re.IGNORECASE)]
        found += [
            address for address in _addresses(tag, "href", "xlink:href")
            if re.match(r"(?!https?:|mailto:)[a-z]+:|//", address, re.IGNORECASE)
        ]  # fmt: skip
    return found


def _loaded(tag):
    return _addresses(tag, "src", "srcset", "poster", "data", "action", "formaction")


def _addresses(tag, *names):
    """What a browser reads in attributes: blanks and control characters within are nothing to it."""
    return [re.sub(r"[\x00-\x20]", "", str(tag[name])) for name in names if tag.get(name)]


def of_folder(root):
    """Return the pages of a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.md"))}
