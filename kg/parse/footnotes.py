"""Footnotes: the marks `[^1]` that lead to no footnote, and the footnotes that share a label."""

import re
from collections.abc import Iterator, Sequence

from kg.model.finding import Finding, Level, Span
from kg.parse.markdown import Row, hide

# What looks like a class of a regular expression is no mark, and neither is a pointer to a block, [[^x]].
_MARKS_BEFORE = re.compile(r"(?:[ \t>]|(?:[-*+]|[0-9]{1,9}[.)])[ \t])*")
_MARK = re.compile(r"(?<![\\\[])\[\^([^\s\[\]\\^]{1,100})\](?![*+?{\]])(:?)")


def findings(path: str, body: Sequence[Row], start: int) -> Iterator[Finding]:
    """Yield what is wrong with the footnotes of a body that begins at the line with index `start`."""
    if not any("[^" in row.line.text for row in body):
        return
    defined: dict[str, int] = {}
    marks: list[tuple[str, int, int]] = []
    for index, row in enumerate(body):
        if row.fence or "[^" not in row.seen:
            continue
        for match in _MARK.finditer(hide(row.seen)):
            written, label = match[1], match[1].casefold()
            opens = bool(match[2]) and any(one.kind == "^" and one.first == index for one in row.containers)
            if not opens or not _MARKS_BEFORE.fullmatch(row.seen, 0, match.start()):
                marks.append((written, index, match.start()))
            elif label in defined:
                span = Span(path, start + index + 1, match.start() + 1)
                first = start + defined[label] + 1
                message = (
                    f"'[^{written}]' is a footnote of line {first} already, and readers see that one only; rename one"
                )
                yield Finding(span, "footnote-repeated", message, Level.WARNING)
            else:
                defined[label] = index
    for written, index, column in marks:
        if written.casefold() not in defined:
            span = Span(path, start + index + 1, column + 1)
            message = f"'[^{written}]' has no footnote on this page; write '[^{written}]: …' on a line of its own"
            yield Finding(span, "footnote-missing", message, Level.WARNING)
