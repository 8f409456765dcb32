"""
Keys: texts folded so that what is the same but for its spelling is equal, and a rule need not compare pairs.

They are made while mapping, from one page alone. An empty key means that there is nothing to fold.
"""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from kg.rdf import spellings

# Parameters that say where a reader came from, not what is shown.
_TRACKING = re.compile(r"utm_\w*|(?:fb|g|dcl|ms|tw|yc)clid|mc_[ce]id|igshid|ref_src|_hsenc|_hsmi", re.IGNORECASE)
_PORTS = {"http": ":80", "https": ":443"}
_AMPERSAND = re.compile(r"(?<=\w) & (?=\w)")
_PLURAL_FROM = 5
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "—", "*": None, "`": None})
_WORDING = 16


def name(text: str) -> str:
    """Return a name without regard to letter case, width and blanks: two that are equal name the same."""
    return spellings.fold(text)


def twin(text: str) -> str:
    """
    Return a name without its separators and an English plural: `Open-Weights`, `open weight` and `OpenWeights` are one.

    Separators between digits and signs stay, for `GPT-4.1` is not `GPT-41` nor 2025-11-1 the same day as 2025-1-11;
    an `&` between blanks is a separator like `and`.
    """
    return _singular(spellings.run_together(_AMPERSAND.sub(" ", name(text))))


def _singular(word: str) -> str:
    if len(word) < _PLURAL_FROM or not word[-2].isascii() or not word[-2].isalpha():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and word[-2] not in "sui" else word


def address(url: str) -> str:
    """
    Return a web address without what does not change the page that it shows; empty for what is no web address.

    Left out are scheme, `www.`, the default port, a slash at the end, an anchor, and parameters that track readers; an
    anchor that begins with `/` or `!` names a page within a page and stays.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in _PORTS or not parts.netloc:
        return ""
    host = parts.netloc.lower().removesuffix(_PORTS[parts.scheme.lower()]).removeprefix("www.")
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    query = f"?{urlencode(sorted(asked))}" if asked else ""
    anchor = f"#{parts.fragment}" if parts.fragment[:1] in ("/", "!") and parts.fragment[1:] else ""
    return f"{host}{parts.path.rstrip('/')}{query}{anchor}"


def wording(text: str, voices: Iterable[str]) -> str:
    """
    Return 16 hex digits for what somebody claims, without regard to case, blanks, emphasis and full stop.

    `voices` are the claimants: the same words of another claimant are another claim.
    """
    words = name(text.translate(_MARKS)).rstrip(".。;,")
    said = "\n".join([*sorted(set(voices)), words])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_WORDING] if words else ""
