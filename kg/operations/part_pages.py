"""Pages of a kind after an edit: only the rows of the graphs that changed are asked, and only their pages written."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from pyoxigraph import NamedNode

from kg.answer_pages import generated_pages, rows
from kg.answer_pages.generated_pages import Made, Plan
from kg.answer_pages.page_kinds import Kind
from kg.answer_pages.rows import Loose, Row
from kg.ask import query_parts
from kg.model.records import dataclass
from kg.operations import kept_rows, unchanged_kinds
from kg.operations.kept_rows import Kept, News
from kg.operations.page_answers import GRAPH, Answers
from kg.operations.unchanged_kinds import Written
from kg.rdf import names, sparql_text
from kg.store.generation_delta import Delta

# Of more graphs a kind is asked as a whole.
_MOST = 12
_TYPE = names.expand("rdf:type")
_PLACES = frozenset(map(names.expand, ("nr:line", "nr:column")))


@dataclass(frozen=True, slots=True)
class Renewed:
    """The pages of a kind that were made anew, the paths of those that stay, and its rows to be kept if any changed."""

    made: tuple[Made, ...]
    same: tuple[str, ...]
    news: News | None


def kept(kind: Kind, answer: Loose) -> News | None:
    """Return all rows of a kind as they are kept; None where they cannot be."""
    some = [_kept(kind, answer, row) for row in answer.rows]
    whole = tuple(row for row in some if row is not None)
    return News(whole) if len(whole) == len(some) else None


def _kept(kind: Kind, answer: Loose, row: Row) -> Kept | None:
    graph, terms = row[GRAPH], kept_rows.said(row[name] for name in _columns(answer))
    page = kept_rows.said([row[kind.each]]) if kind.each else ""
    return None if terms is None or page is None else Kept(getattr(graph, "value", ""), page, terms)


def _columns(answer: Loose) -> tuple[str, ...]:
    return (*dict.fromkeys((*answer.columns, *(name for name, _ in answer.order.keys))),)


def dirty(answers: Answers, delta: Delta) -> frozenset[str]:
    """Return the graphs whose rows may be others: those that differ, and those that speak of what moved elsewhere."""
    base = answers.reading.base
    moved = {fact[0] for fact in delta.places if fact[1].value in _PLACES}
    quads = answers.reading.quads
    about = (quad.graph_name for node in moved for quad in quads.quads_for_pattern(node, None, None, None))
    spoken = {graph.value for graph in about if isinstance(graph, NamedNode)}
    return frozenset(name for name in spoken | delta.names if not name.startswith(f"{base}prov/"))


def renewed(answers: Answers, kind: Kind, record: Written, delta: Delta, graphs: frozenset[str]) -> Renewed | None:
    """Return the pages of a kind as they are now; None where all of it has to be asked."""
    if not record.rows or not kind.parts or len(graphs) > _MOST or _reads_elsewhere(kind, delta):
        return None
    answer = _asked(answers, kind, graphs)
    news = kept(kind, answer) if answer else None
    if answer is None or news is None:
        return None
    with suppress(*kept_rows.UNREADABLE), kept_rows.opened(answers.reading.folder, kind.name, record.rows) as before:
        return _renewed(answers, kind, before, answer, News(news.rows, graphs)) if before else None
    return None


def _renewed(answers: Answers, kind: Kind, before: kept_rows.Rows, answer: Loose, news: News) -> Renewed | None:
    old, new = Counter(before.of_parts(news.parts or ())), Counter(news.rows)
    counts = before.pages() if kind.each else {}
    now = Counter(counts)
    now.subtract(row.page for row in old.elements())
    now.update(row.page for row in news.rows)
    then_at, now_at = _paths(answers, kind, counts), _paths(answers, kind, +now)
    changed = {row.page for row in (old - new) + (new - old)}
    changed = {page for page in now_at if page in changed or now_at[page] != then_at.get(page)}
    rest = [row for row in before.of_pages(changed) if row.part not in (news.parts or ())]
    some = [_row(answer, row) for row in (*rest, *news.rows) if row.page in changed]
    in_order = rows.ordered(Loose(answer.order, answer.columns, tuple(some)))
    if in_order is None:
        return None
    of_page: dict[str, list[Row]] = {page: [] for page in changed}
    for row in in_order.rows:
        of_page[kept_rows.said([row[kind.each]]) or "" if kind.each else ""].append(row)
    plans = [Plan(*now_at[page], tuple(of_page[page])) for page in sorted(changed)]
    made = tuple(generated_pages.made(kind, plan, answers.wiki) for plan in plans)
    same = tuple(path for page, (path, _) in now_at.items() if page not in changed)
    return Renewed(made, same, news if old != new else None)


def _paths(answers: Answers, kind: Kind, pages: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return by what pages are kept of, where each goes and its title."""
    if not kind.each:
        return {"": (kind.output, kind.title)}
    terms = {page: kept_rows.terms(page)[0] for page in pages}
    known = {str(term): (page, term) for page, term in terms.items() if term is not None}
    answer = generated_pages.paths(kind, {key: term for key, (_, term) in known.items()}, answers.wiki)
    return {known[key][0]: place for key, place in answer.items()}


def _row(answer: Loose, kept_row: Kept) -> Row:
    return dict(zip(_columns(answer), kept_rows.terms(kept_row.terms), strict=True))


def _asked(answers: Answers, kind: Kind, graphs: frozenset[str]) -> Loose | None:
    """Return the rows of a kind that come from some graphs."""
    answer: Loose | None = None
    for graph in sorted(graphs):
        text = query_parts.of_graph(kind.question.text, kind.parts, graph)
        part = answers.loose(replace(kind.question, text=text), {})
        if part is None:
            return None
        of_part = tuple({**row, GRAPH: NamedNode(graph)} for row in part.rows)
        answer = replace(part, rows=(*(answer.rows if answer else ()), *of_part))
    return answer


def _reads_elsewhere(kind: Kind, delta: Delta) -> bool:
    """Tell whether a fact changed that a row may have from a graph not its own, or that its words are made of."""
    if unchanged_kinds.shows_otherwise(delta):
        return True
    elsewhere = query_parts.elsewhere(kind.question.text, kind.parts)
    read = unchanged_kinds.named(elsewhere)
    types = any(kind == "word" and word == "a" for kind, word in sparql_text.tokens(elsewhere))
    changed = (fact for facts in (delta.before, delta.now) for fact in facts)
    return any(
        unchanged_kinds.may_be_read(fact[1], fact[2], read) for fact in changed if types or fact[1].value != _TYPE
    )
