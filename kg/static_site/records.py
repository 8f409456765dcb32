"""What the pages of a site are made from: a wiki's pages, links and statements as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from kg.model.records import dataclass
from kg.why.records import About, Part, Verdict


@dataclass(frozen=True, slots=True)
class Link:
    """
    A link in the text of a page: where its target stands, how long that is to the end of the link, what it means.

    `form` is empty for a wikilink, `field` in the front matter, `markdown` else; `target` is the topic that is meant,
    `words` is the sentence that it stands in.
    """

    path: str
    line: int
    column: int
    length: int
    form: str
    slug: str
    anchor: str
    alias: str
    target: str
    resolution: str
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim, quote, connection or dated entry, with what its original says of it, and whom and what it names."""

    part: Part
    verdicts: tuple[Verdict, ...] = ()
    role: str = ""
    relation: str = ""
    mentions: tuple[str, ...] = ()
    date: str = ""
    due: str = ""
    star: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """A side of a contradiction: its name, who holds it, the sources that it stands on, by their topics."""

    theme: str
    label: str
    path: str
    line: int
    column: int
    holders: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its text as it was ingested, where its front matter ends, and what it is about."""

    path: str
    iri: str
    topic: str
    text: str
    head: int
    about: About
    topic_kind: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wiki:
    """
    A generation as its readers see it: everything in the order of paths and places.

    `elsewhere` are the topics of the pages that the wiki has and that a part of it leaves out.
    """

    base: str
    title: str
    as_of: str
    content: str
    pages: tuple[Page, ...]
    links: Mapping[str, Sequence[Link]]
    statements: Mapping[str, Sequence[Statement]]
    positions: tuple[Position, ...]
    clusters: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    by_topic: Mapping[str, Page] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
