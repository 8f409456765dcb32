"""Dialects: how a family of wikis spells its sections, grades, relations, links and front matter."""

import fnmatch
import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from kg.model import declared
from kg.model.finding import KgError
from kg.model.grades import GRADES
from kg.model.records import dataclass
from kg.rdf.names import PREFIXES
from kg.settings import claim_form, figure_words, link_style
from kg.settings.claim_form import ClaimForm
from kg.settings.figure_words import FigureWords
from kg.settings.kg_toml import AUTO
from kg.settings.link_style import LinkStyle
from kg.settings.toml_checker import Checker

ROLES = frozenset({"claims", "quotes", "connections", "contradictions", "related", "path"})
EPISTEMIC_TYPES = frozenset(GRADES)
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
SPEAKERS = frozenset({"slot", "link", "none"})
CONNECTION_FORMS = frozenset({"colon", "bold", "arrow", "bare"})
BUNDLES = frozenset({"none", "okf"})
_TABLES = frozenset(
    {
        "grades", "relations", "separators", "sections", "types", "kinds", "files", "fields", "sentences", "claims",
        "quotes", "connections", "contradictions", "namespaces", "links", "figures",
    }
)  # fmt: skip
_KEYS = _TABLES | {"name", "extends", "instead", "profile", "unknown_type", "bundle"}
_DEEPEST = 8
# What stands between a dialect's name and what was added to it, and the key of the family there: no prefix of a link
# has a colon.
_ADDED, _LINKS = "?", ":links"
# The links as the dialect itself has them, whatever family the wiki seems to be of.
OWN_LINKS = "dialect"


@dataclass(frozen=True, slots=True)
class PageType:
    """What a page type means: classes of page and topic, its folders, and what a page of it must have."""

    page: str
    topic: str
    folder: str
    folders: tuple[str, ...] = ()
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
    """
    One dialect; headings, grade, certainty and relation words, type words and prefixes of links are casefolded.

    `source` is what `load` was called with. Of the `claim_forms` the one that finds the most parts counts;
    `grade_field` is the front matter key with the grade of every claim that has none of its own, or empty. `speaker`
    says whom a quote's attribution names: whoever stands there (slot), only a linked page (link), nobody (none).
    `none_forms` are patterns of items that deny a contradiction, `position_headings` the headings over the positions on
    the page of one, casefolded; `name_endings` stand behind a comma and are part of a
    name, casefolded and without full stop. `bundle` is okf where the front matter says sources, trust and times as the
    Open Knowledge Format has them, else none.
    """

    name: str
    source: str
    digest: str
    profile: str
    grades: Mapping[str, str]
    certainties: frozenset[str]
    claim_forms: tuple[ClaimForm, ...]
    grade_field: str
    speaker: str
    relations: Mapping[str, str]
    connection_forms: frozenset[str]
    dashes: tuple[str, ...]
    name_endings: frozenset[str]
    roles: Mapping[str, str]
    none_forms: tuple[str, ...]
    position_headings: frozenset[str]
    types: Mapping[str, PageType]
    unknown_type: str
    bundle: str
    kinds: Mapping[str, str]
    files: tuple[tuple[str, str], ...]
    fields: Mapping[str, FieldType]
    abbreviations: frozenset[str]
    namespaces: Mapping[str, str]
    links: LinkStyle
    figures: FigureWords

    def page_class(self, page_type: str, path: str) -> str:
        """Return the class of a page: by its type, else by the files table, else by its folder, else Page."""
        special = "" if page_type in self.types else self._special(page_type, path)
        known = None if special else self.type_of(page_type, path)
        return special or (known.page if known else "Page")

    def _special(self, page_type: str, path: str) -> str:
        if page_type and self.unknown_type == "page":
            return "Page"
        return next((page for pattern, page in self.files if fnmatch.fnmatchcase(path, pattern)), "")

    def type_of(self, page_type: str, path: str) -> PageType | None:
        """Return what a page is: by its type's word, else (without one, or where the dialect says so) its folder."""
        known = self.types.get(page_type) if page_type else None
        if known or (page_type and self.unknown_type == "page"):
            return known
        return self.of_folder(path)

    def of_folder(self, path: str) -> PageType | None:
        """Return the page type of the nearest folder above a page that has one, or None."""
        for folder in reversed(path.split("/")[:-1]):
            for known in self.types.values():
                if folder == known.folder or folder.casefold() in known.folders:
                    return known
        return None

    def topic_class(self, page_type: str, path: str, kind: str) -> str:
        """Return the class of what a page is about; `kind` tells entities apart."""
        page = self.page_class(page_type, path)
        known = self.type_of(page_type, path)
        if known is None or known.page != page:
            known = next((known for known in self.types.values() if known.page == page), None)
        if known is None:
            return "Topic"
        return self.kinds.get(kind, known.topic) if known.topic == "Entity" else known.topic

    def denies(self, text: str) -> bool:
        """Tell whether an item under Contradictions, without its markup, says that there is none."""
        said = " ".join(text.casefold().replace("*", "").replace("_", " ").split()).strip(" .。!！(（)）")
        return any(fnmatch.fnmatchcase(said, form) for form in self.none_forms)


