"""One page as a developer looks at it: its record with places, and its quads."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from kg.files import walk
from kg.ingest import fill_generation
from kg.map import in_memory
from kg.model.finding import Finding, KgError
from kg.model.page import Block, Page, Place, Section
from kg.model.records import dataclass
from kg.parse.parse_page import parse
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config

_HEAD = ("path", "front", "sections", "suppressions")


@dataclass(frozen=True, slots=True)
class Stand:
    """A page where it stands: its path below the root, and the wiki's pages, itself alone where it is in no wiki."""

    path: str
    pages: dict[str, bytes]
    attachments: tuple[str, ...]
    alone: bool


# ---- where it stands -------------------------------------------------------------------------------------------------


def stand(file: Path, root: Path | None, config: Config) -> Stand:
    """Return a file in the wiki at `root`, or alone where that has no such page; KgError for one that is no file."""
    if not file.exists():
        raise KgError(f"{file}: no such file; name a page")
    if not file.is_file():
        raise KgError(f"{file}: is no file; name a page")
    here = file.resolve()
    if root is not None and here.is_relative_to(root.resolve()):
        corpus = walk.walk(root, config.exclude, config.max_page_bytes)
        path = here.relative_to(root.resolve()).as_posix()
        if any(page.path == path for page in corpus.pages):
            pages = {page.path: walk.read(root, page)[1] for page in corpus.pages}
            return Stand(path, pages, tuple(fill_generation.attachments(corpus)), alone=False)
    return Stand(file.name, {file.name: file.read_bytes()}, (), alone=True)


# ---- its quads -------------------------------------------------------------------------------------------------------


def quads(page: Stand, config: Config, dialect: Dialect) -> bytes:
    """Return the quads that an ingest would write of a page, as sorted N-Quads."""
    return "".join(
        in_memory.one(page.pages, page.path, config.base, dialect, attachments=page.attachments)
    ).encode("utf-8", "backslashreplace")  # fmt: skip


# ---- its record ------------------------------------------------------------------------------------------------------


def record(page: Stand, dialect: Dialect) -> str:
    """Return what the parser makes of a page: a line for each part, with its place, and what was found."""
    parsed, findings = parse(page.pages[page.path], page.path, dialect)
    return "\n".join(_lines(parsed, findings)) + "\n"


def _lines(page: Page, findings: Iterable[Finding]) -> Iterator[str]:
    yield page.path
    yield f"  {_words(page, *_HEAD)}"
    for section in page.sections:
        yield _section(section)
        for block in section.blocks:
            yield from _block(block)
    for remark in page.suppressions:
        yield f"silences {_place(remark.place)}  {_words(remark, 'place')}"
    for finding in findings:
        yield f"finding {finding.span}: {finding.level}: {finding.message} [{finding.rule}]"


def _section(section: Section) -> str:
    return f"section {section.slug or '(head)'}  {_words(section, 'slug', 'blocks')}"


def _block(block: Block) -> Iterator[str]:
    words = _words(block, "kind", "place", "parts", "links", "sentences"), _words(block.parts)
    yield f"  {_place(block.place)}  {block.kind.value}  {' '.join(word for word in words if word)}"
    for link in block.links:
        yield f"    {_place(link.place)}  link  {_words(link, 'place')}"
    for sentence in block.sentences:
        yield f"    {_place(sentence.place)}  sentence  {sentence.markup!r}"


def _place(place: Place) -> str:
    return f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"


def _words(part: object, *without: str) -> str:
    """Return the fields of a record that say something, as `name=value`."""
    if not is_dataclass(part):
        return ""
    said = ((one.name, getattr(part, one.name), one.default) for one in fields(part) if one.name not in without)
    return " ".join(f"{name}={_value(value)}" for name, value, usual in said if not _is_silent(value, usual))


def _is_silent(value: object, usual: object) -> bool:
    return value == usual or value is None or value is False or value in ("", ())


def _value(value: object) -> str:
    if isinstance(value, Place):
        return _place(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return f"({_words(value)})" if is_dataclass(value) else repr(getattr(value, "value", value))
