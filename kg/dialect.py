"""Dialects: how a family of wikis spells its sections, grades, relations and front matter."""

import fnmatch
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kg import declared
from kg.finding import KgError

ROLES = frozenset({"claims", "quotes", "connections", "contradictions", "related", "path"})
EPISTEMIC_TYPES = frozenset({"fact", "analysis", "forecast"})
RELATIONS = frozenset({"cites", "references", "contradicts", "defines"})
READINGS = frozenset({"text", "date", "words", "pages", "url"})


@dataclass(frozen=True, slots=True)
class PageType:
    """What a page type means: classes of page and topic, its folder, and what a page of it must have."""

    page: str
    topic: str
    folder: str
    sections: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldType:
    """What a front matter key means: the property, whose it is (page or topic), and how its value is read."""

    property: str
    of: str
    read: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect; headings, grade and relation words are casefolded."""

    name: str
    digest: str
    grades: Mapping[str, str]
    relations: Mapping[str, str]
    dashes: tuple[str, ...]
    roles: Mapping[str, str]
    types: Mapping[str, PageType]
    kinds: Mapping[str, str]
    files: tuple[tuple[str, str], ...]
    fields: Mapping[str, FieldType]
    abbreviations: frozenset[str] = field(default=frozenset())

    def page_class(self, page_type: str, path: str) -> str:
        """Return the class of a page: by its type, else by the files table, else by its folder, else Page."""
        fits = (page for pattern, page in self.files if fnmatch.fnmatchcase(path, pattern))
        known = self.types.get(page_type) if page_type else None
        if known is None and not page_type:
            special = next(fits, "")
            if special:
                return special
            known = self.of_folder(path)
        return known.page if known else "Page"

    def of_folder(self, path: str) -> PageType | None:
        """Return the page type whose folder a page lies in, or None."""
        folder = path.rpartition("/")[0].rpartition("/")[2]
        return next((known for known in self.types.values() if known.folder == folder), None)


def available() -> list[str]:
    """Return the names of the dialects that ship."""
    return sorted(path.stem for path in declared.folder("dialects").glob("*.toml"))


@cache
def load(name: str) -> Dialect:
    """Return a dialect by its name or from a TOML file; raise KgError where it is unknown or not valid."""
    path = Path(name) if name.endswith(".toml") else declared.folder("dialects") / f"{name}.toml"
    if not path.is_file():
        raise KgError(f"unknown dialect '{name}'; use one of {', '.join(available())}, or the path of a .toml file")
    data = path.read_bytes()
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: not TOML: {error}") from None
    return _read(table, path)


def _read(table: dict[str, Any], path: Path) -> Dialect:
    check = _Checker(path)
    known = {"name", "grades", "relations", "separators", "sections", "types", "kinds", "files", "fields", "sentences"}
    check.keys(table, known, "")
    grades = check.words(table.get("grades", {}), EPISTEMIC_TYPES, "grades")
    relations = check.words(table.get("relations", {}), RELATIONS, "relations")
    roles = {
        heading.casefold(): role
        for role, headings in check.table(table.get("sections", {}), ROLES, "sections").items()
        for heading in check.strings(headings, f"sections.{role}")
    }
    types = {
        kind.casefold(): _page_type(spec)
        for kind, spec in check.records(table.get("types", {}), {"page", "topic", "folder"}, {"sections", "fields"})
    }
    fields = {
        key: FieldType(**spec)
        for key, spec in check.records(table.get("fields", {}), {"property", "of", "read"}, set())
    }
    check.readings(fields)
    return Dialect(
        name=str(table.get("name", path.stem)),
        digest=check.digest(table),
        grades=grades,
        relations=relations,
        dashes=tuple(check.strings(table.get("separators", {}).get("dash", ["—"]), "separators.dash")),
        roles=roles,
        types=types,
        kinds={str(k).casefold(): str(v) for k, v in table.get("kinds", {}).items()},
        files=tuple((entry["match"], entry["page"]) for entry in table.get("files", [])),
        fields=fields,
        abbreviations=frozenset(
            check.strings(table.get("sentences", {}).get("abbreviations", []), "sentences.abbreviations")
        ),
    )


def _page_type(spec: dict[str, Any]) -> PageType:
    sections, fields = tuple(spec.get("sections", ())), tuple(spec.get("fields", ()))
    return PageType(spec["page"], spec["topic"], spec["folder"], sections, fields)


class _Checker:
    """Says which key of a dialect file is wrong, and what would be right."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _fail(self, where: str, what: str) -> KgError:
        return KgError(f"{self._path}: {where}: {what}" if where else f"{self._path}: {what}")

    def digest(self, table: dict[str, Any]) -> str:
        """Return a digest of everything the dialect says."""
        import hashlib  # noqa: PLC0415  # only when a dialect is loaded
        import json  # noqa: PLC0415

        return hashlib.sha256(json.dumps(table, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]

    def keys(self, table: Any, known: set[str] | frozenset[str], where: str) -> None:  # noqa: ANN401
        if not isinstance(table, dict):
            raise self._fail(where, "expected a table")
        for key in table:
            if key not in known:
                raise self._fail(where, f"unknown key '{key}'; use one of {', '.join(sorted(known))}")

    def table(self, table: Any, known: frozenset[str], where: str) -> dict[str, Any]:  # noqa: ANN401
        self.keys(table, known, where)
        return dict(table)

    def strings(self, value: Any, where: str) -> list[str]:  # noqa: ANN401
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
            raise self._fail(where, "expected a list of texts")
        return value

    def words(self, table: Any, meanings: frozenset[str], where: str) -> dict[str, str]:  # noqa: ANN401
        if not isinstance(table, dict):
            raise self._fail(where, "expected a table of word = meaning")
        for word, meaning in table.items():
            if meaning not in meanings:
                raise self._fail(f"{where}.{word}", f"unknown '{meaning}'; use one of {', '.join(sorted(meanings))}")
        return {word.casefold(): meaning for word, meaning in table.items()}

    def records(self, table: Any, needed: set[str], more: set[str]) -> list[tuple[str, dict[str, Any]]]:  # noqa: ANN401
        if not isinstance(table, dict):
            raise self._fail("", "expected tables")
        for name, spec in table.items():
            self.keys(spec, needed | more, name)
            for key in sorted(needed - set(spec)):
                raise self._fail(name, f"'{key}' is missing")
        return list(table.items())

    def readings(self, fields: dict[str, FieldType]) -> None:
        for key, spec in fields.items():
            if spec.read not in READINGS:
                raise self._fail(
                    f"fields.{key}.read", f"unknown '{spec.read}'; use one of {', '.join(sorted(READINGS))}"
                )
            if spec.of not in ("page", "topic"):
                raise self._fail(f"fields.{key}.of", f"unknown '{spec.of}'; use page or topic")
