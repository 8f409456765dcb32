"""Templates: pages whose words a program is to put in, told from pages that somebody wrote."""

import re
from collections.abc import Iterator, Sequence

from kg.files.text import Line
from kg.front_matter.yaml_faults import shortened
from kg.model import page_files
from kg.model.finding import Finding, Level, Span

_MARK = r"(?:\{\{[^{}\n]{1,80}\}\}|<%[^\n]{1,200}?%>)"
# At the start of a value, of the first entry of a list in one line, or of a line of its own: all of the front matter.
_VALUE = re.compile(rf"""\s*(?:(?:-\s+|[^\s:#'"][^:#'"]*:\s+)(?:\[\s*)?["']?)?({_MARK})""")
_ANYWHERE = re.compile(f"({_MARK})")


def check(path: str, lines: Sequence[Line], end: int) -> tuple[Finding | None, frozenset[int]]:
    """
    Return a finding on what makes a page a template, None on one that is none, and the lines with a place to fill.

    Of a page's front matter, which ends before line `end`, a value that begins with a placeholder does; of a page in a
    folder of templates any placeholder does.
    """
    filled = {row: match.start(1) for row, match in _marks(lines[:end], _VALUE)}
    inside = bool(page_files.templates_folder(path))
    first = min(filled.items(), default=None)
    if first is None and inside:
        first = next(((row, match.start(1)) for row, match in _marks(lines, _ANYWHERE)), None)
    if first is None:
        return None, frozenset()
    row, column = first
    match = _ANYWHERE.match(lines[row].text, column)
    words = shortened(match[0] if match else lines[row].text)
    pattern = f"{page_files.templates_folder(path)}/*" if inside else path
    message = (
        f"'{words}' is a place to be filled, so this page is a template; write the value, or leave it out of the wiki:"
        f' exclude = ["{pattern}"] in kg.toml'
    )
    finding = Finding(Span(path, row + 1, column + 1), "page-template", message, Level.WARNING)
    return finding, frozenset(row + 1 for row in filled)


def _marks(lines: Sequence[Line], form: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    for row, line in enumerate(lines):
        if "{{" in line.text or "<%" in line.text:
            match = form.search(line.text) if form is _ANYWHERE else form.match(line.text)
            if match:
                yield row, match
