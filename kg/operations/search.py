"""`kg search`: words looked for in a generation, and the pages that may have been meant where there are none."""

from dataclasses import dataclass

from kg.search import find, kept_index
from kg.search.find import Hit, Question
from kg.search.index import Index
from kg.search.texts import Part
from kg.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was found, the best first, and whether there is more.

    Where nothing was: whether there is something without the filters, else pages with names near to the words.
    """

    hits: tuple[Hit, ...]
    more: bool = False
    elsewhere: bool = False
    near: tuple[Part, ...] = ()


def search(reading: Reading, question: Question) -> Found:
    """Return what a generation has of some words; KgError where a grade is asked of what has none."""

    def answered(index: Index) -> Found:
        answer = find.find(index, question)
        if answer.hits:
            return Found(answer.hits, answer.more)
        if find.find(index, Question(question.words, limit=1)).hits:
            return Found((), elsewhere=True)
        return Found((), near=tuple(find.near(index, question.words)))

    return kept_index.asked(reading, answered)
