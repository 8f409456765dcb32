"""Slots: where the form of a line has a link, and the line with its links put back."""

import re

from kg.model.finding import Level
from kg.model.records import dataclass
from kg.parse import quotations
from kg.parse.markdown import hide
from kg.parse.statements import grade_of
from kg.restore import relink
from kg.restore.blocks import Piece, Shape
from kg.restore.relink import Doubt, Linked, Linker
from kg.settings.dialect import Dialect

_RELATION = re.compile(r"(\*{0,2})([^\W\d_][\w -]{0,30}?)\1: +")
_DATED = re.compile(r"((?:★ +)?)(\*{0,2})(\d{4}(?:-\d{2}){0,2})\2 +")
_BETWEEN = re.compile(r"\s+·\s+|\s*[,;、]\s+|\s+(?:and|&)\s+")
_ROLE = re.compile(r",|\s\(")
_LABEL_SIZE = 40


@dataclass(frozen=True, slots=True)
class Form:
    """What decides the forms of a page's lines: its class, and what the dialect calls things."""

    tool: Linker
    dialect: Dialect
    page_class: str


def relinked(form: Form, piece: Piece) -> Linked:
    """Return the words of a block with their links, by the form of the line; generated pages have no links."""
    if form.page_class == "GeneratedPage":
        return Linked(piece.text)
    if piece.shape is Shape.HEADING:
        return _heading(form, piece.text)
    if piece.shape is Shape.ITEM:
        return _listed(form, piece)
    if piece.shape is Shape.QUOTE and piece.role == "quotes":
        return _quote(form, piece.text)
    return relink.free(form.tool, piece.text)


def _listed(form: Form, piece: Piece) -> Linked:
    if piece.role == "claims" and not piece.level:
        return _claim(form, piece.text)
    if piece.role == "connections" and not piece.level:
        return _connection(form, piece.text)
    return _item(form, piece.text, target=piece.role == "path")


def _heading(form: Form, text: str) -> Linked:
    """Return a heading: `1. Title` is a link where a page has the title, and so is a title that is a file name."""
    number = re.match(r"\d+\. +", text)
    start = number.end() if number else 0
    words = text[start:]
    known = words in form.tool.lexicon.stems or (number and words.casefold() in form.tool.lexicon.shown)
    made = relink.slot(form.tool, words, target=False) if known else None
    return relink.joined([(text[:start], text[:start]), (made or relink.free(form.tool, words), words)])


def _claim(form: Form, text: str) -> Linked:
    _, start = grade_of(text)
    dash = _dash(form, text, start)
    if dash is None:
        return relink.free(form.tool, text)
    said = text[start : dash[0]]
    return relink.joined(
        [
            (text[:start], text[:start]),
            (_said(form, said), said),
            (text[dash[0] : dash[1]], text[dash[0] : dash[1]]),
            (relink.free(form.tool, text[dash[1] :]), text[dash[1] :]),
        ]
    )


def _quote(form: Form, text: str) -> Linked:
    """Return a quote; its words are somebody else's and hold no links, its speaker may be one."""
    match = quotations.attribution(text, quotations.opener(text))
    if match is None:
        return Linked(text)
    quotation = text[: match.end()]
    return relink.joined([(quotation, quotation), (_said(form, text[match.end() :]), text[match.end() :])])


def _said(form: Form, text: str) -> Linked:
    """Return who is said to say something: a name that has a page, then a role; or a plain name as it is."""
    cut = _ROLE.search(text)
    end = cut.start() if cut else len(text)
    made = relink.slot(form.tool, text[:end], target=False)
    if made is None:
        return relink.free(form.tool, text)
    return relink.joined([(made, text[:end]), (relink.free(form.tool, text[end:]), text[end:])])


