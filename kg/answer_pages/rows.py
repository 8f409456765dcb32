"""Rows of an answer, and their terms as a page of the wiki shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.answer_pages import markdown_text
from kg.ask import answer_formats
from kg.ask.answer_formats import Shown
from kg.ask.row_order import KEY, Ordered
from kg.links import wikilinks
from kg.model.records import dataclass
from kg.rdf import names

Term = object  # of the engine: an IRI, a blank node, a literal, or nothing
Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Rows:
    """The columns of an answer, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


Ask = Callable[[str, Mapping[str, str]], Rows]


@dataclass(frozen=True, slots=True)
class Wiki:
    """What terms are shown by: labels, the paths of pages by the IRIs of their topics, and all the paths."""

    shown: Shown
    paths: Mapping[str, str]
    pages: frozenset[str] = field(default_factory=frozenset)


def of(answer: QuerySolutions, *, in_order: bool) -> Rows:
    """Return the rows of an answer, in its order where it has one (`in_order`), else in that of their terms."""
    columns = tuple(variable.value for variable in answer.variables)
    found = [{name: row[name] for name in columns} for row in answer]
    if not in_order:
        found.sort(key=lambda row: [str(row[name]) for name in columns])
    return Rows(columns, tuple(found))


@dataclass(frozen=True, slots=True)
class Loose:
    """Rows of a query whose order was taken out, in any order, with what they are ordered by and columns beside."""

    order: Ordered
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def loose(answer: QuerySolutions, order: Ordered, beside: frozenset[str] = frozenset()) -> Loose:
    """Return the rows of a query whose order was taken out; its columns are those but the keys and what is `beside`."""
    everything = [variable.value for variable in answer.variables]
    more = {name for name, _ in order.keys if name.startswith(KEY)} | beside
    found = tuple({name: row[name] for name in everything} for row in answer)
    return Loose(order, tuple(name for name in everything if name not in more), found)


def ordered(some: Loose) -> Rows | None:
    """Return rows in the order of their query, one that comes once each once; None where the engine alone knows it."""
    found = some.order.sort(some.rows, some.columns)
    if found is None:
        return None
    more = bool(found) and len(found[0]) > len(some.columns)
    bare = [{name: row[name] for name in some.columns} for row in found] if more else found
    if some.order.once:
        bare = [row for at, row in enumerate(bare) if at == 0 or row != bare[at - 1]]
    return Rows(some.columns, tuple(bare))


def wiki(pages: Mapping[str, str], look: Shown) -> Wiki:
    """Return how the terms of a wiki are shown, whose pages are given as {path: topic}."""
    paths = {names.topic_iri(look.base, topic): path for path, topic in pages.items()}
    return Wiki(look, paths, frozenset(pages))


def markdown(term: Term, column: str, page: str, about: Wiki) -> str:
    """Return a term as Markdown on the page of a path: topics and paths of pages are links, all else is text."""
    text = plain(term, about)
    if isinstance(term, NamedNode):
        path = about.paths.get(term.value)
        if path is not None:
            return markdown_text.link(text, path, page)
        return markdown_text.words(markdown_text.address(term.value) if text == term.value else text)
    if column == "path" and text in about.pages:
        return markdown_text.link(names.stem(text), text, page)
    return markdown_text.words(text)


def plain(term: Term, about: Wiki) -> str:
    """Return a term as plain text: an IRI by its label, a text as a reader sees it, nothing for none."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return answer_formats.readable(term.value, about.shown)
    return wikilinks.plain(term.value) if isinstance(term, Literal) else str(term)


def place(row: Row) -> str:
    """Return where the fact of a row stands, as far as the row says it: path:line:column."""
    said = [row[name] for name in ("path", "line", "column") if name in row]
    return ":".join(term.value for term in said if isinstance(term, Literal))


def names_of_place(columns: Sequence[str]) -> frozenset[str]:
    """Return the columns that change with every edit above their lines, and so stand on a page only where asked for."""
    return frozenset({"line", "column"} & {*columns}) if "path" in columns else frozenset()
