"""Markdown links between pages: `[text](page.md)` and `[text][label]`, by the rules of CommonMark."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from kg.links.wikilinks import MARKDOWN, WikiLink
from kg.model import page_files
from kg.parse import block_starts
from kg.parse.block_structure import Form
from kg.parse.markdown import Row

_TOKEN = re.compile(r"\\.|!?\[|\]", re.DOTALL)
_TITLE = r"""(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*"""
_BARE = r"(?:[^\s()\\\x00<]|\\[^\s\x00])(?:[^\s()\\\x00]|\\[^\s\x00]|\((?:[^\s()\\\x00]|\\[^\s\x00])*\))*"
_INLINE = re.compile(rf"\(\s*(?:<([^<>\n\x00]*)>|({_BARE}))?{_TITLE}\)")
_LABEL = re.compile(r"\[((?:[^\[\]\\\x00]|\\.)*)\]")
_MARKS_BEFORE = re.compile(r"(?:[ \t>]|(?:[-*+]|[0-9]{1,9}[.)])[ \t]|\[\^[^\s\[\]]+\]:)*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")
_OTHER_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,9}\Z|[/?]\Z|\?")
_LONGEST_LABEL = 999


class _Target(NamedTuple):
    """Where the target of a link is written, the destination, and where the link ends."""

    start: int
    destination: str
    end: int


def definitions(rows: Iterable[Row], *, bare: bool = False) -> dict[str, str]:
    """
    Return the destinations by label that lines such as `[label]: page.md` define; the first of a label counts.

    They stand at the start of a paragraph, in any container. With `bare`, here and in `find`, a destination without an
    ending is that of a page, too.
    """
    found: dict[str, str] = {}
    for _, group in groupby(rows, key=lambda row: id(row.leaf)):
        paragraph = [row for row in group if row.leaf.form is Form.PARAGRAPH]
        if not paragraph or not any("]:" in row.seen for row in paragraph):
            continue
        for one in block_starts.definitions("\n".join(row.seen[row.start :].lstrip(" \t") for row in paragraph)):
            destination = one["bare"] if one["whole"] is None else one["whole"]
            if not one["label"].startswith("^") and _is_page(destination, bare=bare):
                found.setdefault(_label(one["label"]), destination)
    return found


def find(text: str, hidden: str, defined: Mapping[str, str], *, bare: bool = False) -> list[WikiLink]:
    """
    Return the links of a text to Markdown pages: no images, no addresses with a scheme, no anchors alone.

    `hidden` is the text with code, comments, mathematics and wikilinks hidden; `defined` are the page's definitions.
    """
    links: list[WikiLink] = []
    if "](" not in hidden and not defined:
        return links
    opened: list[re.Match[str]] = []
    inside, position = 0, 0  # a link holds no link: the first `inside` brackets that are open cannot open one
    while token := _TOKEN.search(hidden, position):
        position = token.end()
        if token[0] in ("[", "!["):
            opened.append(token)
        elif token[0] == "]" and opened:
            opener = opened.pop()
            image = opener[0] == "!["
            able = image or len(opened) >= inside
            inside = min(inside, len(opened))
            found = _destination(hidden, opener, token, defined) if able else None
            if found:
                position = found.end
                inside = inside if image else len(opened)
                while image and links and links[-1].start > opener.start():
                    links.pop()  # what stands in the description of an image is no link
                if not image and _is_page(found.destination, bare=bare):
                    links.append(_link(text[opener.end() : token.start()], opener.start(), found))
    return links


def _destination(
    hidden: str, opener: re.Match[str], closer: re.Match[str], defined: Mapping[str, str]
) -> _Target | None:
    """Return the target of the link whose words end at `closer`, None where it is no link."""
    inline = _INLINE.match(hidden, closer.end())
    if inline:
        group = 2 if inline[1] is None else 1
        return _Target(inline.start(group), inline[group] or "", inline.end())
    if not defined or closer.start() - opener.end() > _LONGEST_LABEL:
        return None
    full = _LABEL.match(hidden, closer.end())
    own = hidden[opener.end() : closer.start()]
    label, start = (full[1], full.start(1)) if full and full[1] else (own, opener.end())
    known = defined.get(_label(label))
    if known is None or (full is None and _defines(hidden, opener, closer)):
        return None
    return _Target(start, known, full.end() if full else closer.end())


def _defines(row: str, opener: re.Match[str], closer: re.Match[str]) -> bool:
    """Tell whether brackets are the label of a definition."""
    line = row.rfind("\n", 0, opener.start()) + 1
    return row.startswith(":", closer.end()) and _MARKS_BEFORE.fullmatch(row, line, opener.start()) is not None


def _link(words: str, first: int, target: _Target) -> WikiLink:
    slug, _, anchor = target.destination.partition("#")
    return WikiLink(first, target.end, target.start, slug, anchor, words, embed=False, form=MARKDOWN)


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_page(destination: str, *, bare: bool) -> bool:
    path = destination.partition("#")[0]
    named = page_files.is_page(path) or (bare and bool(path.strip("./")) and not _OTHER_FILE.search(path))
    return named and not _SCHEME.match(destination)