def available() -> list[str]:
    """Return the names of the dialects that ship."""
    return sorted(path.stem for path in declared.folder("dialects").glob("*.toml"))


@cache
def load(name: str) -> Dialect:
    """Return a dialect by its name or from a TOML file; raise KgError where it is unknown or not valid."""
    named, _, added = name.partition(_ADDED)
    own, seen = ("generic", named) if named in link_style.families() else (named, "")
    table, path = _merged(own, None, 0)
    spaces = dict(parse_qsl(added, keep_blank_values=True))
    family = spaces.pop(_LINKS, "") or seen
    if family:
        table = _over(table, _family(family))
    if spaces:
        table = _over(table, {"namespaces": spaces})
    return _read(table, path, name)


def spelled(name: str, links: str, namespaces: Mapping[str, str]) -> str:
    """Return what `load` reads as a dialect with the links of a family (empty: its own) and these namespaces."""
    said = ([(_LINKS, links)] if links else []) + sorted(namespaces.items())
    return f"{name}{_ADDED}{urlencode(said)}" if said else name


def unspelled(source: str) -> tuple[str, str, dict[str, str]]:
    """Return the name, the family of links and the namespaces that `spelled` made a source of."""
    name, _, added = source.partition(_ADDED)
    spaces = dict(parse_qsl(added, keep_blank_values=True))
    return name, spaces.pop(_LINKS, ""), spaces


def _family(name: str) -> dict[str, Any]:
    known = link_style.families()
    if name == OWN_LINKS:
        return {}
    own, _, days = name.partition(":")  # logseq:yyyy-MM-dd: how the days of journals are written
    if own not in known or (days and "file_names" not in link_style.family(own).get("links", {})):
        raise KgError(f"links: unknown family '{name}'; use one of {', '.join([AUTO, OWN_LINKS, *known])}")
    tables = dict(link_style.family(own))
    return {**tables, "links": {**tables["links"], "journals": days}} if days else tables


def _merged(name: str, beside: Path | None, depth: int) -> tuple[dict[str, Any], Path]:
    """Return the tables of a dialect over those of the one that it extends, and its file."""
    path = _file(name, beside)
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: not TOML: {error}") from None
    check = Checker(path)
    check.keys(table, _KEYS, "")
    instead = check.strings(table.pop("instead", []), "instead", _TABLES)
    above = table.pop("extends", None)
    if above is None:
        return table, path
    if depth == _DEEPEST:
        raise check.fail("extends", "the dialects extend one another in a circle, or more than 8 deep")
    inherited, _ = _merged(check.text(above, "extends"), path.parent, depth + 1)
    kept = {key: value for key, value in inherited.items() if key not in instead and key != "name"}
    return _over(kept, table), path


def _file(name: str, beside: Path | None) -> Path:
    path = declared.folder("dialects") / f"{name}.toml"
    if name.endswith(".toml"):
        path = beside / name if beside else Path(name)
    if not path.is_file():
        raise KgError(f"unknown dialect '{name}'; use one of {', '.join(available())}, or the path of a .toml file")
    return path


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return two tables as one: tables are merged, anything else is the upper one's where it has it."""
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = _over(below[key], value) if both else value
    return merged


def _read(table: dict[str, Any], path: Path, source: str) -> Dialect:
    check = Checker(path)
    claims = check.keys(check.part(table, "claims"), {"forms", "certainties", "grade_field"}, "claims")
    quotes = check.keys(check.part(table, "quotes"), {"speaker"}, "quotes")
    denials = check.keys(check.part(table, "contradictions"), {"none", "positions"}, "contradictions")
    connections = check.keys(check.part(table, "connections"), {"forms"}, "connections")
    separators = check.keys(check.part(table, "separators"), {"dash", "name_endings"}, "separators")
    forms = check.strings(claims.get("forms", ["⟨[{grade}] ⟩⟨{claimant} — ⟩{text}"]), "claims.forms")
    return Dialect(
        name=check.text(table.get("name", path.stem), "name"),
        source=source,
        digest=_digest(table),
        profile=check.text(table.get("profile", "newsroom"), "profile"),
        grades=check.words(check.part(table, "grades"), EPISTEMIC_TYPES, "grades"),
        certainties=frozenset(w.casefold() for w in check.strings(claims.get("certainties", []), "claims.certainties")),
        claim_forms=tuple(_form(check, form) for form in forms),
        grade_field=check.text(claims["grade_field"], "claims.grade_field") if "grade_field" in claims else "",
        speaker=check.text(quotes.get("speaker", "slot"), "quotes.speaker", SPEAKERS),
        relations=check.words(check.part(table, "relations"), (), "relations"),
        connection_forms=frozenset(
            check.strings(connections.get("forms", ["colon", "bold", "arrow"]), "connections.forms", CONNECTION_FORMS)
        ),
        dashes=tuple(check.strings(separators.get("dash", ["—"]), "separators.dash")),
        name_endings=frozenset(
            ending.casefold() for ending in check.strings(separators.get("name_endings", []), "separators.name_endings")
        ),
        roles=_roles(check, check.part(table, "sections")),
        none_forms=tuple(f.casefold() for f in check.by_language(denials.get("none", []), "contradictions.none")),
        position_headings=_headings(check, denials.get("positions", [])),
        types=_types(check, check.part(table, "types")),
        unknown_type=check.text(table.get("unknown_type", "page"), "unknown_type", ("page", "folder")),
        bundle=check.text(table.get("bundle", "none"), "bundle", BUNDLES),
        kinds=check.words(check.part(table, "kinds"), KINDS, "kinds"),
        files=tuple(_special_file(check, entry) for entry in check.many(table.get("files", []), "files")),
        fields=_fields(check, check.part(table, "fields")),
        abbreviations=_abbreviations(check, table),
        namespaces=_namespaces(check, check.part(table, "namespaces")),
        links=link_style.read(check, check.part(table, "links")),
        figures=figure_words.figures(check, check.part(table, "figures")),
    )


