"""Profiles: the level of each rule, in the whole wiki or in folders, and thresholds other than those of the shapes."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from kg.files import ignore_rules
from kg.model import declared, did_you_mean
from kg.model.finding import Finding, KgError, Level
from kg.model.records import dataclass
from kg.settings.kg_toml import Config

OFF = "off"
_TABLES = ("extends", "levels", "thresholds", "override", "habits")
_EXPECTED = (
    'expected the tables [levels], with lines such as connection-double = "info", [thresholds], with lines such as '
    "claimant-long = 80, [habits] with share and least, [[override]], and extends = the profile below this one"
)


@dataclass(frozen=True, slots=True)
class Override:
    """Levels that hold for some pages only: those whose paths `patterns` fit, as the lines of a .kgignore would."""

    patterns: tuple[ignore_rules.Rule, ...]
    levels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Habits:
    """When a wiki shows that it follows a rule: `share` percent of its places hold it, and `least` do."""

    share: float
    least: float


@dataclass(frozen=True, slots=True)
class Profile:
    """
    What a profile says: a level for rules (violation, warning, info, off), a number for the threshold of rules.

    With `habits` a rule that asks for a promise speaks only where the wiki keeps it; those in `promised` always speak.
    """

    levels: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    habits: Habits | None = None
    promised: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """A profile by name or path, and the tables that kg.toml (`file`) lays over it."""

    name: str
    file: Path | None = None
    own: Mapping[str, Any] = field(default_factory=dict)


def chosen(config: Config, usual: str, *, name: str | None = None) -> Choice:
    """Return the profile that is asked for, alone; else that of kg.toml or the usual one, with kg.toml's own tables."""
    return Choice(name) if name else Choice(config.profile or usual, config.file, config.rules)


def read(profile: str | Choice, rules: Iterable[str], tunable: Iterable[str]) -> Profile:
    """
    Return a shipped profile, by its name, or that in a TOML file, with those that it extends below it.

    `rules` are the rules that there are, `tunable` those of them that have a threshold; KgError for any other name.
    """
    choice = Choice(profile) if isinstance(profile, str) else profile
    known = _Known(frozenset(rules), frozenset(tunable))
    found = _of_file(_file(choice.name), known, ())
    return _over(found, choice.file, choice.own, known) if choice.file else found


def level(profile: Profile, rule: str, path: str, otherwise: str) -> str:
    """Return the level, or off, of a rule on a page; `otherwise` where the profile says nothing of it."""
    here = (one.levels[rule] for one in reversed(profile.overrides) if rule in one.levels and _fits(one, path))
    return next(here, profile.levels.get(rule, otherwise))


def is_off(profile: Profile, rule: str) -> bool:
    """Tell whether a rule is off on every page: no override brings it back."""
    return profile.levels.get(rule) == OFF and all(one.levels.get(rule, OFF) == OFF for one in profile.overrides)


def levelled(profile: Profile, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings with the levels of a profile, without those that are off where they stand."""
    for one in findings:
        found = level(profile, one.rule, one.span.path, one.level)
        if found == one.level:
            yield one
        elif found != OFF:
            yield replace(one, level=Level(found))


def meant(word: str, names: Collection[str]) -> str:
    """Return what may have been meant by the name of a rule that there is not: `did you mean 'link-dangling'?`."""
    return did_you_mean.hint(word, names, "`kg rules` lists those that there are")


def _fits(override: Override, path: str) -> bool:
    """Tell whether a path or a folder above it is meant."""
    steps = list(
        accumulate(path.encode("utf-8", "surrogateescape").split(b"/"), lambda above, step: above + b"/" + step)
    )
    deciding = (ignore_rules.deciding(override.patterns, one, folder=one != steps[-1]) for one in steps)
    return any(rule is not None and not rule.keeps for rule in deciding)


# ---- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """The rules that there are, and those with a threshold."""

    rules: frozenset[str]
    tunable: frozenset[str]


def shipped() -> list[str]:
    """Return the names of the profiles that ship."""
    return sorted(file.stem for file in (declared.folder("shapes") / "profiles").glob("*.toml"))


def _file(profile: str, saying: str = "", folder: Path | None = None) -> Path:
    own = (folder or Path()) / profile
    path = own if profile.endswith(".toml") else declared.folder("shapes") / "profiles" / f"{profile}.toml"
    if not path.is_file():
        names = ", ".join(shipped())
        raise KgError(f"{saying}unknown profile '{profile}'; use one of {names}, or the path of a .toml file")
    return path


def _of_file(path: Path, names: _Known, below: tuple[Path, ...]) -> Profile:
    """Return the profile in a file; `below` are the files that lead to it by what they extend."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: not TOML: {error}") from None
    return _over(_extended(path, table, names, (*below, path.resolve())), path, table, names)


