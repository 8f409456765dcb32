"""
Certain repairs of what the parser complains of, worked out from a page's bytes.

They are not kept in the store, where each would weigh more than its finding: whoever mends a page has its bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile

from kg.files.text import Places, Text, decode, encode
from kg.front_matter import fields
from kg.front_matter.fields import FrontMatter
from kg.model.finding import Edit, Finding, Span
from kg.parse.parse_page import parse
from kg.settings.dialect import Dialect

_BLANKS = " \t"
_ENDINGS = frozenset(("", "\n", "\r\n"))

Repair = Callable[[str, Text, FrontMatter, Finding], Iterator[Edit]]


def edits(data: bytes, path: str, dialect: Dialect, finding: Finding) -> tuple[Edit, ...]:
    """
    Return the edits that mend a finding of the parser for certain, none where its author must say what is right.

    Only those are certain after which the finding is gone, none is new, and the front matter says what it said.
    """
    repair = REPAIRS.get(finding.rule)
    if repair is None:
        return ()
    text = decode(data)
    front = _front(path, text)
    found = tuple(repair(path, text, front, finding))
    if not found:
        return ()
    mended = with_edits(text, found)
    again = decode(mended)
    same = fields.texts(_front(path, again)) == fields.texts(front)
    before, after = _complaints(data, path, dialect), _complaints(mended, path, dialect)
    gone = (finding.rule, finding.message) not in after
    return found if same and gone and set(after) <= set(before) else ()


def with_edits(text: Text, edits: tuple[Edit, ...]) -> bytes:
    """Return the bytes of a page after edits that do not overlap."""
    raw = text.raw
    for start, end, words in sorted(placed(text, edits), reverse=True):
        raw = raw[:start] + words.replace("\n", text.newline) + raw[end:]
    return encode(raw, text.encoding, mark=text.mark)


def placed(text: Text, edits: tuple[Edit, ...]) -> list[tuple[int, int, str]]:
    """Return edits as offsets of a page's text, with what they put there."""

    def offset(line: int, column: int) -> int:
        if line > len(text.lines):
            return len(text.raw)
        at = text.lines[line - 1]
        return min(at.raw + column - 1, at.raw + len(at.text) + len(at.ending))

    return [
        (offset(one.span.line, one.span.column), offset(one.span.end_line, one.span.end_column), one.text)
        for one in edits
    ]


def _front(path: str, text: Text) -> FrontMatter:
    return fields.read(path, text.lines, Places(text.lines))[0]


def _complaints(data: bytes, path: str, dialect: Dialect) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in parse(data, path, dialect)[1]]


# ---- the repairs -----------------------------------------------------------------------------------------------------


def _tabs(path: str, text: Text, front: FrontMatter, finding: Finding) -> Iterator[Edit]:
    """Yield two blanks for each tab that indents the line of the finding and those right below it."""
    first = finding.span.line
    indents = (_indent(line.text) for line in text.lines[first - 1 : front.end])
    for line, indent in enumerate(takewhile(lambda one: "\t" in one, indents), first):
        yield Edit(Span(path, line, 1, line, len(indent) + 1), indent.replace("\t", "  "))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(_BLANKS))]


def _double(path: str, text: Text, front: FrontMatter, finding: Finding) -> Iterator[Edit]:
    """Yield the end of a field that stands there twice in the same words."""
    seen: dict[str, list[str]] = {}
    for field in front.fields:
        words = [line.text.rstrip() for line in text.lines[field.first : field.last]]
        if field.first + 1 == finding.span.line and seen.get(field.key) == words:
            yield Edit(Span(path, field.first + 1, 1, field.last + 1, 1), "")
        seen.setdefault(field.key, words)


def _line_ends(path: str, text: Text, _front: FrontMatter, _finding: Finding) -> Iterator[Edit]:
    """Yield the page's usual end for the lines that end otherwise; a lone carriage return may be part of the text."""
    if not {line.ending for line in text.lines} <= _ENDINGS:
        return
    for number, line in enumerate(text.lines, 1):
        if line.ending not in ("", text.newline):
            yield Edit(Span(path, number, len(line.text) + 1, number + 1, 1), "\n")


REPAIRS: Mapping[str, Repair] = {
    "front-matter-duplicate-key": _double,
    "front-matter-tab": _tabs,
    "line-ends": _line_ends,
}
