"""What a page is called by its front matter: the one reading of title and aliases, for the parser and for ingest."""

from collections.abc import Mapping
from typing import NamedTuple

from kg.files.text import Places, decode
from kg.front_matter import fields
from kg.settings.dialect import Dialect

_ALIAS = "skos:altLabel"


class Titles(NamedTuple):
    """What other pages need to know of a page: its title, empty where it has none, and its aliases."""

    title: str
    aliases: tuple[str, ...]


def titles(values: Mapping[str, list[str]], dialect: Dialect) -> Titles:
    """Return title and aliases from the values of each key (see `fields.texts`): aliases as in the graph."""
    keys = [key for key in values if (known := dialect.fields.get(key)) and known.property == _ALIAS]
    aliases = [alias for key in keys for alias in values[key]]
    return Titles(" ".join(values.get("title", [])[:1]), tuple(dict.fromkeys(aliases)))


def read(data: bytes, dialect: Dialect) -> Titles:
    """Return title and aliases of a page's bytes; nothing else of it is parsed."""
    lines = decode(data).lines
    front, _ = fields.read("", lines, Places(lines))
    return titles(fields.texts(front), dialect)
