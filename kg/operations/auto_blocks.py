"""AUTO blocks that kinds of pages write: the lines between the marks on the page of each topic."""

from collections import defaultdict
from collections.abc import Sequence

from kg.answer_pages import generated_pages
from kg.answer_pages.generated_pages import Lines
from kg.answer_pages.page_kinds import Kind
from kg.files.text import decode, encode
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.operations.page_answers import Answers
from kg.rdf import sparql_text
from kg.write import render

_BEGIN, _END = "BEGIN", "END"


@dataclass(frozen=True, slots=True)
class Block:
    """A block on a page: its kind, the lines of its marks, the lines between as they are, and as they would be."""

    path: str
    kind: Kind
    first: int
    last: int
    old: tuple[str, ...]
    new: Lines


@dataclass(frozen=True, slots=True)
class Filled:
    """A page whose AUTO blocks changed, before and after, and these blocks."""

    path: str
    old: bytes
    new: bytes
    blocks: tuple[Block, ...]


def pages(answers: Answers, kinds: Sequence[Kind]) -> list[Filled]:
    """Return the pages of a generation whose AUTO blocks would be others now; KgError for a kind that is wrong."""
    marked = _marked(answers)
    due: dict[str, list[tuple[Kind, Lines]]] = defaultdict(list)
    for kind in progress.each("answering AUTO blocks", [*kinds] if marked else []):
        for plan in generated_pages.plans(kind, answers.of(kind.question), answers.wiki):
            if kind.auto in marked.get(plan.path, {}):
                if any(other.auto == kind.auto for other, _ in due[plan.path]):
                    name, block = f"'{kind.name}'", kind.auto
                    raise KgError(f"{plan.path}: {name} and another kind of pages write AUTO:{block}; name only one")
                due[plan.path].append((kind, generated_pages.fitting(kind, plan, answers.wiki)[1]))
    quads = answers.reading.quads
    stored = {page.path: page for page in render.pages(quads)} if due else {}
    found = [_filled(path, render.render(quads, stored[path]), due[path], marked[path]) for path in sorted(due)]
    return [page for page in found if page.blocks]


def _marked(answers: Answers) -> dict[str, dict[str, list[tuple[int, int]]]]:
    """Return by the paths of pages the lines of the marks of the whole blocks, by their names."""
    found: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    opened: dict[str, tuple[str, int]] = {}
    for row in sparql_text.select(answers.reading.quads, sparql_text.declared_query("site/auto-blocks").text):
        path, line = row["path"].value, int(row["line"].value)
        name, word = row["mark"].value.replace("<!--", " ").replace("-->", " ").split()
        name = name.removeprefix("AUTO:")
        if word == _BEGIN:
            opened[path] = name, line
            continue
        opens, begin = opened.pop(path, ("", 0))
        if word == _END and opens == name:
            found[path][name].append((begin, line))
    return found


def _filled(
    path: str, data: bytes, due: Sequence[tuple[Kind, Lines]], marks: dict[str, list[tuple[int, int]]]
) -> Filled:  # fmt: skip
    text, blocks = decode(data), []
    raw = text.raw
    each = [(first, last, kind, lines) for kind, lines in due for first, last in marks[kind.auto]]
    for first, last, kind, lines in sorted(each, key=lambda one: one[:2], reverse=True):
        old = tuple(line.text for line in text.lines[first : last - 1])
        if old == lines.lines:
            continue
        blocks.append(Block(path, kind, first, last, old, lines))
        start, end = text.lines[first].raw, text.lines[last - 1].raw
        raw = raw[:start] + "".join(line + text.newline for line in lines.lines) + raw[end:]
    try:
        return Filled(path, data, encode(raw, text.encoding, mark=text.mark), tuple(reversed(blocks)))
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise KgError(f"{path}: the file is not UTF-8 and cannot hold '{letter}'; convert it first") from None
