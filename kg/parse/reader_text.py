"""What a reader sees of a name or heading: its words without emphasis, code marks, footnotes and addresses."""

import html
import re

from kg.links.wikilinks import plain
from kg.parse.block_starts import code_spans
from kg.rdf.spellings import in_word

_MARKUP = re.compile(r"[*_`~=\[<&\\!]")
_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<note>\^?\[\^[^\[\]\s]+\]|\^\[[^\[\]]*\]|<sup>\s*\[?\d+\]?\s*</sup>)"
    r"|<(?P<address>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\s]*)>"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)",
    re.DOTALL | re.IGNORECASE,
)
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\])")
_EMPHASIS = tuple(
    re.compile(form)
    for form in (
        r"(\*{1,3})(?=[^\s*])(.{1,160}?)(?<=[^\s*])\1(?!\*)",
        r"(?<![^\W_])(_{1,3})(?=[^\s_])(.{1,160}?)(?<=[^\s_])\1(?![^\W_])",
        r"(~~|==)(?=\S)(.{1,160}?)(?<=\S)\1",
    )
)  # fmt: skip
_ENDS = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»", "»": "«", "‘": "’", "「": "」", "『": "』", "‹": "›"}
_BEFORE_NAME = re.compile(r"(?:[-–—:：]\s+)+")
_SET_ASIDE = "\x01"


def seen(text: str) -> str:
    """Return a text as a reader sees it on one line; one without markup stays but for its blanks."""
    shown = plain(text)
    if _MARKUP.search(shown) and _SET_ASIDE not in shown:
        aside: list[str] = []
        shown = _restored(_bare(_without_code(shown, aside), aside), aside)
    return " ".join(shown.split())


def name(text: str) -> str:
    """Return who is named by some words: what a reader sees without quotation marks around and a colon behind."""
    shown = seen(text).rstrip(":：").strip()
    before = _BEFORE_NAME.match(shown)
    shown = shown[before.end() :] if before else shown
    around = len(shown) > 1 and _ENDS.get(shown[0]) == shown[-1]
    return shown[1:-1].strip() or shown if around else shown


def _without_code(text: str, aside: list[str]) -> str:
    """Return a text with its code spans set aside: what stands in them is no markup."""
    pieces, done = [], 0
    for start, end in code_spans(text) if "`" in text else ():
        pieces += [text[done:start], _put(text[start:end].strip("`"), aside)]
        done = end
    return "".join([*pieces, text[done:]])


def _bare(text: str, aside: list[str]) -> str:
    def token(match: re.Match[str]) -> str:
        match match.lastgroup:
            case "escape":
                return _put(match[0][1:], aside)
            case "entity":
                return _put(html.unescape(match[0]), aside)
            case "address":
                return _put(match["address"], aside)
            case "comment":
                return " "
            case _:
                return ""

    shown = _LINK.sub(r"\1", _TOKEN.sub(token, text))
    return without_emphasis(shown)


def without_emphasis(text: str) -> str:
    """Return a text without the marks of emphasis that a reader does not see; those within a word are letters of it."""
    for form in _EMPHASIS:
        if form.search(text):
            text = form.sub(_within, form.sub(_within, text))
    return text


def _within(match: re.Match[str]) -> str:
    text, before, after = match.string, match.start() - 1, match.end()
    joined = (before >= 0 and in_word(text[before])) or (after < len(text) and in_word(text[after]))
    return match[0] if match[1][0] == "_" and joined else match[2]


def _put(text: str, aside: list[str]) -> str:
    aside.append(text)
    return f"{_SET_ASIDE}{len(aside) - 1}{_SET_ASIDE}"


def _restored(text: str, aside: list[str]) -> str:
    parts = text.split(_SET_ASIDE)
    return "".join(aside[int(part)] if index % 2 else part for index, part in enumerate(parts))
