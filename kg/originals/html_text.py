"""HTML as a reader sees it, with the place of every word, by the standard library's own parser."""

import html
import re
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
# So much of what is never closed is left to the parser, which begins anew at each sign of it.
_LITTLE = 2_000
_SIGN = re.compile(r"(?:</?(?P<tag>[A-Za-z][A-Za-z0-9]*)[^<>]*>)|<!--|-->|&\#?[A-Za-z0-9]{1,32};?")


class _Reader(HTMLParser):
    """Collects the pieces of text with their offsets."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[tuple[str, int]] = []
        self._source = source
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
        self._put_sign(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._put_sign(f"&#{name}")

    def _put_sign(self, sign: str) -> None:
        """Add the character that a sign stands for; `AT&T` has none, and no semicolon either."""
        if not self._unseen:
            line, column = self.getpos()
            end = self._lines[line - 1] + column + len(sign)
            self._put(html.unescape(sign + (";" if self._source.startswith(";", end) else "")))

    def finish(self) -> None:
        """Read what is left where a comment, a tag or a sign is never closed: as text, in one walk where it is long."""
        rest = self.rawdata
        if len(rest) <= _LITTLE or self.cdata_elem:
            self.close()
            return
        first, done = len(self._source) - len(rest), 0
        for match in _SIGN.finditer(rest):
            self.pieces.append((rest[done : match.start()], first + done))
            said = html.unescape(match[0]) if match[0][0] == "&" else "\n" if match["tag"] in _BLOCKS else ""
            self.pieces.append((said, first + match.start()))
            done = match.end()
        self.pieces.append((rest[done:], first + done))


def read(source: str) -> SourceText:
    """Return what a page of HTML says, without scripts, styles and comments."""
    reader = _Reader(source)
    reader.feed(source)
    reader.finish()
    return source_text.joined(source, reader.pieces)
