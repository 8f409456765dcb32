"""Pages of a kind: the rows of its query in its template, under a mark that says what wrote them."""

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from kg.answer_pages import markdown_text, rows, sandbox
from kg.answer_pages.markdown_text import Safe
from kg.answer_pages.page_kinds import Kind
from kg.answer_pages.rows import Row, Rows, Wiki
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.parse import live_markers
from kg.rdf.names import slugify

_MARKED = (".md", ".html")
_WORDS = "written by kg render; edit its query, its template or what it lists, not this page"
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Made:
    """A page of a kind: its path, its bytes, and the name of the kind."""

    path: str
    data: bytes
    kind: str


def make(kind: Kind, answer: Rows, wiki: Wiki) -> Iterator[Made]:
    """Yield the pages of a kind, in the order of their rows; raise KgError for a template or column that is wrong."""
    if not kind.each:
        yield _page(kind, kind.output, kind.title, answer.rows, wiki)
        return
    if kind.each not in answer.columns:
        raise KgError(f"{kind.name}: each: there is no column '{kind.each}'; it has {', '.join(answer.columns)}")
    groups: dict[str, list[Row]] = {}
    for row in answer.rows:
        if row[kind.each] is not None:
            groups.setdefault(str(row[kind.each]), []).append(row)
    used: set[str] = set()
    for key in sorted(groups):
        term = groups[key][0][kind.each]
        slug = _unused(slugify(rows.plain(term, wiki)[:_LONGEST]) or "page", used)
        title = kind.title.replace("{each}", rows.plain(term, wiki))
        yield _page(kind, kind.output.replace("{slug}", slug), title, tuple(groups[key]), wiki)


def _unused(slug: str, others: set[str]) -> str:
    name, number = slug, 1
    while name.casefold() in others:
        number += 1
        name = f"{slug}-{number}"
    others.add(name.casefold())
    return name


def _page(kind: Kind, path: str, title: str, some: tuple[Row, ...], wiki: Wiki) -> Made:
    ending = PurePosixPath(path).suffix
    shown = [_shown(row, path, ending, wiki) for row in some]
    data = {"title": title, "kind": kind.name, "path": path, "about": kind.about, "rows": shown}
    text = sandbox.write(kind.template, kind.template_file, ending, data)
    text = "\n".join(line.rstrip() for line in text.replace("\r", "").split("\n")).strip("\n") + "\n"
    return Made(path, _marked(kind.name, title, text, ending).encode(), kind.name)


def _shown(row: Row, page: str, ending: str, wiki: Wiki) -> Mapping[str, Any]:
    """Return a row as a template has it: links and texts, escaped for the page, and beside them `plain` texts."""
    plain = {name: rows.plain(term, wiki) for name, term in row.items()}
    if ending == ".html":
        return {"plain": plain, **{name: _html(term, page, wiki) for name, term in row.items()}}
    if ending != ".md":
        return {"plain": plain, **plain}
    return {"plain": plain, **{name: Safe(rows.markdown(term, name, page, wiki)) for name, term in row.items()}}


def _html(term: object, page: str, wiki: Wiki) -> Markup:
    text = escape(rows.plain(term, wiki))
    path = wiki.paths.get(term.value) if isinstance(term, NamedNode) else None
    if path is None:
        return text
    way = html.escape(markdown_text.way(path, page))
    return Markup(f'<a href="{way}">{text}</a>')  # noqa: S704  # both are escaped


def _marked(kind: str, title: str, text: str, ending: str) -> str:
    """Return a page with the mark that says what wrote it; a kind of file that has no comments has none."""
    if ending not in _MARKED:
        return text
    head = f"---\ntitle: {_yaml(title)}\n---\n\n" if ending == ".md" else ""
    mark = f"<!-- kg:page {kind} {_digest(head + text)} {_WORDS} -->\n"
    return f"{head}{mark}{text}"


def _yaml(title: str) -> str:
    """Return a text as a string of YAML on one line."""
    line = re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", "\ufffd", " ".join(title.split()))
    return json.dumps(line, ensure_ascii=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_untouched(data: bytes) -> bool | None:
    """Tell whether a file is as it was written, by its mark; None where it has none: something else wrote it."""
    try:
        lines = data.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return None
    for number, line in enumerate(lines[:6]):
        mark = live_markers.PAGE.match(line)
        if mark:
            return _digest("\n".join([*lines[:number], *lines[number + 1 :]])) == mark["digest"]
    return None
