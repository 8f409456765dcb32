"""Missing folders: many links into one folder that is no part of the wiki are one finding, not one each."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox

from kg.check import finding_place
from kg.files import beside
from kg.model.finding import Finding, Level, Related
from kg.model.records import dataclass
from kg.rdf import sparql_text

RULE = "link-folder"
_LINK_RULES = frozenset({"link-dangling", "link-dangling-path"})
_FOLDER = re.compile(r"[^\s:?*<>|\"{}\\][^:?*<>|\"{}\\]*")
_LEAST_LINKS, _LEAST_NAMES = 5, 3
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that leads to no page: its path without dots at its start, and whether a page has a name like it."""

    iri: str
    page: str
    path: str
    by_path: bool
    near: bool

    @property
    def folder(self) -> str:
        return self.path.partition("/")[0] if "/" in self.path else ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A folder that links lead into: whether it lies beside the wiki, and the links, in the order of their places."""

    folder: str
    is_beside: bool
    links: tuple[_Link, ...]


def as_one(
    findings: Iterable[Finding], silent: Collection[Finding], folders: Sequence[Missing]
) -> list[Finding]:  # fmt: skip
    """
    Return findings in which those of links into one of the `folders` are one, at the first of them, as a violation.

    `silent` findings, of which a comment has said enough, stay. Where the one stands depends on all pages with such
    links: their findings have to be among these.
    """
    done = set(findings)
    loose = {one.focus: one for one in done - set(silent) if one.rule in _LINK_RULES}
    found = []
    for missing in folders if loose else ():
        own = [loose[link.iri] for link in missing.links if link.iri in loose]
        done -= set(own)
        if own:
            found.append(_finding(missing, own))
    return [*done, *found]


def _finding(missing: Missing, own: Sequence[Finding]) -> Finding:
    first, *others = own
    many = f"{len(missing.links):,} links lead" if len(missing.links) > 1 else "a link leads"
    if missing.is_beside:
        what = "a folder beside the wiki and no part of it; ingest the folder above both, or switch this rule off"
    else:
        what = "a folder that the wiki does not have; ingest the folder that holds both, or correct the links"
    related = tuple(Related(one.span, "leads there too") for one in others[:_SHOWN])
    message = f"{many} into '{missing.folder}/', {what}"
    return Finding(first.span, RULE, message, Level.VIOLATION, first.focus, related=related)


# ---- which folders ---------------------------------------------------------------------------------------------------


def missing(store: ox.Store, root: Path | None) -> Iterator[Missing]:
    """
    Yield the folders that are no part of a wiki and that its links lead into; a link is in one of them at the most.

    Such a folder lies beside the wiki (`root`), and has the files that are meant: those first. Or no page lies in it,
    many links lead there, and no page is called like what they name.
    """
    links = list(_loose(store))
    there = {} if root is None else _beside(root, links)
    yield from (Missing(folder, is_beside=True, links=tuple(some)) for folder, some in sorted(there.items()))
    taken = {link.iri for some in there.values() for link in some}
    folders: dict[str, list[_Link]] = defaultdict(list)
    for link in links:
        if link.iri not in taken and link.folder and not link.near:
            folders[link.folder].append(link)
    known = _folders(store) if any(map(_are_many, folders.values())) else frozenset()
    for folder, some in sorted(folders.items()):
        if _are_many(some) and folder not in known and not _is_in_wiki(root, folder, some):
            yield Missing(folder, is_beside=False, links=tuple(some))


def _loose(store: ox.Store) -> Iterator[_Link]:
    for row in finding_place.select(store, "loose_links", {}):
        by_path = row["resolution"].value == "missing"
        written = row["slug"].value
        parts = (unquote(written) if by_path else written).strip("/ ").split("/")
        while parts and parts[0] in (".", ".."):
            parts = parts[1:]
        path = "" if {"", ".", ".."} & set(parts) or not _FOLDER.fullmatch("".join(parts[:1])) else "/".join(parts)
        yield _Link(row["link"].value, row["file"].value, path, by_path, row["near"] is not None)


def _beside(root: Path, links: Sequence[_Link]) -> Mapping[str, list[_Link]]:
    """Return the links to files beside the wiki, by the folder there that has them."""
    found: dict[str, list[_Link]] = defaultdict(list)
    bare: list[_Link] = []
    for link in links:
        if link.folder and not beside.has_folder(root, link.folder):
            if beside.is_file(root, link.path):
                found[link.folder].append(link)
        elif link.path and not link.folder and not link.by_path:
            bare.append(link)
    if _are_many(bare):
        places = beside.named(root, {link.path for link in bare})
        by_folder: dict[str, list[_Link]] = defaultdict(list)
        for link in bare:
            if link.path in places:
                by_folder[places[link.path].partition("/")[0]].append(link)
        for folder, some in by_folder.items():
            if _are_many(some):
                found[folder] += some
    order = {link.iri: number for number, link in enumerate(links)}
    return {folder: sorted(some, key=lambda link: order[link.iri]) for folder, some in found.items()}


def _are_many(links: Collection[_Link]) -> bool:
    """Tell whether so many links lead to so many files that it is no slip of the pen."""
    return len(links) >= _LEAST_LINKS and len({link.path for link in links}) >= _LEAST_NAMES


def _folders(store: ox.Store) -> frozenset[str]:
    """Return the names of all folders in which pages lie, at any depth."""
    text = sparql_text.declared_query("checks/paths").text
    rows = store.query(text, use_default_graph_as_union=True)
    paths = [row["path"].value for row in rows] if isinstance(rows, ox.QuerySolutions) else []
    return frozenset(part for path in paths for part in path.split("/")[:-1])


def _is_in_wiki(root: Path | None, folder: str, links: Iterable[_Link]) -> bool:
    """Tell whether the wiki has a folder where these links may mean it, with files that are no pages."""
    if root is None:
        return False
    places = {"", *(link.page.rpartition("/")[0] for link in links)}
    return any(beside.has_folder(root, f"{place}/{folder}".lstrip("/")) for place in places)
