"""What is compared: one state of a wiki as items, and what became of them."""

from kg.model.finding import Span
from kg.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """
    Something a wiki says: a page, claim, quote, connection, link, field or sentence, and where.

    `page` is the path in the wiki, `text` the author's words; `tag` a claim's grade or a connection's relation; `said`
    who or what stands before the dash, as written, `voice` the same as a reader sees it, `who` the topics it means;
    `content` what is said (of a page its title, where it has one), `markup` the same as written. `inside` is the
    statement around a link, `section` the slug of the heading above a statement.
    """

    kind: str
    page: str
    span: Span
    text: str
    tag: str = ""
    said: str = ""
    voice: str = ""
    who: tuple[str, ...] = ()
    content: str = ""
    markup: str = ""
    iri: str = ""
    key: str = ""
    section: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Wiki:
    """One state of a wiki, each list in the order of its places; a page's `key` is its digest, its `iri` its topic."""

    pages: tuple[Item, ...]
    statements: tuple[Item, ...]
    links: tuple[Item, ...] = ()
    fields: tuple[Item, ...] = ()
    sentences: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Resting:
    """A sentence that rests on a changed statement: where it is, its words, and how: quoted, anchored or cited."""

    span: Span
    text: str
    way: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what happened to something, how it was (None: added) and how it is (None: dropped)."""

    what: tuple[str, ...]
    old: Item | None
    new: Item | None
    rests: tuple[Resting, ...] = ()

    @property
    def item(self) -> Item:
        """The newer of the two."""
        one = self.new or self.old
        if one is None:
            raise TypeError("a change of nothing")
        return one

    @property
    def kind(self) -> str:
        """What it is that changed."""
        return self.item.kind


@dataclass(frozen=True, slots=True)
class Pair:
    """What became of one item: both its states, or one; `what` is empty where nothing changed."""

    old: Item | None
    new: Item | None
    what: tuple[str, ...] = ()
