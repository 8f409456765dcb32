"""`kg search`: words looked for in a generation, and the pages that may have been meant where there are none."""

from typing import Any

from kg.model.records import dataclass
from kg.search import find, kept_index
from kg.search.find import Answer, Hit, Question
from kg.search.index import Index, Original
from kg.search.kept_originals import Originals
from kg.search.texts import Part
from kg.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was found, the best first, and whether there is more.

    Where nothing was: whether there is something without the filters, else pages with names near to the words.
    `missing` are originals that were not looked through whole, where they were asked for or nothing was found.
    """

    hits: tuple[Hit, ...]
    more: bool = False
    elsewhere: bool = False
    near: tuple[Part, ...] = ()
    missing: tuple[Original, ...] = ()


def search(reading: Reading, question: Question) -> Found:
    """Return what a generation has of some words; KgError where a grade is asked of what has none."""

    def answered(index: Index, originals: Originals) -> Found:
        answer = find.find(index, question, originals)
        missing = _missing(question, answer, originals)
        if answer.hits:
            return Found(answer.hits, answer.more, missing=missing)
        if find.find(index, Question(question.words, limit=1), originals).hits:
            return Found((), elsewhere=True, missing=missing)
        return Found((), near=tuple(find.near(index, question.words)), missing=missing)

    return kept_index.asked(reading, answered)


def _missing(question: Question, answer: Answer, originals: Originals) -> tuple[Original, ...]:
    """Return the originals that may have more, unless nobody asked for them and something was found."""
    is_asked = "originals" in question.fields or not (question.fields or question.grade or answer.hits)
    return tuple(originals.missing()) if is_asked else ()


def record(answer: Found) -> dict[str, Any]:
    """Return what was found by the keys of `kg search --json`."""
    return {
        "hits": [_hit(hit) for hit in answer.hits],
        "more": answer.more,
        "elsewhere": answer.elsewhere,
        "near": [{"path": part.path, "title": part.title} for part in answer.near],
        "missing": [{"path": one.path, "why": one.why} for one in answer.missing],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    part = hit.part
    return {
        "path": part.path,
        "line": part.line,
        "column": part.column,
        "page": hit.page or None,
        "kind": hit.kind,
        "grade": hit.grade,
        "by": part.voice or None,
        "text": part.title or part.text,
        "aliases": part.text.split("\n") if part.title and part.text else [],
        "snippet": hit.snippet.text,
        "marks": [list(mark) for mark in hit.snippet.marks],
        "iri": part.node,
    }
