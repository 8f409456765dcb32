"""Profiles: the level that each rule has, and the thresholds that differ from those in the shapes."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg import declared
from kg.finding import KgError, Level

OFF = "off"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says: a level for rules (violation, warning, info, off), a number for the threshold of rules."""

    levels: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)


def read(profile: str, rules: Iterable[str], tunable: Iterable[str]) -> Profile:
    """
    Return a shipped profile, by its name, or that in a TOML file.

    `rules` are the rules that there are, `tunable` those of them that have a threshold; KgError for any other name.
    """
    path = _file(profile)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: not TOML: {error}") from None
    levels, thresholds = table.get("levels", {}), table.get("thresholds", {})
    known = set(table) <= {"levels", "thresholds"} and isinstance(levels, dict) and isinstance(thresholds, dict)
    if not known:
        raise KgError(
            f'{path}: expected the tables [levels], with lines such as connection-double = "info", and [thresholds], '
            "with lines such as claimant-long = 80"
        )
    _check_levels(path, levels, frozenset(rules))
    _check_thresholds(path, thresholds, frozenset(tunable))
    return Profile(levels, thresholds)


def _file(profile: str) -> Path:
    folder = declared.folder("shapes") / "profiles"
    path = Path(profile) if profile.endswith(".toml") else folder / f"{profile}.toml"
    if not path.is_file():
        shipped = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        raise KgError(f"unknown profile '{profile}'; use one of {shipped}, or the path of a .toml file")
    return path


def _check_levels(path: Path, levels: Mapping[str, Any], known: frozenset[str]) -> None:
    for rule, level in levels.items():
        if rule not in known:
            raise KgError(f"{path}: levels.{rule}: there is no such rule; use one of {', '.join(sorted(known))}")
        if level not in (*Level, OFF):
            raise KgError(f"{path}: levels.{rule}: unknown level '{level}'; use one of {', '.join(Level)}, {OFF}")


def _check_thresholds(path: Path, thresholds: Mapping[str, Any], known: frozenset[str]) -> None:
    for rule, number in thresholds.items():
        if rule not in known:
            raise KgError(f"{path}: thresholds.{rule}: no rule with a threshold; use one of {', '.join(sorted(known))}")
        if not isinstance(number, int | float) or isinstance(number, bool) or number < 0:
            raise KgError(f"{path}: thresholds.{rule}: '{number}' is no number from 0")
