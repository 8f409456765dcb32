"""Wording: the words of a dialect by which figures in a text are read."""

from collections.abc import Mapping
from typing import Any

from kg.model.records import dataclass
from kg.settings.toml_checker import Checker

_FIGURES = frozenset({"money", "scales", "suffixes", "units", "between", "names", "leads", "uncounted"})


@dataclass(frozen=True, slots=True)
class FigureWords:
    """
    How figures are spelled, in every language at once.

    `money` are signs and codes before or behind an amount, `scales` words and `suffixes` letters that stand for a power
    of ten, `units` what is measured; each unit has the name that its spellings share. `between` are the words of a
    range, `names` those before a number that make it part of a name, `leads` those that may be capitals before one that
    does count something, `uncounted` those behind it that nobody counts.
    """

    money: tuple[tuple[str, str], ...] = ()
    scales: tuple[tuple[str, int], ...] = ()
    suffixes: tuple[tuple[str, int], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    between: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    uncounted: frozenset[str] = frozenset()


def figures(check: Checker, table: dict[str, Any]) -> FigureWords:
    """Return the words of a dialect's table `figures`."""
    check.keys(table, _FIGURES, "figures")

    def words(key: str) -> list[str]:
        return check.by_language(table.get(key, []), f"figures.{key}")

    return FigureWords(
        money=_spelled(check, check.part(table, "money"), "figures.money"),
        scales=_powers(check, check.part(table, "scales"), "figures.scales"),
        suffixes=_powers(check, check.part(table, "suffixes"), "figures.suffixes"),
        units=_spelled(check, check.part(table, "units"), "figures.units"),
        between=tuple(words("between")),
        names=frozenset(word.casefold() for word in words("names")),
        leads=frozenset(word.casefold() for word in words("leads")),
        uncounted=frozenset(word.casefold() for word in words("uncounted")),
    )


def _spelled(check: Checker, table: Mapping[str, Any], where: str) -> tuple[tuple[str, str], ...]:
    """Return every spelling with the unit that it means; the unit's own name is one of them."""
    return tuple(
        (spelling, unit)
        for unit, spellings in table.items()
        for spelling in (unit, *check.strings(spellings, f"{where}.{unit}"))
    )


def _powers(check: Checker, table: Mapping[str, Any], where: str) -> tuple[tuple[str, int], ...]:
    """Return every word with the power of ten that it stands for, listed under that power."""
    return tuple(
        (spelling, _power(check, power, where))
        for power, spellings in table.items()
        for spelling in check.strings(spellings, f"{where}.{power}")
    )


def _power(check: Checker, power: str, where: str) -> int:
    if not power.isdecimal() or int(power) > 100:  # noqa: PLR2004  # no word stands for more
        raise check.fail(where, f"'{power}' is no power of ten; write it as 6 for a million")
    return int(power)
