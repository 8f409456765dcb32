"""What is said in answer to `kg why`: records of plain values, as the formats read them."""

from dataclasses import field

from kg.model.finding import Finding, Span
from kg.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """
    A claim, quote, connection, sentence or other part of a page: where it stands, and its words.

    `words` are its lines as written, `markup` those without grade, claimant or speaker, `text` these as a reader sees
    them.
    """

    iri: str
    kind: str
    span: Span
    words: str
    text: str = ""
    markup: str = ""
    grade: str = ""
    voices: tuple[str, ...] = ()
    voice_iris: tuple[str, ...] = ()
    section: str = ""
    section_slug: str = ""
    page: str = ""
    topic: str = ""
    page_kind: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """A page and what it is about: dates as its front matter gives them, `retracted` where it says so."""

    topic: str
    name: str
    page: str = ""
    path: str = ""
    kind: str = ""
    published: str = ""
    scraped: str = ""
    updated: str = ""
    url: str = ""
    publisher: str = ""
    retracted: bool = False

    @property
    def date(self) -> str:
        """The day by which the page counts: scraped, else published, else last updated."""
        return self.scraped or self.published or self.updated

    @property
    def span(self) -> Span:
        """The first place of the page."""
        return Span(self.path or self.topic, 1, 1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a statement in its original: exact, near, not there or unknown; where, and the words there."""

    verdict: str
    why: str = ""
    span: Span | None = None
    words: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """
    What a sentence rests on: a statement, or a page where no single statement is meant; and in which way.

    quoted, anchored, cited: a claim or quote (docs/why.md); page: a source of which no statement is meant; derived: a
    page that was itself written from others; about: a page of an entity or concept, which says nothing of where a
    sentence is from.
    """

    way: str
    about: About
    part: Part | None = None
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """
    Words that a sentence rests on and that are not there any more, and the passage that is most like them now.

    `way` is quoted where the sentence has them between quotation marks, else the way in which it rested on the
    statement that had them, page for a page that it cites as a whole. `generation` is an earlier one in which they
    stood there, at `was`; 0 where no kept one has them.
    """

    way: str
    words: str
    pages: tuple[str, ...]
    nearest: Part | None = None
    likeness: float = 0.0
    generation: int = 0
    was: Span | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """
    Something that supports or contradicts: the word for it (`how`), the line that says so, and the other side.

    `inward` is true where the other side says it of the target, false where the target's page says it of the other.
    """

    how: str
    part: Part
    other: str = ""
    inward: bool = False

    @property
    def words(self) -> str:
        """What it is, in words."""
        if self.inward:
            return f"{self.other or self.part.span.path} {self.how} it"
        return f"it {self.how} {self.other}".rstrip()


@dataclass(frozen=True, slots=True)
class Resting:
    """
    What rests on the target after some steps, in which way, and on which part or page of the step before.

    `on` is the place of that, `on_iri` its IRI.
    """

    step: int
    way: str
    part: Part
    on: str
    on_iri: str


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: a part or page, where it stands, its day, and how the step before leads to it."""

    name: str
    span: Span
    date: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Where the target stands in its life: retracted, superseded, contested or stale, and the chain to the cause."""

    state: str
    words: str
    chain: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """Why a triple is the case: stated at a place, or by a rule from other triples."""

    triple: tuple[str, str, str]
    words: str
    rule: str = ""
    form: str = ""
    span: Span | None = None
    source: str = ""
    premises: tuple["Derivation", ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """
    The answer about one target: `about` is the page, `part` what is meant of it, unset for the page as a whole.

    `resting` are all that rest on it, in the order of steps and places; `findings` what the last check found at it,
    None where no check is kept.
    """

    kind: str
    iri: str
    about: About | None = None
    part: Part | None = None
    verdicts: tuple[Verdict, ...] = ()
    grounds: tuple[Ground, ...] = ()
    gone: tuple[Gone, ...] = ()
    supports: tuple[Side, ...] = ()
    contradicts: tuple[Side, ...] = ()
    resting: tuple[Resting, ...] = ()
    states: tuple[State, ...] = ()
    proof: Derivation | None = None
    findings: tuple[Finding, ...] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one target: one, or one for each sentence of a line that has several."""

    target: str
    generation: int
    base: str
    answers: tuple[Why, ...] = field(default=())
