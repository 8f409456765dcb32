"""Pages of a kind: the rows of its query in its template, under a mark that says what wrote them."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pyoxigraph import NamedNode, Store

from kg.answer_pages import rows, sandbox, shown_rows
from kg.answer_pages.page_kinds import Kind
from kg.answer_pages.rows import Row, Rows, Wiki
from kg.answer_pages.shown_rows import Look, ShownRow
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.parse import live_markers
from kg.rdf import sparql_text
from kg.rdf.names import slugify

_MARKED = (".md", ".html")
_WORDS = "written by kg render; edit its query, its template or what it lists, not this page"
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Plan:
    """A page of a kind before it is written: its path, its title, and its rows."""

    path: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A page of a kind: its path, its bytes, and the name of the kind."""

    path: str
    data: bytes
    kind: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page, and the rows that each of them shows."""

    lines: tuple[str, ...]
    rows: tuple[tuple[Row, ...], ...]


def make(kind: Kind, answer: Rows, wiki: Wiki) -> Iterator[Made]:
    """Yield the pages of a kind, in the order of their rows; raise KgError for a template or column that is wrong."""
    for plan in plans(kind, answer, wiki):
        yield made(kind, plan, wiki)


def made(kind: Kind, plan: Plan, wiki: Wiki) -> Made:
    """Return a page of a kind."""
    data = _unnoted(kind, plan, wiki)
    if kind.budget and not kind.budget.allows(data):
        data = _data(kind, *fitting(kind, plan, wiki))
    return Made(plan.path, data, kind.name)


def _unnoted(kind: Kind, plan: Plan, wiki: Wiki) -> bytes:
    """Return a page with all its rows, while nobody notes which of them each line shows."""
    ending = PurePosixPath(plan.path).suffix
    shown = shown_rows.unnoted(plan.rows, Look(plan.path, ending, wiki))
    text = sandbox.write(kind.template, kind.template_file, ending, _given(kind, plan, shown, 0))
    lines = [line.rstrip() for line in text.replace("\r", "").split("\n")]
    first, last = _ends(lines)
    return _data(kind, plan, Lines(tuple(lines[first:last]), ()))


def plans(kind: Kind, answer: Rows, wiki: Wiki) -> Iterator[Plan]:
    """Yield the pages of a kind with their rows; those of AUTO blocks are the pages of topics that have one."""
    if not kind.each:
        yield Plan(kind.output, kind.title, answer.rows)
        return
    if kind.each not in answer.columns:
        raise KgError(f"{kind.name}: each: there is no column '{kind.each}'; it has {', '.join(answer.columns)}")
    groups: dict[str, list[Row]] = {}
    for row in answer.rows:
        if row[kind.each] is not None:
            groups.setdefault(str(row[kind.each]), []).append(row)
    places = paths(kind, {key: some[0][kind.each] for key, some in groups.items()}, wiki)
    for key, (path, title) in places.items():
        yield Plan(path, title, tuple(groups[key]))


def paths(kind: Kind, terms: Mapping[str, object], wiki: Wiki) -> dict[str, tuple[str, str]]:
    """Return by the values that a kind has a page for, in order, where each page goes and its title."""
    found: dict[str, tuple[str, str]] = {}
    used: set[str] = set()
    for key in sorted(terms):
        term = terms[key]
        name = rows.plain(term, wiki)
        title = kind.title.replace("{each}", name)
        if not kind.auto:
            slug = _unused(slugify(name[:_LONGEST]) or "page", used)
            found[key] = kind.output.replace("{slug}", slug), title
        elif isinstance(term, NamedNode) and term.value in wiki.paths:
            found[key] = wiki.paths[term.value], title
    return found


def fitting(kind: Kind, plan: Plan, wiki: Wiki) -> tuple[Plan, Lines]:
    """Return a page with as many of its first rows as its budget has room for, and its lines."""
    whole = _lines(kind, plan, wiki, 0)
    if kind.budget is None or kind.budget.allows(_data(kind, plan, whole)):
        return plan, whole
    least, most = -1, len(plan.rows)
    best = plan, whole
    while most - least > 1:
        count = (least + most) // 2
        part = Plan(plan.path, plan.title, plan.rows[:count])
        lines = _lines(kind, part, wiki, len(plan.rows) - count)
        if kind.budget.allows(_data(kind, part, lines)):
            least, best = count, (part, lines)
        else:
            most = count
    if least < 0:
        raise KgError(
            f"{kind.name}: budget: in {kind.budget} there is no room for the page without any row; allow more"
        )
    return best


def _unused(slug: str, others: set[str]) -> str:
    name, number = slug, 1
    while name.casefold() in others:
        number += 1
        name = f"{slug}-{number}"
    others.add(name.casefold())
    return name


def _lines(kind: Kind, plan: Plan, wiki: Wiki, left_out: int) -> Lines:
    """Return the lines of a page without its mark; blanks at their ends, and empty lines around them, are left out."""
    ending = PurePosixPath(plan.path).suffix
    shown, asked = shown_rows.of(plan.rows, Look(plan.path, ending, wiki))
    pieces = sandbox.pieces(kind.template, kind.template_file, ending, _given(kind, plan, shown, left_out))
    text, of_lines = shown_rows.by_line((piece.replace("\r", "") for piece in pieces), asked)
    lines = [line.rstrip() for line in text.split("\n")]
    first, last = _ends(lines)
    return Lines(tuple(lines[first:last]), tuple(tuple(some) for some in of_lines[first:last]))


def _given(kind: Kind, plan: Plan, some: Sequence[ShownRow], left_out: int) -> dict[str, object]:
    """Return what a template is given."""
    return {
        "title": plan.title, "kind": kind.name, "path": plan.path, "about": kind.about, "rows": some,
        "left_out": left_out, "budget": str(kind.budget or ""),
    }  # fmt: skip


def _ends(lines: Sequence[str]) -> tuple[int, int]:
    """Return between which numbers the lines stand that are not empty ones around all others."""
    first = next((n for n, line in enumerate(lines) if line), 0)
    last = next((n for n in range(len(lines), 0, -1) if lines[n - 1]), 1)
    return first, last


def _data(kind: Kind, plan: Plan, lines: Lines) -> bytes:
    text = "\n".join(lines.lines) + "\n"
    return (text if kind.auto else _marked(kind.name, plan.title, text, PurePosixPath(plan.path).suffix)).encode()


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


def is_mark(line: str) -> bool:
    """Tell whether a line is the mark that says what wrote a page."""
    return live_markers.PAGE.match(line) is not None


def written(quads: Store) -> dict[str, str]:
    """Return the kinds of the pages of a store that a kind once wrote, by their paths."""
    found = sparql_text.select(quads, sparql_text.declared_query("site/generated").text)
    return {row["path"].value: row["kind"].value for row in found}
