"""Rendered copies: a page as a reader sees it, text or HTML, back to the Markdown that it was made from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from kg.files.text import decode
from kg.links.wikilinks import find
from kg.model.finding import Finding, Level, Span
from kg.model.records import dataclass
from kg.rdf.names import without_suffix
from kg.restore import link_slots, relink, text_page
from kg.restore.blocks import Piece, Shape, markdown
from kg.restore.lexicon import Lexicon, Name, group, heading_key, sort_of
from kg.restore.link_slots import Form
from kg.restore.relink import Doubt, Habit
from kg.settings.dialect import Dialect, PageType

_SUFFIX = re.compile(r"(\.rendered|\.txt|\.text|\.html?|\.md)+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Restored:
    """A page restored from a copy: its path in the wiki, its body as Markdown, its links, and what is not known."""

    path: str
    body: str
    links: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Wiki:
    """What a copy is held against: how the wiki is written, its names, and what pages like this one have in them."""

    dialect: Dialect
    lexicon: Lexicon = field(default_factory=Lexicon)
    texts: Sequence[Sequence[str]] = ()


def place(headings: Iterable[str], text: str, dialect: Dialect) -> str:
    """Return the path of a page in a wiki: the folder by its sections, the file name by the name of its copy."""
    known = _type(headings, dialect)
    name = _SUFFIX.sub("", without_suffix(text.replace("\\", "/").rpartition("/")[2])) or "page"
    return f"{known.folder}/{name}.md" if known and known.folder else f"{name}.md"


def restore(data: bytes, text: str, path: str, wiki: Wiki) -> Restored:
    """Return the page at `path` of which `data` is a copy as text; any bytes have one. `text` stands in findings."""
    dialect, lexicon = wiki.dialect, wiki.lexicon
    lines = list(text_page.cells(line.text for line in decode(data).lines))
    page_class = dialect.page_class("", path)
    known_type = type_of(dialect, path)
    like = group(path, dialect)
    known = text_page.headings(dialect, lexicon, like, page_class)
    copy = text_page.read(lines, known)
    pieces = list(copy.pieces)
    if copy.title and (copy.titled or like in lexicon.titled) and pieces:
        pieces.insert(0, Piece(Shape.HEADING, copy.title, copy.title_line, 1, 1))
    habit = relink.learned(lexicon, wiki.texts, _habit(page_class))
    form = Form(relink.linker(lexicon, path, habit, known.levels), dialect, page_class)
    form = Form(relink.linker(_with_own(lexicon, form, pieces), path, habit, known.levels), dialect, page_class)
    findings = [*front(text, copy.title, copy.title_line, known_type, dialect), *frame(text, copy.dropped)]
    findings += [placed(text, line, 1, doubt) for line, doubt in copy.doubts]
    made, links, doubts = linked(form, pieces, text)
    if not made:
        findings.append(nothing(text))
    return Restored(path, markdown(made, lexicon, like), links, tuple(sorted({*findings, *doubts})))


def _habit(page_class: str) -> Habit:
    """Return the newsroom's habit where no page shows one: its sources name things plainly, its other pages link."""
    other = page_class != "SourcePage"
    return Habit(first=other, later=other)


def _with_own(lexicon: Lexicon, form: Form, pieces: Sequence[Piece]) -> Lexicon:
    """Return the lexicon with the names that slots of this page's lines link and that no page has."""
    stems = dict(lexicon.stems)
    for piece in pieces:
        for link in find(link_slots.relinked(form, piece).text):
            stems.setdefault(link.slug, Name(link.slug, sort=sort_of(link.slug, "")))
    return replace(lexicon, stems=stems)


def linked(form: Form, pieces: Sequence[Piece], text: str) -> tuple[list[Piece], int, list[Finding]]:
    """Return blocks with their links put back, how many those are, and what is a guess or was left."""
    made: list[Piece] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    links = 0
    for piece in pieces:
        result = link_slots.relinked(form, piece)
        links += result.links
        made.append(replace(piece, text=result.text))
        for doubt in result.doubts:
            # One word left as text is said once: it says the same of every place where it stands.
            if doubt.rule != "rendered-name" or doubt.message not in seen:
                findings.append(_of_piece(text, piece, doubt))
            seen.add(doubt.message)
    return made, links, findings


def _of_piece(text: str, piece: Piece, doubt: Doubt) -> Finding:
    above = piece.text[: doubt.start].count("\n")
    start = doubt.start - (piece.text.rfind("\n", 0, doubt.start) + 1 if above else 0)
    size = doubt.end - doubt.start
    return placed(
        text,
        piece.line + above,
        1 if above else piece.column,
        Doubt(start, start + size, doubt.rule, doubt.message, doubt.level),
    )


def placed(text: str, line: int, column: int, doubt: Doubt) -> Finding:
    """Return a doubt about a text that starts at a place of a copy as a finding there."""
    span = Span(text, line, column + doubt.start, line, column + doubt.end)
    return Finding(span, doubt.rule, doubt.message, doubt.level)


def front(text: str, title: str, line: int, page_type: PageType | None, dialect: Dialect) -> Iterable[Finding]:
    """Yield what the front matter must have held, by the page's type, and which of it can be read off the copy."""
    word = next((word for word, spec in dialect.types.items() if spec == page_type), "")
    keys = ["title", "type", *(page_type.fields if page_type else ("tags", "last_updated"))]
    read = {"title": title, "type": word}
    said = ", ".join(f"{key} ('{read[key]}' by the copy)" if read.get(key) else key for key in keys)
    message = f"a rendered copy has no front matter; write it by hand: {said}"
    yield Finding(Span(text, max(line, 1), 1), "rendered-front-matter", message, Level.WARNING)


def frame(text: str, dropped: Sequence[tuple[int, str]]) -> Iterable[Finding]:
    """Yield what was left out of a copy, as (line, words)."""
    for line, words in dropped:
        message = f"left out, it belongs to the host and not to the page: '{words}'"
        yield Finding(Span(text, line, 1), "rendered-frame", message, Level.INFO)


def _type(lines: Iterable[str], dialect: Dialect) -> PageType | None:
    """Return the one page type whose sections the copy has, the one with the most of them; None where two tie."""
    keys = {heading_key(line) for line in lines}
    fitting = [spec for spec in dialect.types.values() if spec.sections and {*map(heading_key, spec.sections)} <= keys]
    most = max((len(spec.sections) for spec in fitting), default=0)
    best = [spec for spec in fitting if len(spec.sections) == most]
    return best[0] if len(best) == 1 else None


def type_of(dialect: Dialect, path: str) -> PageType | None:
    """Return the page type that a path stands for, or None."""
    page_class = dialect.page_class("", path)
    return next((known for known in dialect.types.values() if known.page == page_class), None)


def nothing(text: str) -> Finding:
    """Return the finding about a copy that holds no page."""
    return Finding(Span(text, 1, 1), "rendered-empty", "no line of a page was found in this copy")
