"""HTML as a reader sees it, with the place of every word, by the standard library's own parser."""

import html
from html.parser import HTMLParser

from kg.originals import source_text
from kg.originals.source_text import SourceText

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "div", "dl", "dt", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li", "main",
        "nav", "ol", "option", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr",
        "ul",
    }
)  # fmt: skip
_UNSEEN = frozenset({"script", "style"})


class _Reader(HTMLParser):
    """Collects the pieces of text with their offsets."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[tuple[str, int]] = []
        self._lines = [0]
        self._unseen = False
        at = source.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = source.find("\n", at + 1)

    def _put(self, text: str) -> None:
        line, column = self.getpos()
        self.pieces.append((text, self._lines[line - 1] + column))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen = tag in _UNSEEN
        if tag in _BLOCKS:
            self._put("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _BLOCKS:
            self._put("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = False
        if tag in _BLOCKS:
            self._put("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._put(data)

    def handle_entityref(self, name: str) -> None:
        if not self._unseen:
            self._put(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        if not self._unseen:
            self._put(html.unescape(f"&#{name};"))


def read(source: str) -> SourceText:
    """Return what a page of HTML says, without scripts, styles and comments."""
    reader = _Reader(source)
    reader.feed(source)
    reader.close()
    return source_text.joined(source, reader.pieces)
