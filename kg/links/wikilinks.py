"""How links are written: wikilinks found in a text, what a reader sees of them, and what their target is asked as."""

import fnmatch
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from kg.model.records import dataclass
from kg.settings.link_style import PLAIN, LinkStyle

# A Markdown link whose text is in brackets, [[text]](path), is no wikilink; one pair of brackets may stand inside.
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?)\]\](?!\([^()\s./#:]*+[./#:][^()\s]*+\))")
_POINTER = re.compile(r"\[\[[^\[\]\n|#]*#[^\[\]\n]*\]\]\s*\Z")
_BAR = re.compile(r"\\?\|")
_PICTURE = re.compile(r"\.(?:avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp)\s*\Z", re.IGNORECASE)
_WORDS_FIRST = frozenset({"rest", "second"})
_HIDDEN = "\x00"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BY_PATH = "]("
MARKDOWN, FIELD = "markdown", "field"


@dataclass(frozen=True, slots=True)
class WikiLink:
    """
    A link as written: the offsets of its brackets and of its target, and its parts.

    `form` is empty for a wikilink and `markdown` for `[alias](slug#anchor)`; `words_first` tells that its words stand
    before its target.
    """

    start: int
    end: int
    target_start: int
    slug: str
    anchor: str
    alias: str | None
    embed: bool
    form: str = ""
    words_first: bool = False


def find(text: str, original: str = "", style: LinkStyle = PLAIN) -> Iterator[WikiLink]:
    """
    Yield the wikilinks of a text whose code, comments and mathematics are hidden (see `markdown.hide`).

    `original` is the same text with nothing hidden: code in what a reader sees of a link is part of its alias.
    """
    if "[[" not in text:
        return
    for match in _WIKILINK.finditer(text):
        if _is_text(text, match.start(2) - 2):
            continue
        first, last, words = _parts(match[2], style)
        target = match[2][first:last]
        if _HIDDEN in target or (style is not PLAIN and _is_none(match, target, style)):
            continue
        alias = None if words is None else match[2][slice(*words)]
        if words and alias and _HIDDEN in alias and original:
            alias = original[match.start(2) + words[0] : match.start(2) + words[1]]
        slug, _, anchor = target.partition("#") if style.anchors else (target, "", "")
        shift = first + len(slug) - len(slug.lstrip())
        yield WikiLink(
            start=match.start(),
            end=match.end(),
            target_start=match.start(2) + shift,
            slug=slug.strip(),
            anchor=anchor.strip(),
            alias=None if alias is None else alias.replace("\\|", "|"),
            embed=bool(match[1]) and not _is_text(text, match.start()),
            words_first=style.target in _WORDS_FIRST,
        )


def _is_text(text: str, start: int) -> bool:
    """Tell whether a backslash before it makes what starts here a text: one that is no escaped backslash itself."""
    return text.endswith("\\", 0, start) and (start - len(text[:start].rstrip("\\"))) % 2 == 1


def _parts(inner: str, style: LinkStyle) -> tuple[int, int, tuple[int, int] | None]:
    """Return where in a link's brackets its target stands and where its words do, None where it has none."""
    bars = [(match.start(), match.end()) for match in _BAR.finditer(inner)] if style.target != "whole" else []
    if not bars:
        return 0, len(inner), None
    (before, after), *more = bars
    if style.target == "first":
        return 0, before, (after, len(inner))
    end = more[0][0] if more and style.target == "second" else len(inner)
    if not inner[after:end].strip():
        return 0, before, None
    if style.target == "second" and _PICTURE.search(inner[:before]):
        return 0, before, (after, end)
    return after, end, (0, before)


def _is_none(match: re.Match[str], target: str, style: LinkStyle) -> bool:
    """Tell whether what stands in double brackets is no link for the family of the wiki."""
    text, start, end = match.string, match.start(), match.end()
    if style.escape and text[start - 1 : start] == style.escape and text[end : end + 1] != style.escape:
        return True
    return any(fnmatch.fnmatchcase(said.strip(), form) for said in (target, match[2]) for form in style.ignored)


def plain(text: str, style: LinkStyle = PLAIN, hidden: str = "") -> str:
    """
    Return a text with each wikilink replaced by what a reader sees: its alias, else its target.

    `hidden` is the same text with code and mathematics hidden, where it has any: brackets in them stay.
    """
    if "[[" not in text:
        return text
    if hidden and hidden != text:
        return _plain_outside(text, hidden, style)

    def shown(match: re.Match[str]) -> str:
        written = _HIDDEN in match[2] or _is_text(text, match.start(2) - 2)
        return match[0] if written else _seen(match[2], style)

    return _WIKILINK.sub(shown, text)


def _plain_outside(text: str, hidden: str, style: LinkStyle) -> str:
    pieces, done = [], 0
    for match in _WIKILINK.finditer(hidden):
        first, last, _ = _parts(match[2], style)
        if _HIDDEN not in match[2][first:last] and not _is_text(text, match.start(2) - 2):
            pieces += [text[done : match.start()], _seen(text[match.start(2) : match.end(2)], style)]
            done = match.end()
    return "".join([*pieces, text[done:]])


def spoken(text: str, style: LinkStyle = PLAIN, hidden: str = "") -> str:
    """Return `plain` text in which a link to a section at the end, the pointer to the evidence, stands in brackets."""
    match = _POINTER.search(hidden or text)
    if match is None or not text[: match.start()].strip() or _is_text(text, match.start()):
        return plain(text, style, hidden)
    before = len(text[: match.start()].rstrip())
    return f"{plain(text[:before], style, hidden[:before])} ({plain(text[match.start() :].strip(), style)})"


def _seen(inner: str, style: LinkStyle) -> str:
    first, last, words = _parts(inner, style)
    alias = inner[slice(*words)].replace("\\|", "|").strip() if words else ""
    return alias or inner[first:last].strip()


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
