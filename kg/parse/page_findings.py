"""What the author of a page may want to know of how it was read, as findings. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.files import encoding
from kg.files.text import Text
from kg.front_matter import field_lint, template_marks
from kg.front_matter.fields import FrontMatter
from kg.model.finding import Finding, Level, Span
from kg.model.page import Page
from kg.parse import footnotes
from kg.parse.line_forms import TEMPLATE_LINES
from kg.parse.markdown import Row, unclosed
from kg.settings.dialect import Dialect


class Reading(NamedTuple):
    """The record of a page, and what it was made from; `errors` are those of its YAML."""

    page: Page
    text: Text
    front: FrontMatter
    body: Sequence[Row]
    errors: Sequence[Finding]


def findings(data: bytes, reading: Reading, dialect: Dialect) -> list[Finding]:
    """Return the findings on a page whose bytes were read: of its encoding, front matter, body and lines."""
    path, start = reading.page.path, reading.front.end
    found = [*reading.errors, *field_lint.check(path, reading.text, reading.front, dialect)]
    template, filled = template_marks.check(path, reading.text.lines, start)
    if template:
        found = [*(one for one in found if one.span.line not in filled), template]
    found += [*_unclosed(path, reading.body, start), *footnotes.findings(path, reading.body, start)]
    return [*encoding.findings(path, data, reading.text), *found, *_uncanonical(reading.page)]


def _unclosed(path: str, body: Sequence[Row], start: int) -> Iterator[Finding]:
    """Yield the code block that takes in the rest of a page, if there is one."""
    first = unclosed(body)
    if first is not None:
        row = body[first]
        mark = row.line.text[row.start :].strip()[:40]
        message = f"the code block that '{mark}' opens is never closed, so the rest of the page is code; close it"
        yield Finding(Span(path, start + first + 1, row.start + 1), "code-unclosed", message, Level.WARNING)


def _uncanonical(page: Page) -> Iterator[Finding]:
    for section in page.sections:
        for block in section.blocks:
            if block.kind in TEMPLATE_LINES and block.raw is not None:
                span = Span(page.path, block.place.line, block.place.column)
                words = block.raw.split("\n")[0][:60]
                message = (
                    f"not in the canonical form of its kind ({block.kind.name.lower()}): '{words}'; kept as written"
                )
                yield Finding(span, "line-canonical", message, Level.INFO)
