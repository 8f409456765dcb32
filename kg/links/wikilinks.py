"""How links are written: wikilinks found in a text, what a reader sees of them, and what their target is asked as."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

# A Markdown link whose text is in brackets, [[text]](path), is no wikilink; one pair of brackets may stand inside.
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?)\]\](?!\([^()\s./#:]*+[./#:][^()\s]*+\))")
_POINTER = re.compile(r"\[\[[^\[\]\n|#]*#[^\[\]\n]*\]\]\s*\Z")
_HIDDEN = "\x00"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BY_PATH = "]("
MARKDOWN, FIELD = "markdown", "field"


@dataclass(frozen=True, slots=True)
class WikiLink:
    """
    A link as written: the offsets of its brackets and of its target, and its parts.

    `form` is empty for a wikilink and `markdown` for `[alias](slug#anchor)`.
    """

    start: int
    end: int
    target_start: int
    slug: str
    anchor: str
    alias: str | None
    embed: bool
    form: str = ""


def find(text: str, original: str = "") -> Iterator[WikiLink]:
    """
    Yield the wikilinks of a text whose code, comments and mathematics are hidden (see `markdown.hide`).

    `original` is the same text with nothing hidden: code in what a reader sees of a link is part of its alias.
    """
    if "[[" not in text:
        return
    for match in _WIKILINK.finditer(text):
        if _is_text(text, match.start(2) - 2):
            continue
        inner = match[2].replace("\\|", "|")
        target, bar, alias = inner.partition("|")
        if _HIDDEN in target:
            continue
        if _HIDDEN in alias and original:
            alias = original[match.start(2) : match.end(2)].replace("\\|", "|").partition("|")[2]
        slug, _, anchor = target.partition("#")
        shift = len(slug) - len(slug.lstrip())
        yield WikiLink(
            start=match.start(),
            end=match.end(),
            target_start=match.start(2) + shift,
            slug=slug.strip(),
            anchor=anchor.strip(),
            alias=alias if bar else None,
            embed=bool(match[1]) and not _is_text(text, match.start()),
        )


def _is_text(text: str, start: int) -> bool:
    """Tell whether a backslash before it makes what starts here a text: one that is no escaped backslash itself."""
    return text.endswith("\\", 0, start) and (start - len(text[:start].rstrip("\\"))) % 2 == 1


def plain(text: str) -> str:
    """Return a text with each wikilink replaced by what a reader sees: its alias, else its target."""
    if "[[" not in text:
        return text

    def shown(match: re.Match[str]) -> str:
        written = _HIDDEN in match[2] or _is_text(text, match.start(2) - 2)
        return match[0] if written else _seen(match[2].replace("\\|", "|"))

    return _WIKILINK.sub(shown, text)


def spoken(text: str) -> str:
    """Return `plain` text in which a link to a section at the end, the pointer to the evidence, stands in brackets."""
    match = _POINTER.search(text)
    if match is None or not text[: match.start()].strip() or _is_text(text, match.start()):
        return plain(text)
    return f"{plain(text[: match.start()].rstrip())} ({plain(match[0].strip())})"


def _seen(inner: str) -> str:
    target, bar, alias = inner.partition("|")
    return alias.strip() if bar and alias.strip() else target.strip()


# ---- The target of a Markdown link -----------------------------------------------------------------------------------


def by_path(destination: str) -> str:
    """Return what to ask `resolve` for the page that the destination of a Markdown link, without its anchor, means."""
    return _BY_PATH + destination


def is_path(slug: str) -> bool:
    """Tell whether a slug is what `by_path` made: a path, and no name."""
    return slug.startswith(_BY_PATH)


def written(slug: str) -> str:
    """Return the name or path in what `resolve` is asked: of a Markdown link its destination without escapes."""
    if not is_path(slug):
        return slug
    return unquote(html.unescape(_ESCAPED.sub(r"\1", slug.removeprefix(_BY_PATH))))
