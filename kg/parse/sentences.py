"""Sentences: where one ends and the next begins, in any script."""

import re
from collections.abc import Iterator

from kg.links.wikilinks import find
from kg.parse.markdown import HIDDEN, cover

_CLOSERS = "\"'”’»)\\]}*_」』）"
_STOP = re.compile(rf"(?<![.!?])[.!?]++[{_CLOSERS}]*+(?=\s)|[。！？]+[{_CLOSERS}]*")
_OPENERS = "\"'“‘«([{*_「『（¿¡" + HIDDEN
_URL = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}://[!-~]+")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"'“‘«*_]*\Z")
_WIDE_STOPS = "。！？"


def cut(text: str, hidden: str, abbreviations: frozenset[str]) -> list[tuple[int, int]]:
    """
    Return the sentences of a text as offsets; they cover it without gap or overlap.

    `hidden` is the text with code and mathematics hidden (`markdown.hide`). A sentence ends after `. ! ?` and closing
    marks before white space and a letter that is not lower-case, a digit, an opening mark, a link or code; or after
    `。！？` anywhere; never inside a link, code, a URL or a number, nor after an abbreviation or a single capital.
    """
    covered = _covered(hidden)
    last = len(text.rstrip())
    ends = [end for end in _ends(covered, abbreviations) if end < last] if len(text) > 1 else []
    starts = [0, *ends]
    return list(zip(starts, [*ends, len(text)], strict=True)) if text.strip() else []


def _covered(hidden: str) -> str:
    """Return the text with links and URLs hidden too, but for the full stop that ends a URL."""
    hidden = cover(hidden, [(link.start, link.end) for link in find(hidden)], HIDDEN)
    if "://" in hidden:
        hidden = _URL.sub(_without_stop, hidden)
    return hidden


def _without_stop(match: re.Match[str]) -> str:
    kept = match[0].rstrip(".!?)\"'")
    return HIDDEN * len(kept) + match[0][len(kept) :]


def _ends(covered: str, abbreviations: frozenset[str]) -> Iterator[int]:
    for match in _STOP.finditer(covered):
        after = match.end()
        while after < len(covered) and covered[after].isspace():
            after += 1
        if after == len(covered):
            return
        if match[0][0] in _WIDE_STOPS or (_opens(covered, after) and not _abbreviates(covered, match, abbreviations)):
            yield after


def _opens(covered: str, after: int) -> bool:
    first = covered[after]
    return first in _OPENERS or first.isdigit() or (first.isalpha() and not first.islower())


def _abbreviates(covered: str, match: re.Match[str], abbreviations: frozenset[str]) -> bool:
    if match[0] != ".":
        return False
    word = _WORD_BEFORE.search(covered, max(0, match.start() - 24), match.start())
    before = word[0] if word else ""
    return before in abbreviations or (len(before) == 1 and before.isupper())
