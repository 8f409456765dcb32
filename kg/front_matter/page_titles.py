"""What a page is called by its front matter: the one reading of title and aliases, for the parser and for ingest."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from kg.files.text import Line, Places, decode
from kg.front_matter import fields
from kg.front_matter.fields import FrontMatter
from kg.model import page_files
from kg.model.finding import Finding
from kg.settings import journal_days
from kg.settings.dialect import Dialect

_ALIAS = "skos:altLabel"
_PROPERTY = re.compile(r"\s*(?:[-*]\s+)?([^\s:]+)::\s+(.*\S)\s*\Z")


class Titles(NamedTuple):
    """What other pages need to know of a page: its title, empty where it has none, and its aliases."""

    title: str
    aliases: tuple[str, ...]


class Top(NamedTuple):
    """What stands at the top of a page: the names that it gives the page, its fields, and what is wrong with them."""

    titles: Titles
    front: FrontMatter
    errors: tuple[Finding, ...]


def titles(values: Mapping[str, list[str]], path: str, lines: Sequence[Line], dialect: Dialect) -> Titles:
    """
    Return title and aliases from the values of each key (see `fields.texts`), and from what else names a page.

    Aliases are those of the graph.
    """
    keys = [key for key in values if (known := dialect.fields.get(key)) and known.property == _ALIAS]
    aliases = [alias for key in keys for alias in values[key]]
    named = Titles(" ".join(values.get("title", [])[:1]), tuple(dict.fromkeys(aliases)))
    return named if dialect.links.file_names == "name" else _of_logseq(named, path, lines, dialect.links.journals)


def read(data: bytes, path: str, dialect: Dialect) -> Titles:
    """Return title and aliases of a page's bytes; nothing else of it is parsed."""
    return top(data, path, dialect).titles


def top(data: bytes, path: str, dialect: Dialect) -> Top:
    """Return what stands at the top of a page with these bytes; nothing else of it is parsed."""
    lines = decode(data).lines
    return top_of(lines, Places(lines), path, dialect)


def top_of(lines: tuple[Line, ...], places: Places, path: str, dialect: Dialect) -> Top:
    """Return what stands at the top of a page with these lines."""
    front, errors = fields.read(path, lines, places)
    return Top(titles(fields.texts(front), path, lines, dialect), front, tuple(errors))


# ---- Logseq ----------------------------------------------------------------------------------------------------------


def _of_logseq(front: Titles, path: str, lines: Sequence[Line], form: str) -> Titles:
    """Return the names of a page of Logseq: its title, else its file's name decoded, its aliases, a journal's day."""
    properties = dict(_properties(lines))
    title = properties.get("title", "").strip() or front.title
    listed = (_unlinked(one) for one in properties.get("alias", "").split(","))
    own = () if title else _by_file(path, form)
    return Titles(title, tuple(dict.fromkeys(filter(None, (*front.aliases, *listed, *own)))))


def _properties(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Yield the properties at the top of a page, `key:: value`, each on a line."""
    for line in lines:
        match = _PROPERTY.match(line.text)
        if match:
            yield match[1].lower(), match[2]
        elif line.text.strip():
            return


def _unlinked(name: str) -> str:
    return name.strip().removeprefix("[[").removesuffix("]]").strip()


def _by_file(path: str, form: str) -> tuple[str, ...]:
    """Return what a file's name says: `a___b` and `a%2Fb` are a/b, in journals `2026_01_02` is a day."""
    plain = page_files.without_ending(path)
    return journal_days.names(plain, form) or (unquote(plain.rpartition("/")[2].replace("___", "/")),)
