"""Links as facts: what the graph says of a link, from the link as written and what its slug means."""

from collections.abc import Iterator

from kg.links.resolve import Answer
from kg.links.wikilinks import FIELD, MARKDOWN, by_path
from kg.model.page import Link
from kg.parse import reader_text
from kg.rdf import names, spellings
from kg.rdf.nquads import TERMS, TRUE, text

Pair = tuple[str, str | None]


def asked(link: Link) -> tuple[str, bool]:
    """Return what must be resolved for a link: its slug or path, and whether an anchor follows."""
    return by_path(link.slug) if link.form == MARKDOWN else link.slug, bool(link.anchor)


def facts(base: str, link: Link, answer: Answer) -> list[Pair]:
    """Return what a link node says: the link as written, its target, how that was found and what else it may be."""
    heading = link.anchor if link.form != MARKDOWN else ""  # how a Markdown renderer spells anchors is its own affair
    return [
        ("rdf:type", TERMS["nr:Link"]),
        ("nr:linkForm", text(link.form) if link.form else None),
        ("nr:slug", text(link.slug)),
        ("nr:anchor", text(link.anchor) if link.anchor else None),
        ("nr:anchorSlug", text(spellings.words(reader_text.seen(heading.rpartition("#")[2]))) if heading else None),
        ("nr:alias", None if link.alias is None else text(link.alias)),
        ("nr:embed", TRUE if link.embed else None),
        ("nr:wordsFirst", TRUE if link.words_first else None),
        ("nr:target", _topic(base, answer.topic) if answer.topic else None),
        ("nr:resolution", text(answer.resolution)),
        ("nr:resolvedBy", text(answer.via)),
        ("nr:expresses", TERMS[link.expresses] if link.expresses else None),
        *(("nr:candidatePath", text(path)) for path in answer.candidates if len(answer.candidates) > 1),
        ("nr:oneReading", TRUE if answer.certain else None),
        *(("nr:suggestion", text(name)) for name in answer.suggestions[:1]),
        *(("nr:otherSuggestion", text(name)) for name in answer.suggestions[1:]),
    ]


def mentioned(base: str, link: Link, answer: Answer) -> str | None:
    """Return the topic that a text mentions by a link; a field names its topics by properties of its own."""
    sure = answer.topic and not answer.ambiguous and link.form != FIELD
    return _topic(base, answer.topic) if sure else None


def candidates(base: str, answer: Answer) -> Iterator[tuple[str, Pair]]:
    """Yield what is said of a name that several pages have, none of which is meant for sure."""
    for topic in answer.topics:
        yield _topic(base, answer.topic), ("nr:candidate", _topic(base, topic))


def _topic(base: str, topic: str) -> str:
    return f"<{names.topic_iri(base, topic)}>"
