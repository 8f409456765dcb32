"""The two sides of a comparison: a generation, a git revision, a folder or a file, each opened as a store and read."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolution, RdfFormat, Store

from kg import mapping, revisions, sparql, store
from kg.compared import Item, Wiki
from kg.config import Config
from kg.dialect import Dialect
from kg.finding import KgError, Span
from kg.links import plain, spoken
from kg.revisions import Pages
from kg.store import Generation

_GENERATION = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Side:
    """
    One side of a comparison: what it is called, its quads and the base of their IRIs.

    `files` gives the name by which findings call a page where that is not its path in the wiki.
    """

    label: str
    quads: Store
    base: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Home:
    """Where sides are looked for: the store's folder, the wiki's root, and how its pages are read."""

    folder: Path
    root: Path
    config: Config
    dialect: Dialect
    base: str


def sides(home: Home, old: str | None, new: str | None) -> tuple[Side, Side, dict[str, str] | None]:
    """
    Return both sides of a comparison, and which pages are each other where only the user can know.

    Without `new`, a generation is compared with the current one and all else with the wiki's files as they are;
    without both, the current generation with the files. Raises KgError for what is no side.
    """
    if old is None:
        return _current(home), _files(home), None
    if new is None and not Path(old).exists() and (ends := revisions.parted(home.root, old)):
        return _revision(home, ends[0]), _revision(home, ends[1]), None
    kind = _kind(home, old)
    if new is None:
        if kind == "file":
            raise KgError(f"{old}: a file is compared with another file; name that one, too")
        return _side(home, kind, old), _current(home) if kind == "generation" else _files(home), None
    others = _kind(home, new)
    if "file" in (kind, others):
        if kind != others:
            raise KgError(f"{old} and {new}: a file is compared with another file, a wiki with another wiki")
        return _two_files(home, Path(old), Path(new))
    return _side(home, kind, old), _side(home, others, new), None


def _kind(home: Home, written: str) -> str:
    """Return what a user named: generation, folder, file or revision."""
    if _GENERATION.fullmatch(written):
        return "generation"
    path = Path(written)
    if not path.exists():
        return "revision"
    if "/" not in written and written != "." and revisions.is_revision(home.root, written):
        raise KgError(f"'{written}' is a file or folder and a git revision; write ./{written} or refs/heads/{written}")
    return "folder" if path.is_dir() else "file"


def _side(home: Home, kind: str, written: str) -> Side:
    match kind:
        case "generation":
            return _generation(home, int(written))
        case "folder":
            found = revisions.in_folder(Path(written), home.config.exclude, home.config.max_page_bytes)
            return _mapped(home, written, found)
        case _:
            return _revision(home, written)


def _current(home: Home) -> Side:
    return _opened(home, store.require(home.folder))


def _generation(home: Home, number: int) -> Side:
    generation = Generation(number, home.folder / "generations" / f"{number:06d}")
    if not (generation.folder / "manifest.json").is_file():
        kept = sorted(int(one.parent.name) for one in home.folder.glob("generations/*/manifest.json"))
        has = f"it keeps {', '.join(map(str, kept))}" if kept else "there is no store yet"
        raise KgError(f"no generation {number} in the store at {home.folder}; {has} (a folder is written ./{number})")
    return _opened(home, generation)


def _opened(home: Home, generation: Generation) -> Side:
    base = str(store.manifest(home.folder, generation)["base"])
    return Side(f"generation {generation.number}", store.open_reader(home.folder, generation), base)


def _files(home: Home) -> Side:
    found = revisions.in_folder(home.root, home.config.exclude, home.config.max_page_bytes)
    return _mapped(home, "the files", found)


def _revision(home: Home, revision: str) -> Side:
    found = revisions.at_revision(home.root, revision, home.config.exclude, home.config.max_page_bytes)
    return _mapped(home, revision, found)


def _two_files(home: Home, old: Path, new: Path) -> tuple[Side, Side, dict[str, str]]:
    """Return two files as two states of one page: of the newer one, where it lies in the wiki."""
    root, file = home.root.resolve(), new.resolve()
    path = file.relative_to(root).as_posix() if file.is_relative_to(root) else new.name
    path = path if path[-3:].lower() == ".md" else f"{path}.md"
    before, after = (
        replace(_mapped(home, str(one), revisions.in_file(one, path)), files={path: str(one)}) for one in (old, new)
    )
    return before, after, {path: path}


def _mapped(home: Home, label: str, found: Pages) -> Side:
    quads = Store()
    lines = mapping.mapped(found.pages, home.base, home.dialect, attachments=found.others)
    quads.bulk_load(input="".join(lines).encode(), format=RdfFormat.N_QUADS)
    return Side(label, quads, home.base)


def wiki(side: Side) -> Wiki:
    """Return what one side says."""
    return Wiki(
        pages=_pages(side),
        statements=_statements(side),
        links=tuple(_item(side, row, "link") for row in _rows(side, "links")),
        fields=tuple(_item(side, row, "field") for row in _rows(side, "fields")),
        sentences=tuple(_item(side, row, "sentence") for row in _rows(side, "sentences")),
    )


def _rows(side: Side, name: str) -> Iterable[QuerySolution]:
    return sparql.select(side.quads, sparql.declared_query(f"diff/{name}").text)


def _word(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, Literal | NamedNode) else ""


def _span(side: Side, row: QuerySolution) -> Span:
    path = _word(row, "path")
    return Span(side.files.get(path, path), int(_word(row, "line")), int(_word(row, "column")))


def relative(side: Side, iri: str) -> str:
    """Return an IRI without its base, so that two bases can be compared."""
    return iri.removeprefix(side.base)


def _pages(side: Side) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for row in _rows(side, "pages"):
        path = _word(row, "path")
        shown = Span(side.files.get(path, path), 1, 1)
        page = Item("page", path, shown, _word(row, "title"), iri=relative(side, _word(row, "topic")))
        found.setdefault(path, replace(page, key=_word(row, "digest")))
    return tuple(found.values())


def _statements(side: Side) -> tuple[Item, ...]:
    who: dict[str, list[str]] = defaultdict(list)
    for row in _rows(side, "voices"):
        who[_word(row, "statement")].append(relative(side, _word(row, "who")))
    found = (_statement(side, row, tuple(who.get(_word(row, "statement"), ()))) for row in _rows(side, "statements"))
    return tuple({item.iri: item for item in found}.values())


def _statement(side: Side, row: QuerySolution, who: tuple[str, ...]) -> Item:
    kind, said, markup = _word(row, "kind"), _word(row, "said"), _word(row, "markup")
    return Item(
        kind=kind,
        page=_word(row, "path"),
        span=_span(side, row),
        text=_word(row, "exact"),
        tag=_word(row, "tag").casefold(),
        said=_folded(said),
        voice=_folded(plain(said)),
        who=who,
        content=_folded((spoken if kind == "claim" else plain)(markup)),
        markup=_folded(markup),
        iri=_word(row, "statement"),
        key=_word(row, "key"),
        section=_word(row, "heading"),
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def _item(side: Side, row: QuerySolution, kind: str) -> Item:
    """Return a link, field or sentence."""
    item = Item(kind, _word(row, "path"), _span(side, row), "")
    match kind:
        case "link":
            anchor = f"#{row['anchor'].value}" if row["anchor"] else ""
            written = _word(row, "slug") + anchor
            target, failed = relative(side, _word(row, "target")), _broken(_word(row, "resolution"))
            item = replace(item, text=f"[[{written}]]", markup=written, inside=_word(row, "inside"))
            return replace(item, who=(target, failed), voice=failed or target.removeprefix("id/"))
        case "field":
            key, value = _word(row, "key"), _word(row, "value")
            space = "\n" if "\n" in value else " "
            return replace(item, text=f"{key}:{space}{value}", key=key, content=value)
        case _:
            said = _folded(_word(row, "markup"))
            return replace(item, text=_word(row, "markup"), markup=said, content=_folded(plain(said)))


def _broken(resolution: str) -> str:
    """Return how a link fails, nothing where it leads to a page."""
    return "" if resolution in ("strict", "lenient") else resolution
