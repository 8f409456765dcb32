"""Mathematics as MathML, which browsers draw by themselves; what cannot be read stays as it is written."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from xml.etree import ElementTree as ET  # reads only what the converter wrote

from latex2mathml import converter

_LONGEST, _DEEPEST = 4_000, 40
_TAGS = frozenset(
    {
        "math", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace", "msqrt", "mstyle",
        "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "menclose",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {
        "columnalign", "columnlines", "columnspacing", "rowlines", "rowspacing", "display", "displaystyle", "fence",
        "form", "height", "depth", "largeop",
        "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rspace",
        "scriptlevel", "separator", "stretchy", "symmetric", "width", "accent", "accentunder",
    }
)  # fmt: skip
_NAMESPACE = re.compile(r"\{[^}]*\}")


def html(content: str, how: Mapping[str, bool]) -> str:
    """Return a formula as HTML."""
    return _html(content, display=how.get("display_mode", False))


@lru_cache(maxsize=4096)
def _html(content: str, *, display: bool) -> str:
    written = f'<code class="formula">{escape(content.strip())}</code>'
    if len(content) > _LONGEST or content.count("{") > 10 * _DEEPEST or _depth(content) > _DEEPEST:
        return written
    try:
        made = converter.convert(content, display="block" if display else "inline")
        root = ET.fromstring(made)  # noqa: S314  # see above
    except Exception:  # noqa: BLE001  # the converter raises what it likes for what is no formula
        return written
    safe = all(
        _NAMESPACE.sub("", one.tag) in _TAGS and {_NAMESPACE.sub("", name) for name in one.attrib} <= _ATTRIBUTES
        for one in root.iter()
    )
    return made if safe else written


def _depth(content: str) -> int:
    deepest = depth = 0
    for char in content:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest
