"""Footnotes: which sentences bear a mark, `[^1]`, and which lines say what it stands for. A link there is theirs."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kg.why.graph import Graph, first
from kg.why.records import Part

_MARK = re.compile(r"(?<![\\\[])\[\^([^\s\[\]\\^]{1,100})\](?!:)")
_NOTE = re.compile(r"^[ \t>]*\[\^([^\s\[\]\\^]{1,100})\]:", re.MULTILINE)
_LEADING = re.compile(r"(?:\s*\[\^[^\s\[\]\\^]{1,100}\])+(?!:)")
_SENTENCE = re.compile(r"(.+\.s)([0-9]+)")
# The label of a footnote, with the topic of its page.
Label = tuple[str, str]


class Lines(NamedTuple):
    """Lines of a part of a page, the last one not among them."""

    part: str
    first: int
    last: int


def whole(part: str) -> Lines:
    """Return all lines of a part."""
    return Lines(part, 0, 1 << 40)


def of_sentences(graph: Graph, parts: Sequence[Part]) -> dict[str, list[Lines]]:
    """Return the lines of the footnotes whose marks some parts bear, by the parts."""
    behind = graph.said(one for part in parts if (one := _beside(part.iri, 1)))
    marked = {
        part.iri: _own(part.iri, part.words) + _leading(first(behind.get(_beside(part.iri, 1), {}), "nr:markup"))
        for part in parts
    }
    bearing = {
        part.iri: {(part.topic, label.casefold()) for label in _MARK.findall(marked[part.iri])} for part in parts
    }
    topics = {topic for labels in bearing.values() for topic, _ in labels}
    rows = [row for row in graph.rows("passages", topics) if _NOTE.match(row["markup"].value)]
    starts = graph.said(row["part"].value for row in rows)
    lines: defaultdict[Label, set[Lines]] = defaultdict(set)
    for row in rows:
        part = row["part"].value
        for label, begin, end in _notes(row["markup"].value, int(first(starts[part], "nr:line"))):
            lines[row["topic"].value, label].add(Lines(part, begin, end))
    return {iri: sorted(one for label in labels for one in lines.get(label, ())) for iri, labels in bearing.items()}


def label_at(part: Part, line: int) -> Label | None:
    """Return the footnote that a line of a part belongs to, None where the part is no footnote."""
    if not _NOTE.match(part.words):
        return None
    labels = (label for label, begin, end in _notes(part.words, part.span.line) if begin <= line < end)
    return next(((part.topic, label) for label in labels), None)


def bearing_sentences(graph: Graph, labels: Iterable[Label]) -> Mapping[Label, set[str]]:
    """Return the sentences that bear the marks of some footnotes."""
    wanted = {*labels}
    bearing: defaultdict[Label, set[str]] = defaultdict(set)
    for row in graph.rows("passages", {topic for topic, _ in wanted}):
        markup = row["markup"].value
        if row["whole"].value == "false" and "[^" in markup and not _NOTE.match(markup):
            sentence, topic = row["part"].value, row["topic"].value
            for bearer, words in ((sentence, _own(sentence, markup)), (_beside(sentence, -1), _leading(markup))):
                for mark in _MARK.findall(words) if bearer else ():
                    bearing[topic, mark.casefold()].add(bearer)
    return {label: bearing[label] for label in wanted if label in bearing}


def _beside(sentence: str, step: int) -> str:
    """Return the sentence so many behind one in its block, empty where it is no sentence or the first."""
    match = _SENTENCE.fullmatch(sentence)
    number = int(match[2]) + step if match else 0
    return f"{match[1]}{number}" if match and number else ""


def _leading(markup: str) -> str:
    """Return the marks that a sentence begins with: they stand behind the full stop of the one before, and are its."""
    found = _LEADING.match(markup)
    return found[0] if found else ""


def _own(sentence: str, markup: str) -> str:
    """Return the words of a sentence without the marks of the one before it."""
    return markup.removeprefix(_leading(markup)) if _beside(sentence, -1) else markup


def _notes(markup: str, line: int) -> list[tuple[str, int, int]]:
    """Return the footnotes of a block that begins at a line, each with its first line and the one after its last."""
    found = [(note[1].casefold(), line + markup.count("\n", 0, note.start())) for note in _NOTE.finditer(markup)]
    ends = [begin for _, begin in found[1:]] + [whole("").last]
    return [(label, begin, end) for (label, begin), end in zip(found, ends, strict=True)]
