"""What a page is called by its front matter: the one reading of title and aliases, for the parser and for ingest."""

from collections.abc import Mapping
from typing import NamedTuple

from kg.files.text import Places, decode
from kg.front_matter import fields


class Titles(NamedTuple):
    """What other pages need to know of a page: its title, empty where it has none, and its aliases."""

    title: str
    aliases: tuple[str, ...]


def titles(values: Mapping[str, list[str]]) -> Titles:
    """Return title and aliases from the values of each key (see `fields.texts`)."""
    return Titles(" ".join(values.get("title", [])[:1]), tuple(values.get("aliases", values.get("alias", []))))


def read(data: bytes) -> Titles:
    """Return title and aliases of a page's bytes; nothing else of it is parsed."""
    lines = decode(data).lines
    front, _ = fields.read("", lines, Places(lines))
    return titles(fields.texts(front))
