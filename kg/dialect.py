"""Dialects: how a family of wikis spells its sections, grades, relations and front matter."""

import fnmatch
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kg import declared
from kg.finding import KgError
from kg.names import PREFIXES

ROLES = frozenset({"claims", "quotes", "connections", "contradictions", "related", "path"})
EPISTEMIC_TYPES = frozenset({"fact", "analysis", "forecast"})
RELATIONS = frozenset({"cites", "references", "contradicts", "defines"})
KINDS = frozenset({"Person", "Organization", "Product"})
PAGE_CLASSES = frozenset(
    {
        "Page", "SourcePage", "HubPage", "EntityPage", "ConceptPage", "NarrativePage", "OverviewPage",
        "ContradictionPage", "SynthesisPage", "TimelinePage", "TrailPage", "RootPage", "GeneratedPage",
    }
)  # fmt: skip
TOPIC_CLASSES = frozenset(
    {"Topic", "Source", "Entity", "Concept", "Cluster", "Contradiction", "Synthesis", "Timeline", "Trail"} | KINDS
)
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
    part = check.part(table)
    roles = {
        heading.casefold(): role
        for role, headings in check.table(part("sections"), ROLES, "sections").items()
        for heading in check.strings(headings, f"sections.{role}")
    }
    return Dialect(
        name=check.text(table.get("name", path.stem), "name"),
        digest=check.digest(table),
        grades=check.words(part("grades"), EPISTEMIC_TYPES, "grades"),
        relations=check.words(part("relations"), RELATIONS, "relations"),
        dashes=tuple(check.strings(part("separators").get("dash", ["—"]), "separators.dash")),
        roles=roles,
        types={word.casefold(): check.page_type(spec, word) for word, spec in part("types").items()},
        kinds=check.words(part("kinds"), KINDS, "kinds"),
        files=tuple(check.file(entry) for entry in check.many(table.get("files", []), "files")),
        fields={key: check.field(spec, key) for key, spec in part("fields").items()},
        abbreviations=frozenset(check.strings(part("sentences").get("abbreviations", []), "sentences.abbreviations")),
    )


class _Checker:
    """Says which key of a dialect file is wrong, and what would be right."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _fail(self, where: str, what: str) -> KgError:
        return KgError(f"{self._path}: {where}: {what}" if where else f"{self._path}: {what}")

    def digest(self, table: dict[str, Any]) -> str:
        """Return a digest of everything the dialect says."""
        said = json.dumps(table, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def part(self, table: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
        """Return a function that returns one table of the file, empty where it is not there."""

        def of(key: str) -> dict[str, Any]:
            value = table.get(key, {})
            if not isinstance(value, dict):
                raise self._fail(key, "expected a table")
            return value

        return of

    def keys(self, table: Any, known: Iterable[str], where: str) -> None:  # noqa: ANN401  # TOML, not yet checked
        """Refuse what is no table, and keys that are not known."""
        if not isinstance(table, dict):
            raise self._fail(where, "expected a table")
        for key in table:
            if key not in set(known):
                raise self._fail(where, f"unknown key '{key}'; use one of {', '.join(sorted(known))}")

    def table(self, table: Any, known: Iterable[str], where: str) -> dict[str, Any]:  # noqa: ANN401
        """Return a table whose keys are known."""
        self.keys(table, known, where)
        return dict(table)

    def text(self, value: Any, where: str, meanings: Iterable[str] = ()) -> str:  # noqa: ANN401
        """Return a text, one of `meanings` where there are any."""
        if not isinstance(value, str) or not value:
            raise self._fail(where, f"expected a text, found {value!r}")
        if meanings and value not in set(meanings):
            raise self._fail(where, f"unknown '{value}'; use one of {', '.join(sorted(meanings))}")
        return value

    def many(self, value: Any, where: str) -> list[Any]:  # noqa: ANN401
        """Return a list."""
        if not isinstance(value, list):
            raise self._fail(where, "expected a list")
        return value

    def strings(self, value: Any, where: str) -> list[str]:  # noqa: ANN401
        """Return a list of texts."""
        return [self.text(entry, where) for entry in self.many(value, where)]

    def words(self, table: dict[str, Any], meanings: Iterable[str], where: str) -> dict[str, str]:
        """Return words in lower case, each with one of the meanings."""
        return {word.casefold(): self.text(meaning, f"{where}.{word}", meanings) for word, meaning in table.items()}

    def page_type(self, spec: Any, word: str) -> PageType:  # noqa: ANN401
        """Return a page type."""
        where = f"types.{word}"
        self.keys(spec, {"page", "topic", "folder", "sections", "fields"}, where)
        return PageType(
            page=self.text(spec.get("page"), f"{where}.page", PAGE_CLASSES),
            topic=self.text(spec.get("topic"), f"{where}.topic", TOPIC_CLASSES),
            folder=self.text(spec.get("folder"), f"{where}.folder"),
            sections=tuple(self.strings(spec.get("sections", []), f"{where}.sections")),
            fields=tuple(self.strings(spec.get("fields", []), f"{where}.fields")),
        )

    def file(self, entry: Any) -> tuple[str, str]:  # noqa: ANN401
        """Return a pattern of paths and the class of the pages that fit it."""
        self.keys(entry, {"match", "page"}, "files")
        return self.text(entry.get("match"), "files.match"), self.text(entry.get("page"), "files.page", PAGE_CLASSES)

    def field(self, spec: Any, key: str) -> FieldType:  # noqa: ANN401
        """Return what a front matter key means."""
        where = f"fields.{key}"
        self.keys(spec, {"property", "of", "read"}, where)
        name = self.text(spec.get("property"), f"{where}.property")
        if name.partition(":")[0] not in PREFIXES or not name.partition(":")[2].isidentifier():
            raise self._fail(f"{where}.property", f"'{name}' has none of the prefixes {', '.join(PREFIXES)}")
        of = self.text(spec.get("of"), f"{where}.of", ("page", "topic"))
        return FieldType(name, of, self.text(spec.get("read"), f"{where}.read", READINGS))
