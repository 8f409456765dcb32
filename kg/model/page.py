"""A page as records: what stands where, and what it says. Plain values; nothing here reads, writes or asks."""

from enum import StrEnum

from kg.model.records import dataclass


class Kind(StrEnum):
    """What a block is; the value is its class in the ontology."""

    FENCE = "FrontMatterFence"
    FIELD = "Field"
    HEADING = "Heading"
    CLAIM = "Claim"
    QUOTE = "Quote"
    CONNECTION = "Connection"
    HOP = "Hop"
    ENTRY = "TimelineEntry"
    ITEM = "Item"
    QUOTATION = "BlockQuotation"
    TABLE = "Table"
    CODE = "CodeBlock"
    COMMENT = "Comment"
    MARKER = "AutoMarker"
    LIVE = "LiveBlock"
    PROSE = "Prose"
    SPACE = "Space"


class Expresses(StrEnum):
    """What a link or a plain name stands for in its statement; the value is the property."""

    CLAIMANT = "nr:claimant"
    SPEAKER = "nr:speaker"
    OBJECT = "rdf:object"
    STEP = "nr:leadsTo"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands: line and column from 1, start and end as offsets, all in Unicode code points of the text."""

    line: int
    column: int
    start: int
    end: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Link:
    """
    One `[[slug#anchor|alias]]`; its place runs from the target's first character to the last bracket.

    `form` is empty in the body, `field` in the front matter, and `markdown` for `[alias](slug#anchor)`; `sentence` is
    the number of the sentence that it stands in, in the front matter of the value. `words_first` tells that the words
    of the link stand before its target.
    """

    place: Place
    slug: str
    anchor: str = ""
    alias: str | None = None
    embed: bool = False
    expresses: Expresses | None = None
    sentence: int = 0
    form: str = ""
    words_first: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a block, as the author marked it up."""

    place: Place
    markup: str


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is said to say something: the words of the slot, and either a link's slug or a plain name, with a role."""

    said: str
    name: str = ""
    role: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """
    One value of a field at any depth, and where it stands.

    `path` leads to it within the field as a JSON Pointer: empty for the field's own value, `/0` for the first of a
    list, `/0/url` for that of a mapping. `plain` tells that YAML reads it by its look: it is not quoted and no
    block of text, or a tag says so.
    """

    text: str
    place: Place
    path: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """
    The parts of a line that has a form; None is a part that the line does not have.

    `graded` says where the grade of a claim stands when it is no tag before it: "inline" in its text, "page" in the
    front matter. `form` is the form of a connection that the counts do not take for a typed one, "bare". `denies` is
    an item under Contradictions that says there is none.
    """

    markup: str | None = None
    text: str | None = None
    grade: str | None = None
    graded: str = ""
    certainty: str | None = None
    relation: str | None = None
    label: str | None = None
    target: str | None = None
    qualifier: str | None = None
    scope: str | None = None
    form: str = ""
    denies: bool = False
    number: str | None = None
    date: str | None = None
    star: str | None = None
    level: str | None = None
    key: str | None = None
    yaml: str | None = None
    below: str | None = None
    voice: Voice | None = None
    content: str | None = None
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """
    Some whole lines of a page.

    `gap` is the text of the empty lines before it, `raw` the lines as written where its parts do not give them back,
    `verbatim` gap and lines with their own line endings where those are not the page's, `written` the lines with
    theirs where those are not line feeds alone.
    """

    kind: Kind
    number: int
    place: Place
    parts: Parts
    gap: str = ""
    raw: str | None = None
    verbatim: str | None = None
    written: str = ""
    unended: bool = False
    top: bool = True
    auto: str = ""
    links: tuple[Link, ...] = ()
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """
    A heading and what stands below it up to the next heading.

    `slug` names it in IRIs, `name` is its title in lower case and without markup, `role` is its H2's.
    """

    slug: str
    title: str
    name: str
    level: int
    parent: int | None
    role: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Suppression:
    """
    A comment that silences rules, `kg: ignore RULE -- reason`, and its place.

    It holds for the lines `first` to `last`, or with `first` 0 for the whole page.
    """

    place: Place
    rules: tuple[str, ...]
    reason: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a wiki, complete: rendering it gives the bytes it was parsed from."""

    path: str
    sha256: str
    size: int
    encoding: str
    newline: str
    mark: bool
    front: str
    sections: tuple[Section, ...]
    page_class: str
    topic_class: str
    page_type: str
    title: str
    aliases: tuple[str, ...]
    suppressions: tuple[Suppression, ...] = ()
