"""kg.toml: where the wiki is, what its IRIs start with, and how it is read."""

import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf.names import DEFAULT_BASE, PREFIXES
from kg.settings import endpoint_settings, import_limits
from kg.settings.endpoint_settings import EndpointSettings
from kg.settings.import_limits import ImportLimits

FILE_NAME = "kg.toml"
AUTO = "auto"
_KEYS = {
    "wiki": str, "base": str, "dialect": str, "links": str, "namespaces": dict, "prefixes": dict,
    "profile": str, "baseline": str, "queries": str, "pages": dict, "exclude": list, "max_page_bytes": int,
    "store": dict, "imports": dict,
}  # fmt: skip
_RULES = ("levels", "thresholds", "override", "habits")  # as in a profile, which says what is wrong with them
_PAGE_KEYS = {"folder": str, "write": list}
_STORE_KEYS = {"keep": int, "keep_days": int, "max_shrink": int, **endpoint_settings.KEYS}
_IRI = r"[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9.-]+(?::[0-9]+)?/(?:(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*/)?"
_PREFIX = r"[A-Za-z](?:[\w.-]*[\w-])?|"
_SPACE = r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*"
MAX_PAGE_BYTES = 20_000_000
KEEP = 10
MAX_SHRINK = 20


@dataclass(frozen=True, slots=True)
class Config:
    """
    What kg.toml says, with the defaults where it says nothing; `file` is None where there is none.

    `dialect` "auto" is the one that fits the wiki; so is `links`, the family that writes them, and None for
    `namespaces`; `prefixes` are known in queries beside ours; an empty `profile` is that of the dialect; `rules` are
    the tables that are laid over the profile, unread, `baseline` is the file of known findings, `queries` the folder of
    the user's own queries, `page_folder` that of their kinds of pages, `page_kinds` are the kinds that are written,
    `imports` the limits of foreign graphs, and `endpoint` is the store of somebody else that is published to.
    """

    file: Path | None = None
    wiki: Path | None = None
    base: str = DEFAULT_BASE
    dialect: str = AUTO
    links: str = AUTO
    namespaces: Mapping[str, str] | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    profile: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    baseline: Path | None = None
    queries: Path | None = None
    page_folder: Path | None = None
    page_kinds: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_page_bytes: int = MAX_PAGE_BYTES
    keep: int = KEEP
    keep_days: int = 0
    max_shrink: float = MAX_SHRINK
    imports: ImportLimits = ImportLimits()
    endpoint: EndpointSettings | None = None

    @property
    def store(self) -> Path:
        """The store's default place: `.kg` beside kg.toml, else in the current folder."""
        return (self.file.parent if self.file else Path()) / ".kg"


def find(explicit: Path | None, wiki: Path | None) -> Path | None:
    """Return the kg.toml that holds: the one named, else that in or above the wiki, else the current folder's."""
    if explicit is not None:
        if not explicit.is_file():
            raise KgError(f"{explicit}: no such file; `kg init` writes one")
        return explicit
    folders = [Path()]
    if wiki is not None:
        folders = [wiki, wiki.absolute().parent] if wiki.name == "wiki" else [wiki]
    return next((folder / FILE_NAME for folder in folders if (folder / FILE_NAME).is_file()), None)


def load(file: Path | None) -> Config:
    """Return the configuration in a file, or the defaults for None; raise KgError where a key or value is wrong."""
    if file is None:
        return Config()
    import tomllib  # only where there is a file to read

    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KgError(f"{file}: not TOML: {error}") from None
    own = {key: table.pop(key) for key in _RULES if key in table}
    for key, value in table.items():
        _check(file, key, value, _KEYS | dict.fromkeys(_RULES, dict))
    endpoint_settings.refuse_secrets(file, table.get("store", {}))
    pages, kept = _part(file, table, "pages", _PAGE_KEYS), _part(file, table, "store", _STORE_KEYS)
    base = str(table.get("base", DEFAULT_BASE))
    if not re.fullmatch(_IRI, base):
        raise KgError(f"{file}: base: '{base}' is no IRI ending in '/'; write for example https://example.org/wiki/")
    return Config(
        file=file,
        wiki=file.parent / table["wiki"] if "wiki" in table else None,
        base=base,
        dialect=_beside(file, str(table.get("dialect", AUTO))),
        links=str(table.get("links", AUTO)),
        namespaces=_namespaces(file, table["namespaces"]) if "namespaces" in table else None,
        prefixes=_prefixes(file, table.get("prefixes", {})),
        profile=_beside(file, str(table.get("profile", ""))),
        rules=own,
        baseline=file.parent / table["baseline"] if "baseline" in table else None,
        queries=file.parent / table["queries"] if "queries" in table else None,
        page_folder=file.parent / pages["folder"] if "folder" in pages else None,
        page_kinds=tuple(pages.get("write", ())),
        exclude=tuple(table.get("exclude", ())),
        max_page_bytes=table.get("max_page_bytes", MAX_PAGE_BYTES),
        keep=kept.get("keep", KEEP),
        keep_days=kept.get("keep_days", 0),
        max_shrink=kept.get("max_shrink", MAX_SHRINK),
        imports=ImportLimits(**_part(file, table, "imports", import_limits.KEYS)),
        endpoint=endpoint_settings.of(file, kept),
    )


def _part(file: Path, table: Mapping[str, Any], name: str, types: Mapping[str, type]) -> dict[str, Any]:
    """Return a table within the file, checked."""
    part: dict[str, Any] = table.get(name, {})
    for key, value in part.items():
        _check(file, f"{name}.{key}", value, {f"{name}.{one}": kind for one, kind in types.items()})
    return part


def _check(file: Path, key: str, value: object, types: Mapping[str, type]) -> None:
    expected = types.get(key)
    if expected is None:
        raise KgError(f"{file}: unknown key '{key}'; use one of {', '.join(types)}")
    listed = isinstance(value, list) and all(isinstance(one, str) for one in value)
    if not isinstance(value, expected) or isinstance(value, bool) or (expected is list and not listed):
        words = {str: "a text", list: "a list of texts", int: "a number", dict: "a table"}[expected]
        raise KgError(f"{file}: {key}: expected {words}, found {value!r}")
    least = 0 if key.startswith("store.") else 1
    if (isinstance(value, int) and value < least) or (isinstance(value, str) and "\0" in value):
        raise KgError(f"{file}: {key}: {value!r} cannot be used here")


def _namespaces(file: Path, table: Mapping[str, Any]) -> dict[str, str]:
    for prefix, folder in table.items():
        if not isinstance(folder, str):
            raise KgError(f"{file}: namespaces.{prefix}: expected the folder that it stands for, found {folder!r}")
    return {prefix.casefold(): folder for prefix, folder in table.items()}


def _prefixes(file: Path, table: Mapping[str, Any]) -> dict[str, str]:
    for prefix, space in table.items():
        if prefix in PREFIXES:
            raise KgError(f"{file}: prefixes.{prefix}: is {PREFIXES[prefix]} in every query; take another name")
        if not isinstance(space, str) or not re.fullmatch(_SPACE, space):
            raise KgError(
                f"{file}: prefixes.{prefix}: expected an IRI such as https://example.org/ns#, found {space!r}"
            )
        if not re.fullmatch(_PREFIX, prefix):
            raise KgError(f"{file}: prefixes.{prefix}: '{prefix}' is no prefix; write letters and digits, as in ex")
    return dict(table)


def _beside(file: Path, name: str) -> str:
    """Return a name of ours as it is, and the path of a .toml file relative to kg.toml."""
    return str(file.parent / name) if name.endswith(".toml") else name