def _connection(form: Form, text: str) -> Linked:
    relation = _RELATION.match(text)
    sources = form.page_class == "SourcePage"
    known = relation is not None and (sources or relation[2].casefold() in form.dialect.relations)
    start = relation.end() if relation and known else 0
    dash = _dash(form, text, start)
    end, after = dash or (len(text), len(text))
    if not known and dash and not sources and (grouped := _grouped(form, text, dash)):
        return grouped
    return relink.joined(
        [
            (text[:start], text[:start]),
            (_targets(form, text[start:end]), text[start:end]),
            (text[end:after], text[end:after]),
            (relink.free(form.tool, text[after:]), text[after:]),
        ]
    )


def _grouped(form: Form, text: str, dash: tuple[int, int]) -> Linked | None:
    """Return `**Label** — A · B`, where the name of a page follows the dash and none stands before; else None."""
    label, rest = text[: dash[0]], text[dash[1] :]
    bare = label.strip("*")
    if len(bare) > _LABEL_SIZE or bare in form.tool.lexicon.stems:
        return None
    names = [name for name in _BETWEEN.split(rest) if name]
    if not names or names[0].partition(" (")[0] not in form.tool.lexicon.stems:
        return None
    head = f"**{bare}**{text[dash[0] : dash[1]]}"
    every = all(name in form.tool.lexicon.stems for name in names)
    return relink.joined([(head, text[: dash[1]]), (_each(form, rest) if every else _targets(form, rest), rest)])


def _targets(form: Form, text: str) -> Linked:
    """Return the one link of a target slot, or several between commas or dots."""
    whole = relink.slot(form.tool, text, target=True)
    if whole is not None:
        return whole
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) > 1 and all(relink.slot(form.tool, part, target=False) for part in parts):
        return _each(form, text)
    bracket = text.find(" (")
    if bracket > 0 and (made := relink.slot(form.tool, text[:bracket], target=False)):
        return relink.joined([(made, text[:bracket]), (relink.free(form.tool, text[bracket:]), text[bracket:])])
    if not text.strip() or "[[" in text:
        return Linked(text)
    message = f"'{text.strip()}' is left as text; a link stood here, but no page of the wiki is called that"
    linked = relink.free(form.tool, text)
    return Linked(
        linked.text, linked.links, (Doubt(0, len(text), "rendered-target", message, Level.WARNING), *linked.doubts)
    )


def _each(form: Form, text: str) -> Linked:
    parts: list[tuple[str | Linked, str]] = []
    done = 0
    for match in _BETWEEN.finditer(text):
        word = text[done : match.start()]
        parts += [(relink.slot(form.tool, word, target=True) or word, word), (match[0], match[0])]
        done = match.end()
    parts.append((relink.slot(form.tool, text[done:], target=True) or text[done:], text[done:]))
    return relink.joined(parts)


def _item(form: Form, text: str, *, target: bool) -> Linked:
    """Return a list item: a date, a link before a dash where a page is called that, running text."""
    head, source = "", ""
    dated = _DATED.match(text)
    if dated and form.page_class == "TimelinePage":
        head, source = f"{dated[1]}**{dated[3]}** ", dated[0]
    rest = text[len(source) :]
    dash = _dash(form, rest, 0)
    end = dash[0] if dash else len(rest)
    lead = relink.slot(form.tool, rest[:end], target=target) if _may_lead(form, rest[:end], target=target) else None
    if lead is None:
        return relink.joined([(head, source), (relink.free(form.tool, rest), rest)])
    return relink.joined([(head, source), (lead, rest[:end]), (relink.free(form.tool, rest[end:]), rest[end:])])


def _may_lead(form: Form, words: str, *, target: bool) -> bool:
    """Tell whether an item's words before its dash are a link: a file name, or exactly a title."""
    if target or words in form.tool.lexicon.stems:
        return bool(words.strip())
    return any(name.title == words for name in form.tool.lexicon.shown.get(words.casefold(), ()))


def _dash(form: Form, text: str, start: int) -> tuple[int, int] | None:
    """Return where the first dash between blanks stands, outside code: what is before ends, after starts."""
    hidden = hide(text)
    for dash in form.dialect.dashes:
        found = hidden.find(f" {dash} ", start)
        if found >= 0:
            return found, found + len(dash) + 2
    return None
