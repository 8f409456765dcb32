"""Looking for words in an index: what fits, in its order, each with a snippet; and names that may have been meant."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from kg.links import near_names
from kg.links.near_names import NearNames, Spelling
from kg.model.grades import GRADES
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import names
from kg.search import folding, snippet, typed
from kg.search.folding import Run
from kg.search.index import Index
from kg.search.snippet import Snippet
from kg.search.texts import Group, Part
from kg.search.typed import Term

# What can be looked into, by the words of the command line.
FIELDS = {
    "claims": frozenset({Group.CLAIM, Group.FACT, Group.ANALYSIS, Group.FORECAST}),
    "quotes": frozenset({Group.QUOTE}),
    "sentences": frozenset({Group.SENTENCE, Group.CONNECTION}),
    "pages": frozenset({Group.PAGE, Group.HEADING, Group.TEXT}),
    "originals": frozenset({Group.ORIGINAL}),
}
_WIDTH = 160
_SHORT, _LONGEST, _WORDS = 3, 200, 8


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for: words as typed, in which fields (none: all), claims of which grade, said by whom, how many."""

    words: str
    fields: tuple[str, ...] = ()
    grade: str | None = None
    by: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """
    A part that was found, with what is shown of it.

    Of an original the place of the part is that of the first of the words, and `page` is that of a PDF, else 0.
    """

    part: Part
    snippet: Snippet
    page: int = 0

    @property
    def kind(self) -> str:
        """What it is: page, heading, claim, quote, sentence, connection, text or original."""
        group = self.part.group
        return "claim" if group in FIELDS["claims"] else group.name.lower()

    @property
    def grade(self) -> str | None:
        """The grade of a claim that has one."""
        return GRADES[self.part.group - Group.FACT] if Group.FACT <= self.part.group <= Group.FORECAST else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, the best first, and whether there is more."""

    hits: tuple[Hit, ...]
    more: bool


class Texts(Protocol):
    """The texts of originals, where they are looked through whole."""

    def best(self, expressions: Sequence[str], most: int) -> list[Part]:
        """Return at most so many parts of originals that fit expressions, the best first."""


def find(index: Index, question: Question, originals: Texts | None = None) -> Answer:
    """
    Return what fits; nothing for words without a letter or a digit. What SQLite raises goes through.

    Originals are asked where the pages have too little; without their texts the passages that quotes were held against.
    """
    wanted, voices = typed.terms(question.words), typed.terms(question.by or "")
    if not wanted or (question.by is not None and not voices):
        return Answer((), more=False)
    by = typed.expression(voices, "voice")
    expressions = [" AND ".join(filter(None, (one, by))) for one in typed.expressions(wanted)]
    chosen, most = groups(question), min(question.limit, sys.maxsize - 1) + 1
    parts = index.best(expressions, chosen - FIELDS["originals"] if originals else chosen, most)
    if originals and chosen & FIELDS["originals"] and len(parts) < most:
        parts += originals.best(expressions, most - len(parts))
    return Answer(tuple(_hit(part, wanted) for part in parts[: question.limit]), len(parts) > question.limit)


def _hit(part: Part, terms: Sequence[Term]) -> Hit:
    if not part.spots:
        return Hit(part, snippet.cut(_shown(part), terms, _WIDTH))
    at = snippet.first(part.text, terms)
    spots = [tuple(map(int, spot.split(":"))) for spot in part.spots.split(" ")]
    offset, line, column, page = max(spot for spot in spots if spot[0] <= at)
    placed = replace(part, line=line, column=column + at - offset)
    return Hit(placed, snippet.cut(part.text, terms, _WIDTH), page)


def groups(question: Question) -> frozenset[Group]:
    """Return which groups are asked for; raise KgError where a grade is asked of what has none."""
    chosen = frozenset[Group]().union(*(FIELDS[field] for field in question.fields or FIELDS))
    if question.grade is None:
        return chosen
    if not chosen & FIELDS["claims"]:
        raise KgError(
            f"only claims have a grade, and --in {question.fields[0]} leaves them out; take --in claims, or no --in"
        )
    return frozenset({Group(Group.FACT + GRADES.index(question.grade))})


def near(index: Index, words: str) -> list[Part]:
    """Return the titles of at most three pages that words, or else one of them, probably mean."""
    titles = {part.path: part for part in index.titles()}
    called = [
        Spelling(part.path, place, text)
        for part in titles.values()
        for place, text in enumerate((names.stem(part.path), part.title, *part.text.split("\n")))
        if text
    ]
    called += [Spelling(one.path, _WORDS, run.letters) for one in titles.values() for run in _words(one)]
    known = NearNames(called)
    for tried in (words, *words.split()[:_WORDS]):
        if len(tried) <= _LONGEST and (paths := near_names.nearest(known, tried)):
            return [titles[path] for path in paths]
    return []


def _words(part: Part) -> Iterator[Run]:
    """Yield the longer words of a title."""
    runs = folding.runs(folding.parted(part.title) or part.title)
    return (run for run in runs if len(run.letters) > _SHORT)


def _shown(part: Part) -> str:
    """Return what is shown of a part: of a page its title, and its other names behind it."""
    if part.group is not Group.PAGE:
        return part.text
    others = ", ".join(part.text.split("\n"))
    return f"{part.title} ({others})" if others else part.title
