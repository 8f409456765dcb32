"""Comments in a page that silence rules, `<!-- kg: ignore RULE -- reason -->`: where they stand and hold. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from kg.files.text import Places, Text
from kg.model.page import Block, Kind, Place, Section, Suppression
from kg.model.records import dataclass
from kg.parse.markdown import Row, comments

_MARK = "kg:"
_WORDS = re.compile(r"\s*kg:\s*ignore(?P<page>-page)?(?![\w-])(?P<rest>.*)", re.DOTALL)
_YAML = re.compile(r"(?:^|[ \t])(?P<comment>#\s*kg:\s*ignore(?![\w]).*)")
_REASON = re.compile(r"(?:^|\s)(?:-{2,}|[—–])")
_SEPARATOR = re.compile(r"[\s,]+")
_SILENT = (Kind.COMMENT, Kind.SPACE)


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment's place and words, without its marks, and whether its lines hold nothing else."""

    place: Place
    words: str
    alone: bool


def read(text: Text, places: Places, body: Sequence[Row], sections: Sequence[Section]) -> tuple[Suppression, ...]:
    """Return the comments that silence rules in a page with this body, in order."""
    if _MARK not in text.raw:
        return ()
    blocks = [block for section in sections for block in section.blocks]
    start = len(text.lines) - len(body)
    front = [block for block in blocks if block.place.line <= start]
    told = chain(_in_front_matter(text, places, start, front), _in_body(body, places))
    found = (_suppression(comment, blocks) for comment in told)
    return tuple(one for one in found if one)


def _in_body(body: Sequence[Row], places: Places) -> Iterator[_Comment]:
    for (first, start), (last, end) in comments(body):
        place = places(body[first].line.start + start, body[last].line.start + end)
        written = "\n".join(row.line.text for row in body[first : last + 1])
        after = len(body[last].line.text) - end
        words = written[start + 4 : len(written) - after - 3]
        yield _Comment(place, words, not any(row.seen.strip(" \t") for row in body[first : last + 1]))


def _in_front_matter(text: Text, places: Places, end: int, blocks: Sequence[Block]) -> Iterator[_Comment]:
    """Yield the comments of YAML: a # within a value is text."""
    values = [scalar.place for block in blocks for scalar in block.parts.values]
    for line in text.lines[:end]:
        match = _YAML.search(line.text)
        if match is None:
            continue
        place = places(line.start + match.start("comment"), line.end)
        here = (place.line, place.column)
        if not any((one.line, one.column) <= here < (one.end_line, one.end_column) for one in values):
            yield _Comment(place, match["comment"][1:], not line.text[: match.start("comment")].strip(" \t"))


def _suppression(comment: _Comment, blocks: Sequence[Block]) -> Suppression | None:
    match = _WORDS.fullmatch(comment.words)
    if match is None:
        return None
    named, *reason = _REASON.split(match["rest"], maxsplit=1)
    rules = tuple(dict.fromkeys(word for word in _SEPARATOR.split(named) if word))
    first, last = (0, 0) if match["page"] else _lines(comment, blocks)
    return Suppression(comment.place, rules, " ".join("".join(reason).split()), first, last)


def _lines(comment: _Comment, blocks: Sequence[Block]) -> tuple[int, int]:
    """Return the lines that a comment holds for: its own, or where it stands alone the next block, or line of one."""
    if not comment.alone:
        return comment.place.line, comment.place.end_line
    end = comment.place.end_line
    after = next((one for one in blocks if one.place.end_line > end and one.kind not in _SILENT), None)
    if after is None or after.place.line <= end:
        return end + 1, end + 1
    return after.place.line, after.place.end_line
