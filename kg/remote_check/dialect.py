"""What a kind of store can be asked: its limits and what it lacks, as dialects/endpoints declares them."""

import tomllib
from collections.abc import Mapping
from typing import Any

from kg.model import declared
from kg.model.kg_error import KgError
from kg.model.records import dataclass

_NUMBERS = ("rows", "characters", "terms")
_KEYS = (*_NUMBERS, "about", "lacks", "lacks_inside")


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    A kind of store: `rows` are the most that an answer has (0: any number), `characters` the longest text of a query.

    `terms` are the most terms that are written into one query; `lacks` the functions and keywords, in capitals, that
    it does not evaluate as the standard says, `lacks_inside` those that it does not within EXISTS, OPTIONAL or MINUS.
    """

    kind: str
    rows: int
    characters: int
    terms: int
    lacks: frozenset[str] = frozenset()
    lacks_inside: frozenset[str] = frozenset()


def kinds() -> tuple[str, ...]:
    """Return the kinds of stores that are declared, in order."""
    return tuple(sorted(file.stem for file in (declared.folder("dialects") / "endpoints").glob("*.toml")))


def read(kind: str) -> Dialect:
    """Return the dialect of a kind of store; KgError for one that is not declared."""
    if kind not in kinds():
        raise KgError(f"'{kind}' is no kind of store; write one of {', '.join(kinds())}")
    return made(kind, tomllib.loads(declared.read(f"dialects/endpoints/{kind}.toml")))


def made(kind: str, table: Mapping[str, Any]) -> Dialect:
    """Return the dialect that a table declares; KgError, with the key, for what is wrong in it."""
    place = f"dialects/endpoints/{kind}.toml"
    for key, value in table.items():
        if key not in _KEYS:
            raise KgError(f"{place}: unknown key '{key}'; write one of {', '.join(_KEYS)}")
        if key in _NUMBERS and (type(value) is not int or value < (0 if key == "rows" else 1)):
            raise KgError(f"{place}: {key} = {value!r}: expected a whole number above 0")
    missing = [key for key in _NUMBERS if key not in table]
    if missing:
        raise KgError(f"{place}: {missing[0]} is missing; write {missing[0]} = a whole number")
    lacks, within = (frozenset(map(str.upper, table.get(key, ()))) for key in ("lacks", "lacks_inside"))
    return Dialect(kind, table["rows"], table["characters"], table["terms"], lacks, within)
