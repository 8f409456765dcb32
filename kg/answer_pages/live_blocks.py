"""Live blocks: the answers to queries within authored pages, written anew; the text around them is never touched."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from pyoxigraph import Store

from kg.answer_pages import block_header, block_lines, line_changes
from kg.answer_pages.block_header import Header
from kg.answer_pages.line_changes import Change
from kg.answer_pages.rows import Ask, Rows, Wiki
from kg.files.text import Text, decode, encode
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.parse import live_markers
from kg.rdf import sparql_text

_LIVE = "LiveBlock"


@dataclass(frozen=True, slots=True)
class Drift:
    """A block whose lines are not its query's answer: where it begins, its query, and the lines that differ."""

    path: str
    line: int
    query: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page with its live blocks written anew, and which of them changed."""

    path: str
    old: bytes
    new: bytes
    drift: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A block or comment in the graph: its first and last line, and its lines as written."""

    is_block: bool
    first: int
    last: int
    lines: str


def pages(store: Store) -> dict[str, list[Found]]:
    """Return the live blocks of a store, and the comments that only look like parts of one, by the paths of pages."""
    found: dict[str, list[Found]] = defaultdict(list)
    for row in sparql_text.select(store, sparql_text.declared_query("site/blocks").text):
        lines = row["lines"].value.split("\n")
        block = row["class"].value.endswith(_LIVE)
        if block and live_markers.PAGE.match(lines[0]):
            continue
        found[row["path"].value].append(
            Found(block, int(row["line"].value), int(row["last"].value), row["lines"].value)
        )
    return dict(found)


def faults(path: str, parts: Sequence[Found]) -> list[str]:
    """Return what is wrong with the marks of a page's live blocks, each in one line with its place."""
    found, opened = [], 0
    for mark, number, column in _marks(parts):
        if mark == "like":
            found.append(
                f"{path}:{number}:{column}: a live block begins and ends on lines of their own, indented by at most"
                " three blanks; move this comment there"
            )
        elif mark == "end" and not opened:
            found.append(f"{path}:{number}:{column}: no live block is open here; take this line out")
        elif mark != "end" and opened:
            found.append(_nested(path, opened, number))
        if mark in ("query", "end", "block"):
            opened = number if mark == "query" else 0
    if opened:
        found.append(f"{path}:{opened}:1: this live block is never closed; write <!-- kg:end --> on a line below it")
    return found


def _marks(parts: Sequence[Found]) -> Iterator[tuple[str, int, int]]:
    """Yield whole blocks and lone marks of blocks, each with its line and column."""
    forms = {"query": live_markers.QUERY, "end": live_markers.END, "like": live_markers.LIKE}
    for part in parts:
        if part.is_block:
            yield "block", part.first, 1
            continue
        for number, line in enumerate(part.lines.split("\n"), part.first):
            mark = next((name for name, form in forms.items() if form.match(line)), "")
            if mark:
                yield mark, number, len(line) - len(line.lstrip()) + 1


def _nested(path: str, outer: int, inner: int) -> str:
    return f"{path}:{inner}:1: a live block within that of line {outer}; close that one first with <!-- kg:end -->"


class Asked(Protocol):
    """What answers the queries of a generation, and how its terms are shown."""

    @property
    def reading(self) -> Any:  # noqa: ANN401  # the store is none of this room's
        """The generation."""

    @property
    def wiki(self) -> Wiki:
        """How its terms are shown."""

    def named(self, name: str, parameters: Mapping[str, str]) -> Rows:
        """Return the rows of a query."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The answers of the generation before; it is opened where they are needed."""

    opened: Callable[[], Asked | None]

    def places(self, header: Header, path: str) -> dict[str, str]:
        """Return where the facts of a block's lines stood; nothing where that cannot be known any more."""
        before = self.opened()
        if before is None:
            return {}
        try:
            lines = block_lines.write(before.named(header.name, header.parameters), header, path, before.wiki)
        except KgError:  # what the block asks for was not there yet
            return {}
        name = f"generation {before.reading.generation.number}"
        return {line: f"{place}, in {name}" for line, place in lines.places.items() if place}


def render(path: str, data: bytes, blocks: Sequence[Found], ask: Ask, wiki: Wiki, earlier: Earlier) -> Rendered:
    """
    Return a page with the lines of its live blocks as their queries answer now.

    Raises KgError, with the place of the block, for one whose header asks for what there is not.
    """
    text = decode(data)
    raw, drift = text.raw, []
    for block in reversed(blocks):
        header = block_header.read(text.lines[block.first - 1].text, f"{path}:{block.first}")
        answer = _answer(header, f"{path}:{block.first}", path, ask, wiki)
        inner = text.lines[block.first : block.last - 1]
        old, new = [line.text for line in inner], ["", *answer.lines, ""]
        if old != new:
            stood = earlier.places(header, path) if any(line.strip() for line in old) else {}
            changes = line_changes.between(block.first, old, new, (stood, answer.places))
            drift.append(Drift(path, block.first, header.name, tuple(changes)))
            _refuse_unwritable(new, text.encoding, f"{path}:{block.first}:1")
            start, end = _extent(text, block)
            raw = raw[:start] + "".join(line + text.newline for line in new) + raw[end:]
    return Rendered(path, data, encode(raw, text.encoding, mark=text.mark), tuple(reversed(drift)))


def _refuse_unwritable(lines: Sequence[str], encoding: str, place: str) -> None:
    """Raise KgError, with the place of their block, for lines that the encoding of its page cannot hold."""
    try:
        "".join(lines).encode(encoding)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise KgError(f"{place}: the file is not UTF-8 and cannot hold '{letter}'; convert it first") from None


def _answer(header: Header, place: str, path: str, ask: Ask, wiki: Wiki) -> block_lines.Lines:
    try:
        return block_lines.write(ask(header.name, header.parameters), header, path, wiki)
    except KgError as error:
        first = str(error).partition("\n")[0]
        raise KgError(f"{place}:1: {first}", code=error.code) from None


def _extent(text: Text, block: Found) -> tuple[int, int]:
    """Return where the lines within a block begin and end, as offsets of the text as it is in the file."""
    return text.lines[block.first].raw, text.lines[block.last - 1].raw


def words(drift: Drift) -> str:
    """Return a drift as lines for a person: the block, and each line that differs with the fact behind it."""
    head = f"{drift.path}:{drift.line}:1: the live block '{drift.query}' is not what its query answers"
    return "".join(f"{line}\n" for line in (head, *line_changes.words(drift.path, drift.changes)))
