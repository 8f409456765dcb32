"""Markdown as a reader sees it: without marks of headings and quotations, addresses of links, and tags of HTML."""

import html
import re
from collections.abc import Iterator

from kg.originals import source_text
from kg.originals.source_text import SourceText

# Every alternative begins with a character of its own and is bounded, so that no text takes long.
_MARKUP = re.compile(
    r"(?P<start>\n(?:[ \t]{0,3}>[ \t]?)+|\n {0,3}\#{1,6}[ \t]+)"
    r"|(?P<gone>\]\((?:<[^<>\n]{0,2000}>|[^()\s]{0,2000}(?:\([^()\s]{0,500}\)[^()\s]{0,500})?)"
    r"(?:\s{1,20}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?\s{0,20}\)"
    r"|!\[|\[\[[^\[\]|\n]{1,300}\||\[\^[^\]\s]{1,100}\]|\]\[[^\[\]\n]{0,200}\])"
    r"|(?P<tag><!--(?:[^<>]|<(?!!--)){0,5000}-->|</?[A-Za-z][^<>]{0,2000}>)"
    r"|(?P<sign>&(?:[A-Za-z][A-Za-z0-9]{1,30}|\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6});)"
)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|hr|pre|blockquote|section|article|table)\b", re.IGNORECASE
)
_SIGNS = ("<", "[", "&", ">", "#")


def read(source: str) -> SourceText:
    """Return what a text in Markdown says."""
    if not any(sign in source for sign in _SIGNS):
        return SourceText(source, source)
    return source_text.joined(source, _pieces(source))


def _pieces(source: str) -> Iterator[tuple[str, int]]:
    # One line end before the text, so that its first line begins as the others do.
    text, at = f"\n{source}", 1
    for match in _MARKUP.finditer(text):
        start = max(match.start(), 1)
        yield text[at:start], at - 1
        at = match.end()
        if (match["start"] and match.start()) or (match["tag"] and _BLOCK.match(match["tag"])):
            yield "\n", start - 1
        elif match["sign"]:
            yield html.unescape(match["sign"]), start - 1
    yield text[at:], at - 1
