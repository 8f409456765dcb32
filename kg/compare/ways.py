"""
In which way a sentence rests on a claim or quote of a source that it cites: the one answer, for diffs and for `kg why`.

The three ways, the strongest first (a sentence counts once, with the strongest):
quoted    at least 20 characters between quotation marks occur in the statement, as a reader sees both
anchored  a link of the sentence to the source names the section that the statement stands in
cited     the sentence links to the source and names another topic that the statement names, too
"""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from kg.compare.quotations import holds, quoted

WAYS = ("quoted", "anchored", "cited")


class Said(NamedTuple):
    """A claim or quote: what it says as written, the slug of its section's heading, and the topics that it names."""

    content: str
    section: str
    topics: frozenset[str]


class Citing(Protocol):
    """A sentence that cites a source: its words, the sections that its links name, the other topics that it names."""

    @property
    def text(self) -> str:
        """The sentence as written."""

    @property
    def anchors(self) -> Collection[str]:
        """The slugs of the headings that its links to the source name."""

    @property
    def topics(self) -> Collection[str]:
        """The topics that it names beside the source."""


def way(statement: Said, sentence: Citing) -> str:
    """Return how a sentence that cites the source of a statement rests on it; nothing where it does not."""
    if any(holds(statement.content, words) for words in quoted(sentence.text)):
        return "quoted"
    if statement.section and statement.section in sentence.anchors:
        return "anchored"
    return "cited" if any(topic in statement.topics for topic in sentence.topics) else ""