def _headings(check: Checker, value: object) -> frozenset[str]:
    return frozenset(name.casefold() for name in check.by_language(value, "contradictions.positions"))


def _digest(table: dict[str, Any]) -> str:
    """Return a digest of everything that a dialect says, and in which order."""
    said = json.dumps(table, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _form(check: Checker, form: str) -> ClaimForm:
    try:
        return claim_form.read(form)
    except ValueError as error:
        raise check.fail("claims.forms", f"'{form}': {error}") from None


def _abbreviations(check: Checker, table: dict[str, Any]) -> frozenset[str]:
    sentences = check.keys(check.part(table, "sentences"), {"abbreviations"}, "sentences")
    return frozenset(check.by_language(sentences.get("abbreviations", []), "sentences.abbreviations"))


def _roles(check: Checker, table: dict[str, Any]) -> dict[str, str]:
    roles: dict[str, str] = {}
    for role, headings in check.keys(table, ROLES, "sections").items():
        for heading in check.by_language(headings, f"sections.{role}"):
            name = heading.casefold()
            if roles.setdefault(name, role) != role:
                raise check.fail(f"sections.{role}", f"'{heading}' is a heading of {roles[name]} already; keep one")
    return roles


def _types(check: Checker, table: dict[str, Any]) -> dict[str, PageType]:
    types: dict[str, PageType] = {}
    synonyms: dict[str, PageType] = {}
    for word, spec in table.items():
        where = f"types.{word}"
        check.keys(spec, {"page", "topic", "folder", "folders", "words", "sections", "fields"}, where)
        known = PageType(
            page=check.text(spec.get("page"), f"{where}.page", PAGE_CLASSES),
            topic=check.text(spec.get("topic"), f"{where}.topic", TOPIC_CLASSES),
            folder=check.text(spec["folder"], f"{where}.folder") if "folder" in spec else "",
            folders=tuple(f.casefold() for f in check.strings(spec.get("folders", []), f"{where}.folders")),
            sections=tuple(check.strings(spec.get("sections", []), f"{where}.sections")),
            fields=tuple(check.strings(spec.get("fields", []), f"{where}.fields")),
        )
        types[word.casefold()] = known
        synonyms |= {more.casefold(): known for more in check.strings(spec.get("words", []), f"{where}.words")}
    return types | {word: known for word, known in synonyms.items() if word not in types}


def _special_file(check: Checker, entry: Any) -> tuple[str, str]:  # noqa: ANN401  # TOML, not yet checked
    check.keys(entry, {"match", "page"}, "files")
    return check.text(entry.get("match"), "files.match"), check.text(entry.get("page"), "files.page", PAGE_CLASSES)


def _fields(check: Checker, table: dict[str, Any]) -> dict[str, FieldType]:
    fields: dict[str, FieldType] = {}
    for key, spec in table.items():
        where = f"fields.{key}"
        check.keys(spec, {"property", "of", "read", "keys"}, where)
        name = check.text(spec.get("property"), f"{where}.property")
        prefix, _, local = name.partition(":")
        if prefix not in PREFIXES or not local.isidentifier():
            raise check.fail(f"{where}.property", f"'{name}' has none of the prefixes {', '.join(PREFIXES)}")
        of = check.text(spec.get("of"), f"{where}.of", ("page", "topic"))
        known = FieldType(name, of, check.text(spec.get("read"), f"{where}.read", READINGS))
        fields |= dict.fromkeys([key, *check.strings(spec.get("keys", []), f"{where}.keys")], known)
    return fields


def _namespaces(check: Checker, table: dict[str, Any]) -> dict[str, str]:
    """Return the prefixes of links, each with the folder it stands for; an empty one only drops the prefix."""
    for prefix, folder in table.items():
        if not isinstance(folder, str):
            raise check.fail(f"namespaces.{prefix}", f"expected the folder that it stands for, found {folder!r}")
    return {prefix.casefold(): folder for prefix, folder in table.items()}