def _extended(path: Path, table: Mapping[str, Any], names: _Known, below: tuple[Path, ...]) -> Profile:
    name = table.get("extends")
    if name is None:
        return Profile()
    if not isinstance(name, str):
        raise KgError(f"{path}: extends: expected the name of a profile or the path of a .toml file, found {name!r}")
    found = _file(name, f"{path}: extends: ", path.parent)
    if found.resolve() in below:
        raise KgError(f"{path}: extends: '{name}' leads back to this file; let one of them extend nothing")
    return _of_file(found, names, below)


def _over(below: Profile, path: Path, table: Mapping[str, Any], names: _Known) -> Profile:
    """Return a profile with what a file says laid over it."""
    kinds = (dict, dict, list, dict)
    levels, thresholds, overrides, habits = (
        table.get(key, kind()) for key, kind in zip(_TABLES[1:], kinds, strict=True)
    )
    fits = all(map(isinstance, (levels, thresholds, overrides, habits), kinds))
    if not fits or not set(table) <= set(_TABLES):
        raise KgError(f"{path}: {_EXPECTED}")
    _check_levels(f"{path}: levels", levels, names.rules)
    _check_thresholds(f"{path}: thresholds", thresholds, names.tunable)
    own = tuple(_override(f"{path}: override[{n}]", one, names.rules) for n, one in enumerate(overrides, 1))
    return Profile(
        {**below.levels, **levels},
        {**below.thresholds, **thresholds},
        (*below.overrides, *own),
        _habits(f"{path}: habits", habits, below.habits),
        below.promised | _promised(levels, own) if below.habits else frozenset(),
    )


def _habits(place: str, table: Mapping[str, Any], below: Habits | None) -> Habits | None:
    """Return what a profile asks of a habit; what a file leaves out is as in the one that it extends."""
    if not table:
        return below
    found = {"share": below.share, "least": below.least} if below else {}
    found |= table
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) and one >= 0 for one in found.values())
    if set(found) != {"share", "least"} or not numbers:
        raise KgError(f"{place}: expected share = the percent of the places that hold a rule, and least = how many do")
    return Habits(found["share"], found["least"])


def _promised(levels: Mapping[str, str], overrides: Iterable[Override]) -> frozenset[str]:
    """Return the rules to which a level is given: whoever names one wants to hear of it."""
    every = (levels, *(one.levels for one in overrides))
    return frozenset(rule for one in every for rule, said in one.items() if said != OFF)


def _override(place: str, table: Any, rules: frozenset[str]) -> Override:  # noqa: ANN401  # whatever TOML holds
    paths, levels = (table.get("paths"), table.get("levels")) if isinstance(table, dict) else (None, None)
    named = [one for one in paths if isinstance(one, str)] if isinstance(paths, list) else []
    if not named or named != paths or not isinstance(levels, dict) or set(table) != {"paths", "levels"}:
        raise KgError(f'{place}: expected paths = ["archive/**"] and a table [override.levels]')
    _check_levels(f"{place}.levels", levels, rules)
    patterns, faults = ignore_rules.read("", "\n".join(named).encode())
    for fault in faults:
        raise KgError(f"{place}.paths: {fault.message.removesuffix('; the line was passed over')}")
    return Override(tuple(patterns), levels)


def _check_levels(place: str, levels: Mapping[str, Any], rules: frozenset[str]) -> None:
    for rule, said in levels.items():
        if rule not in rules:
            raise KgError(f"{place}.{rule}: there is no such rule; {meant(rule, rules)}")
        if said not in (*Level, OFF):
            raise KgError(f"{place}.{rule}: unknown level '{said}'; use one of {', '.join(Level)}, {OFF}")


def _check_thresholds(place: str, thresholds: Mapping[str, Any], tunable: frozenset[str]) -> None:
    for rule, number in thresholds.items():
        if rule not in tunable:
            raise KgError(f"{place}.{rule}: no rule with a threshold; {meant(rule, tunable)}")
        if not isinstance(number, int | float) or isinstance(number, bool) or number < 0:
            raise KgError(f"{place}.{rule}: '{number}' is no number from 0")
