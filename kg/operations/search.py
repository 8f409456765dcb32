"""`kg search`: words looked for in a generation, and the pages that may have been meant where there are none."""

from dataclasses import dataclass

from kg.search import find, kept_index
from kg.search.find import Hit, Question
from kg.search.index import Index
from kg.search.texts import Part
from kg.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the best first, whether there is more, and pages with names near to words that nothing has."""

    hits: tuple[Hit, ...]
    more: bool
    near: tuple[Part, ...]


def search(reading: Reading, question: Question) -> Found:
    """Return what a generation has of some words; KgError where a grade is asked of what has none."""

    def answered(index: Index) -> Found:
        answer = find.find(index, question)
        near = () if answer.hits else tuple(find.near(index, question.words))
        return Found(answer.hits, answer.more, near)

    return kept_index.asked(reading, answered)
