"""The values of a bundle's front matter, by key and by entry of a list, each with the node that has its place. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.front_matter import yaml12
from kg.front_matter.fields import own_key
from kg.model.page import Kind, Page, Scalar
from kg.rdf import names


class Value(NamedTuple):
    """One value: the path below its key as steps, its scalar, and the fragment of the node with its place."""

    steps: tuple[str, ...]
    scalar: Scalar
    fragment: str

    @property
    def text(self) -> str:
        """The words of the value."""
        return self.scalar.text.strip()


Entry = Mapping[tuple[str, ...], Value]


def by_key(page: Page) -> dict[str, list[Value]]:
    """Return the values of the front matter by their keys, in the order in which they stand."""
    found: dict[str, list[Value]] = defaultdict(list)
    for section in page.sections[:1]:
        for block in section.blocks if section.slug == "_front" else ():
            if block.kind is not Kind.FIELD:
                continue
            fragment = f"{names.escape(section.slug)}.{block.number}"
            for count, scalar in enumerate(block.parts.values, 1):
                key, path = own_key(block.parts.key or "", scalar.path)
                found[key].append(Value(_steps(path), scalar, f"{fragment}.v{count}"))
    return found


def stated(page: Page) -> dict[str, list[Value]]:
    """Return the values by their keys but those that YAML reads as nothing, such as `status: null`."""
    return {key: kept for key, values in by_key(page).items() if (kept := [one for one in values if not _is_null(one)])}


def _is_null(value: Value) -> bool:
    return value.scalar.plain and yaml12.datatype(value.text) == "null"


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:])


def only(values: list[Value] | None) -> Value | None:
    """Return the value of a key that has no list and no mapping, None for any other."""
    own = [value for value in values or () if not value.steps and value.text]
    return own[-1] if own else None


def entries(values: list[Value] | None) -> Iterator[Entry]:
    """Yield the mappings of a list, or the one that stands without a list, each by the paths of its values."""
    found: dict[str, dict[tuple[str, ...], Value]] = {}
    for value in values or ():
        if len(value.steps) > 1 and value.steps[0].isdecimal():
            found.setdefault(value.steps[0], {})[value.steps[1:]] = value
        elif value.steps and not value.steps[0].isdecimal():
            found.setdefault("", {})[value.steps] = value
    yield from found.values()


def said(entry: Entry, *steps: str) -> Value | None:
    """Return a value of a mapping, None where it is not there or empty."""
    value = entry.get(steps)
    return value if value and value.text else None


def place_of(entry: Entry) -> Value:
    """Return the value that stands first in a mapping, which is where the mapping stands."""
    return min(entry.values(), key=lambda value: value.scalar.place.start)
