"""Block starts: the lines that open or close a block of CommonMark, and those of its neighbours that wikis use."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

_TAG = r"[A-Za-z][A-Za-z0-9-]*"
_ATTRIBUTE = r"""[ \t]+[A-Za-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^"'=<>`\x00-\x20]+|'[^']*'|"[^"]*"))?"""
_HTML_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu"
    "|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr"
    "|track|ul"
)
HEADING = re.compile(r"(#{1,6})(?=[ \t]|$)")
FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*$")
MARKER = re.compile(r"(?:[-*+]|(\d{1,9})[.)])(?=[ \t]|$)", re.ASCII)
FOOTNOTE = re.compile(r"\[\^[^\s\[\]]+\]:")
_DELIMITERS = re.compile(r"\|?[ \t]*+:?-+:?[ \t]*+(?:\|[ \t]*+:?-+:?[ \t]*+)*\|?[ \t]*$")
_RAW = re.compile(r"<(?:(script|pre|style|textarea)(?=[\s>]|$)|(!--)|(\?)|(![A-Za-z])|(!\[CDATA\[))", re.IGNORECASE)
_RAW_ENDS = (
    re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    *map(re.compile, ("-->", r"\?>", ">", r"\]\]>")),
)
_ELEMENT = re.compile(rf"</?(?:{_HTML_NAMES})(?=[\s>]|/>|$)", re.IGNORECASE)
_LONE_TAG = re.compile(rf"(?:<{_TAG}(?:{_ATTRIBUTE})*[ \t]*/?>|</{_TAG}[ \t]*>)[ \t]*$")
_TICKS = re.compile(r"`+")
_INSIDE = r"(?:[^{0}\\\n]|\\.|\n(?![ \t]*\n))*"
_TITLE = "(?:" + "|".join(f"{a}{_INSIDE.replace('{0}', a + b)}{b}" for a, b in ('""', "''", ("\\(", "\\)"))) + ")"
_DEFINITION = re.compile(
    rf"""\ {{0,3}}\[(?=[^\]]*[^\s\]])(?P<label>(?:[^\[\]\\]|\\.){{1,999}})\]:[ \t]*\n?[ \t]*
         (?:<(?P<whole>(?:[^<>\n\\]|\\.)*)>|(?P<bare>[^\s<]\S*))
         (?:(?:[ \t]+|[ \t]*\n[ \t]*){_TITLE}[ \t]*(?=\n|\Z)|[ \t]*(?=\n|\Z))\n?""",
    re.VERBOSE | re.DOTALL,
)


class Raw(NamedTuple):
    """A block of HTML in which Markdown is none, and the pattern that ends it; `comment` is `<!-- -->`."""

    end: re.Pattern[str]
    comment: bool


def raw(text: str) -> Raw | None:
    """Return what a text opens of `<pre>`, `<script>`, comments and their like, None where nothing."""
    match = _RAW.match(text)
    return Raw(_RAW_ENDS[(match.lastindex or 1) - 1], match.lastindex == 2) if match else None  # noqa: PLR2004


def opens_html(text: str, *, within: bool) -> bool:
    """Tell whether a text opens a block of HTML that ends at an empty line; `within` is whether it ends a paragraph."""
    return _ELEMENT.match(text) is not None or (not within and _LONE_TAG.match(text) is not None)


def closes(text: str, fence: str) -> bool:
    """Tell whether a text, without its indent, closes a block of code that `fence` opened."""
    bare = text.rstrip(" \t")
    return len(bare) >= len(fence) and bare == fence[0] * len(bare)


def delimits(text: str, head: str) -> bool:
    """Tell whether a text is the line below the head of a table, with as many cells as that has."""
    if "|" not in text or "|" not in head or not _DELIMITERS.match(text):
        return False
    return text.strip(" \t|").count("|") == _bars(head)


def _bars(row: str) -> int:
    """Return how many bars part the cells of a row; escaped ones do not, those at its ends neither."""
    text = row.strip(" \t")
    text = text.removeprefix("|")
    count = text.count("|") - text.count("\\|")
    return count - 1 if text.endswith("|") and not text.endswith("\\|") else count


def defines_all(paragraph: str) -> bool:
    """Tell whether a paragraph holds nothing but definitions of links, so that no line below can make it a heading."""
    return sum(len(one[0]) for one in definitions(paragraph)) == len(paragraph)


def definitions(paragraph: str) -> Iterator[re.Match[str]]:
    """Yield the definitions of links that a paragraph begins with: their `label`, and `whole` or `bare` destination."""
    start = 0
    while start < len(paragraph):
        match = _DEFINITION.match(paragraph, start) if paragraph.startswith("[", start) else None
        if match is None:
            return
        yield match
        start = match.end()


def code_spans(text: str) -> list[tuple[int, int]]:
    """
    Return the offsets of the code spans of a text: a run of backticks up to the next run of the same length.

    A backtick behind a backslash opens none; within code a backslash is one.
    """
    runs = [(m.start(), m.end()) for m in _TICKS.finditer(text)]
    by_length: dict[int, list[int]] = defaultdict(list)
    for index in range(len(runs) - 1, -1, -1):
        by_length[runs[index][1] - runs[index][0]].append(index)
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(runs):
        start, end = runs[index]
        start += _is_escaped(text, start, spans[-1][1] if spans else 0)
        closers = by_length[end - start] if start < end else []
        while closers and closers[-1] <= index:
            closers.pop()
        if closers:
            spans.append((start, runs[closers[-1]][1]))
            index = closers[-1]
        index += 1
    return spans


def _is_escaped(text: str, at: int, first: int) -> bool:
    """Tell whether an odd number of backslashes stands before an offset, from another one on."""
    before = at
    while before > first and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1
