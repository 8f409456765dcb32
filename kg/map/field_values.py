"""Fields: what a value of the front matter means: its property, whose it is, and the term it stands for."""

import re
from dataclasses import replace

from kg.front_matter import yaml12
from kg.front_matter.fields import is_direct, own_key
from kg.front_matter.hash_lint import TAGS
from kg.model.page import Scalar
from kg.rdf.nquads import date, text, typed
from kg.settings.dialect import Dialect, FieldType

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
_LISTS = re.compile(r"(?:/[0-9]+)+")
_RETRACTED = frozenset({"retracted", "withdrawn"})
_NOT = frozenset({"", "false", "no", "null", "~", "0"})
_PAGE_KEYS = frozenset({"file", "link", "page", "path", "slug", "source"})
_ADDRESS_KEYS = frozenset({"href", "uri", "url"})


def meaning(key: str, scalar: Scalar, dialect: Dialect) -> FieldType | None:
    """
    Return what a value of a key says, or None where the dialect gives it no meaning.

    In a field of pages an address is one (nr:sourceAddress) and no page, and a mapping says by its keys what it names.
    """
    own, path = own_key(key, scalar.path)
    known = dialect.fields.get(own)
    if known is None:
        return None
    step = path.rpartition("/")[2]
    # To YAML `[[2026-03-01]]`, a link to the page of a day, is a list in a list.
    nested = not is_direct(path) and not (known.read == "date" and _LISTS.fullmatch(path))
    if known.read != "pages":
        return None if nested else known
    if nested and not (is_direct(path.rpartition("/")[0]) and step in _PAGE_KEYS | _ADDRESS_KEYS):
        return None
    return replace(known, property="nr:sourceAddress", read="text") if _is_address(step, scalar) else known


def _is_address(step: str, scalar: Scalar) -> bool:
    return step in _ADDRESS_KEYS or bool(_URL.match(scalar.text))


def retracts(key: str, scalar: Scalar) -> bool:
    """Tell whether a value of a source's front matter says that the source was retracted: `status:` or `retracted:`."""
    word = scalar.text.strip().casefold()
    if key.casefold() == "status":
        return word in _RETRACTED
    return key.casefold() in _RETRACTED and word not in _NOT


def tag(words: str) -> str:
    """Return a tag without the mark that it has in the text of a page: `#law` is the tag `law`."""
    return words.lstrip("#") or words


def page_name(value: str) -> str:
    """Return the page name in a front matter value: `[[X|alias]]`, `X` or `folder/X.md`."""
    inner = value.strip().removeprefix("[[").removesuffix("]]")
    return inner.partition("|")[0].partition("#")[0].strip()


def path_of(key: str, scalar: Scalar) -> str | None:
    """Return the path of a value that is nested, or None where its position says all."""
    return None if is_direct(own_key(key, scalar.path)[1]) and key else scalar.path or None


def day(scalar: Scalar) -> str:
    """Return the words of a date; those of a link to the page of a day are the day."""
    words = scalar.text.strip()
    linked = page_name(words)
    return linked if "^^" in date(linked) else words


def literal(kind: FieldType | None, scalar: Scalar) -> str | None:
    """Return the term of a value by how the dialect reads it; without a reading, that of YAML 1.2, None for a text."""
    if kind is not None and kind.read == "date":
        return date(day(scalar))
    if kind is not None:
        return text(tag(scalar.text) if kind.property == TAGS else scalar.text)
    if not scalar.plain:
        return None
    if _DAY.fullmatch(scalar.text):
        term = date(scalar.text)
        return term if "^^" in term else None
    read = yaml12.literal(scalar.text)
    return typed(*read) if read else None
