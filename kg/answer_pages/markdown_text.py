"""Words of a graph as text of a Markdown page: whatever they are, they are shown as they are and are no markup."""

import re
from urllib.parse import quote

_BREAKS = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
# What is no character of a text, and what turns the direction of the text that follows it.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
_MARKS = re.compile(
    r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|#(?=\w)|=(?==)|(?<==)=|(?<=\{)\{|\{(?=[{%])|%(?=%)|(?<=%)%|!(?=\[)|\^(?=\[)|:(?=:)"
)
_ENTITIES = {"{": "&#123;", "%": "&#37;", ":": "&#58;"}
_LEAD = re.compile(r"([0-9]{1,9})(?=[.)])|(?=[-+#=])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# An address as GitHub finds it in a text: where `_` in it were escaped, the escape would be part of it.
_ADDRESS = re.compile(r"https?://[\w.~/?#@!&'()+,;=:%-]*[\w/]", re.IGNORECASE)
_ODD = re.compile("%%|::")


class Safe(str):
    """A text that is Markdown already."""

    __slots__ = ()


def words(value: str) -> str:
    """Return words on one line of Markdown, as text of a table's cell, a list's item or a paragraph."""
    if isinstance(value, Safe):
        return value
    line = _UNSHOWN.sub("\ufffd", _BREAKS.sub(" ", value).strip())
    pieces, done = [], 0
    for found in _ADDRESS.finditer(line):
        if not _ODD.search(found[0]):
            pieces += [_escaped(line[done : found.start()]), f"<{found[0]}>"]
            done = found.end()
    text = "".join([*pieces, _escaped(line[done:])])
    lead = _LEAD.match(text)
    return f"{lead[0]}\\{text[lead.end() :]}" if lead else text


def _escaped(text: str) -> str:
    """Return a part of a line with every mark of Markdown and HTML in it as text."""
    text = _MARKS.sub(lambda mark: _ENTITIES.get(mark[0], f"\\{mark[0]}"), _ENTITY.sub("&amp;", text))
    return text.replace("<", "&lt;").replace(">", "&gt;")


def link(text: str, path: str, page: str) -> Safe:
    """Return a link with some words to the file of a path, as a page writes it; both are below the wiki's root."""
    return Safe(f"[{words(text)}]({way(path, page)})")


def way(path: str, page: str) -> str:
    """Return the way from a page to a file, as an address."""
    above, target = page.split("/")[:-1], path.split("/")
    shared = 0
    while shared < min(len(above), len(target) - 1) and above[shared] == target[shared]:
        shared += 1
    return quote("/".join([*[".."] * (len(above) - shared), *target[shared:]]), safe="/")


def address(iri: str) -> Safe | str:
    """Return an address of the web as a link, any other IRI as text."""
    return Safe(f"<{iri}>") if _ADDRESS.fullmatch(iri) and not _ODD.search(iri) else iri
