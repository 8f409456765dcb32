"""The body of a page for a bundle: its wikilinks as Markdown links from the root, and footnotes to its sources."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kg.bundle import paths
from kg.links.wikilinks import MARKDOWN
from kg.model.page import Block, Kind, Link, Page, Place
from kg.rdf import names, spellings

# Where a footnote may stand: behind the sentences of a text and behind statements.
_STATED = frozenset({Kind.CLAIM, Kind.CONNECTION})
_CITING = frozenset({Kind.PROSE, Kind.ITEM, Kind.QUOTE, Kind.QUOTATION, Kind.HOP, Kind.ENTRY})


class Cited(NamedTuple):
    """A source that sentences cite: its id, and how the footnote names it."""

    label: str
    words: str


class Surroundings(NamedTuple):
    """What a body is written with: where a link leads to, the sources by path, and the one of the whole page."""

    path_of: Callable[[Link], str]
    cited: Mapping[str, Cited]
    own: Cited | None


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def written(raw: str, page: Page, front: int, around: Surroundings) -> str:
    """Return the body of a page, which begins at the offset `front` of its text."""
    cited_here: set[Cited] = set()
    edits = sorted({*_links(raw, page, around), *_footnotes(raw, page, around, cited_here)})
    pieces, done = [], front
    for edit in edits:
        if edit.start >= done:
            pieces += [raw[done : edit.start], edit.text]
            done = edit.end
    body = "".join([*pieces, raw[done:]]).replace("\r\n", "\n").replace("\r", "\n")
    notes = "".join(f"[^{one.label}]: {one.words}\n" for one in sorted(cited_here))
    return f"{body.rstrip()}\n\n{notes}" if notes else body


def _blocks(page: Page) -> Iterator[Block]:
    return (block for section in page.sections if section.slug != "_front" for block in section.blocks)


def _links(raw: str, page: Page, around: Surroundings) -> Iterator[_Edit]:
    for block in _blocks(page):
        for link in block.links:
            first = raw.rfind("[[", 0, link.place.start) if link.form != MARKDOWN else -1
            if first >= 0 and raw.startswith("]]", link.place.end - 2):
                first -= raw.startswith("!", first - 1) if link.embed and first else 0
                words = (link.alias or f"{link.slug}{f'#{link.anchor}' if link.anchor else ''}").strip()
                shown = words.replace("[", "\\[").replace("]", "\\]")
                anchor = spellings.words(link.anchor.rpartition("#")[2])
                where = paths.destination(around.path_of(link), anchor)
                yield _Edit(first, link.place.end, f"[{shown}]({where})")


def _footnotes(raw: str, page: Page, around: Surroundings, cited_here: set[Cited]) -> Iterator[_Edit]:
    if not around.cited and around.own is None:
        return
    for block in _blocks(page):
        for place, links in _citing(block):
            named = [around.cited[path] for link in links if (path := around.path_of(link)) in around.cited]
            own = [around.own] if around.own and block.kind in _STATED | {Kind.QUOTE} and not block.auto else []
            cited = list(dict.fromkeys([*own, *named]))
            if cited:
                cited_here.update(cited)
                end = len(raw[: place.end].rstrip())
                yield _Edit(end, end, "".join(f"[^{one.label}]" for one in cited))


def _citing(block: Block) -> Iterator[tuple[Place, Sequence[Link]]]:
    """Yield what of a block may bear a footnote: its sentences, or the whole statement, each with its links."""
    if block.kind in _STATED or (block.kind in _CITING and not block.sentences):
        yield block.place, block.links
    elif block.kind in _CITING:
        for number, sentence in enumerate(block.sentences, 1):
            yield sentence.place, [link for link in block.links if link.sentence == number]


def headline(page: Page) -> str:
    """Return what a page is called: its title, else its file name."""
    return page.title or names.stem(page.path)
