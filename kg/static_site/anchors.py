"""What headings are called in addresses: as the code host and the common tools of Markdown call them."""

import re
from urllib.parse import unquote

from kg.links.wikilinks import by_path
from kg.links.wikilinks import written as destination

_DROPPED = re.compile(r"[^\w\- ]")
_OURS = re.compile(r"(?:fn|fnref|L)\d|kg-")


def slug(heading: str) -> str:
    """Return the anchor of a heading: in small letters, without punctuation, its blanks as dashes."""
    plain = _DROPPED.sub("", re.sub(r"\s", " ", heading.strip()).lower()).replace(" ", "-")
    return f"section-{plain}" if not plain or _OURS.match(plain) else plain


def unique(anchor: str, others: dict[str, int]) -> str:
    """Return an anchor that none before it on its page has, and remember it; `others` counts those of each name."""
    number = others.get(anchor, 0)
    free = f"{anchor}-{number}" if number else anchor
    while number and free in others:
        number += 1
        free = f"{anchor}-{number}"
    others[anchor] = number + 1
    others.setdefault(free, 1)
    return free


def slug_of_address(anchor: str) -> str:
    """Return the anchor that a link means by what it has behind its `#`; empty for none."""
    return slug(unquote(anchor)) if anchor.strip() else ""


def written(address: str) -> str:
    """Return the destination of a Markdown link as its author means it: without escapes."""
    return destination(by_path(address))
