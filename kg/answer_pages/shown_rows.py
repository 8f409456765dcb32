"""Rows as a template has them: links and texts, escaped for the page; who asked for a row is known line by line."""

import html
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from kg.answer_pages import markdown_text, rows
from kg.answer_pages.markdown_text import Safe
from kg.answer_pages.rows import Row, Wiki

_PLAIN = "plain"


class Look:
    """How the terms of rows are shown on one page; each term is made once."""

    def __init__(self, page: str, ending: str, wiki: Wiki) -> None:
        """Take the path of a page, how its name ends, and what its wiki is called by."""
        self._page, self._wiki = page, wiki
        self._shown = {".html": self._html, ".md": self._markdown}.get(ending)
        self._made: dict[tuple[object, bool], Any] = {}

    def plain(self, term: object) -> str:
        """Return a term as bare text."""
        return rows.plain(term, self._wiki)

    def shown(self, term: object, column: str) -> Any:  # noqa: ANN401  # a text, marked as safe or not
        """Return a term of a column as this kind of file shows it."""
        if self._shown is None:
            return self.plain(term)
        key = term, column == "path"
        if key not in self._made:
            self._made[key] = self._shown(term, column)
        return self._made[key]

    def _markdown(self, term: object, column: str) -> Safe:
        return Safe(rows.markdown(term, column, self._page, self._wiki))

    def _html(self, term: object, _column: str) -> Markup:
        text = escape(self.plain(term))
        path = self._wiki.paths.get(term.value) if isinstance(term, NamedNode) else None
        if path is None:
            return text
        way = html.escape(markdown_text.way(path, self._page))
        return Markup(f'<a href="{way}">{text}</a>')  # noqa: S704  # both are escaped


class _Plain(Mapping[str, str]):
    """The bare texts of a row."""

    __slots__ = ("_look", "_row", "_tell")

    def __init__(self, row: Row, look: Look, tell: Callable[[], None]) -> None:
        self._row, self._look, self._tell = row, look, tell

    def __getitem__(self, column: str) -> str:
        self._tell()
        return self._look.plain(self._row[column])

    def __iter__(self) -> Iterator[str]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)


class ShownRow(Mapping[str, Any]):
    """A row that makes its texts when they are asked for, and tells that it was; beside them `plain` ones."""

    __slots__ = ("_log", "_look", "_row", "plain")

    def __init__(self, row: Row, look: Look, log: list[Row] | deque[Row]) -> None:
        """Take the terms of a row, how they are shown, and the list to which it adds itself when asked."""
        self._row, self._look, self._log = row, look, log
        self.plain = _Plain(row, look, lambda: log.append(row))

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401
        """Return what the page shows of a column."""
        if column == _PLAIN:
            return self.plain
        self._log.append(self._row)
        return self.quietly(column)

    def quietly(self, column: str) -> Any:  # noqa: ANN401
        """Return the same without telling."""
        return self._look.shown(self._row[column], column)

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the columns, and `plain`."""
        yield from (_PLAIN, *self._row)

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self._row) + 1


def of(some: Sequence[Row], look: Look) -> tuple[list[ShownRow], list[Row]]:
    """Return rows as a template has them, and the list of those that it asked for, which a reader may empty."""
    log: list[Row] = []
    return [ShownRow(row, look, log) for row in some], log


def unnoted(some: Sequence[Row], look: Look) -> list[ShownRow]:
    """Return rows as a template has them, where nobody wants to know which of them it asked for."""
    nobody = deque[Row](maxlen=0)
    return [ShownRow(row, look, nobody) for row in some]


def by_line(pieces: Iterable[str], log: list[Row]) -> tuple[str, list[list[Row]]]:
    """
    Return pieces of a text as one, and for each of its lines the rows that were asked for while it was written.

    What was asked for before a piece came stands on the lines of that piece; line ends that it begins with end the line
    before.
    """
    text: list[str] = []
    lines: list[list[Row]] = [[]]
    for piece in pieces:
        body = piece.lstrip("\n")
        lines += [[] for _ in range(len(piece) - len(body) if body else 0)]
        for number, _line in enumerate(body.split("\n") if body else ()):
            if number:
                lines.append([])
            lines[-1] += log
        if not body:
            lines[-1] += log
            lines += [[] for _ in piece]
        log.clear()
        text.append(piece)
    return "".join(text), lines
