"""How the programs of some families find the page of a name, and which of several pages is meant."""

import os.path
import re
import unicodedata
from itertools import takewhile

from kg.links.name_tables import Named, NameIndex
from kg.rdf import spellings
from kg.rdf.names import PageName, without_suffix

_BLANK, _SIGN = re.compile(r"\s"), re.compile(r"[<>+]")


def joined(me: PageName, path: str) -> str:
    """Return a path that starts in the folder of a page as one that starts in the root."""
    folder = unicodedata.normalize("NFC", os.path.dirname(me.path))  # noqa: PTH120  # a wiki path, not a file's
    return os.path.normpath(f"{folder}/{path}" if folder else path)


def folder(names: NameIndex, me: PageName, path: str) -> list[Named]:
    """Return the page of a name in the folder of the page that links."""
    return names.paths.get(joined(me, path), []) if "/" not in path else []


def vault(names: NameIndex, me: PageName, path: str) -> list[Named]:
    """Return the page of a path in any letter case, else all pages whose paths end in it."""
    dotted = path.startswith(("./", "../"))
    wanted = spellings.case(joined(me, path) if dotted else path.lstrip("/"))
    pages = names.folded.get(wanted.rpartition("/")[2], [])
    paths = [(page, spellings.case(unicodedata.normalize("NFC", without_suffix(page.name.path)))) for page in pages]
    whole = [page for page, one in paths if one == wanted]
    return whole or ([] if dotted or path.startswith("/") else [p for p, one in paths if one.endswith(f"/{wanted}")])


def dashed(name: str, dash: str = "-") -> str:
    """Return a name as programs write it that have no blanks in the names of files."""
    return _BLANK.sub(dash, name)


def dashes(names: NameIndex, me: PageName, plain: str) -> list[Named]:
    """Return the page whose file has dashes where the name has blanks."""
    name = dashed(plain)
    return next((found for path in (joined(me, name), name) if (found := names.paths.get(path))), None) or (
        names.stems.get(name, []) if "/" not in name else []
    )


def canonical_names(name: str) -> tuple[str, ...]:
    """Return the names, in lower case, under which gollum 4 looks for the file of a page."""
    return tuple(spellings.case(_SIGN.sub("-", dashed(name.rpartition("/")[2], blank))) for blank in ("-", "_"))


def canonical(names: NameIndex, _me: PageName, plain: str) -> list[Named]:
    """Return the pages that gollum 4 takes for the one of a name."""
    return next((found for name in canonical_names(plain) if (found := names.folded.get(name))), [])


def meant(me: PageName, pages: list[Named], several: str) -> tuple[Named | None, bool]:
    """Return which of several pages is meant, None where that cannot be known, and whether it is for sure."""
    if len(pages) == 1:
        return pages[0], True
    if several == "first":
        return min(pages, key=lambda page: page.name.path), True
    mine = me.path.split("/")[:-1]
    near = [page for page in pages if page.name.path.split("/")[:-1] == ([] if several == "root" else mine)]
    if near or several in ("root", "none"):
        return (near[0] if len(near) == 1 else None), True
    if several == "shortest":
        return min(pages, key=lambda page: (len(page.name.path), page.name.path)), True
    shared = {page.name.path: _in_common(mine, page.name.path.split("/")[:-1]) for page in pages}
    most = max(shared.values())
    nearest_ones = [page for page in pages if shared[page.name.path] == most]
    return (nearest_ones[0] if most and len(nearest_ones) == 1 else None), False


def _in_common(one: list[str], other: list[str]) -> int:
    """Return how many folders two paths have in common, from the root on."""
    same = (a == b for a, b in zip(one, other, strict=False))
    return sum(1 for _ in takewhile(bool, same))
