"""Recognize: which dialect a wiki is written in, with the evidence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import field

from kg.files import walk
from kg.files.walk import Corpus
from kg.model.page import Block, Kind, Page
from kg.model.records import dataclass
from kg.operations.recognize_bundle import BundleSigns
from kg.parse.parse_page import parse
from kg.settings import dialect

_LOOKED_AT = 400
_H2 = 2
_MARKED_SHARE = 0.1
_SECTION_SHARE = 0.05
_NEWSROOM_TYPES = frozenset({"contradiction", "timeline", "trail"})
_NEWSROOM_KINDS = frozenset({"person", "org", "product"})
_STATED = frozenset({"claims", "quotes", "connections", "contradictions"})


@dataclass(frozen=True, slots=True)
class Recognized:
    """The dialect that fits a wiki, what speaks for it, and the page types that were seen, each with its count."""

    dialect: str
    evidence: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(slots=True)
class _Signs:
    """What was seen on the pages."""

    pages: int = 0
    marked: int = 0
    stating: int = 0
    signs: Counter[str] = field(default_factory=Counter)
    headings: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    bundle: BundleSigns = field(default_factory=BundleSigns)


def recognize(corpus: Corpus) -> Recognized:
    """Return the dialect in which most of a wiki makes sense; of a large wiki every n-th page is looked at."""
    step = -(-len(corpus.pages) // _LOOKED_AT)
    generic = dialect.load("generic")
    seen = _Signs()
    root = [file for index, file in enumerate(corpus.pages) if index % step and file.path == "index.md"]
    for file in [*corpus.pages[::step], *root]:
        try:
            _, data = walk.read(corpus.root, file)
        except walk.UnreadError:
            continue  # the ingest that follows says so
        _look(seen, parse(data, file.path, generic)[0])
    if evidence := seen.bundle.evidence():
        return Recognized("okf", tuple(evidence), tuple(_counted(seen.types)))
    name, signs = "generic", Counter({"pages without a section that states something": seen.pages})
    if seen.marked >= max(1, seen.pages * _MARKED_SHARE):
        name, signs = "newsroom", seen.signs
    elif seen.stating >= max(1, seen.pages * _SECTION_SHARE):
        name, signs = "llm-wiki-agent", seen.headings
    elif faint := seen.bundle.faint_evidence():
        return Recognized("okf", tuple(faint), tuple(_counted(seen.types)))
    return Recognized(name, tuple(_counted(signs)), tuple(_counted(seen.types)))


def _look(tally: _Signs, page: Page) -> None:
    signs = list(_newsroom_signs(page))
    roles = {section.role for section in page.sections} & _STATED
    tally.pages += 1
    tally.types[page.page_type or "without a type"] += 1
    tally.marked += bool(signs)
    tally.stating += bool(roles)
    tally.bundle.look(page)
    tally.signs.update(signs)
    stating = (section.title for section in page.sections if section.role in _STATED and section.level == _H2)
    tally.headings.update(f"sections '{title}'" for title in stating)


def _newsroom_signs(page: Page) -> Iterable[str]:
    """Yield what only pages of the newsroom have."""
    if page.page_type in _NEWSROOM_TYPES and page.path.split("/")[-2:-1] == [f"{page.page_type}s"]:
        yield "pages of the type " + page.page_type
    blocks = [block for section in page.sections for block in section.blocks]
    if any(block.kind is Kind.MARKER for block in blocks):
        yield "pages with AUTO blocks"
    if any(_field(block, "kind") in _NEWSROOM_KINDS for block in blocks) and page.page_type == "entity":
        yield "entities with a kind"
    if any(_field(block, "scraped") for block in blocks):
        yield "pages with a date of scraping"
    grades = dialect.load("newsroom").grades
    if any(block.kind is Kind.CLAIM and (block.parts.grade or "").casefold() in grades for block in blocks):
        yield "pages with graded claims"
    relations = dialect.load("newsroom").relations
    if page.page_type == "source" and any(
        block.kind is Kind.CONNECTION and (block.parts.relation or "").casefold() in relations for block in blocks
    ):
        yield "sources with typed connections"


def _field(block: Block, key: str) -> str:
    if block.kind is not Kind.FIELD or block.parts.key != key:
        return ""
    return " ".join(value.text for value in block.parts.values)


def _counted(counts: Counter[str]) -> list[str]:
    """Return what was seen with its count, most frequent first."""
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
    return [f"{number} {name}" for name, number in most]
