"""Exported copies: a page as HTML back to its Markdown, its links by their addresses."""

from kg.model.finding import Finding, Level, Span
from kg.rdf.names import slugify
from kg.restore import html_page, restore_text
from kg.restore.blocks import Shape, markdown
from kg.restore.html_page import Address
from kg.restore.lexicon import group
from kg.restore.relink import Doubt
from kg.restore.restore_text import Restored, Wiki
from kg.settings.dialect import Dialect


def headings(text: str) -> list[str]:
    """Return the headings of a page in HTML."""
    pieces, _ = html_page.read(text, lambda address: address.text)
    return [piece.text for piece in pieces if piece.shape is Shape.HEADING]


def restore(text: str, source: str, path: str, wiki: Wiki) -> Restored:
    """Return the page at `path` of which `text` is a copy as HTML: links are known by their addresses."""
    like = group(path, wiki.dialect)
    known_type = restore_text.type_of(wiki.dialect, path)
    doubts: list[Finding] = []
    links = 0

    def write(address: Address) -> str:
        nonlocal links
        made, doubt = _by_address(wiki, address)
        links += made.startswith("[[")
        if doubt:
            doubts.append(restore_text.placed(source, address.line, address.column, doubt))
        return made

    pieces, complete = html_page.read(text, write)
    if not complete:
        message = "elements are nested too deep to be read; only the words are kept, as one paragraph"
        doubts.append(Finding(Span(source, 1, 1), "rendered-nesting", message))
    title, line = "", 1
    if pieces and pieces[0].shape is Shape.HEADING and pieces[0].level == 1:
        title, line = pieces[0].text, pieces[0].line
        if like not in wiki.lexicon.titled and any(one == like for one, _ in wiki.lexicon.levels):
            doubts += restore_text.frame(source, [(line, title)])
            pieces = pieces[1:]
    doubts += restore_text.front(source, title, line, known_type, wiki.dialect)
    if not pieces:
        doubts.append(restore_text.nothing(source))
    return Restored(path, markdown(pieces, wiki.lexicon, like), links, tuple(sorted(set(doubts))))


def _by_address(wiki: Wiki, address: Address) -> tuple[str, Doubt | None]:
    """Return a link as Markdown, and what is not sure about it."""
    names = (address.parent, address.name, address.name.replace(" ", "-"))
    stem = next((name for name in names if name in wiki.lexicon.stems), "")
    known = bool(stem)
    if not address.inside or not (known or address.name) or "\n" in address.text:
        return f"[{address.text}]({address.href})", None
    name = stem or address.parent or address.name
    sections = {**_headings(wiki.dialect), **wiki.lexicon.sections}
    section = sections.get(slugify(address.section), "")
    target = f"{name}#{section or address.section}" if address.section else name
    same = address.text in (target, target.replace("#", " > "))
    link = f"[[{target}]]" if same else f"[[{target}|{address.text}]]"
    if not known:
        message = f"{link} names no page of the wiki; its address is '{address.href}'"
        return link, Doubt(0, 0, "rendered-link", message)
    if address.section and not section:
        message = f"{link}: no heading of the wiki has the address '#{address.section}'; write the heading's own words"
        return link, Doubt(0, 0, "rendered-anchor", message, Level.WARNING)
    return link, None


def _headings(dialect: Dialect) -> dict[str, str]:
    """Return the sections that pages must have, by their slugs."""
    return {slugify(one): one for known in dialect.types.values() for one in known.sections}
